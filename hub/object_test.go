package hub_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// short is a row as "kind/name cluster state".
func short(rows []hub.ObjectRow) []string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s/%s %s %s", r.Object.Kind, r.Object.Name, r.ClusterName, r.State))
	}
	return out
}

func (w *world) rows(q hub.ObjectQuery, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, short(w.Objects(q))); diff != "" {
		w.t.Errorf("%+v (-want +got):\n%s", q, diff)
	}
}

// rule is a network rule between two groups.
func rule(id uint32, from, to string) events.NetworkRuleDefined {
	return events.NetworkRuleDefined{Rule: events.NetworkRule{ID: id, Rank: fmt.Sprintf("r%06d", id), From: from, To: to, Ports: "any", Action: "allow"}}
}

func TestObjects_whereTheyAreFor(t *testing.T) {
	w := newWorld(t)
	w.join("oslo", events.Labels{"env": "prod"})
	w.join("rome", events.Labels{"env": "test"})
	w.change(put("fed.all", "a", ""))
	w.change(put("fed.prod", "a", "env=prod"))
	w.change(put("fed.bare", "a", "!env"))
	w.follow()
	w.rows(hub.ObjectQuery{Kind: events.ObjectGroup, Name: "fed.all"}, "group/fed.all master idle", "group/fed.all oslo idle", "group/fed.all rome idle")
	w.rows(hub.ObjectQuery{Kind: events.ObjectGroup, Name: "fed.prod"}, "group/fed.prod oslo idle")
	w.rows(hub.ObjectQuery{Kind: events.ObjectGroup, Name: "fed.bare"}, "group/fed.bare master idle")
	w.rows(hub.ObjectQuery{Name: "fed.prod"}, "group/fed.prod oslo idle")
	w.rows(hub.ObjectQuery{Name: "fed.unknown"})
	w.rows(hub.ObjectQuery{Kind: events.ObjectWebhook})
	w.rows(hub.ObjectQuery{Name: "fed.prod", Cluster: "rome"})
	w.rows(hub.ObjectQuery{Name: "fed.all", Cluster: "rome"}, "group/fed.all rome idle")
	w.rows(hub.ObjectQuery{Name: "fed.all", Cluster: masterID}, "group/fed.all master idle")
	w.rows(hub.ObjectQuery{Name: "fed.all", Cluster: "nobody"})
	w.change(policy.Remove(events.ObjectGroup, "fed.all"))
	w.rows(hub.ObjectQuery{Name: "fed.all"})
}

func TestObjects_states(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	w.follow()
	first := w.change(put("fed.a", "1", "")).Revision
	query := hub.ObjectQuery{Kind: events.ObjectGroup, Name: "fed.a", Cluster: "oslo"}
	since := w.clock.now().Add(-time.Hour)
	odd := events.ObjectState{Object: events.About{Kind: events.ObjectGroup, Name: "fed.a"}, State: events.Failed, Reason: "no kernel", Since: since.Add(time.Minute)}
	other := events.ObjectState{Object: events.About{Kind: events.ObjectGroup, Name: "fed.b"}, State: events.Unsupported, Reason: "no"}
	steps := []struct {
		name    string
		do      func()
		desired uint64
		applied uint64 // 0: none is known
		state   string
		reason  string
		since   time.Time // zero: the last heartbeat
	}{
		{name: "not there yet", do: func() {}, desired: first, state: hub.ObjectPending, reason: "the cluster is out_of_sync"},
		{name: "there", do: func() { oslo.follow(w.Hub) }, desired: first, applied: first, state: "idle", reason: "nothing is enforced in this cluster: its enforcer is none"},
		{
			name: "changed", do: func() { w.change(put("fed.a", "2", "")) }, desired: first + 1, applied: first,
			state: hub.ObjectPending, reason: "the cluster is out_of_sync",
		},
		{
			name: "with an enforcer that is not done", do: func() {
				oslo.enforces(events.Report{State: events.Enforced, Since: since})
				oslo.stuck = true
				oslo.follow(w.Hub)
			},
			desired: first + 1, applied: first + 1, state: hub.ObjectPending, reason: "the cluster's enforcer is not done with it",
		},
		{
			name: "enforced", do: func() { oslo.stuck = false; oslo.follow(w.Hub) },
			desired: first + 1, applied: first + 1, state: "enforced", since: since,
		},
		{
			name: "another object changed", do: func() { w.change(put("fed.b", "1", "")) },
			desired: first + 1, applied: first + 1, state: "enforced", since: since,
		},
		{
			name: "failed", do: func() {
				oslo.enforces(events.Report{State: events.Enforced, Since: since, Objects: []events.ObjectState{other, odd}}) // not sorted
				oslo.follow(w.Hub)
			},
			desired: first + 1, applied: first + 1, state: "failed", reason: "no kernel", since: odd.Since,
		},
		{
			name: "partly", do: func() {
				oslo.enforces(events.Report{State: events.Partial, Reason: "half a node", Since: since, Objects: []events.ObjectState{other}})
				oslo.follow(w.Hub)
			},
			desired: first + 1, applied: first + 1, state: "partial", reason: "half a node", since: since,
		},
		{
			name: "of a report that is not there yet", do: func() {
				oslo.enforces(events.Report{State: events.Enforced, Since: since.Add(time.Second)})
				oslo.beat()
			},
			desired: first + 1, applied: first + 1, state: hub.ObjectPending, reason: "the cluster's enforcer is not done with it",
		},
		{
			name: "diverged", do: func() {
				oslo.follow(w.Hub)
				oslo.health.Digest = events.Hash{1}
				oslo.beat()
			},
			desired: first + 1, state: hub.ObjectPending, reason: "the cluster is diverged",
		},
		{
			name: "labeled", do: func() { oslo.follow(w.Hub); w.label(oslo.id, map[string]*string{"env": new("prod")}) },
			desired: first + 1, state: hub.ObjectPending, reason: "the cluster is out_of_sync",
		},
		{
			name: "labeled, and heard from", do: func() { oslo.follow(w.Hub) },
			desired: first + 1, applied: first + 1, state: "enforced", since: since.Add(time.Second),
		},
		{
			name: "silent", do: func() { w.clock.move(8 * time.Second) },
			desired: first + 1, applied: first + 1, state: hub.ObjectUnknown, reason: "the cluster is not heard from",
		},
		{
			name: "gone", do: func() {
				oslo.follow(w.Hub)
				oslo.cut()
				waittest.Until(t, "it is away", func() bool { return oslo.status(w.Hub) == hub.StatusDisconnected })
			},
			desired: first + 1, applied: first + 1, state: hub.ObjectUnknown, reason: "the cluster is not heard from",
		},
	}
	for _, step := range steps {
		step.do()
		heard := waittest.Must(w.Summary(oslo.id))(t).LastHeartbeat
		want := hub.ObjectRow{
			Object: events.About{Kind: events.ObjectGroup, Name: "fed.a"}, Cluster: oslo.id, ClusterName: "oslo", Desired: step.desired,
			State: step.state, Reason: step.reason, Since: step.since,
		}
		if step.applied > 0 {
			want.Applied = &step.applied
		}
		if step.since.IsZero() {
			want.Since = heard
		}
		if diff := cmp.Diff([]hub.ObjectRow{want}, w.Objects(query), cmpopts.IgnoreFields(hub.ObjectRow{}, "Cursor")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

// TestObjects_theMastersOwn: its status is always active, and its rows are not always good for that.
func TestObjects_theMastersOwn(t *testing.T) {
	w := newWorld(t)
	w.change(put("fed.a", "1", ""))
	query := hub.ObjectQuery{Name: "fed.a"}
	w.rows(query, "group/fed.a master pending")
	w.follow()
	w.rows(query, "group/fed.a master idle")
	w.clock.move(8 * time.Second)
	w.rows(query, "group/fed.a master unknown")
	w.puppets[0].health.Digest = events.Hash{1}
	w.puppets[0].beat()
	w.rows(query, "group/fed.a master pending")
}

// TestObjects_ofARollout: an object is what it is for each cluster: as before, as changed, new, or gone.
func TestObjects_ofARollout(t *testing.T) {
	w, one, two := ringWorld(t)
	before := w.change(raw(
		events.GroupDefined{Group: events.Group{Name: "fed.changed"}}, events.GroupDefined{Group: events.Group{Name: "fed.gone"}},
	)).Revision
	w.follow()
	id := w.startRollout(rings(true), raw(
		events.GroupDefined{Group: events.Group{Name: "fed.changed", Comment: "x"}}, events.GroupDefined{Group: events.Group{Name: "fed.new"}},
		events.GroupRemoved{Name: "fed.gone"},
	))
	query := func(name string) hub.ObjectQuery { return hub.ObjectQuery{Kind: events.ObjectGroup, Name: name} }
	desired := func(p *puppet) (uint64, string) {
		t.Helper()
		rows := w.Objects(hub.ObjectQuery{Name: "fed.changed", Cluster: p.name})
		if len(rows) != 1 {
			t.Fatalf("rows %+v", rows)
		}
		return rows[0].Desired, rows[0].State
	}
	if revision, state := desired(one); revision != before+1 || state != hub.ObjectPending {
		t.Errorf("reached, and not heard from: revision %d is %s", revision, state)
	}
	if revision, state := desired(two); revision != before-1 || state != "idle" {
		t.Errorf("not reached: revision %d is %s", revision, state)
	}
	w.follow()
	if revision, state := desired(one); revision != before+1 || state != "idle" {
		t.Errorf("reached: revision %d is %s", revision, state)
	}
	w.rows(query("fed.new"), "group/fed.new one idle")
	w.rows(query("fed.gone"), "group/fed.gone master idle", "group/fed.gone two idle")
	w.change(policy.AdvanceRollout(id, 1))
	w.rows(query("fed.new"), "group/fed.new one idle", "group/fed.new two pending")
	w.follow()
	w.rows(query("fed.new"), "group/fed.new one idle", "group/fed.new two idle")
	w.change(policy.AbortRollout(id, "by alice"))
	w.rows(query("fed.new"))
	w.rows(query("fed.gone"), "group/fed.gone master idle", "group/fed.gone one pending", "group/fed.gone two pending")
	if revision, state := desired(one); revision != before-1 || state != hub.ObjectPending {
		t.Errorf("aborted, and not heard from: revision %d is %s", revision, state)
	}
	w.follow()
	if revision, state := desired(one); revision != before-1 || state != "idle" {
		t.Errorf("aborted: revision %d is %s", revision, state)
	}
}

// TestObjects_pages: the pages of any size together are the whole, in its order: by kind, then by number or name, then
// by cluster.
func TestObjects_pages(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"oslo", "a", "oslo.2", "oslo-2", "Oslo"} {
		w.join(name, events.Labels{"env": strings.ToLower(name[:1])})
	}
	facts := groups("fed.g", 12)
	for i, name := range []string{"fed.9", "fed.10", "fed.9a", "fed.prod", "fed.Z", "fed._"} {
		targets := []string{"", "env=o", "env=none"}[i%3]
		facts = append(facts, events.GroupDefined{Group: events.Group{Name: name, Meta: events.Meta{Targets: targets}}})
	}
	for _, id := range []uint32{100001, 9, 10, 100, 1000000} {
		facts = append(facts, rule(id, "fed.9", "fed.10"))
	}
	w.change(raw(facts...))
	w.startRollout(rings(true), raw(events.GroupDefined{Group: events.Group{Name: "fed.new"}}, rule(99, "fed.9", "fed.10")))
	all := w.Objects(hub.ObjectQuery{})
	if len(all) < 100 {
		t.Fatalf("%d rows are too few for a test", len(all))
	}
	var numbers []string
	for _, r := range w.Objects(hub.ObjectQuery{Kind: events.ObjectNetworkRule, Cluster: "oslo"}) {
		numbers = append(numbers, r.Object.Name)
	}
	if want := []string{"9", "10", "100", "100001", "1000000"}; !slices.Equal(numbers, want) {
		t.Errorf("rules %q, want %q", numbers, want)
	}
	for _, base := range []hub.ObjectQuery{
		{}, {Kind: events.ObjectGroup}, {Kind: events.ObjectNetworkRule}, {Cluster: "oslo"}, {Name: "fed.9"}, {Kind: events.ObjectGroup, Cluster: "a"},
	} {
		want := w.Objects(base)
		for _, size := range []int{1, 2, 3, 7, 50, len(want), len(want) + 1} {
			var got []hub.ObjectRow
			q := base
			for q.Limit = size; ; {
				page := w.Objects(q)
				got = append(got, page...)
				if len(page) < size {
					break
				}
				q.After = page[len(page)-1].Cursor
			}
			if diff := cmp.Diff(short(want), short(got)); diff != "" {
				t.Fatalf("%+v by %d (-want +got):\n%s", base, size, diff)
			}
		}
	}
	seen := map[string]bool{}
	for _, r := range all {
		if seen[r.Cursor] {
			t.Errorf("the cursor %q is there twice", r.Cursor)
		}
		seen[r.Cursor] = true
	}
}

// TestObjects_pagesWhileThePolicyMoves: an object that is gone by the next page is no hole.
func TestObjects_pagesWhileThePolicyMoves(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"fed.a", "fed.b", "fed.c", "fed.d"} {
		w.change(put(name, "x", ""))
	}
	q := hub.ObjectQuery{Kind: events.ObjectGroup, Limit: 2}
	page := w.Objects(q)
	w.change(policy.Remove(events.ObjectGroup, page[1].Object.Name))
	q.After = page[1].Cursor
	if rest := w.Objects(q); len(rest) == 0 || rest[0].Object.Name != "fed.c" {
		t.Errorf("after %s comes %v", page[1].Object.Name, short(rest))
	}
	for _, nonsense := range []string{"x", "@", "group", "group/@@", "~@~@~", "group/fed.b@master@extra@more"} {
		q.After = nonsense
		w.Objects(q) // any text is a place
	}
}
