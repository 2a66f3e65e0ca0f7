package admission

import (
	"slices"
	"strconv"

	"github.com/fedhub/fedhub/events"
)

// exceptions are rules that let in what deny rules would refuse.
type exceptions struct {
	rules  []events.AdmissionRule
	made   []judgment     // of those that can be judged
	abouts []events.About // of the same
	needs  needs
	short  []events.ObjectState
}

// compileExceptions compiles rules, unless they are those of old.
func compileExceptions(old *exceptions, rules []events.AdmissionRule) *exceptions {
	if old != nil && slices.EqualFunc(old.rules, rules, sameRule) {
		return old
	}
	out := &exceptions{rules: rules}
	for _, rule := range rules {
		j, err := judge(rule)
		if err != nil {
			out.short = append(out.short, events.ObjectState{Object: rule.About(), State: events.Unsupported, Reason: err.Error()})
			continue
		}
		out.made = append(out.made, j)
		out.abouts = append(out.abouts, rule.About())
		out.needs |= j.needs
	}
	return out
}

// after appends to the variables of a policy what each exception leaves of the list that they begin with: what the
// deny rule meets. It returns the name of the last one.
func (e *exceptions) after(vars []variable, first string) ([]variable, string) {
	last := first
	for _, j := range e.made {
		name := "after_" + strconv.FormatUint(uint64(j.id), 10)
		vars = append(vars, variable{name, j.without("variables." + last)})
		last = name
	}
	return vars, last
}
