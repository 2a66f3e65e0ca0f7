package hub_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// at is a moment given as a time.
func at(t time.Time) hub.Moment { return hub.Moment{At: &t} }

// made is the moment in which a revision was made.
func made(revision uint64) hub.Moment { return hub.Moment{Revision: &revision} }

// values returns the groups that tests put into a policy, each with its value.
func values(objects []events.Object) []string {
	var out []string
	for _, o := range objects {
		if g, ok := o.(events.Group); ok && !g.Reserved {
			out = append(out, g.Name+"="+g.Criteria[0].Value)
		}
	}
	return out
}

// had wants the groups that a cluster, or "" everyone, had at a moment.
func (w *world) had(m hub.Moment, cluster string, want ...string) hub.Past {
	w.t.Helper()
	past := waittest.Must(w.PastOf(w.t.Context(), m, cluster))(w.t)
	if diff := cmp.Diff(want, values(past.Objects)); diff != "" {
		w.t.Errorf("%s at revision %d (-want +got):\n%s", cluster, past.Revision, diff)
	}
	return past
}

// tick lets a second pass and returns the time after it.
func (w *world) tick() time.Time {
	w.t.Helper()
	w.clock.move(time.Second)
	return w.clock.now()
}

// TestPastOf_labels: a cluster had what its labels of then chose, whatever they are by now.
func TestPastOf_labels(t *testing.T) {
	w := newWorld(t)
	began := w.clock.now()
	w.tick()
	w.change(put("fed.prod", "1", "env=prod"))
	w.tick()
	oslo := w.join("oslo", events.Labels{"env": "prod"})
	joined := w.clock.now()
	relabeled := w.tick()
	test := "test"
	w.label(oslo.id, map[string]*string{"env": &test})
	changed := w.tick()
	receipt := w.change(put("fed.test", "2", "env=test"))
	w.tick()
	w.label(oslo.id, map[string]*string{"env": nil})
	w.tick()

	for _, name := range []string{"oslo", oslo.id} {
		w.had(at(joined), name, "fed.prod=1")
		w.had(at(relabeled.Add(-1)), name, "fed.prod=1")
		w.had(at(relabeled), name)
		w.had(at(changed.Add(-1)), name)
		past := w.had(at(changed), name, "fed.test=2")
		if past.Revision != receipt.Revision || !past.MadeAt.Equal(changed) || past.Cluster != oslo.id || !cmp.Equal(past.Labels, events.Labels{"env": "test"}) {
			t.Errorf("past = %+v", past)
		}
		w.had(made(receipt.Revision), name, "fed.test=2")
		w.had(hub.Moment{}, name)
		w.had(at(w.clock.now().Add(time.Hour)), name)
	}
	w.had(at(joined), "", "fed.prod=1")
	w.had(at(changed), "master")
	if before := w.had(at(began.Add(-1)), ""); before.Revision != 0 || !before.MadeAt.IsZero() || len(before.Objects) != 0 {
		t.Errorf("before the first event: %+v", before)
	}
	if start := w.had(made(0), ""); len(start.Objects) != 0 {
		t.Errorf("at revision 0: %+v", start)
	}
	for name, tt := range map[string]struct {
		moment  hub.Moment
		cluster string
		want    error
	}{
		"before it joined":               {at(joined.Add(-1)), "oslo", hub.ErrNotThen},
		"at a revision before it joined": {made(receipt.Revision - 1), oslo.id, hub.ErrNotThen},
		"before the federation":          {made(0), "master", hub.ErrNotThen},
		"nobody":                         {at(joined), "rome", hub.ErrClusterUnknown},
		"nobody now":                     {hub.Moment{}, "rome", hub.ErrClusterUnknown},
		"no revision":                    {made(receipt.Revision + 1), "", policy.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.PastOf(t.Context(), tt.moment, tt.cluster)
			wantError(t, err, tt.want)
		})
	}
}

// TestPastOf_formerMembers: a cluster that is gone had what it had, and another one may have its name by now.
func TestPastOf_formerMembers(t *testing.T) {
	w := newWorld(t)
	w.change(put("fed.prod", "1", "env=prod"))
	first := w.join("oslo", events.Labels{"env": "prod"})
	there := w.tick()
	gone := w.tick()
	if err := w.Kick(t.Context(), "alice", first.id); err != nil {
		t.Fatal(err)
	}
	w.tick()
	_, err := w.PastOf(t.Context(), hub.Moment{}, "oslo")
	wantError(t, err, hub.ErrNotThen)
	second := w.join("oslo", nil)
	again := w.tick()
	if past := w.had(at(there), "oslo", "fed.prod=1"); past.Cluster != first.id {
		t.Errorf("oslo was %s, want %s", past.Cluster, first.id)
	}
	if past := w.had(at(again), "oslo"); past.Cluster != second.id {
		t.Errorf("oslo is %s, want %s", past.Cluster, second.id)
	}
	for _, m := range []hub.Moment{at(gone), at(again), {}} {
		_, err := w.PastOf(t.Context(), m, first.id)
		wantError(t, err, hub.ErrNotThen)
	}
}

// TestPastOf_rollout: a change on its way is for the clusters of the waves that were open, and for no other.
func TestPastOf_rollout(t *testing.T) {
	w, _, _ := ringWorld(t)
	w.change(put("fed.new", "old", ""))
	before := w.tick()
	w.tick()
	id := w.startRollout(rings(true), put("fed.new", "new", ""))
	started := w.clock.now()
	advanced := w.tick()
	w.change(policy.AdvanceRollout(id, 1))
	aborted := w.tick()
	w.change(policy.AbortRollout(id, "by alice"))
	w.tick()
	for _, tt := range []struct {
		at               time.Time
		one, two, master string
	}{{before, "old", "old", "old"}, {started, "new", "old", "old"}, {advanced, "new", "new", "old"}, {aborted, "old", "old", "old"}} {
		w.had(at(tt.at), "one", "fed.new="+tt.one)
		w.had(at(tt.at), "two", "fed.new="+tt.two)
		w.had(at(tt.at), "master", "fed.new="+tt.master)
		w.had(at(tt.at), "", "fed.new=old")
	}
}

// TestPastOf_now: the policy of now, as a cluster has it, is what the hub has it hold; and what it held at each
// moment is what is said of that moment later on.
func TestPastOf_now(t *testing.T) {
	w, one, two := ringWorld(t)
	type note struct {
		at   time.Time
		held map[string][]string
	}
	var notes []note
	look := func() {
		t.Helper()
		w.follow()
		n := note{at: w.clock.now(), held: map[string][]string{}}
		for _, p := range []*puppet{w.puppets[0], one, two} {
			state := policy.NewStateFor(p.view)
			for _, e := range waittest.Must(w.Reader(events.Rules).Read(t.Context(), 1, 1<<20))(t) {
				state.Apply(e)
			}
			n.held[p.name] = values(state.Effective().Part(nil))
			past := w.had(hub.Moment{}, p.name, n.held[p.name]...)
			if state.Effective().Digest() != p.health.Digest || !cmp.Equal(past.Labels, p.view.Labels) {
				t.Errorf("%s holds another policy than its view says", p.name)
			}
		}
		notes = append(notes, n)
		w.tick()
	}
	look()
	id := ""
	ring := []string{"1", "2", "3"}
	for i, step := range []func(){
		func() { w.change(put("fed.a", "a", "ring=1")) },
		func() { w.change(put("fed.b", "b", "ring in (2,3)")) },
		func() { id = w.startRollout(rings(true), put("fed.a", "c", "ring")) },
		func() { w.label(two.id, map[string]*string{"ring": &ring[0]}) },
		func() { w.change(put("fed.d", "d", "")) },
		func() { w.change(policy.AdvanceRollout(id, 1)) },
		func() { w.label(one.id, map[string]*string{"ring": &ring[2]}) },
		func() { w.change(policy.AdvanceRollout(id, 2)) },
		func() { w.change(policy.AdvanceRollout(id, 3)) },
		func() { w.change(policy.Remove(events.ObjectGroup, "fed.b")) },
	} {
		t.Log("step", i)
		step()
		look()
	}
	for _, n := range notes {
		for name, held := range n.held {
			w.had(at(n.at), name, held...)
		}
	}
	w.restart(func() {}) // what the hub remembers of its states is gone
	for _, n := range slices.Backward(notes) {
		w.had(at(n.at), "one", n.held["one"]...)
	}
}

// TestDifference: what became of each object, as far as the cluster that is asked about had it.
func TestDifference(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", events.Labels{"env": "prod"})
	w.change(put("fed.a", "1", ""))
	w.change(put("fed.b", "1", "env=test"))
	from := made(w.Policy().Revision())
	began := w.clock.now()
	w.tick()
	w.change(put("fed.a", "2", ""))
	w.change(put("fed.c", "1", "env=prod"))
	w.change(put("fed.d", "1", ""))
	w.change(policy.Remove(events.ObjectGroup, "fed.b"))
	w.change(policy.Remove(events.ObjectGroup, "fed.d"))
	ended := w.tick()
	test := "test"
	w.label(oslo.id, map[string]*string{"env": &test})
	w.tick()
	for name, tt := range map[string]struct {
		from, to hub.Moment
		cluster  string
		want     []string
	}{
		"all":                   {from: from, want: []string{"fed.a changed", "fed.c created", "fed.b removed"}},
		"backed by a time":      {from: at(began), to: at(ended), want: []string{"fed.a changed", "fed.c created", "fed.b removed"}},
		"of a cluster":          {from: from, to: at(ended.Add(-1)), cluster: "oslo", want: []string{"fed.a changed", "fed.c created"}},
		"that other labels got": {from: from, cluster: "oslo", want: []string{"fed.a changed"}},
		"nothing":               {from: at(ended), to: hub.Moment{}},
		"of labels alone":       {from: at(ended.Add(-1)), cluster: "oslo", want: []string{"fed.c removed"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, deltas, err := w.Difference(t.Context(), tt.from, tt.to, tt.cluster)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range deltas {
				word := "changed"
				if d.Before == nil {
					word = "created"
				} else if d.After == nil {
					word = "removed"
				}
				got = append(got, fmt.Sprint(d.About.Name, " ", word))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("deltas (-want +got):\n%s", diff)
			}
		})
	}
	for name, tt := range map[string]struct{ from, to hub.Moment }{
		"revisions": {made(w.Policy().Revision()), from}, "times": {at(ended), at(began)}, "now": {hub.Moment{}, from},
	} {
		_, _, _, err := w.Difference(t.Context(), tt.from, tt.to, "")
		if t.Log(name, err); err == nil {
			t.Errorf("%s: the first after the second was taken", name)
		}
		wantError(t, err, hub.ErrMoment)
	}
}
