package hub

import (
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// finder finds one object after the other in the policies that clusters hold. Most clusters hold the same policy,
// and most objects have the same targets: what it found once it does not look for again.
type finder struct {
	about    events.About
	found    map[*policy.State]found
	choosers map[string]func(events.Labels) bool // by targets
}

// found is an object as a policy has it.
type found struct {
	there    bool
	revision uint64
	chooses  func(events.Labels) bool
}

func newFinder() *finder {
	return &finder{found: map[*policy.State]found{}, choosers: map[string]func(events.Labels) bool{}}
}

// at turns to another object.
func (f *finder) at(about events.About) {
	f.about = about
	clear(f.found)
}

// in returns the object as a policy has it.
func (f *finder) in(s *policy.State) found {
	if known, ok := f.found[s]; ok {
		return known
	}
	var out found
	if o, revision, there := s.Object(f.about); there {
		out = found{there: true, revision: revision, chooses: f.chooser(o.Common().Targets)}
	}
	f.found[s] = out
	return out
}

func (f *finder) chooser(targets string) func(events.Labels) bool {
	known, ok := f.choosers[targets]
	if !ok {
		known = policy.Chooser(targets)
		f.choosers[targets] = known
	}
	return known
}
