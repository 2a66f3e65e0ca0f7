package network

import (
	"slices"
	"strings"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Compiler makes plans. It keeps what it made, so that the next plan costs only what has changed. The zero value is
// ready. It is not safe for use by several goroutines.
type Compiler struct {
	lookout   lookout
	ends      resolver
	sentences map[number]*sentence
	list      []*sentence // of the last plan, in order
	kind      apply.Kind  // of its ordered rules
	depends   Depends
}

// number is whose rule it is, and which.
type number struct {
	scope policy.Scope
	id    uint32
}

// DependsOn returns which changes of the cluster may change the plan that was made last.
func (c *Compiler) DependsOn() Depends { return c.depends }

// Plan returns what the network rules of a policy become in a cluster, and what of them does not become so. Either
// policy may be nil. The objects share their specs with later plans and must not be changed.
func (c *Compiler) Plan(federal, local *policy.State, cluster Cluster) apply.Plan {
	list := c.read(federal, local, cluster)
	plan := apply.Plan{Objects: make([]apply.Object, 0, 2*len(list))}
	places := newOrder(list)
	var guard []apply.Object
	for _, s := range list {
		p := places.next(s)
		if p.none == "" {
			s.write(p.level, s.allows() && s.from.workloads && places.confined[s.from])
			for _, o := range s.objects {
				if o.Namespace == "" || o.Namespace != cluster.Own {
					plan.Objects = append(plan.Objects, o)
				}
			}
			if p.level == 0 && len(s.objects) > 0 && cluster.Own != "" && guard == nil {
				guard = tierOf(s.kind).guard(s.rule, cluster.Own)
			}
		}
		if state, short := verdict(s, p, cluster.Plugin); short {
			plan.Short = append(plan.Short, state)
		}
	}
	plan.Objects = append(plan.Objects, guard...)
	for _, s := range []*policy.State{federal, local} {
		plan.Short = append(plan.Short, thresholds(s)...)
	}
	return plan
}

// read returns the enabled rules in the order in which they apply. Of a policy in which little has changed, little is
// looked at: while every name stands for what it stood for, a rule that is where it was means what it meant.
func (c *Compiler) read(federal, local *policy.State, cluster Cluster) []*sentence {
	now := c.lookout.look(cluster)
	kind, _ := cluster.tier()
	states := []*policy.State{federal, local}
	steady := kind == c.kind && c.ends.steady(states, now)
	c.ends.begin(steady)
	out := make([]*sentence, 0, len(c.list))
	for _, state := range states {
		if state == nil {
			continue
		}
		for o, version := range state.Versions(events.ObjectNetworkRule) {
			if i := len(out); steady && i < len(c.list) && c.list[i].version == version {
				out = append(out, c.list[i])
				continue
			}
			if rule, ok := o.(events.NetworkRule); ok && !rule.Disabled {
				m := meaning{rule: rule, kind: kind, from: c.ends.end(state, rule.From, now), to: c.ends.end(state, rule.To, now)}
				s := c.sentence(number{state.Scope(), rule.ID}, m)
				s.version = version
				out = append(out, s)
			}
		}
	}
	c.list, c.kind = out, kind
	c.forget()
	c.depends = c.ends.finish()
	return out
}

// sentence returns what Kubernetes can make of a rule: what was made of it last, if it means the same.
func (c *Compiler) sentence(of number, m meaning) *sentence {
	if s := c.sentences[of]; s != nil && s.same(m) {
		return s
	}
	s := read(m)
	s.number = of
	if c.sentences == nil {
		c.sentences = map[number]*sentence{}
	}
	c.sentences[of] = s
	return s
}

// forget forgets the sentences of rules that are gone.
func (c *Compiler) forget() {
	if len(c.sentences) == len(c.list) {
		return
	}
	clear(c.sentences)
	for _, s := range c.list {
		c.sentences[s.number] = s
	}
}

// verdict says how far a rule is in force once its objects are; false: wholly.
func verdict(s *sentence, p place, plugin string) (events.ObjectState, bool) {
	out := events.ObjectState{Object: s.rule.About()}
	gaps := slices.Concat(s.gaps, p.gaps)
	if plugin == "" {
		gaps = append(gaps, "no network plugin that enforces NetworkPolicy was recognized; name it with --network-plugin")
	}
	switch {
	case s.none != "" || p.none != "":
		out.State, out.Reason = events.Unsupported, firstOf(s.none, p.none)
	case s.idle != "":
		out.State, out.Reason = events.Idle, s.idle
	case len(gaps) > 0:
		out.State, out.Reason = events.Partial, strings.Join(gaps, "; ")
	default:
		return out, false
	}
	return out, true
}

// thresholds returns what groups ask that no network rule does.
func thresholds(s *policy.State) []events.ObjectState {
	if s == nil {
		return nil
	}
	var out []events.ObjectState
	for g := range policy.All[events.Group](s) {
		if g.MonitorMetric || g.SessionCurrent > 0 || g.SessionRate > 0 || g.GroupBandWidth > 0 {
			out = append(out, events.ObjectState{
				Object: g.About(), State: events.Partial,
				Reason: "Kubernetes does not measure the traffic of a group: its monitor_metric, group_sess_cur, group_sess_rate and group_band_width have no effect",
			})
		}
	}
	return out
}
