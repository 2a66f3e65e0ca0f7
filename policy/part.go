package policy

import (
	"slices"

	"github.com/fedhub/fedhub/events"
)

// Part returns what a cluster with the given view holds of the policy, with the changes that have reached it; with
// nil, all that is policy. It is in the order of [Kinds], and of a kind in the order in which its objects apply, or
// by number or name.
func (s *State) Part(v *events.View) []events.Object {
	if v != nil {
		s = s.Reached(v.Rollouts)
	}
	var out []events.Object
	chosen := map[string]bool{}
	for _, k := range kindTable {
		for o := range s.Objects(k.object) {
			targets := o.Common().Targets
			if _, asked := chosen[targets]; !asked {
				chosen[targets] = v == nil || Chooses(targets, v.Labels)
			}
			if chosen[targets] {
				out = append(out, o)
			}
		}
	}
	return out
}

// Difference returns what became of each object between two parts: what is new or changed in the order of after,
// then what is gone. An object that was only written anew, as it was and where it was, is the same.
func Difference(before, after []events.Object) []Delta {
	was := make(map[events.About]events.Object, len(before))
	for _, o := range before {
		was[o.About()] = o
	}
	var out []Delta
	for _, o := range after {
		old, there := was[o.About()]
		delete(was, o.About())
		if !there || !sameInPlace(old, o) {
			out = append(out, Delta{About: o.About(), Before: old, After: o})
		}
	}
	for _, o := range slices.Backward(before) { // what speaks of others goes before them
		if _, gone := was[o.About()]; gone {
			out = append(out, Delta{About: o.About(), Before: o})
		}
	}
	return out
}
