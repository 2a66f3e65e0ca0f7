package agent

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// keptSets is how many change sets may wait to be stored in the copy before the follower waits for them.
const keptSets = 256

// keep stores what was applied, in order, behind the follower's back: a change is visible before it is
// stored here, and one that a crash takes is fetched from the master again. What cannot be stored is tried
// again with what comes next. It ends when the follower has ended, after storing what waits.
func (a *Agent) keep(ctx context.Context, ended <-chan struct{}) error {
	ctx = context.WithoutCancel(ctx)
	var unkept keepsake
	for {
		select {
		case <-ended:
			for len(a.kept) > 0 {
				unkept = unkept.then(<-a.kept)
			}
			if !unkept.empty() {
				a.keepSet(ctx, unkept)
			}
			return nil
		case set := <-a.kept:
			unkept = a.keepSet(ctx, unkept.then(set))
		}
	}
}

// keepsake is what the copy is to store.
type keepsake struct {
	bus.Keepsake
	all bool // in place of everything that is kept
}

func (k keepsake) empty() bool {
	return !k.all && k.Place == nil && len(k.Events) == 0 && len(k.Drop) == 0
}

// then returns what is to be stored when k and then next are.
func (k keepsake) then(next keepsake) keepsake {
	if next.all || k.empty() {
		return next
	}
	renewed := map[string]bool{}
	for _, e := range next.Events {
		renewed[e.Subject] = true
	}
	for _, subject := range next.Drop {
		renewed[subject] = true
	}
	stale := func(e events.Event) bool { return renewed[e.Subject] }
	next.Events = append(slices.DeleteFunc(slices.Clone(k.Events), stale), next.Events...)
	next.Drop = append(slices.Clip(k.Drop), next.Drop...)
	next.Place, next.all = cmp.Or(next.Place, k.Place), k.all
	return next
}

// remember has the copy, if there is one, keep what became of a policy by events: those that it is made of now,
// and how far it goes. What is not meant for the cluster any more is dropped.
func (a *Agent) remember(was, now *policy.State, folded []events.Event, all bool) {
	if a.cfg.Copy == nil {
		return
	}
	k := keepsake{all: all}
	for _, e := range folded {
		if now.Keeps(e) {
			k.Events = append(k.Events, e)
		} else if had(was, e) {
			k.Drop = append(k.Drop, e.Subject)
		}
	}
	if place, ok := placeOf(now, a.cfg.Now()); ok {
		k.Place = &place
	}
	a.kept <- k
}

// had reports whether a policy has the object that an event defines.
func had(s *policy.State, e events.Event) bool {
	fact, err := e.Fact()
	if err != nil {
		return false
	}
	d, ok := fact.(events.Definition)
	if !ok {
		return false
	}
	_, _, there := s.Object(d.Object().About())
	return there
}

// placeOf returns the event that says what a kept policy is of: its view and its revision. A policy that has
// neither has no place.
func placeOf(s *policy.State, now time.Time) (events.Event, bool) {
	view, seen := s.View()
	if !seen || s.Revision() == 0 {
		return events.Event{}, false
	}
	taken := events.ViewTaken{View: view}
	data, err := json.Marshal(taken)
	return events.Event{
		ID: "view-" + view.Hash().String(), Source: "/agent", Kind: taken.Kind(), Subject: events.Copy.Subject(taken),
		At: now.UTC(), Revision: s.Revision(), Set: events.Set{Size: 1}, Data: data,
	}, err == nil // plain data always marshals
}

// recall returns the policy that was kept. Without a place nobody knows what was kept for whom: it is empty
// then, and fetched.
func recall(kept []events.Event) *policy.State {
	for _, e := range kept {
		fact, err := e.Fact()
		if taken, ok := fact.(events.ViewTaken); err == nil && ok {
			state := policy.NewStateFor(taken.View)
			for _, e := range kept {
				state.Apply(e)
			}
			return state
		}
	}
	return policy.NewState(policy.ScopeFederal)
}

// keepSet stores k and returns what is left to store.
func (a *Agent) keepSet(ctx context.Context, k keepsake) keepsake {
	store := a.cfg.Copy.Store
	if k.all {
		store = a.cfg.Copy.Replace
	}
	if err := store(ctx, k.Keepsake); err != nil {
		a.cfg.Logger.LogAttrs(ctx, slog.LevelError, "federated policy not kept", slog.Any(logkey.Err, err))
		return k // nobody knows how much of it is stored: all of it again is right
	}
	return keepsake{}
}
