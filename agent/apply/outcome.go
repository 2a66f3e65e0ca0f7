package apply

import (
	"fmt"
	"maps"

	"github.com/fedhub/fedhub/events"
)

// Outcome is how a plan stands.
type Outcome struct {
	Failed  map[events.About]string // why objects of the policy are not in force
	Pending int                     // objects in the cluster that are not right yet, or not proved to be
	Left    string                  // what is no longer to be there and cannot be removed, and why; "": nothing
	Away    string                  // why nothing is known: the API does not answer; "": it does
}

// same reports whether two outcomes tell the same.
func (o Outcome) same(p Outcome) bool {
	return o.Away == p.Away && o.Left == p.Left && (o.Pending == 0) == (p.Pending == 0) && maps.Equal(o.Failed, p.Failed)
}

// Changed returns a channel that is closed when the outcome is no longer what was read last, or when the cluster
// serves other kinds.
func (k *Keeper) Changed() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.changed
}

// Outcome returns how the newest plan stands.
func (k *Keeper) Outcome() Outcome {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.told = k.judge()
	return k.told
}

// judge looks at all objects. The lock is held.
func (k *Keeper) judge() Outcome {
	out := Outcome{Failed: map[events.About]string{}, Away: k.Away()}
	for at, e := range k.entries {
		if e.trouble == "" && !e.done() {
			out.Pending++
		}
		if e.trouble == "" {
			continue
		}
		why := at.String() + ": " + e.trouble
		if e.wish == nil {
			out.Left = least(out.Left, why)
			continue
		}
		for _, about := range e.wish.For {
			out.Failed[about] = least(out.Failed[about], why)
		}
	}
	return out
}

// done reports whether the object is as it is to be, and proved to be in force.
func (e *entry) done() bool {
	return e.standing == right && e.drift == nil && (e.wish == nil || e.wish.Probe == nil || e.probed == e.wish.version)
}

// look tells those who wait for it when the outcome is not what was read last. The lock is held.
func (k *Keeper) look() {
	k.settle()
	if k.settled == nil && !k.judge().same(k.told) {
		k.tell()
	}
}

// tell closes changed. The lock is held.
func (k *Keeper) tell() {
	close(k.changed)
	k.changed = make(chan struct{})
}

// least returns the first of two texts, so that of several one is told and always the same; an empty one is none.
func least(a, b string) string {
	if a == "" {
		return b
	}
	return min(a, b)
}

// Err returns what stands in the way of the plan as a whole, or nil.
func (o Outcome) Err() error {
	if o.Away != "" {
		return fmt.Errorf("%w %s", ErrAway, o.Away)
	}
	if o.Left != "" {
		return fmt.Errorf("%w: %s", ErrLeft, o.Left)
	}
	return nil
}

// Away returns why the API does not answer; "": it does.
func (k *Keeper) Away() string {
	if why := k.away.Load(); why != nil {
		return *why
	}
	return ""
}
