package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

// admissionJudge judges the criteria of one rule, or the sub criteria of one of them.
type admissionJudge struct {
	deny  bool // what the rule does
	specs []admissionSpec
	of    string // the criterion that they are sub criteria of, or ""
}

// normalAdmissionCriteria judges the criteria of a rule and puts them into normal form.
func normalAdmissionCriteria(criteria []events.AdmissionCriterion, deny bool) ([]events.AdmissionCriterion, error) {
	if len(criteria) == 0 {
		return nil, fmt.Errorf("%w: a rule must have at least one criterion", ErrInvalid)
	}
	j := admissionJudge{deny: deny, specs: admissionSpecs}
	out, err := j.all(criteria)
	if err != nil {
		return nil, err
	}
	return out, checkCompany(out)
}

// all returns the criteria in normal form, in their order.
func (j admissionJudge) all(criteria []events.AdmissionCriterion) ([]events.AdmissionCriterion, error) {
	if most := admissionKind.limits.parts; len(criteria) > most {
		return nil, fmt.Errorf("%w: %d %s; there are at most %d", ErrTooLarge, len(criteria), j.word("criteria"), most)
	}
	var out []events.AdmissionCriterion
	for _, c := range criteria {
		c, err := j.one(c)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(o events.AdmissionCriterion) bool { return sameCriterion(o, c) }) {
			return nil, fmt.Errorf("%w: the %s %q is there twice with the same operator and value; leave one out",
				ErrInvalid, j.word("criterion"), c.Name)
		}
		out = append(out, c)
	}
	return out, nil
}

func (j admissionJudge) one(c events.AdmissionCriterion) (events.AdmissionCriterion, error) {
	if err := checkTexts(c.Name, c.Op, c.Value, c.Type, c.TemplateKind, c.Path, c.ValueType); err != nil {
		return c, err
	}
	c, err := plainCriterion(c)
	if err != nil {
		return c, err
	}
	spec, err := j.spec(c)
	if err != nil {
		return c, err
	}
	if ops := spec.operators(j.deny); !slices.Contains(ops, c.Op) {
		return c, fmt.Errorf("%w: Invalid criterion operator: %s; for %q %s", ErrInvalid, c.Op, c.Name, useOne(ops))
	}
	value, form := c.Value, spec.form(c.Op)
	normal, known := valueForms[form].normal(strings.TrimSpace(value), spec.words)
	if !known {
		return c, fmt.Errorf("%w: Invalid criterion value: %s; for %q write %s",
			ErrInvalid, value, c.Name, form.takes(spec.words))
	}
	c.Value = normal
	c.SubCriteria, err = j.subs(spec, c.SubCriteria)
	return c, err
}

// spec returns what c may say.
func (j admissionJudge) spec(c events.AdmissionCriterion) (admissionSpec, error) {
	var names, valueTypes []string
	for _, s := range j.specs {
		if len(s.operators(j.deny)) == 0 {
			continue
		}
		switch {
		case s.name == c.Name && s.valueType == c.ValueType:
			return s, nil
		case s.name == c.Name:
			valueTypes = append(valueTypes, s.valueType)
		case !slices.Contains(names, s.name):
			names = append(names, s.name)
		}
	}
	switch {
	case len(valueTypes) > 0:
		return admissionSpec{}, fmt.Errorf("%w: criterion value_type %q; for a custom path %s",
			ErrInvalid, c.ValueType, useOne(valueTypes))
	case j.of != "" && len(names) == 0:
		return admissionSpec{}, fmt.Errorf("%w: Unsupported criterion name: %s; the criterion %q has no sub criteria in %s",
			ErrInvalid, c.Name, j.of, j.rule())
	case j.of != "":
		return admissionSpec{}, fmt.Errorf("%w: Unsupported criterion name: %s; as a sub criterion of %q %s",
			ErrInvalid, c.Name, j.of, useOne(names))
	}
	return admissionSpec{}, fmt.Errorf("%w: Unsupported criterion name: %s; for %s %s",
		ErrInvalid, c.Name, j.rule(), useOne(names))
}

// subs returns the sub criteria of a criterion in normal form.
func (j admissionJudge) subs(spec admissionSpec, subs []events.AdmissionCriterion) ([]events.AdmissionCriterion, error) {
	if len(subs) == 0 {
		if spec.substance() {
			return nil, fmt.Errorf("%w: criterion %q needs at least one sub criterion", ErrInvalid, spec.name)
		}
		for _, s := range spec.implied {
			subs = append(subs, events.AdmissionCriterion{Name: s.name, Op: s.op, Value: s.value})
		}
	}
	return admissionJudge{deny: j.deny, specs: spec.sub, of: spec.name}.all(subs)
}

func (j admissionJudge) rule() string {
	if j.deny {
		return "a deny rule"
	}
	return "an exception"
}

func (j admissionJudge) word(word string) string {
	if j.of != "" {
		return "sub " + word
	}
	return word
}

// plainCriterion returns c without what says nothing, since clients repeat the name as the path and call every
// value a string, and with the type and the path of one that has them.
func plainCriterion(c events.AdmissionCriterion) (events.AdmissionCriterion, error) {
	if c.Type == "" && (c.Name == criterionCustomPath || c.Name == criterionRiskyRole) {
		c.Type = c.Name
	}
	name := c.Name
	switch c.Type {
	case criterionCustomPath: // NeuVector's console sends its path as its name
		if c.Path == "" {
			c.Path = name
		}
		c.Name = c.Type
		return customPath(c)
	case criterionRiskyRole:
		c.Name = c.Type
	case "":
	default:
		return c, fmt.Errorf("%w: criterion type %q; use %s or %s, or leave it out",
			ErrInvalid, c.Type, criterionCustomPath, criterionRiskyRole)
	}
	if c.Path != "" && c.Path != name && c.Path != c.Name {
		return c, fmt.Errorf("%w: criterion %q has the path %q; only criteria of type %s have one",
			ErrInvalid, c.Name, c.Path, criterionCustomPath)
	}
	c.Path, c.ValueType, c.TemplateKind = "", "", ""
	return c, nil
}

// checkTexts judges the texts of a criterion by themselves.
func checkTexts(texts ...string) error {
	most := admissionKind.limits.text
	for _, text := range texts {
		switch {
		case len(text) > most:
			return fmt.Errorf("%w: a text of %d bytes in a criterion; at most %d are kept", ErrTooLarge, len(text), most)
		case !utf8.ValidString(text):
			return fmt.Errorf("%w: a text in a criterion is not valid UTF-8", ErrInvalid)
		}
	}
	return nil
}

// checkCompany judges which criteria stand beside each other.
func checkCompany(criteria []events.AdmissionCriterion) error {
	for _, s := range admissionSpecs {
		named := func(c events.AdmissionCriterion) bool { return c.Name == s.name }
		if s.only == "" || !slices.ContainsFunc(criteria, named) {
			continue
		}
		for _, c := range criteria {
			if c.Name != s.name && c.Name != s.only {
				return fmt.Errorf("%w: the %s criteria can only be used in conjunction with %s criteria. Criterion name: %s; "+
					"make two rules", ErrInvalid, s.name, s.only, c.Name)
			}
		}
	}
	return nil
}

func sameCriterion(a, b events.AdmissionCriterion) bool {
	return a.Name == b.Name && a.Op == b.Op && a.Value == b.Value && a.Path == b.Path && a.ValueType == b.ValueType &&
		slices.EqualFunc(a.SubCriteria, b.SubCriteria, sameCriterion)
}

// useOne completes a sentence with the words that are possible.
func useOne(words []string) string {
	switch {
	case len(words) == 1 && words[0] == "":
		return "leave it out"
	case len(words) == 1:
		return "use " + words[0]
	}
	return "use one of " + strings.Join(words, ", ")
}
