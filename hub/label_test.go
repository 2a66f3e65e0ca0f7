package hub_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

func (w *world) label(cluster string, change map[string]*string) {
	w.t.Helper()
	if err := w.Label(w.t.Context(), "alice", cluster, change); err != nil {
		w.t.Fatal(err)
	}
}

func TestLabel_change(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", events.Labels{"env": "prod", "region": "eu"})
	many := map[string]*string{}
	for i := range policy.MaxLabels {
		many["k"+hexNumber(i)] = new("v")
	}
	steps := []struct {
		name    string
		cluster string
		change  map[string]*string
		refused error
		want    events.Labels // of oslo afterwards
		silent  bool          // nothing is recorded
	}{
		{name: "from the token", cluster: oslo.id, want: events.Labels{"env": "prod", "region": "eu"}, silent: true},
		{name: "add", cluster: oslo.id, change: map[string]*string{"ring": new("1")}, want: events.Labels{"env": "prod", "region": "eu", "ring": "1"}},
		{name: "change and take away", cluster: oslo.id, change: map[string]*string{"env": new("test"), "ring": nil}, want: events.Labels{"env": "test", "region": "eu"}},
		{name: "as it is", cluster: oslo.id, change: map[string]*string{"env": new("test"), "none": nil}, want: events.Labels{"env": "test", "region": "eu"}, silent: true},
		{name: "no label of Kubernetes", cluster: oslo.id, change: map[string]*string{"env": new("no way")}, refused: policy.ErrInvalid, want: events.Labels{"env": "test", "region": "eu"}, silent: true},
		{name: "too many", cluster: oslo.id, change: many, refused: policy.ErrInvalid, want: events.Labels{"env": "test", "region": "eu"}, silent: true},
		{name: "nobody", cluster: "x", change: map[string]*string{"env": nil}, refused: hub.ErrClusterUnknown, want: events.Labels{"env": "test", "region": "eu"}, silent: true},
		{name: "none left", cluster: oslo.id, change: map[string]*string{"env": nil, "region": nil}, want: events.Labels{}},
		{name: "the master's own", cluster: masterID, change: map[string]*string{"env": new("prod")}, want: events.Labels{}},
	}
	newest := func() uint64 {
		return waittest.Must(w.Reader(events.Fleet).Last(t.Context(), events.Fleet.Filter()))(t).Revision
	}
	for _, step := range steps {
		before := newest()
		wantError(t, w.Label(t.Context(), "alice", step.cluster, step.change), step.refused)
		if got := waittest.Must(w.Summary(oslo.id))(t).Labels; !cmp.Equal(got, step.want) {
			t.Errorf("%s: labels %v, want %v", step.name, got, step.want)
		}
		last := slices.DeleteFunc(waittest.Must(w.Reader(events.Fleet).Read(t.Context(), before+1, 100))(t), func(e events.Event) bool {
			return e.Kind == events.KindClusterStatusChanged // the hub records it by itself, seconds later
		})
		if recorded := len(last) == 1 && last[0].Kind == events.KindClusterLabeled && last[0].Actor == "alice"; recorded == step.silent {
			t.Errorf("%s: recorded %t in %v", step.name, recorded, last)
		}
	}
	w.restart(func() {})
	if got := waittest.Must(w.Summary(masterID))(t).Labels; !cmp.Equal(got, events.Labels{"env": "prod"}) {
		t.Errorf("after a restart the master's own cluster has the labels %v", got)
	}
}

// TestLabel_isToldAtOnce: to the cluster, and to no other.
func TestLabel_isToldAtOnce(t *testing.T) {
	w := newWorld(t)
	oslo, rome := w.join("oslo", nil), w.join("rome", nil)
	w.label(oslo.id, map[string]*string{"env": new("prod")})
	w.label(rome.id, map[string]*string{"env": new("test")})
	for p, env := range map[*puppet]string{oslo: "prod", rome: "test"} {
		if got := p.told(); !cmp.Equal(got, events.View{Labels: events.Labels{"env": env}}) {
			t.Errorf("%s was told %+v", p.name, got)
		}
		if _, err := p.views.NextMsg(1); err == nil {
			t.Errorf("%s was told twice", p.name)
		}
	}
}

// TestLabel_theStatusIsNeverALie: after other labels a cluster is in sync when a heartbeat of after them proves that it
// holds what is for it now.
func TestLabel_theStatusIsNeverALie(t *testing.T) {
	w := newWorld(t)
	prod, test := events.View{Labels: events.Labels{"env": "prod"}}, events.View{Labels: events.Labels{"env": "test"}}
	oslo := w.join("oslo", prod.Labels)
	w.change(put("fed.prod", "a", "env=prod"))
	w.change(put("fed.test", "a", "env=test"))
	oslo.follow(w.Hub)
	want := func(step string, status hub.Status) {
		t.Helper()
		if got := oslo.status(w.Hub); got != status {
			t.Errorf("%s: %s, want %s", step, got, status)
		}
	}
	report := func(view events.View, digest events.Hash) events.HealthAnswer {
		t.Helper()
		oslo.view, oslo.health.View, oslo.health.Digest = view, view.Hash(), digest
		return oslo.beat()
	}
	wants := func(step string, a events.HealthAnswer, view *events.View, diverged bool) {
		t.Helper()
		if !cmp.Equal(a.View, view) || a.Diverged != diverged {
			t.Errorf("%s: the answer has view %v, diverged %t; want %v, %t", step, a.View, a.Diverged, view, diverged)
		}
	}
	p := w.Policy()
	want("at first", hub.StatusSynced)
	w.label(oslo.id, map[string]*string{"env": new("test")})
	want("labeled", hub.StatusOutOfSync)
	wants("the former view again", report(prod, p.DigestFor(prod)), &test, false)
	want("the former view again", hub.StatusOutOfSync)
	wants("the new view, with what it had", report(test, p.DigestFor(prod)), nil, true)
	want("the new view, with what it had", hub.StatusDiverged)
	wants("the former view, with what is new", report(prod, p.DigestFor(test)), &test, false)
	want("the former view, with what is new", hub.StatusOutOfSync)
	wants("the new view", report(test, p.DigestFor(test)), nil, false)
	want("the new view", hub.StatusSynced)

	// There and back: what was proven before says nothing of now.
	w.label(oslo.id, map[string]*string{"env": new("prod")})
	w.label(oslo.id, map[string]*string{"env": new("test")})
	want("there and back", hub.StatusOutOfSync)
	report(test, p.DigestFor(test))
	want("heard again", hub.StatusSynced)
	w.change(put("fed.next", "a", "env=prod")) // not for it, and yet another revision
	want("a new revision", hub.StatusOutOfSync)
	oslo.follow(w.Hub)
	want("heard again", hub.StatusSynced)
	w.restart(func() {})
	want("after a restart", hub.StatusSynced) // it has been heard since
}

// TestMintToken_labels: a cluster has the labels of its token, and what it asks for by itself does not matter.
func TestMintToken_labels(t *testing.T) {
	w := newWorld(t)
	_, err := w.MintToken(t.Context(), hub.TokenRequest{Actor: "alice", Lifetime: hour, Uses: 1, Labels: events.Labels{"no way": "x"}})
	wantError(t, err, policy.ErrInvalid)
	labels := events.Labels{"env": "prod"}
	oslo := w.join("oslo", labels)
	if got := waittest.Must(w.Summary(oslo.id))(t).Labels; !cmp.Equal(got, labels) {
		t.Errorf("labels %v, want %v", got, labels)
	}
	if got := w.Tokens(); len(got) != 1 || !cmp.Equal(got[0].Labels, labels) {
		t.Errorf("tokens %+v", got)
	}
}
