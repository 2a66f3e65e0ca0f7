package admission

// variable is a named expression of a policy. It is evaluated when another one first asks for it, and never if none
// does.
type variable struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

// needs are the variables that an expression speaks of.
type needs uint

const (
	needImage needs = 1 << iota // not a variable: the name of the container's image, in whole
	needLabels
	needAnnotations
	needChild
	needHostPaths
	needAccount
	needBaseline
	needRestricted
	needKinds
)

// template returns the expression for the template of an object's pods: a pod is its own.
func template(object string) string {
	return `request.kind.kind in ["Pod", "PersistentVolumeClaim"] ? dyn(` + object + `) : ` +
		`request.kind.kind == "CronJob" ? dyn(` + object + `).spec.jobTemplate.spec.template : dyn(` + object + `).spec.template`
}

// byController is a request of Kubernetes itself for an object that stands for a part of another one.
const byController = `(request.userInfo.username == "system:kube-controller-manager" || ` +
	`request.userInfo.username.startsWith("system:serviceaccount:kube-system:")) && ` +
	`dyn(object).metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))`

// variables are those that policies have in common, in the order in which they build on each other.
var variables = []struct {
	of needs // 0: every policy has it
	variable
}{
	{0, variable{"template", template("object")}},
	{0, variable{"before", template("oldObject")}},
	{0, variable{"spec", `variables.template.spec`}},
	{needLabels, variable{"labels", `variables.template.?metadata.?labels.orValue({})`}},
	{needAnnotations, variable{"annotations", `variables.template.?metadata.?annotations.orValue({})`}},
	{needChild, variable{"child", byController}},
	{needHostPaths, variable{"hostPaths", `variables.spec.?volumes.orValue([]).filter(v, has(v.hostPath))`}},
	{needAccount, variable{"account", `variables.spec.?serviceAccountName.orValue("default")`}},
	{needBaseline | needRestricted, variable{"baseline", anyOf(baselinePod)}},
	{needRestricted, variable{"restricted", anyOf(restrictedPod)}},
	{needKinds, variable{"initNames", `variables.spec.?initContainers.orValue([]).map(c, c.name)`}},
	{needKinds, variable{"ephemeralNames", `variables.spec.?ephemeralContainers.orValue([]).map(c, c.name)`}},
}

// shared returns the variables that policies have in common and that expressions with such needs speak of.
func (n needs) shared() []variable {
	var out []variable
	for _, v := range variables {
		if v.of == 0 || v.of&n != 0 {
			out = append(out, v.variable)
		}
	}
	return out
}

// changed returns the expression for a request that changes what is judged. Others pass: a controller must be able to
// scale down, or to take its mark off, what was there before the rule.
func (n needs) changed() string {
	out := []string{`request.operation != "UPDATE"`, `variables.template.spec != variables.before.spec`}
	if n&needLabels != 0 {
		out = append(out, `variables.labels != variables.before.?metadata.?labels.orValue({})`)
	}
	if n&needAnnotations != 0 {
		out = append(out, `variables.annotations != variables.before.?metadata.?annotations.orValue({})`)
	}
	return anyOf(out)
}

// The words of rules for kinds of containers.
const (
	wordContainers = "containers"
	wordInit       = "init_containers"
	wordEphemeral  = "ephemeral_containers"
)

// ofKind returns what the words of a rule say of the container c; nothing if they say nothing.
func ofKind(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	var out []string
	for _, word := range words {
		switch word {
		case wordContainers:
			out = append(out, `!(c.name in variables.initNames || c.name in variables.ephemeralNames)`)
		case wordInit:
			out = append(out, `c.name in variables.initNames`)
		case wordEphemeral:
			out = append(out, `c.name in variables.ephemeralNames`)
		}
	}
	return []string{anyOf(out)}
}
