package hub

import (
	"slices"
	"sync"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// rememberedStates is how many past states the hub can tell the digest of. A remote that is further behind
// is out of sync anyway.
const rememberedStates = 256

// digests knows the digest that belongs to each of the newest revisions.
type digests struct {
	mu     sync.Mutex
	states []*policy.State // oldest first
}

func (d *digests) remember(s *policy.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.states); n > 0 && d.states[n-1].Revision() >= s.Revision() {
		return
	}
	d.states = append(d.states, s)
	if len(d.states) > rememberedStates {
		d.states = append(d.states[:0:0], d.states[1:]...)
	}
}

// match reports whether a cluster with the given view that reports so holds what its revision says; nil when the
// hub does not know.
func (d *digests) match(report events.Health, view events.View, now *policy.State) *bool {
	s := d.at(report.Revision, now)
	if s == nil {
		return nil
	}
	same := s.DigestFor(view) == report.Digest
	return &same
}

// at returns the policy as it was at one of the newest revisions, now among them, or nil.
func (d *digests) at(revision uint64, now *policy.State) *policy.State {
	if now.Revision() == revision {
		return now // it may not be remembered yet: it is visible the moment it is stored
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range slices.Backward(d.states) {
		if s.Revision() == revision {
			return s
		}
	}
	return nil
}

// upTo returns the newest remembered policy that has no later revision than the given one, or nil.
func (d *digests) upTo(revision uint64) *policy.State {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range slices.Backward(d.states) {
		if s.Revision() <= revision {
			return s
		}
	}
	return nil
}
