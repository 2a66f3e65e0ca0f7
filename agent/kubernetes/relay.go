package kubernetes

import (
	"context"
	"time"
)

// lookAgain is how long plans are at least apart that are made because the cluster changed: in a large one something
// always does.
const lookAgain = 100 * time.Millisecond

// relay tells, until ctx ends, of the changes that matter.
func (e *Enforcer) relay(ctx context.Context) error {
	rested := time.NewTimer(0) // since the last plan that was made for the cluster
	defer rested.Stop()
	for {
		kept, consists, rest := e.keeper.Changed(), e.inventory.Changed(), (<-chan time.Time)(nil)
		e.tell()
		for again := false; !again; {
			select {
			case <-ctx.Done():
				return nil
			case <-kept:
				again = true
			case <-consists:
				consists, rest = nil, rested.C
			case <-rest:
				rested.Reset(lookAgain)
				consists, rest, again = e.inventory.Changed(), nil, e.minds()
			}
		}
	}
}

// tell closes changed.
func (e *Enforcer) tell() {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.changed)
	e.changed = make(chan struct{})
}

// minds reports whether the plan depends on what the cluster consists of.
func (e *Enforcer) minds() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.looks
}

// Changed implements [agent.Watcher].
func (e *Enforcer) Changed() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.changed
}
