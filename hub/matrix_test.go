package hub_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// letterOf is what a matrix is to say for a state.
var letterOf = map[string]byte{
	"enforced": 'e', "partial": 'p', "unsupported": 'u', "failed": 'f', "idle": 'i', "pending": 'w', "unknown": '?',
}

// wantMatrix compares a matrix with the rows of the same objects and clusters, cell by cell.
func (w *world) wantMatrix(kind events.ObjectKind, selector string, clusters ...string) hub.Matrix {
	w.t.Helper()
	m := w.Matrix(kind, selector)
	var names []string
	for _, c := range m.Clusters {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff(clusters, names); diff != "" {
		w.t.Errorf("clusters of %q, -want +got:\n%s", selector, diff)
	}
	rows := map[events.About]map[string]byte{}
	for _, r := range w.Objects(hub.ObjectQuery{Kind: kind, Limit: 10_000}) {
		if rows[r.Object] == nil {
			rows[r.Object] = map[string]byte{}
		}
		rows[r.Object][r.Cluster] = letterOf[r.State]
	}
	if len(m.Rows) != len(m.Objects) {
		w.t.Fatalf("%d rows for %d objects", len(m.Rows), len(m.Objects))
	}
	for i, about := range m.Objects {
		if len(m.Rows[i]) != len(m.Clusters) {
			w.t.Fatalf("%v has %q for %d clusters", about, m.Rows[i], len(m.Clusters))
		}
		for n, c := range m.Clusters {
			want, forIt := rows[about][c.ID]
			if !forIt {
				want = '-'
			}
			if got := m.Rows[i][n]; got != want {
				w.t.Errorf("%v in %s is %c, and its row says %c", about, c.Name, got, want)
			}
		}
	}
	return m
}

// row returns the letters of an object.
func rowOf(t *testing.T, m hub.Matrix, name string) string {
	t.Helper()
	i := slices.IndexFunc(m.Objects, func(o events.About) bool { return o.Name == name })
	if i < 0 {
		t.Fatalf("%s is not in the matrix", name)
	}
	return m.Rows[i]
}

func TestMatrix(t *testing.T) {
	w := newWorld(t)
	all := events.Report{State: events.Enforced, Objects: []events.ObjectState{
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.bad"}, State: events.Failed},
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.half"}, State: events.Partial},
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.no"}, State: events.Unsupported},
	}}
	w.join("oslo", events.Labels{"env": "prod"}).enforces(all)
	w.join("aden", events.Labels{"env": "prod"})
	rome := w.join("rome", events.Labels{"env": "test"})
	lima := w.join("lima", events.Labels{"env": "test"})
	for _, name := range []string{"fed.bad", "fed.half", "fed.no", "fed.ok"} {
		w.change(put(name, "a", ""))
	}
	w.change(put("fed.prod", "a", "env=prod"))
	w.change(raw(rule(100002, "any", "any"), rule(100010, "any", "any")))
	w.follow()
	lima.cut()
	lima.conn.Close()
	w.pass(8 * beats / 2)
	rome.deaf = true
	w.change(put("fed.ok", "b", ""))
	w.change(put("fed.new", "b", "env in (prod,test)"))
	w.follow()

	m := w.wantMatrix("", "", "master", "aden", "lima", "oslo", "rome")
	for name, want := range map[string]string{
		"fed.bad": "ii?fi", "fed.half": "ii?pi", "fed.no": "ii?ui", "fed.ok": "ii?ew", "fed.prod": "-i-e-", "fed.new": "-i?ew", "100002": "ii?ei",
	} {
		if got := rowOf(t, m, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if m.Revision != w.Policy().Revision() || !m.At.Equal(w.clock.now()) {
		t.Errorf("of revision %d at %s", m.Revision, m.At)
	}
	two := w.wantMatrix(events.ObjectNetworkRule, "env=prod", "aden", "oslo")
	if want := []events.About{{Kind: events.ObjectNetworkRule, Name: "100002"}, {Kind: events.ObjectNetworkRule, Name: "100010"}}; !cmp.Equal(two.Objects, want) {
		t.Errorf("objects = %v, want %v", two.Objects, want)
	}
	w.wantMatrix("", "env=dev")

	plan := policy.RolloutPlan{Actor: "ann", Manual: true, Waves: []policy.WavePlan{{Selector: "env=prod"}, {}}}
	if _, err := w.StartRollout(t.Context(), plan, put("fed.wave", "a", "")); err != nil {
		t.Fatal(err)
	}
	w.follow()
	if got := rowOf(t, w.wantMatrix("", "", "master", "aden", "lima", "oslo", "rome"), "fed.wave"); got != "-i-e-" {
		t.Errorf("what is on its way to the first wave is %s", got)
	}
}
