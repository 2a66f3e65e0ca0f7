package neuvector

import (
	"slices"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// admissionName is the name of the only resource with admission rules that NeuVector takes.
const admissionName = "local"

// The words of admission rules and of the admission state.
const (
	typeDeny   = policy.ActionDeny
	modeStrict = "protect"
	failIgnore = "ignore"
)

// containerWords are all containers of a workload. A resource without them would mean the ordinary ones only.
var containerWords = []string{"containers", "init_containers", "ephemeral_containers"}

// admissionOrder is why an exception of the cluster's own is not written.
const admissionOrder = "NeuVector tries every exception in its resource before every deny rule, so it would also let in what a " +
	"federated deny rule refuses; make it an exception of the federation, or one in NeuVector itself"

// admission takes the admission rules of both scopes and the state that counts.
func (p *planner) admission(federal, local *policy.State) {
	state, needed := p.admissionState(federal, local)
	spec := admissionSpec{
		Config: admissionConfig{Enable: state.Enable, Mode: state.Mode, ClientMode: "service"}, Rules: []admissionRule{},
	}
	denies := false // of the federation
	for _, s := range p.scopes {
		for r := range policy.All[events.AdmissionRule](s) {
			if s == local && r.RuleType != typeDeny && denies && !r.Disabled {
				p.set(r.About(), events.Unsupported, admissionOrder)
				continue
			}
			denies = denies || s == federal && r.RuleType == typeDeny && !r.Disabled
			switch {
			case r.Disabled:
				p.set(r.About(), events.Idle, disabled)
			case !state.Enable:
				p.set(r.About(), events.Idle, "the admission state switches admission control off")
			}
			spec.Rules = append(spec.Rules, admissionRuleOf(r, ruleName(s, r.ID)))
			needed = append(needed, r.About())
		}
	}
	if len(needed) > 0 {
		p.add(kindAdmission, admissionName, spec, needed)
	}
}

func admissionRuleOf(r events.AdmissionRule, name string) admissionRule {
	out := admissionRule{
		Action: r.RuleType, Comment: sign(name, r.Comment), Containers: r.Containers, Criteria: list(r.Criteria), Disabled: r.Disabled, RuleMode: r.RuleMode,
	}
	if out.Action != typeDeny {
		out.Action = policy.ActionAllow
	}
	if len(out.Containers) == 0 {
		out.Containers = slices.Clone(containerWords)
	}
	return out
}

// admissionState returns the admission state that counts, and that object if there is one. Where nobody wrote one,
// rules act as strictly as they can: a rule that nobody switched off is in force.
func (p *planner) admissionState(federal, local *policy.State) (events.AdmissionState, []events.About) {
	for _, s := range []*policy.State{federal, local} {
		a, is := policy.Get[events.AdmissionState](s, events.AdmissionState{}.About().Name)
		if !is {
			continue
		}
		if a.Enable && a.DefaultAction == policy.ActionDeny {
			p.lacks(a.About(), "a resource cannot have workloads refused that no rule meets; write a deny rule for them")
		}
		if a.Enable && a.FailurePolicy != failIgnore {
			p.lacks(a.About(), "with a resource NeuVector lets workloads in while it cannot be asked; set its failure policy in NeuVector")
		}
		return a, []events.About{a.About()}
	}
	return events.AdmissionState{Enable: true, Mode: modeStrict}, nil
}
