package cluster_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// watcher is an [agent.Watcher] that a test speaks for.
type watcher struct {
	enforcer
	drifts   chan events.Drift
	enforced chan agent.Effective // every policy that it was to enforce, if somebody listens
}

func newWatcher() *watcher {
	return &watcher{drifts: make(chan events.Drift, 1000), enforced: make(chan agent.Effective, 1000)}
}

func (*watcher) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (*watcher) Changed() <-chan struct{}      { return nil }
func (w *watcher) Drifts() <-chan events.Drift { return w.drifts }

// Enforce implements [agent.Enforcer].
func (w *watcher) Enforce(ctx context.Context, p agent.Effective) (agent.Verdict, error) {
	w.enforced <- p
	return w.enforcer.Enforce(ctx, p)
}

func drift(i int) events.Drift {
	return events.Drift{
		Resource: events.Resource{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Name: strconv.Itoa(i)},
		Change:   events.ChangeDeleted, Seen: time.Unix(int64(i), 0).UTC(),
	}
}

// reported returns the names of what the master has recorded of a cluster's drifts, in order.
func reported(t *testing.T, master *cluster.Controller) []string {
	t.Helper()
	var out []string
	for _, item := range waittest.Must(master.Feed(t.Context(), cluster.FeedQuery{Limit: 1000}))(t) {
		fact := waittest.Must(item.Event.Fact())(t)
		if d, ok := fact.(events.ClusterDrifted); ok {
			out = append(out, d.Resource.Name)
		}
	}
	return out
}

// found returns how many drifts a cluster has recorded of its own.
func found(t *testing.T, c *cluster.Controller) (n int) {
	t.Helper()
	for _, kind := range kinds(t, c) {
		if kind == events.KindDriftFound {
			n++
		}
	}
	return n
}

// TestDrift: what the enforcer met is recorded at the remote and, once each and in order, at the master, be the master
// away meanwhile and the remote restarted.
func TestDrift(t *testing.T) {
	at := newPlace(t, "master")
	master, stopMaster := at.promoted(t)
	f := federation{t, master}
	w := newWatcher()
	berlin := &member{at: newPlace(t, "berlin")}
	start := func() {
		berlin.Controller, berlin.stop = berlin.at.open(t, func(cfg *cluster.Config) { cfg.Enforcer = w })
	}
	start()
	w.drifts <- drift(-1) // of before it joined, and no business of the master's
	waittest.Until(t, "it is recorded", func() bool { return found(t, berlin.Controller) == 1 })
	secret := waittest.Must(master.MintToken(t.Context(), cluster.TokenRequest{Actor: "admin"}))(t).Secret
	if err := berlin.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: secret}); err != nil {
		t.Fatal(err)
	}
	f.synced(berlin)
	w.drifts <- drift(0)
	waittest.Until(t, "the master has it", func() bool { return len(reported(t, master)) == 1 })

	stopMaster()
	const away = 120 // more than one report carries
	want := []string{"0"}
	for i := 1; i <= away; i++ {
		w.drifts <- drift(i)
		want = append(want, strconv.Itoa(i))
	}
	waittest.Until(t, "all are recorded", func() bool { return found(t, berlin.Controller) == away+2 })
	berlin.stop()
	start()
	f.master, _ = at.open(t)
	waittest.Until(t, "the master has them", func() bool { return len(reported(t, f.master)) >= len(want) })
	if got := reported(t, f.master); !slices.Equal(got, want) {
		t.Errorf("the master has %d: %v", len(got), got)
	}
}

// TestEnforcer_role: a cluster enforces its own policy alone, a federated one from when its master has said what is for
// it, and nothing of that once it has left.
func TestEnforcer_role(t *testing.T) {
	f := newFederation(t)
	f.change(put("fed.web", "nginx", ""), nil)
	w := newWatcher()
	at := newPlace(t, "berlin")
	c, _ := at.open(t, func(cfg *cluster.Config) { cfg.Enforcer = w })
	waittest.Must(c.Change(t.Context(), cluster.Change{Actor: "admin", Scope: policy.ScopeLocal, Decide: put("web", "nginx", "")}))(t)
	next := func(what string, ok func(agent.Effective) bool) {
		t.Helper()
		patience := time.After(waittest.Patience)
		for {
			select {
			case p := <-w.enforced:
				if ok(p) {
					return
				}
			case <-patience:
				t.Fatalf("never enforced: %s", what)
			}
		}
	}
	groups := func(s *policy.State) (n int) {
		for range policy.All[events.Group](s) {
			n++
		}
		return n
	}
	_, hadWeb := policy.Get[events.Group](policy.NewState(policy.ScopeLocal), "web")
	if hadWeb {
		t.Fatal("an empty policy has a group")
	}
	own := func(p agent.Effective) bool { _, has := policy.Get[events.Group](p.Local, "web"); return has }
	next("the own policy", func(p agent.Effective) bool { return own(p) && groups(p.Federal) == 0 && p.Master == "" })

	secret := waittest.Must(f.master.MintToken(t.Context(), cluster.TokenRequest{Actor: "admin"}))(t).Secret
	if err := c.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: secret}); err != nil {
		t.Fatal(err)
	}
	next("the federated one with it, at once", func(p agent.Effective) bool {
		_, has := policy.Get[events.Group](p.Federal, "fed.web")
		if p.Master != "" && !has {
			t.Error("it was to enforce a federated policy that it had not got yet")
		}
		return has && own(p) && p.Master == "master"
	})
	if err := c.Leave(t.Context(), "admin", false); err != nil {
		t.Fatal(err)
	}
	next("the own one alone", func(p agent.Effective) bool { return own(p) && groups(p.Federal) == 0 && p.Master == "" })
}
