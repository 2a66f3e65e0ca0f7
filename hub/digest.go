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

// match reports whether digest is the one of the given revision; nil when the hub does not know.
func (d *digests) match(revision uint64, digest events.Hash) *bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range slices.Backward(d.states) {
		if s.Revision() == revision {
			same := s.Digest() == digest
			return &same
		}
	}
	return nil
}
