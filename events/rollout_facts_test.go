package events_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

func stage(t *testing.T, rollout string, f events.Fact) events.ChangeStaged {
	t.Helper()
	staged, err := events.Stage(rollout, f)
	if err != nil {
		t.Fatal(err)
	}
	return staged
}

// objectOf returns the object that f is about, if any.
func objectOf(f events.Fact) (events.About, bool) {
	if d, ok := f.(events.Definition); ok {
		return d.Object().About(), true
	}
	if r, ok := f.(events.Removal); ok {
		return r.About(), true
	}
	return events.About{}, false
}

// TestStage stages every kind of fact: those about objects come out as they went in, the others do not go in.
func TestStage(t *testing.T) {
	for _, s := range samples {
		t.Run(string(s.fact.Kind()), func(t *testing.T) {
			about, ok := objectOf(s.fact)
			staged, err := events.Stage("r1", s.fact)
			if !ok {
				if err == nil || staged.Change != "" {
					t.Errorf("staged %v (%v), want an error", staged, err)
				}
				return
			}
			data, merr := json.Marshal(s.fact)
			if err != nil || merr != nil {
				t.Fatal(err, merr)
			}
			if staged.Rollout != "r1" || staged.Object != about || staged.Change != s.fact.Kind() || !bytes.Equal(staged.Data, data) {
				t.Errorf("staged %+v of %s", staged, data)
			}
			// What is stored is what the fact itself would be stored as.
			stored, err := json.Marshal(staged)
			if err != nil {
				t.Fatal(err)
			}
			read, err := events.Event{Kind: events.KindChangeStaged, Data: stored}.Fact()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(staged, read); diff != "" {
				t.Errorf("read back otherwise (-staged +read):\n%s", diff)
			}
			got, err := staged.Fact()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.fact, got); diff != "" {
				t.Errorf("it becomes another fact (-staged +become):\n%s", diff)
			}
		})
	}
}

func TestChangeStaged_refuses(t *testing.T) {
	web, db := events.About{Kind: events.ObjectGroup, Name: "fed.web"}, events.About{Kind: events.ObjectGroup, Name: "fed.db"}
	tests := map[string]events.ChangeStaged{
		"nothing":                   {},
		"a kind of a later version": {Object: web, Change: "group.frozen", Data: []byte(`{"name":"fed.web"}`)},
		"data of another shape":     {Object: web, Change: events.KindGroupRemoved, Data: []byte(`{"name":1}`)},
		"another object":            {Object: db, Change: events.KindGroupRemoved, Data: []byte(`{"name":"fed.web"}`)},
		"another kind of object":    {Object: web, Change: events.KindWebhookRemoved, Data: []byte(`{"name":"fed.web"}`)},
		"a fact about no object":    {Object: web, Change: events.KindTokenRevoked, Data: []byte(`{"token":"t1"}`)},
		"a staged change":           {Object: web, Change: events.KindChangeStaged, Data: []byte(`{"rollout":"r1","kind":"group.removed"}`)},
	}
	for name, staged := range tests {
		t.Run(name, func(t *testing.T) {
			fact, err := staged.Fact()
			if fact != nil {
				t.Errorf("fact %v, want none", fact)
			}
			wantError(t, err, events.ErrEnvelope)
		})
	}
}

func TestRollout_Ended(t *testing.T) {
	tests := map[events.RolloutStatus]bool{
		events.RolloutRunning: false, events.RolloutWaiting: false, events.RolloutDone: true, events.RolloutRevoked: true,
	}
	for status, want := range tests {
		if got := (events.Rollout{Status: status}).Ended(); got != want {
			t.Errorf("%s: ended %t, want %t", status, got, want)
		}
	}
}

func TestRolloutOf(t *testing.T) {
	found := 0
	for _, s := range samples {
		got, ok := events.RolloutOf(s.fact)
		if !ok {
			continue
		}
		found++
		if diff := cmp.Diff(rollout, got); diff != "" {
			t.Errorf("%s is about another rollout:\n%s", s.fact.Kind(), diff)
		}
		if _, about := objectOf(s.fact); about {
			t.Errorf("%s is about a rollout and an object", s.fact.Kind())
		}
	}
	if found != 6 {
		t.Errorf("%d kinds are about rollouts, want 6", found)
	}
}
