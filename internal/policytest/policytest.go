// Package policytest makes policies for tests as requests would.
package policytest

import (
	"encoding/json"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// noon is when all of it happens.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Take makes a decision part of a policy.
func Take(t waittest.TB, s *policy.State, d policy.Decision) {
	t.Helper()
	Fold(t, s, waittest.Must(d(s, noon))(t)...)
}

// Fold has facts happen to a policy.
func Fold(t waittest.TB, s *policy.State, facts ...events.Fact) {
	t.Helper()
	log := events.Rules
	if s.Scope() == policy.ScopeLocal {
		log = events.Local
	}
	for _, f := range facts {
		data := waittest.Must(json.Marshal(f))(t)
		s.Apply(events.Event{Kind: f.Kind(), Subject: log.Subject(f), Revision: s.Revision() + 1, Data: data, Set: events.Set{Size: 1}})
	}
}

// Federal returns a federated policy that has the groups of every federation, and what such requests lead to.
func Federal(t waittest.TB, configs ...policy.Config) *policy.State {
	t.Helper()
	s := policy.NewState(policy.ScopeFederal)
	Take(t, s, policy.FederationGroups())
	return put(t, s, configs)
}

// Local returns a cluster's own policy that such requests lead to.
func Local(t waittest.TB, configs ...policy.Config) *policy.State {
	t.Helper()
	return put(t, policy.NewState(policy.ScopeLocal), configs)
}

func put(t waittest.TB, s *policy.State, configs []policy.Config) *policy.State {
	t.Helper()
	for _, c := range configs {
		Take(t, s, policy.Put(c))
	}
	return s
}
