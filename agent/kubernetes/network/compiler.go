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
	for _, s := range list {
		p := places.next(s)
		if p.none == "" {
			s.write(p.level, s.allows() && s.from.workloads && places.confined[s.from])
			plan.Objects = append(plan.Objects, s.objects...)
		}
		if state, short := verdict(s, p, cluster.Plugin); short {
			plan.Short = append(plan.Short, state)
		}
	}
	for _, s := range []*policy.State{federal, local} {
		plan.Short = append(plan.Short, thresholds(s)...)
	}
	return plan
}

// read returns the enabled rules in the order in which they apply.
func (c *Compiler) read(federal, local *policy.State, cluster Cluster) []*sentence {
	now := c.lookout.look(cluster)
	kind, _ := cluster.tier()
	c.ends.begin()
	out := make([]*sentence, 0, len(c.sentences))
	kept := make(map[number]*sentence, len(c.sentences))
	for _, state := range []*policy.State{federal, local} {
		if state == nil {
			continue
		}
		for rule := range policy.All[events.NetworkRule](state) {
			if rule.Disabled {
				continue
			}
			at := number{state.Scope(), rule.ID}
			m := meaning{rule: rule, kind: kind, from: c.ends.end(state, rule.From, now), to: c.ends.end(state, rule.To, now)}
			s, known := c.sentences[at]
			if !known || !s.same(m) {
				s = read(m)
			}
			kept[at] = s
			out = append(out, s)
		}
	}
	c.sentences = kept
	c.depends = c.ends.finish()
	return out
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
