package neuvector

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// hung is a network rule that can be told.
type hung struct {
	rule    events.NetworkRule
	name    string
	on      end
	peer    end
	ingress bool
}

// networkRules takes the network rules of all scopes, in their order.
func (p *planner) networkRules() {
	var all []hung
	for _, s := range p.scopes {
		for r := range policy.All[events.NetworkRule](s) {
			h, why := p.hang(r)
			switch {
			case r.Disabled:
				p.set(r.About(), events.Idle, disabled)
			case why != "":
				p.set(r.About(), events.Unsupported, why)
			default:
				h.name = sign(ruleName(s, r.ID), r.Comment)
				all = append(all, h)
			}
		}
	}
	places := placesOf(all)
	full := slices.ContainsFunc(places, func(place uint32) bool { return place > highest })
	for i, h := range all {
		if full && places[i] >= highest {
			p.lacks(h.rule.About(), noOrder)
		}
		p.put(h, highest-min(places[i], highest))
	}
}

// ends returns where a rule leads from and to.
func (h hung) ends() (from, to end) {
	if h.ingress {
		return h.peer, h.on
	}
	return h.on, h.peer
}

// hang finds out on which of its ends a rule hangs: on the one that it leads to, if it can.
func (p *planner) hang(r events.NetworkRule) (hung, string) {
	from, to := p.end(r.From), p.end(r.To)
	if why := cmp.Or(from.why, to.why); why != "" {
		return hung{}, why
	}
	in, out := hung{rule: r, on: to, peer: from, ingress: true}, hung{rule: r, on: from, peer: to}
	switch {
	case to.resource != "" && !to.spare:
		return in, ""
	case from.resource != "" && !from.spare:
		return out, ""
	case to.resource != "":
		return in, ""
	case from.resource != "":
		return out, ""
	}
	return hung{}, fmt.Sprintf("neither %q nor %q can be what a resource is for: %s", r.From, r.To, noNodes)
}

// put writes a rule to the end that it hangs on.
func (p *planner) put(h hung, priority uint32) {
	at := p.at(h.on)
	at.needed = append(at.needed, h.rule.About())
	rule := networkRule{
		Name: h.name, Selector: h.peer.selector, Action: h.rule.Action, Applications: list(h.rule.Applications), Ports: h.rule.Ports, Priority: priority,
	}
	if h.ingress {
		at.spec.Ingress = append(at.spec.Ingress, rule)
	} else {
		at.spec.Egress = append(at.spec.Egress, rule)
	}
}
