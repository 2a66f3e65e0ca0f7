package policy

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type facts []events.Fact

// record returns the events that a log would hold for the facts, from the given revision on.
func record(tb rapid.TB, scope Scope, revision uint64, fs ...events.Fact) []events.Event {
	tb.Helper()
	log := events.Rules
	if scope == ScopeLocal {
		log = events.Local
	}
	out := make([]events.Event, 0, len(fs))
	for i, f := range fs {
		data, err := json.Marshal(f)
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, events.Event{
			Kind: f.Kind(), Subject: log.Subject(f), Revision: revision + uint64(i), Data: data, Set: events.Set{Size: 1},
		})
	}
	return out
}

// fold applies the facts to s as its next events.
func fold(tb rapid.TB, s *State, fs ...events.Fact) {
	tb.Helper()
	for _, e := range record(tb, s.Scope(), s.Revision()+1, fs...) {
		s.Apply(e)
	}
}

// given returns a state of the facts.
func given(tb rapid.TB, scope Scope, fs facts) *State {
	tb.Helper()
	s := NewState(scope)
	fold(tb, s, fs...)
	return s
}

// must takes the decision and folds it.
func must(tb rapid.TB, s *State, d Decision) facts {
	tb.Helper()
	fs, err := d(s, noon)
	if err != nil {
		tb.Fatal(err)
	}
	fold(tb, s, fs...)
	return fs
}

func group(name string) events.GroupDefined {
	return events.GroupDefined{Group: events.Group{
		Name: name, Criteria: []events.Criterion{{Key: "label", Value: name, Op: "="}}, Meta: events.Meta{CreatedAt: noon, ModifiedAt: noon},
	}}
}

func rule(id uint32, rank, from, to string) events.NetworkRuleDefined {
	return events.NetworkRuleDefined{Rule: events.NetworkRule{
		ID: id, Rank: rank, From: from, To: to, Ports: "any", Action: "allow", Applications: []string{"any"},
		Meta: events.Meta{CreatedAt: noon, ModifiedAt: noon},
	}}
}

func allow(from, to string) RuleConfig {
	return RuleConfig{From: &from, To: &to, Action: new("allow")}
}

func ids(s *State) []uint32 {
	var out []uint32
	for r := range All[events.NetworkRule](s) {
		out = append(out, r.ID)
	}
	return out
}

// verdict compares an error with the wanted one, and that an error comes with no fact.
func verdict(tb rapid.TB, fs []events.Fact, err, want error) {
	tb.Helper()
	if !errors.Is(err, want) {
		tb.Fatalf("got error %v, want %v", err, want)
	}
	if err != nil && fs != nil {
		tb.Errorf("an error came with %d facts", len(fs))
	}
}

func same(tb rapid.TB, got, want any) {
	tb.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		tb.Errorf("-want +got\n%s", d)
	}
}

func kinds(fs []events.Fact) []events.Kind {
	var out []events.Kind
	for _, f := range fs {
		out = append(out, f.Kind())
	}
	return out
}

// called returns what a test calls an object.
func called(about events.About) string { return string(about.Kind) + " " + about.Name }
