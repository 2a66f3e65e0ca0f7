package hub

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Bounds of what is told of change sets on their way.
const (
	// maxSpreads is how many change sets are watched: a person follows the newest few.
	maxSpreads = 8
	// spreadPatience is how long one is watched: a cluster that does not confirm it by then has a status that says why.
	spreadPatience = time.Minute
)

// Spread is how far a change set has come.
type Spread struct {
	Revision
	Reached int           // clusters that it is for and that were heard from and hold it
	Of      int           // clusters that it is for
	Took    time.Duration // from its acceptance until the newest of those was known to hold it
	Done    bool          // nothing more is watched for
}

// spreads are the change sets that are watched, and who has not confirmed them yet.
type spreads struct {
	looking sync.Mutex // held during a look at the log
	looked  uint64     // newest revision that was looked at

	mu  sync.Mutex
	all []*spreading // oldest first, at most maxSpreads
}

// spreading is one change set that is watched.
type spreading struct {
	Revision
	waiting map[string]struct{} // accounts of clusters that it is for and that have not confirmed it
	reached int
	of      int
	newest  time.Time // when the last of the reached was known to hold it
}

// Spreads returns how far the newest change sets of the policy have come, the oldest first: those that are about
// objects and were made within spreadPatience of the first look at them. It costs something only if it is called.
func (h *Hub) Spreads(ctx context.Context) ([]Spread, error) {
	h.spreads.looking.Lock()
	defer h.spreads.looking.Unlock()
	now := h.Policy()
	if newest := now.Revision(); newest > h.spreads.looked {
		sets, err := h.setsAfter(ctx, h.spreads.looked, newest)
		if err != nil {
			return nil, fmt.Errorf("spread: %w", err)
		}
		for _, r := range sets[max(0, len(sets)-maxSpreads):] {
			if err := h.watchSpread(ctx, r); err != nil {
				return nil, fmt.Errorf("spread: %w", err)
			}
		}
		h.spreads.looked = newest
	}
	return h.spreads.list(h.cfg.Now()), nil
}

// setsAfter returns the change sets after one revision and up to another that are young enough to be watched, as far
// as one page of history has them.
func (h *Hub) setsAfter(ctx context.Context, after, newest uint64) ([]Revision, error) {
	first := max(after, max(newest, historyPage)-historyPage) + 1
	list, err := h.rules.Reader().Read(ctx, first, int(newest-first+1)) //nolint:gosec // G115: at most historyPage
	if err != nil {
		return nil, err
	}
	var out []Revision
	for _, r := range group(list) {
		if h.cfg.Now().Sub(r.At) < spreadPatience {
			out = append(out, r)
		}
	}
	return out, nil
}

// watchSpread begins to watch a change set. One that is about no object, or is older than all that is known of the
// past, is left out.
func (h *Hub) watchSpread(ctx context.Context, r Revision) error {
	facts, _ := r.Changes()
	before, err := h.justBefore(ctx, r.First)
	if err != nil || before == nil {
		return err
	}
	deltas := policy.Deltas(before, facts)
	if len(deltas) == 0 {
		return nil
	}
	touches := policy.Toucher(deltas)
	var accounts []string
	for m := range h.fleet.State().all() {
		if touches(m.Labels) {
			accounts = append(accounts, m.Account)
		}
	}
	h.spreads.add(r, accounts)
	for _, account := range accounts { // some may have confirmed it already
		h.spreads.hear(account, h.seen.get(account).heartbeat)
	}
	return nil
}

// justBefore returns the policy as it was before a revision of a moment ago, or nil when it cannot be told cheaply.
func (h *Hub) justBefore(ctx context.Context, revision uint64) (*policy.State, error) {
	past := h.digests.upTo(revision - 1)
	if past == nil || past.Revision() == revision-1 {
		return past, nil
	}
	missing := revision - 1 - past.Revision()
	if missing > historyPage {
		return nil, nil
	}
	list, err := h.rules.Reader().Read(ctx, past.Revision()+1, int(missing))
	if err != nil {
		return nil, err
	}
	past = past.Clone()
	for _, e := range list {
		past.Apply(e)
	}
	return past, nil
}

// add begins to watch a change set that is for the clusters with the given accounts.
func (s *spreads) add(r Revision, accounts []string) {
	one := &spreading{Revision: r, waiting: make(map[string]struct{}, len(accounts)), of: len(accounts)}
	for _, account := range accounts {
		one.waiting[account] = struct{}{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all = append(s.all, one); len(s.all) > maxSpreads {
		s.all = append(s.all[:0:0], s.all[1:]...)
	}
}

// hear takes a heartbeat as a confirmation of what it proves.
func (s *spreads) hear(account string, h heartbeat) {
	if !holds(h) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		if _, waits := one.waiting[account]; !waits || h.health.Revision < one.Last {
			continue
		}
		delete(one.waiting, account)
		one.reached++
		if h.proved.After(one.newest) {
			one.newest = h.proved
		}
	}
}

// forget waits no more for a cluster that is no member.
func (s *spreads) forget(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		if _, waits := one.waiting[account]; waits {
			delete(one.waiting, account)
			one.of--
		}
	}
}

func (s *spreads) list(now time.Time) []Spread {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Spread, 0, len(s.all))
	for _, one := range s.all {
		sp := Spread{
			Revision: one.Revision, Reached: one.reached, Of: one.of,
			Done: len(one.waiting) == 0 || now.Sub(one.At) >= spreadPatience,
		}
		if one.reached > 0 {
			sp.Took = max(0, one.newest.Sub(one.At))
		}
		out = append(out, sp)
	}
	return out
}

// Changes returns the facts about objects that a change set is made of, and whether they are only staged. What this
// version cannot read is left out.
func (r Revision) Changes() (facts []events.Fact, staged bool) {
	for _, e := range r.Events {
		fact, err := e.Fact()
		if change, ok := fact.(events.ChangeStaged); ok {
			staged = true
			fact, err = change.Fact()
		}
		if err == nil {
			facts = append(facts, fact)
		}
	}
	return facts, staged
}
