package hub

import (
	"sync"
	"sync/atomic"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// aim is which part of the policy a member is to hold.
type aim struct {
	view events.View
	hash events.Hash // of view
	wave int         // of the rollout on its way that takes the member, from 0
}

// aims remembers the aim of each member: every heartbeat and every summary asks for it, and it changes only with
// the member's labels and with the steps of a rollout.
type aims struct {
	course atomic.Pointer[course]
	mu     sync.Mutex
	all    map[string]remembered // by account
}

// remembered is an aim and what it follows from.
type remembered struct {
	aim
	labeled uint64 // revision of the member's labels
	rollout string // id of the rollout on its way, or ""
	open    int
}

// course is the rollout that a policy has on its way.
type course struct {
	of      *policy.State
	rollout events.Rollout
	on      bool
}

// of returns what a member is to hold of a policy.
func (a *aims) of(m member, now *policy.State) aim {
	r, on := a.current(now)
	a.mu.Lock()
	defer a.mu.Unlock()
	was, ok := a.all[m.Account]
	if ok && was.labeled == m.labeled && was.rollout == r.ID && was.open == r.Open {
		return was.aim
	}
	next := remembered{labeled: m.labeled, rollout: r.ID, open: r.Open}
	next.view = now.ViewOf(m.asCluster())
	next.hash = next.view.Hash()
	if on {
		next.wave = policy.WaveOf(r, m.asCluster())
	}
	a.all[m.Account] = next
	return next.aim
}

// current returns the rollout that a policy has on its way.
func (a *aims) current(now *policy.State) (events.Rollout, bool) {
	c := a.course.Load()
	if c == nil || c.of != now {
		c = &course{of: now}
		c.rollout, c.on = now.Current()
		a.course.Store(c)
	}
	return c.rollout, c.on
}

func (a *aims) forget(account string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.all, account)
}
