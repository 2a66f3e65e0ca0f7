package network

import (
	"net/netip"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// end is one end of a rule: workloads, or addresses. It never changes.
type end struct {
	workloads bool
	selectors []selector   // of workloads
	pins      requirements // that every pod of it meets; none is negative
	blocks    []block      // of addresses
	domains   []string     // of addresses
	podsToo   bool         // some of the addresses are those of pods

	gaps     []string // what of it no object can say
	leaks    []string // what a NetworkPolicy that allows it allows besides
	idle     string   // why there is nothing to enforce
	none     string   // why it cannot be said at all
	noTarget string   // why it cannot be where connections go to
}

// selector chooses pods.
type selector struct {
	id         string // tells it from the others of the end; empty when there can be no other
	namespaces metav1.LabelSelector
	pods       metav1.LabelSelector
	homes      []string // the namespaces in which a policy for these pods is needed, sorted
}

// block is a row of addresses with holes.
type block struct {
	prefix netip.Prefix
	except []netip.Prefix // sorted
}

// overlaps reports whether something may belong to both ends.
func (e *end) overlaps(o *end) bool {
	switch {
	case e == o:
		return true
	case e.workloads != o.workloads:
		return e.podsToo || o.podsToo
	case e.workloads:
		return !e.pins.exclude(o.pins)
	case len(e.domains) > 0 || len(o.domains) > 0:
		return true // who knows what addresses a name has
	}
	return slices.ContainsFunc(e.blocks, func(b block) bool {
		return slices.ContainsFunc(o.blocks, func(c block) bool { return b.prefix.Overlaps(c.prefix) })
	})
}

// exclude reports whether no pod can meet both. None of the requirements is negative.
func (rs requirements) exclude(others requirements) bool {
	for _, r := range rs {
		for _, o := range others {
			if r.key == o.key && !slices.ContainsFunc(r.values, func(v string) bool { return slices.Contains(o.values, v) }) {
				return true
			}
		}
	}
	return false
}

// pinsOf returns those of the requirements that are not negative.
func pinsOf(namespaces, labels requirements) requirements {
	var out requirements
	for _, r := range namespaces {
		if !r.negative {
			r.key = namespaceLabelPrefix + r.key // no label of a pod has such a key
			out = append(out, r)
		}
	}
	for _, r := range labels {
		if !r.negative {
			out = append(out, r)
		}
	}
	return out
}
