package agent

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// scriptedSet returns a follower without a connection, a change set of one event and one of two.
func scriptedSet(t *testing.T) (a *Agent, f *follower, first, half, rest events.Event) {
	t.Helper()
	a, err := New(t.Context(), Config{Enforcer: None{}, Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(events.GroupDefined{Group: events.Group{Name: "fed.a"}})
	if err != nil {
		t.Fatal(err)
	}
	var chain events.Chain
	event := func(set events.Set) events.Event {
		e := events.Event{
			ID: "c", Kind: events.KindGroupDefined, Subject: "fed.rules.0.0.group.fed=2Ea", Revision: chain.Revision() + 1,
			Set: set, Prev: chain.Head(), Data: data,
		}
		if err := chain.Check(e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	first = event(events.Set{Index: 0, Size: 1})
	half, rest = event(events.Set{Index: 0, Size: 2}), event(events.Set{Index: 1, Size: 2})
	return a, newFollower(a, nil), first, half, rest
}

// TestFollower_aViewInTheMiddleOfAChangeSet: the rest of the set completes it, and nothing is fetched.
func TestFollower_aViewInTheMiddleOfAChangeSet(t *testing.T) {
	a, f, first, half, rest := scriptedSet(t)
	a.replace(policy.NewStateFor(events.View{}), true)
	reached := events.View{Rollouts: []string{"r1"}}
	for _, do := range []func() error{
		func() error { return f.add(first) },
		func() error { return f.add(half) },
		func() error { return f.fetch(t.Context(), want{view: &reached, revision: 1}) },
		func() error { return f.add(rest) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if view, _ := a.Policy().View(); a.Policy().Revision() != 3 || view.Hash() != reached.Hash() {
		t.Errorf("revision %d for %+v, want 3 for %+v", a.Policy().Revision(), view, reached)
	}
}

// TestFollower_drop: a change set that is dropped in its middle, because the agent fetches, comes again and
// follows what was there before it.
func TestFollower_drop(t *testing.T) {
	a, f, first, half, rest := scriptedSet(t)
	for _, e := range []events.Event{first, half} {
		if err := f.add(e); err != nil {
			t.Fatal(err)
		}
	}
	f.drop()
	for _, e := range []events.Event{half, rest} {
		if err := f.add(e); err != nil {
			t.Errorf("revision %d again: %v", e.Revision, err)
		}
	}
	if got := a.Policy().Revision(); got != 3 {
		t.Errorf("revision %d, want 3", got)
	}
}
