package policy

import (
	"slices"

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
func Touches(deltas []Delta, of events.Labels) bool {
	known := map[string]bool{}
	chooses := func(o events.Object) bool {
		if o == nil {
			return false
		}
		targets := o.Common().Targets
		chosen, asked := known[targets]
		if !asked {
			chosen = Chooses(targets, of)
			known[targets] = chosen
		}
		return chosen
	}
	return slices.ContainsFunc(deltas, func(d Delta) bool { return chooses(d.Before) || chooses(d.After) })
}
