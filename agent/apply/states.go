package apply

import (
	"cmp"
	"maps"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// States returns what of the policy is not, or not wholly, in force, once each and sorted by kind and name: what
// could not be kept, and what p has none or not enough for. That something could not be kept counts more.
func (o Outcome) States(p Plan) []events.ObjectState {
	of := make(map[events.About]events.ObjectState, len(o.Failed)+len(p.Short))
	for _, s := range p.Short {
		of[s.Object] = s
	}
	for about, why := range o.Failed {
		of[about] = events.ObjectState{Object: about, State: events.Failed, Reason: why}
	}
	return slices.SortedFunc(maps.Values(of), func(a, b events.ObjectState) int {
		return cmp.Or(cmp.Compare(a.Object.Kind, b.Object.Kind), cmp.Compare(a.Object.Name, b.Object.Name))
	})
}
