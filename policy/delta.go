package policy

import (
	"github.com/fedhub/fedhub/events"
)

// Delta is what becomes of one object. Before is nil for a new one, After for one that is gone.
type Delta struct {
	About         events.About
	Before, After events.Object
}

// Deltas returns what the facts make of s, object by object.
func Deltas(s *State, facts []events.Fact) []Delta {
	out := make([]Delta, 0, len(facts))
	for _, f := range facts {
		var d Delta
		switch f := f.(type) {
		case events.Definition:
			d = Delta{About: f.Object().About(), After: f.Object()}
		case events.Removal:
			d = Delta{About: f.About()}
		default:
			continue
		}
		if before, _, ok := s.Object(d.About); ok {
			d.Before = before
		}
		out = append(out, d)
	}
	return out
}

// Touches reports whether a cluster with the given labels has a part in any of the deltas.
func Touches(deltas []Delta, of events.Labels) bool { return Toucher(deltas)(of) }

// Toucher returns what [Touches] reports of the deltas, as a function of the labels: for many clusters.
func Toucher(deltas []Delta) func(of events.Labels) bool {
	choosers := map[string]func(events.Labels) bool{}
	for _, d := range deltas {
		for _, o := range []events.Object{d.Before, d.After} {
			if o == nil {
				continue
			}
			if targets := o.Common().Targets; choosers[targets] == nil {
				choosers[targets] = Chooser(targets)
			}
		}
	}
	if all, ok := choosers[""]; ok {
		return all
	}
	return func(of events.Labels) bool {
		for _, chooses := range choosers {
			if chooses(of) {
				return true
			}
		}
		return false
	}
}
