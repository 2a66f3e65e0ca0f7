package policy

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

type admissionCriteria = []events.AdmissionCriterion

// sampleValues are a value of each form that is in normal form, and one that the form does not take.
var sampleValues = map[valueForm]struct{ good, bad string }{
	valueNone:   {good: ""},
	valueWord:   {bad: "perhaps"},
	valueWords:  {good: "b,a", bad: ","},
	valueRegex:  {good: "^(a|b)$", bad: "(["},
	valueNumber: {good: "7.5", bad: "-1"},
	valueSigned: {good: "-7.5", bad: "7.5m"},
	valueScore:  {good: "9.8", bad: "10.1"},
	valueDays:   {good: "0", bad: "1.5"},
	valueCount:  {good: "1", bad: "0"},
	valueCPU:    {good: "0.5", bad: "1Gi"},
	valueMemory: {good: "1048576", bad: "1Mb"},
}

// sample returns a criterion in normal form that says what the specification allows.
func (s admissionSpec) sample(op string) events.AdmissionCriterion {
	c := criterion(s.name, op, sampleValues[s.form(op)].good)
	if len(s.words) > 0 && s.form(op) == s.value {
		c.Value = s.words[0]
	}
	if s.name == criterionRiskyRole || s.name == criterionCustomPath {
		c.Type = s.name
	}
	if s.name == criterionCustomPath {
		c.Path, c.TemplateKind, c.ValueType = "item.spec.hostNetwork", templatePod, s.valueType
	}
	for _, sub := range s.implied {
		c.SubCriteria = append(c.SubCriteria, criterion(sub.name, sub.op, sub.value))
	}
	if s.substance() {
		c.SubCriteria = admissionCriteria{s.sub[0].sample(s.sub[0].deny[0])}
	}
	return c
}

var everyOperator = slices.Concat(opsNone, opsNumber, opsSet, opsUser, opsTags, []string{opContains, opPrefix, "<", "~"})

// Whatever the table says is taken, and kept as it is; any other operator and any other value is refused.
func TestNormalAdmissionCriteria_table(t *testing.T) {
	for _, spec := range admissionSpecs {
		for _, deny := range []bool{true, false} {
			t.Run(spec.name+spec.valueType+" deny "+strconv.FormatBool(deny), func(t *testing.T) {
				for _, op := range everyOperator {
					c := spec.sample(op)
					judgeOne(t, deny, c, slices.Contains(spec.operators(deny), op))
					if bad := sampleValues[spec.form(op)].bad; bad != "" {
						c.Value = bad
						judgeOne(t, deny, c, false)
					}
				}
			})
		}
	}
}

func TestNormalAdmissionCriteria_subTable(t *testing.T) {
	for _, spec := range admissionSpecs {
		for _, sub := range spec.sub {
			t.Run(spec.name+" "+sub.name, func(t *testing.T) {
				for _, op := range everyOperator {
					c := spec.sample(spec.deny[0])
					c.SubCriteria = admissionCriteria{sub.sample(op)}
					judgeOne(t, true, c, slices.Contains(sub.deny, op))
					c.SubCriteria[0].Value = sampleValues[sub.value].bad
					judgeOne(t, true, c, false)
				}
				if spec.exception != nil {
					c := spec.sample(spec.exception[0])
					c.SubCriteria = admissionCriteria{sub.sample(sub.deny[0])}
					judgeOne(t, false, c, false)
				}
			})
		}
	}
}

// judgeOne compares what becomes of a criterion with itself, or that it is refused.
func judgeOne(t *testing.T, deny bool, c events.AdmissionCriterion, good bool) {
	t.Helper()
	got, err := normalAdmissionCriteria(admissionCriteria{c}, deny)
	if good {
		verdict(t, nil, err, nil)
		same(t, got, admissionCriteria{c})
		return
	}
	if err == nil {
		t.Errorf("%+v was taken", c)
	}
}

// The table has every criterion of the reference once, and each of them for the rules that can have it.
func TestAdmissionSpecs(t *testing.T) {
	seen := map[string]bool{}
	var deny, exceptions int
	for _, s := range admissionSpecs {
		key := s.name + "/" + s.valueType
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if len(s.deny) == 0 {
			t.Errorf("%s is of no use in a deny rule", key)
		}
		deny++
		if len(s.exception) > 0 {
			exceptions++
		}
	}
	same(t, []int{deny, exceptions}, []int{40, 25})
	for form := valueNone; form <= valueMemory; form++ {
		if valueForms[form].normal == nil || valueForms[form].says == "" {
			t.Errorf("form %d is not known", form)
		}
	}
}

func TestNormalAdmissionCriteria_becomes(t *testing.T) {
	typed := func(kind, name, op, value, path, valueType string) events.AdmissionCriterion {
		return events.AdmissionCriterion{Type: kind, Name: name, Op: op, Value: value, Path: path, ValueType: valueType}
	}
	custom := func(op, value, path, valueType string) events.AdmissionCriterion {
		c := typed("customPath", "customPath", op, value, path, valueType)
		c.TemplateKind = "podTemplate"
		return c
	}
	image := "item.spec.containers[_].image"
	for name, tt := range map[string]struct {
		when, want events.AdmissionCriterion
	}{
		"path that is the name": {
			typed("", "image", "containsAny", "a", "image", "string"), criterion("image", "containsAny", "a"),
		},
		"list":  {criterion("image", "containsAny", " b, a,,b "), criterion("image", "containsAny", "b,a")},
		"blank": {criterion("runAsRoot", "=", " true\n"), criterion("runAsRoot", "=", "true")},
		"regular expression with a comma": {
			criterion("user", "regex", "^a{1,2}$"), criterion("user", "regex", "^a{1,2}$"),
		},
		"number": {criterion("cveHighCount", ">=", "005.50"), criterion("cveHighCount", ">=", "5.5")},
		"score without a count": {
			criterion("cveScoreCount", ">=", "9.0"), criterion("cveScoreCount", ">=", "9", criterion("count", ">=", "1")),
		},
		"score with a count": {
			criterion("cveScoreCount", ">=", "9", criterion("count", ">=", "3")),
			criterion("cveScoreCount", ">=", "9", criterion("count", ">=", "3")),
		},
		"resources": {
			criterion("resourceLimit", "", "ignored",
				typed("", "cpuLimit", ">", "500m", "cpuLimit", ""), criterion("memoryLimit", "<=", "1.5Gi")),
			criterion("resourceLimit", "", "", criterion("cpuLimit", ">", "0.5"), criterion("memoryLimit", "<=", "1610612736")),
		},
		"risky roles by name": {
			typed("", "saBindRiskyRole", "containsTagAny", "risky_role_create_pod", "saBindRiskyRole", "string"),
			typed("saBindRiskyRole", "saBindRiskyRole", "containsTagAny", "risky_role_create_pod", "", ""),
		},
		"risky roles by type": {
			typed("saBindRiskyRole", "", "containsTagAny", "risky_role_create_pod, risky_role_view_secret", "", ""),
			typed("saBindRiskyRole", "saBindRiskyRole", "containsTagAny", "risky_role_create_pod,risky_role_view_secret", "", ""),
		},
		"custom path by name": {
			typed("", "customPath", "containsAny", "a , b", image, "string"), custom("containsAny", "a,b", image, "string"),
		},
		"custom path named by its path": {
			typed("customPath", image, "exist", "x", "", "key"), custom("exist", "", image, "key"),
		},
		"custom path to the first elements": {
			typed("customPath", "", ">=", "1024", "item.spec.containers.0.ports.0.containerPort", "number"),
			custom(">=", "1024", "item.spec.containers[_].ports[_].containerPort", "number"),
		},
		"custom path to lists in lists": {
			typed("customPath", "", "notExist", "", "item.spec.a.0.0.b.0", "boolean"),
			custom("notExist", "", "item.spec.a[_][_].b[_]", "boolean"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := normalAdmissionCriteria(admissionCriteria{tt.when}, true)
			verdict(t, nil, err, nil)
			same(t, got, admissionCriteria{tt.want})
		})
	}
}

func TestNormalAdmissionCriteria_refuses(t *testing.T) {
	one := func(name, op, value string, sub ...events.AdmissionCriterion) admissionCriteria {
		return admissionCriteria{criterion(name, op, value, sub...)}
	}
	with := func(c events.AdmissionCriterion, change func(*events.AdmissionCriterion)) admissionCriteria {
		change(&c)
		return admissionCriteria{c}
	}
	setPath := func(path string) func(*events.AdmissionCriterion) {
		return func(c *events.AdmissionCriterion) { c.Path = path }
	}
	setType := func(valueType string) func(*events.AdmissionCriterion) {
		return func(c *events.AdmissionCriterion) { c.ValueType = valueType }
	}
	image, storage := one("image", "containsAny", "a"), one("storageClassName", "containsAny", "a")
	cpu, days := criterion("cpuLimit", ">", "1"), criterion("publishDays", ">=", "1")
	older := criterion("publishDays", ">=", "1", days)
	custom := events.AdmissionCriterion{
		Type: "customPath", Name: "customPath", Op: "exist", Path: "item.spec.hostNetwork", ValueType: "boolean",
	}
	for name, tt := range map[string]struct {
		when admissionCriteria
		want error
	}{
		"none":                     {want: ErrInvalid},
		"no name":                  {when: one("", "=", "a"), want: ErrInvalid},
		"letter case of a name":    {when: one("Image", "containsAny", "a"), want: ErrInvalid},
		"the same twice":           {when: append(image, one("image", "containsAny", "a,a")...), want: ErrInvalid},
		"another value":            {when: append(image, one("image", "containsAny", "b")...)},
		"other sub criteria":       {when: append(one("cveHighCount", ">=", "1"), one("cveHighCount", ">=", "1", days)...)},
		"the same sub twice":       {when: one("resourceLimit", "", "", cpu, criterion("cpuLimit", ">", "1000m")), want: ErrInvalid},
		"sub of a list":            {when: one("image", "containsAny", "a", days), want: ErrInvalid},
		"sub of a sub":             {when: one("cveHighCount", ">=", "1", older), want: ErrInvalid},
		"sub criterion alone":      {when: admissionCriteria{cpu}, want: ErrInvalid},
		"storage class alone":      {when: storage},
		"storage class, namespace": {when: append(one("namespace", "containsAny", "a"), storage...)},
		"storage class, image":     {when: append(storage, image...), want: ErrInvalid},
		"empty regular expression": {when: one("user", "regex", " "), want: ErrInvalid},
		"long regular expression":  {when: one("user", "regex", strings.Repeat("a", MaxCriterionLen+1)), want: ErrInvalid},
		"path of another":          {when: with(image[0], setPath("labels")), want: ErrInvalid},
		"type of another":          {when: with(image[0], func(c *events.AdmissionCriterion) { c.Type = "image" }), want: ErrInvalid},
		"unknown role":             {when: one("saBindRiskyRole", "containsTagAny", "risky_role_create_pod,root"), want: ErrInvalid},
		"text too long":            {when: one("image", "containsAny", strings.Repeat("a", 4097)), want: ErrTooLarge},
		"text not UTF-8":           {when: one("image", "containsAny", "\xff"), want: ErrInvalid},
		"too many":                 {when: slices.Repeat(image, 65), want: ErrTooLarge},
		"too many subs":            {when: one("resourceLimit", "", "", slices.Repeat(image, 65)...), want: ErrTooLarge},
		"custom path":              {when: admissionCriteria{custom}},
		"no value type":            {when: with(custom, setType("")), want: ErrInvalid},
		"unknown value type":       {when: with(custom, setType("list")), want: ErrInvalid},
		"operator of another type": {when: with(custom, func(c *events.AdmissionCriterion) { c.Op = ">=" }), want: ErrInvalid},
		"unknown template":         {when: with(custom, func(c *events.AdmissionCriterion) { c.TemplateKind = "a" }), want: ErrInvalid},
		"path without a root":      {when: with(custom, setPath("spec.hostNetwork")), want: ErrInvalid},
		"path of the root":         {when: with(custom, setPath("item")), want: ErrInvalid},
		"path to no step":          {when: with(custom, setPath("item..a")), want: ErrInvalid},
		"path to one element":      {when: with(custom, setPath("item.spec.containers.1.image")), want: ErrInvalid},
		"path with code in it":     {when: with(custom, setPath("item.a }\nallow { true")), want: ErrInvalid},
		"path that grows too long": {when: with(custom, setPath("item.a"+strings.Repeat(".0", 2000))), want: ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := normalAdmissionCriteria(tt.when, true)
			verdict(t, nil, err, tt.want)
		})
	}
}

func TestAmount_normal(t *testing.T) {
	for _, tt := range []struct {
		form       valueForm
		text, want string // "": refused
	}{
		{valueNumber, "0", "0"},
		{valueNumber, "-0", "0"},
		{valueNumber, "5", "5"},
		{valueNumber, "100", "100"},
		{valueNumber, "0.10", "0.1"},
		{valueNumber, "1000000000000000000", "1000000000000000000"},
		{valueNumber, "1000000000000000001", ""},
		{valueNumber, "-0.1", ""},
		{valueNumber, "", ""},
		{valueNumber, ".5", ""},
		{valueNumber, "5.", ""},
		{valueNumber, "+5", ""},
		{valueNumber, "1e3", ""},
		{valueNumber, "1/2", ""},
		{valueNumber, "0x10", ""},
		{valueNumber, "NaN", ""},
		{valueNumber, "1_000", ""},
		{valueNumber, "0.1234567891", ""},
		{valueNumber, "٣", ""},
		{valueSigned, "-5", "-5"},
		{valueSigned, "-0.50", "-0.5"},
		{valueScore, "10.0", "10"},
		{valueScore, "10.000000001", ""},
		{valueDays, "30.0", "30"},
		{valueDays, "-1", ""},
		{valueCount, "0", ""},
		{valueCPU, "2", "2"},
		{valueCPU, "0.5", "0.5"},
		{valueCPU, "500m", "0.5"},
		{valueCPU, "1m", "0.001"},
		{valueCPU, "0.0000001m", "0"},
		{valueCPU, "500", "500"},
		{valueCPU, "-1", ""},
		{valueCPU, "500M", ""},
		{valueMemory, "1048576", "1048576"},
		{valueMemory, "1Ki", "1024"},
		{valueMemory, "100Mi", "104857600"},
		{valueMemory, "1G", "1000000000"},
		{valueMemory, "1.5Gi", "1610612736"},
		{valueMemory, "1E", "1000000000000000000"},
		{valueMemory, "1Ei", ""},
		{valueMemory, "999999999999E", ""},
		{valueMemory, "100 Mi", ""},
		{valueMemory, "100mi", ""},
		{valueMemory, "1K", ""},
		{valueMemory, "500m", ""},
		{valueMemory, "Mi", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, good := valueForms[tt.form].normal(tt.text, nil)
			same(t, got, tt.want)
			same(t, good, tt.want != "")
		})
	}
}
