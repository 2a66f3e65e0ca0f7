package policy

// The operators of admission criteria, besides those of groups.
const (
	opAbove             = ">"
	opAtLeast           = ">="
	opAtMost            = "<="
	opContainsAll       = "containsAll"
	opContainsAny       = "containsAny"
	opNotContainsAny    = "notContainsAny"
	opContainsOtherThan = "containsOtherThan"
	opContainsTagAny    = "containsTagAny"
	opExist             = "exist"
	opNotExist          = "notExist"
)

// Which operators criteria have in common.
var (
	opsNone   = []string{""} // the criterion stands for itself, or its sub criteria have them
	opsIs     = []string{opEqual}
	opsAny    = []string{opContainsAny, opNotContainsAny}
	opsSome   = []string{opContainsAll, opContainsAny, opNotContainsAny}
	opsSet    = []string{opContainsAll, opContainsAny, opNotContainsAny, opContainsOtherThan}
	opsUser   = []string{opContainsAny, opNotContainsAny, opRegex, opNotRegex}
	opsGroups = []string{opContainsAll, opContainsAny, opNotContainsAny, opContainsOtherThan, opRegex, opNotRegex}
	opsTags   = []string{opContainsTagAny}
	opsFrom   = []string{opAtLeast}
	opsCount  = []string{opAtMost, opAtLeast}
	opsLimit  = []string{opAbove, opAtMost}
	opsKey    = []string{opExist, opNotExist}
	opsText   = []string{opExist, opNotExist, opContainsAll, opContainsAny, opNotContainsAny, opContainsOtherThan}
	opsNumber = []string{opExist, opNotExist, opEqual, opNotEqual, opAtLeast, opAbove, opAtMost}
	opsFlag   = []string{opExist, opNotExist, opEqual}
)

// What the value of a word can be.
var (
	wordsFlag  = []string{"true", "false"}
	wordsTrue  = []string{"true"}
	wordsLevel = []string{"restricted", "baseline"}
	wordsRoles = []string{
		"risky_role_view_secret", "risky_role_any_action_workload", "risky_role_any_action_rbac",
		"risky_role_create_pod", "risky_role_exec_into_container",
	}
)

// The criteria that have a type of their own; its text is their name. The names of the others say all.
const (
	criterionCustomPath = "customPath"      // looks at a field of the workload
	criterionRiskyRole  = "saBindRiskyRole" // looks at the roles of the workload's service account
)

// admissionSpec is what a criterion of one name, or a sub criterion, may say.
type admissionSpec struct {
	name      string
	valueType string    // of a custom path, which has one specification for each
	deny      []string  // its operators in a deny rule; none: it cannot stand there
	exception []string  // its operators in an exception
	value     valueForm // of its value, when the operator does not say it
	words     []string  // what its value is made of; none: any words
	sub       []admissionSpec
	implied   []subCriterion // the sub criteria of one that is sent without; none: it can be without
	only      string         // the name of the only other criteria that may stand beside it; "": any
}

// subCriterion is one of the sub criteria that go without saying.
type subCriterion struct{ name, op, value string }

// admissionSpecs are the criteria of NeuVector; its own table is in
// controller/nvk8sapi/nvvalidatewebhookcfg/admission/admission.go.
var admissionSpecs = []admissionSpec{
	{name: "image", deny: opsAny, exception: opsAny, value: valueWords},
	{name: "imageRegistry", deny: opsAny, exception: opsAny, value: valueWords},
	{name: "namespace", deny: opsAny, exception: opsAny, value: valueWords},
	{name: "user", deny: opsUser, exception: opsUser, value: valueWords},
	{name: "userGroups", deny: opsGroups, exception: opsGroups, value: valueWords},
	{name: "labels", deny: opsSet, exception: opsSet, value: valueWords},
	{name: "annotations", deny: opsSet, exception: opsSet, value: valueWords},
	{name: "mountVolumes", deny: opsSet, exception: opsSet, value: valueWords},
	{name: "envVars", deny: opsSet, exception: opsSet, value: valueWords},
	{name: "cveNames", deny: opsSet, exception: opsSet, value: valueWords},
	{name: "modules", deny: opsSet, exception: opsSet, value: valueWords},
	{name: "imageVerifiers", deny: opsSome, exception: opsSome, value: valueWords},
	{name: "storageClassName", deny: opsAny, value: valueWords, only: "namespace"},

	{name: "cveCriticalCount", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveHighCount", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveHighCountNoCritical", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveMediumCount", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveCriticalWithFixCount", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveHighWithFixCount", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveHighWithFixCountNoCritical", deny: opsFrom, exception: opsCount, value: valueNumber, sub: subPublished},
	{name: "cveScoreCount", deny: opsFrom, value: valueScore, sub: subCount, implied: impliedCount},

	{name: "imageScanned", deny: opsIs, exception: opsIs, value: valueWord, words: wordsFlag},
	{name: "imageSigned", deny: opsIs, exception: opsIs, value: valueWord, words: wordsFlag},
	{name: "imageCompliance", deny: opsIs, exception: opsIs, value: valueWord, words: wordsFlag},
	{name: "imageNoOS", deny: opsIs, value: valueWord, words: wordsFlag},
	{name: "envVarSecrets", deny: opsIs, exception: opsIs, value: valueWord, words: wordsFlag},
	{name: "runAsPrivileged", deny: opsIs, exception: opsIs, value: valueWord, words: wordsFlag},
	{name: "runAsRoot", deny: opsIs, exception: opsIs, value: valueWord, words: wordsFlag},
	{name: "sharePidWithHost", deny: opsIs, value: valueWord, words: wordsFlag},
	{name: "shareIpcWithHost", deny: opsIs, value: valueWord, words: wordsFlag},
	{name: "shareNetWithHost", deny: opsIs, value: valueWord, words: wordsFlag},
	{name: "allowPrivEscalation", deny: opsIs, value: valueWord, words: wordsTrue},
	{name: "pspCompliance", deny: opsIs, value: valueWord, words: wordsTrue},
	{name: "violatePssPolicy", deny: opsIs, value: valueWord, words: wordsLevel},
	{name: "resourceLimit", deny: opsNone, value: valueNone, sub: subResources},

	{name: criterionRiskyRole, deny: opsTags, value: valueWords, words: wordsRoles},
	{name: criterionCustomPath, valueType: "key", deny: opsKey, value: valueNone},
	{name: criterionCustomPath, valueType: "string", deny: opsText, value: valueWords},
	{name: criterionCustomPath, valueType: "number", deny: opsNumber, value: valueSigned},
	{name: criterionCustomPath, valueType: "boolean", deny: opsFlag, value: valueWord, words: wordsFlag},
}

var (
	subPublished = []admissionSpec{{name: "publishDays", deny: opsFrom, value: valueDays}}
	subCount     = []admissionSpec{{name: "count", deny: opsFrom, value: valueCount}}
	impliedCount = []subCriterion{{name: "count", op: opAtLeast, value: "1"}}
	subResources = []admissionSpec{
		{name: "cpuRequest", deny: opsLimit, value: valueCPU},
		{name: "cpuLimit", deny: opsLimit, value: valueCPU},
		{name: "memoryRequest", deny: opsLimit, value: valueMemory},
		{name: "memoryLimit", deny: opsLimit, value: valueMemory},
	}
)

// operators returns what the criterion has in a deny rule or in an exception, or nothing.
func (s admissionSpec) operators(deny bool) []string {
	if deny {
		return s.deny
	}
	return s.exception
}

// form returns the form of the value that stands behind an operator.
func (s admissionSpec) form(op string) valueForm {
	switch op {
	case opExist, opNotExist:
		return valueNone
	case opRegex, opNotRegex:
		return valueRegex
	}
	return s.value
}

// substance reports whether all that the criterion says is in its sub criteria.
func (s admissionSpec) substance() bool { return s.value == valueNone && len(s.sub) > 0 }
