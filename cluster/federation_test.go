package cluster_test

import (
	"context"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// federation is a master with remotes.
type federation struct {
	t      *testing.T
	master *cluster.Controller
}

func newFederation(t *testing.T) federation {
	t.Helper()
	master, _ := newPlace(t, "master").promoted(t)
	return federation{t, master}
}

// member is a remote that can be stopped and started.
type member struct {
	*cluster.Controller
	at       place
	enforcer *enforcer
	stop     func()
}

// join has a cluster join with the given labels, and waits until it is in sync.
func (f federation) join(name string, labels events.Labels) *member {
	f.t.Helper()
	m := &member{at: newPlace(f.t, name), enforcer: &enforcer{}}
	m.start(f.t)
	secret := waittest.Must(f.master.MintToken(f.t.Context(), cluster.TokenRequest{Actor: "admin", Labels: labels}))(f.t).Secret
	if err := m.Join(f.t.Context(), cluster.JoinRequest{Actor: "admin", Token: secret}); err != nil {
		f.t.Fatal(err)
	}
	f.synced(m)
	return m
}

func (m *member) start(t *testing.T) {
	t.Helper()
	m.Controller, m.stop = m.at.open(t, func(cfg *cluster.Config) { cfg.Enforcer = m.enforcer })
}

func (f federation) synced(all ...*member) {
	f.t.Helper()
	for _, m := range all {
		f.is(m, cluster.StatusSynced)
	}
}

func (f federation) is(m *member, want cluster.Status) {
	f.t.Helper()
	waittest.Until(f.t, m.at.name+" is "+string(want), func() bool { return status(f.master, m.at.name) == want })
}

// summary returns what the master says of a member.
func (f federation) summary(m *member) cluster.Summary {
	f.t.Helper()
	for _, s := range f.master.Summaries() {
		if s.Name == m.at.name {
			return s
		}
	}
	f.t.Fatalf("%s is no member", m.at.name)
	return cluster.Summary{}
}

// change decides and stores a change of the federated policy.
func (f federation) change(d policy.Decision, plan *cluster.RolloutPlan) cluster.Receipt {
	f.t.Helper()
	return waittest.Must(f.master.Change(f.t.Context(), cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: d, Rollout: plan}))(f.t)
}

// put defines a group for the clusters that targets choose.
func put(name, value, targets string) policy.Decision {
	return policy.Put(policy.GroupConfig{
		Name: name, Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: value}}, Claims: policy.Claims{Targets: &targets},
	})
}

func hasWeb(c *cluster.Controller) bool { return valueOf(c, "fed.web") != "" }

// valueOf returns the value of a federated group that put defined; "" when there is none.
func valueOf(c *cluster.Controller, name string) string {
	g, ok := policy.Get[events.Group](c.Federal(), name)
	if !ok {
		return ""
	}
	return g.Criteria[0].Value
}

// enforcer is one that a test speaks for.
type enforcer struct {
	mu      sync.Mutex
	verdict agent.Verdict
	err     error
}

func (e *enforcer) say(v agent.Verdict, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.verdict, e.err = v, err
}

// Name implements [agent.Enforcer].
func (*enforcer) Name() string { return "test" }

// Enforce implements [agent.Enforcer].
func (e *enforcer) Enforce(context.Context, agent.Effective) (agent.Verdict, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.verdict, e.err
}
