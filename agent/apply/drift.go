package apply

import (
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// driftOf returns the drift of an object that is met now. The lock is held.
func (k *Keeper) driftOf(at key, e *entry, change events.Change) *events.Drift {
	return &events.Drift{
		Objects: slices.Clone(e.wish.For), Resource: at.resource(), Change: change, Seen: k.cfg.Now().UTC(),
	}
}

// saw takes what the API has of an object now. The lock is held.
func (k *Keeper) saw(at key, e *entry, l *live) {
	was := e.live
	if was != nil && l.revision <= was.revision {
		return // it is told of an older one, or of one that was there before it
	}
	e.live = l
	if e.wish == nil || l.as(e.wish) {
		if e.wish == nil || e.standing != right || was == nil || was.version != l.version {
			k.queue.Add(at)
		}
		return
	}
	// Of an object that this process has not got right yet, only what was written since it was applied is a drift.
	ours := l.ours || l.uid == e.uid
	known := e.kept || ours && was == nil && l.touched()
	if known && ours && e.drift == nil {
		e.drift = k.driftOf(at, e, l.change())
		e.drift.Differences, e.drift.By = l.different, l.by
		k.rouse(at, e)
		return
	}
	if e.drift == nil || e.standing != right { // else it is in the queue, and may have to pause
		k.queue.Add(at)
	}
}

// missed takes that the API no longer has an object. The lock is held.
func (k *Keeper) missed(at key, e *entry) {
	e.live = nil
	if e.wish == nil {
		k.queue.Add(at)
		return
	}
	if e.kept && e.drift == nil {
		e.drift = k.driftOf(at, e, events.ChangeDeleted)
		k.rouse(at, e)
		return
	}
	if e.drift == nil || e.standing != right {
		k.queue.Add(at)
	}
}

// rouse has a drift put right: the first one at once, one that follows others soon later. The lock is
// held.
func (k *Keeper) rouse(at key, e *entry) {
	e.probed, e.probing = version{}, time.Time{}
	again := !e.drifted.IsZero() && e.drift.Seen.Sub(e.drifted) <= steadyAfter
	e.drifted = e.drift.Seen
	if again {
		k.queue.AddRateLimited(at)
		k.look() // until then it does not count as in force
		return
	}
	k.queue.Forget(at)
	k.queue.Add(at)
}
