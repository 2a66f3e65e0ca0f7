package network

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// meaning is a rule with all that it depends on besides the other rules.
type meaning struct {
	rule     events.NetworkRule
	from, to *end
	kind     apply.Kind // of the ordered rules; empty: the cluster has none
}

func (m meaning) same(o meaning) bool {
	return m.from == o.from && m.to == o.to && m.kind == o.kind && m.rule.ID == o.rule.ID &&
		m.rule.From == o.rule.From && m.rule.To == o.rule.To &&
		m.rule.Action == o.rule.Action && m.rule.Ports == o.rule.Ports &&
		slices.Equal(m.rule.Applications, o.rule.Applications)
}

// sentence is a rule that is enabled, and what Kubernetes can make of it.
type sentence struct {
	meaning
	ports []policy.PortRange
	icmp  bool         // it is about ICMP, too
	pins  requirements // of both ends
	none  string       // why it is not enforced at all
	idle  string       // why there is nothing to enforce
	gaps  []string     // what of it is not enforced
	wide  bool         // allows more than it says

	number  number
	version policy.Version // of the rule
	written                // what it became last
}

// written are the objects of a sentence, at its place among the others.
type written struct {
	level   int  // in the tier of ordered rules; -1: it is not there
	out     bool // its source is let out by it, too
	objects []apply.Object
}

const noLevel = -1

// read says what Kubernetes can make of a rule.
func read(m meaning) *sentence {
	s := &sentence{meaning: m, written: written{level: noLevel - 1}}
	var icmp bool
	s.ports, icmp = portsOf(m.rule.Ports)
	s.icmp = icmp || everyPort(s.ports)
	s.pins = pairPins(m.from, m.to)
	s.idle = firstOf(m.from.idle, m.to.idle)
	s.none = firstOf(m.from.none, m.to.none, m.to.noTarget, s.unsayable())
	s.gaps = slices.Concat(m.from.gaps, m.to.gaps)
	if icmp {
		s.miss(len(s.ports) == 0, "Kubernetes has no word for ICMP; use the ports any to have it included")
	}
	if m.rule.Action == policy.ActionAllow {
		s.gaps = slices.Concat(s.gaps, m.from.leaks, m.to.leaks)
	}
	s.readNames()
	s.readApplications()
	return s
}

// miss notes that a part of the rule, or all of it, is not enforced.
func (s *sentence) miss(all bool, reason string) {
	switch {
	case !all:
		s.gaps = append(s.gaps, reason)
	case s.none == "":
		s.none = reason
	}
}

// unsayable returns why no object says what the rule says; "": one does.
func (s *sentence) unsayable() string {
	switch deny := s.rule.Action == policy.ActionDeny; {
	case !s.from.workloads && !s.to.workloads:
		return "neither end is a group of workloads: Kubernetes can enforce a rule only at pods"
	case deny && s.kind == (apply.Kind{}):
		return "a NetworkPolicy cannot deny; a network plugin with ClusterNetworkPolicy can"
	case deny && !s.from.workloads:
		return fmt.Sprintf("a %s cannot deny what comes from addresses; allow what is to come in, and the rest is denied", s.kind.Kind)
	}
	return ""
}

// readNames takes the domain names of the ends.
func (s *sentence) readNames() {
	if len(s.from.domains) > 0 {
		s.miss(len(s.from.blocks) == 0, "where a connection comes from cannot be told by a domain name: "+some(s.from.domains))
	}
	names := s.to.domains
	if len(names) == 0 {
		return
	}
	alone := len(s.to.blocks) == 0
	switch {
	case s.kind != ClusterNetworkPolicy:
		s.miss(alone, fmt.Sprintf("domain names (%s) need a network plugin with ClusterNetworkPolicy", some(names)))
	case s.rule.Action == policy.ActionDeny:
		s.miss(alone, "a ClusterNetworkPolicy can allow domain names and not deny them: "+some(names))
	default:
		if lost := without(names, sayable(names)); len(lost) > 0 {
			s.miss(alone && len(lost) == len(names), "a ClusterNetworkPolicy does not take these domain names: "+some(lost))
		}
	}
}

func (s *sentence) readApplications() {
	if len(s.rule.Applications) == 0 || slices.Contains(s.rule.Applications, "any") {
		return
	}
	names := some(slices.Clone(s.rule.Applications))
	if s.rule.Action == policy.ActionDeny {
		s.miss(true, fmt.Sprintf("Kubernetes knows ports and no applications (%s); deny their ports, with the application any", names))
		return
	}
	s.wide = true
	s.miss(false, fmt.Sprintf("Kubernetes knows ports and no applications: on these ports other traffic than %s is allowed, too", names))
}

// ordered reports whether the rule stands among the ordered ones.
func (s *sentence) ordered() bool {
	return s.enforced() && s.kind != (apply.Kind{}) && s.from.workloads
}

// enforced reports whether there is something that enforces the rule, or a part of it.
func (s *sentence) enforced() bool { return s.none == "" && s.idle == "" }

func (s *sentence) allows() bool { return s.rule.Action == policy.ActionAllow }

// confines reports whether the rule keeps the pods of its source from all but what rules allow.
func (s *sentence) confines() bool { return s.allows() && s.enforced() && !s.to.workloads }

// write makes the objects for a place among the other rules.
func (s *sentence) write(level int, out bool) {
	if s.level == level && s.out == out {
		return
	}
	s.written = written{level: level, out: out}
	if !s.enforced() {
		return
	}
	if s.allows() && s.to.workloads {
		s.objects = append(s.objects, ingress(s.rule, s.from, s.to, s.ports)...)
	}
	if s.allows() && out {
		s.objects = append(s.objects, egress(s.rule, s.from, s.to, s.ports)...)
	}
	if level != noLevel {
		s.objects = append(s.objects, tierOf(s.kind).objects(s.rule, s.from, s.to, s.ports, level)...)
	}
}

// meets reports whether a connection may be meant by both rules.
func (s *sentence) meets(o *sentence) bool {
	// Ports are compared as the rules say them: ICMP is left out of those that are written.
	return (meet(s.ports, o.ports) || s.icmp && o.icmp) && s.from.overlaps(o.from) && s.to.overlaps(o.to)
}

func firstOf(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}
