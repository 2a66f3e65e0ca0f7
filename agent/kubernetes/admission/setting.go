package admission

import (
	"slices"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// The words of rules and of the admission state.
const (
	typeDeny    = policy.ActionDeny
	modeMonitor = "monitor"
	modeProtect = "protect"
	failIgnore  = "ignore"
)

// frame is all that decides what becomes of a deny rule, besides the rule itself.
type frame struct {
	mode       string // of rules that have none
	ignore     bool   // a workload is let in when its judgment fails
	by         string // whose rule it is, as the message says it
	exceptions *exceptions
}

// denials are the deny rules of one scope that are in force.
type denials struct {
	rules []events.AdmissionRule
	in    frame
}

// setting is a policy, sorted by what becomes of it.
type setting struct {
	federal, local denials
	rest           denials // what stands for the default action, if that is to deny
	short          []events.ObjectState
}

// settle sorts the admission rules of a policy. Exceptions are compiled again only when one of them changed.
func (c *Compiler) settle(federal, local *policy.State, master string) setting {
	var out setting
	state, whose := out.state(federal, local, master)
	ours, theirs := out.sort(federal, state, whose), out.sort(local, state, whose)
	if !state.Enable {
		return out
	}
	fed := compileExceptions(c.last.federal.in.exceptions, ours.exceptions)
	both := compileExceptions(c.last.local.in.exceptions, slices.Concat(ours.exceptions, theirs.exceptions))
	in := frame{mode: state.Mode, ignore: state.FailurePolicy == failIgnore}
	in.by, in.exceptions = ofMaster(master), fed
	out.federal = denials{rules: ours.denies, in: in}
	in.by, in.exceptions = "of this cluster", both
	out.local = denials{rules: theirs.denies, in: in}
	if state.DefaultAction == policy.ActionDeny {
		in.by = whose
		out.rest = denials{rules: []events.AdmissionRule{{ID: restID, RuleType: typeDeny}}, in: in}
	}
	out.short = append(out.short, both.short...)
	out.idleExceptions(both, ours.exceptions, len(out.federal.rules)+len(out.local.rules)+len(out.rest.rules))
	out.idleExceptions(both, theirs.exceptions, len(out.local.rules)+len(out.rest.rules))
	return out
}

// state returns the admission state that counts and whose it is. Where nobody wrote one, rules act as strictly as
// they can: a rule that nobody switched off is in force.
func (s *setting) state(federal, local *policy.State, master string) (state events.AdmissionState, whose string) {
	own, haveOwn := policy.Get[events.AdmissionState](local, state.About().Name)
	above, haveAbove := policy.Get[events.AdmissionState](federal, state.About().Name)
	switch {
	case haveAbove:
		if haveOwn {
			s.idle(own.About(), "the admission state of the federation counts in its place")
		}
		return above, ofMaster(master)
	case haveOwn:
		return own, "of this cluster"
	}
	return events.AdmissionState{Enable: true, Mode: modeProtect, DefaultAction: policy.ActionAllow, FailurePolicy: "fail"}, "of this cluster"
}

// ofMaster says whose the federal rules are.
func ofMaster(name string) string {
	if name == "" {
		return "of the federation"
	}
	return "of the federation's master " + name
}

// sorted are the rules of one scope that are in force.
type sorted struct{ denies, exceptions []events.AdmissionRule }

func (s *setting) sort(of *policy.State, state events.AdmissionState, whose string) sorted {
	var out sorted
	for rule := range policy.All[events.AdmissionRule](of) {
		switch {
		case rule.Disabled:
			s.idle(rule.About(), "the rule is disabled")
		case !state.Enable:
			s.idle(rule.About(), "the admission state "+whose+" switches admission control off")
		case rule.RuleType == typeDeny:
			out.denies = append(out.denies, rule)
		default:
			out.exceptions = append(out.exceptions, rule)
		}
	}
	return out
}

func (s *setting) idle(about events.About, reason string) {
	s.short = append(s.short, events.ObjectState{Object: about, State: events.Idle, Reason: reason})
}

// idleExceptions reports the exceptions that can be judged as such from so many deny rules, if there is none.
func (s *setting) idleExceptions(e *exceptions, of []events.AdmissionRule, denies int) {
	if denies > 0 {
		return
	}
	for _, rule := range of {
		if slices.Contains(e.abouts, rule.About()) {
			s.idle(rule.About(), "no deny rule is in force that it could be an exception from")
		}
	}
}
