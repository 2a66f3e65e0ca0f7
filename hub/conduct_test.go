package hub_test

import (
	"slices"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

const soak = 10 * time.Second

// rings are waves of the clusters labeled ring=1, of ring=2, and of the others.
func rings(manual bool) policy.RolloutPlan {
	return policy.RolloutPlan{Actor: "alice", Manual: manual, Waves: []policy.WavePlan{
		{Selector: "ring=1", Soak: soak}, {Selector: "ring=2", Soak: soak}, {Soak: soak},
	}}
}

// ringWorld returns a world with the master, and a cluster in each of the first waves.
func ringWorld(t *testing.T) (w *world, one, two *puppet) {
	t.Helper()
	w = newWorld(t)
	return w, w.join("one", events.Labels{"ring": "1"}), w.join("two", events.Labels{"ring": "2"})
}

// startRollout starts a rollout and returns its id.
func (w *world) startRollout(p policy.RolloutPlan, d policy.Decision) string {
	w.t.Helper()
	receipt := waittest.Must(w.StartRollout(w.t.Context(), p, d))(w.t)
	fact := waittest.Must(receipt.Events[len(receipt.Events)-1].Fact())(w.t)
	r, _ := events.RolloutOf(fact)
	return r.ID
}

func (w *world) rollout(id string) events.Rollout {
	w.t.Helper()
	r, ok := w.Policy().Rollout(id)
	if !ok {
		w.t.Fatalf("rollout %s is unknown", id)
	}
	return r
}

// is waits, letting time pass, until a rollout has a status and so many open waves.
func (w *world) is(id string, status events.RolloutStatus, open int) events.Rollout {
	w.t.Helper()
	w.until(string(status), func() bool {
		r := w.rollout(id)
		if r.Ended() && r.Status != status || r.Status == events.RolloutWaiting && status != events.RolloutWaiting {
			w.t.Fatalf("the rollout is %s (%s), want %s", r.Status, r.Reason, status)
		}
		return r.Status == status && r.Open == open
	})
	return w.rollout(id)
}

// steps returns the steps of a rollout as they are stored, with who took them.
func (w *world) steps(id string) (out []string, at []time.Time) {
	w.t.Helper()
	for _, e := range waittest.Must(w.Reader(events.Rules).Read(w.t.Context(), 1, 1<<20))(w.t) {
		if r, ok := events.RolloutOf(waittest.Must(e.Fact())(w.t)); ok && r.ID == id {
			out = append(out, string(e.Kind)+" by "+e.Actor)
			at = append(at, e.At)
		}
	}
	return out, at
}

// has reports whether what a puppet reports proves that it holds the change that is tested here.
func (w *world) has(p *puppet) bool {
	w.t.Helper()
	return p.health.Digest == w.Policy().DigestFor(p.view) && w.value(p) != ""
}

// value returns the value of the group fed.new as a puppet is to hold it; "" when it is not to have it.
func (w *world) value(p *puppet) string {
	g, ok := policy.Get[events.Group](w.Policy().Reached(p.view.Rollouts), "fed.new")
	if !ok {
		return ""
	}
	return g.Criteria[0].Value
}

func TestRollout_goesFromWaveToWave(t *testing.T) {
	w, one, two := ringWorld(t)
	before := w.Policy().Digest()
	id := w.startRollout(rings(false), put("fed.new", "a", ""))
	if got := one.told(); !slices.Equal(got.Rollouts, []string{id}) {
		t.Errorf("the first wave was told %+v", got)
	}
	if one.status(w.Hub) != hub.StatusOutOfSync || two.status(w.Hub) != hub.StatusOutOfSync {
		t.Errorf("before a heartbeat one is %s, two is %s", one.status(w.Hub), two.status(w.Hub))
	}
	w.follow()
	own := w.puppets[0]
	for open := 1; open <= 3; open++ {
		w.is(id, events.RolloutRunning, open)
		w.follow()
		for i, p := range []*puppet{one, two, own} {
			if got := w.has(p); got != (i < open) {
				t.Errorf("with %d waves open %s has the change: %t", open, p.name, got)
			}
			if p != own && p.status(w.Hub) != hub.StatusSynced {
				t.Errorf("with %d waves open %s is %s", open, p.name, p.status(w.Hub))
			}
			if p.health.Digest == before != (i >= open) {
				t.Errorf("with %d waves open %s holds something else", open, p.name)
			}
		}
	}
	w.is(id, events.RolloutDone, 3)
	w.follow()
	steps, at := w.steps(id)
	want := []string{"rollout.started by alice", "rollout.advanced by fedhub", "rollout.advanced by fedhub", "rollout.completed by fedhub"}
	if !slices.Equal(steps, want) {
		t.Errorf("steps %q, want %q", steps, want)
	}
	for i := 1; i < len(at); i++ {
		if took := at[i].Sub(at[i-1]); took < soak {
			t.Errorf("wave %d soaked for %s, want at least %s", i, took, soak)
		}
	}
	for _, p := range w.puppets {
		if len(p.view.Rollouts) != 0 || w.value(p) != "a" {
			t.Errorf("%s has the view %+v and the group %q", p.name, p.view, w.value(p))
		}
	}
	if _, ok := policy.Get[events.Group](w.Policy(), "fed.new"); !ok {
		t.Error("the change is not policy")
	}
}

// TestRollout_goesBack: an abort gives every cluster what it had, to the byte.
func TestRollout_goesBack(t *testing.T) {
	w, one, two := ringWorld(t)
	w.change(put("fed.new", "before", ""))
	w.follow()
	before := w.Policy().Digest()
	id := w.startRollout(rings(false), put("fed.new", "after", ""))
	w.is(id, events.RolloutRunning, 2)
	w.follow()
	if w.value(one) != "after" || w.value(two) != "after" {
		t.Error("the change has not reached two waves")
	}
	w.change(policy.AbortRollout(id, "by alice"))
	for _, p := range []*puppet{one, two} {
		if got := p.status(w.Hub); got != hub.StatusOutOfSync {
			t.Errorf("aborted, and not heard from: %s is %s", p.name, got)
		}
	}
	w.follow()
	for _, p := range w.puppets {
		if p.health.Digest != before || len(p.view.Rollouts) != 0 {
			t.Errorf("%s did not go back: view %+v", p.name, p.view)
		}
	}
	if one.status(w.Hub) != hub.StatusSynced || w.Progress(w.rollout(id)) != nil {
		t.Errorf("one is %s, and the progress is %+v", one.status(w.Hub), w.Progress(w.rollout(id)))
	}
}

func TestRollout_pauses(t *testing.T) {
	failing := events.Report{State: events.Enforced, Objects: []events.ObjectState{
		{Object: events.About{Kind: events.ObjectGroup, Name: "fed.new"}, State: events.Failed, Reason: "no kernel"},
	}}
	good := func(p *puppet) { p.health.Error = ""; p.enforces(events.Report{State: events.Enforced}) }
	tests := map[string]struct {
		ill    func(w *world, p *puppet)
		reason string
		heal   func(w *world, p *puppet)
	}{
		"on a complaint": {
			ill: func(_ *world, p *puppet) {
				p.enforces(events.Report{State: events.Enforced})
				p.health.Error = "enforcer test: disk"
			},
			reason: "cluster one in wave 1: enforcer test: disk",
			heal:   func(_ *world, p *puppet) { good(p) },
		},
		"when enforcement fails": {
			ill:    func(_ *world, p *puppet) { p.enforces(events.Report{State: events.Failed, Reason: "disk"}) },
			reason: "cluster one in wave 1: enforcement failed: disk",
			heal:   func(_ *world, p *puppet) { good(p) },
		},
		"when enforcement of one object fails": {
			ill:    func(_ *world, p *puppet) { p.enforces(failing) },
			reason: "cluster one in wave 1: enforcement of group fed.new failed: no kernel",
			heal:   func(_ *world, p *puppet) { good(p) },
		},
		"when a cluster goes": {
			ill: func(w *world, p *puppet) {
				p.cut()
				waittest.Until(p.t, "it is away", func() bool { return p.status(w.Hub) == hub.StatusDisconnected })
			},
			reason: "cluster one in wave 1: disconnected",
			heal:   func(w *world, p *puppet) { p.connect(w.Hub) },
		},
		"when a cluster does not follow": {
			ill:    func(_ *world, p *puppet) { p.deaf = true },
			reason: "cluster one in wave 1 is out_of_sync: it does not have the change, for more than 2m0s",
			heal:   func(_ *world, p *puppet) { p.deaf = false },
		},
		"when an enforcer is never done": {
			ill: func(_ *world, p *puppet) {
				p.enforces(events.Report{State: events.Enforced})
				p.stuck = true
			},
			reason: "cluster one in wave 1 is synced: its enforcer is not done with the change, for more than 2m0s",
			heal:   func(_ *world, p *puppet) { p.stuck = false },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w, one, two := ringWorld(t)
			tt.ill(w, one)
			id := w.startRollout(rings(false), put("fed.new", "a", ""))
			w.wantPause(id, 1, tt.reason)
			if w.has(two) {
				t.Error("it went on to the next wave")
			}
			w.pass(2 * soak)
			if r := w.rollout(id); r.Status != events.RolloutWaiting || r.Open != 1 {
				t.Errorf("paused, it is %s with %d waves open", r.Status, r.Open)
			}
			tt.heal(w, one)
			w.goesOn(id)
		})
	}
}

// wantPause waits until a rollout is paused with so many open waves, for this reason.
func (w *world) wantPause(id string, open int, reason string) {
	w.t.Helper()
	if r := w.is(id, events.RolloutWaiting, open); r.Reason != reason {
		w.t.Errorf("paused: %q, want %q", r.Reason, reason)
	}
}

// goesOn resumes a rollout, which comes to its end then.
func (w *world) goesOn(id string) {
	w.t.Helper()
	w.follow()
	w.change(policy.ResumeRollout(id))
	w.follow()
	w.is(id, events.RolloutDone, 3)
}

// TestRollout_doesNotStumbleOverOtherChanges: long after a wave opened, what is not the rollout's business makes the
// clusters out of sync for a moment.
func TestRollout_doesNotStumbleOverOtherChanges(t *testing.T) {
	w, one, _ := ringWorld(t)
	plan := rings(false)
	plan.Waves[0].Soak, plan.Waves[1].Soak = 10*time.Minute, 10*time.Minute // the second is open still when the test looks at it
	id := w.startRollout(plan, put("fed.new", "a", ""))
	w.follow()
	looked(w) // and sees that all are well
	opened := w.rollout(id).OpenedAt
	for range 4 {
		w.pass(3 * time.Minute)
		w.change(put("fed.other", w.clock.now().Format("150405"), ""))
		if one.status(w.Hub) != hub.StatusOutOfSync {
			t.Error("a new revision, and it is still in sync")
		}
		looked(w) // while it is
	}
	r := w.is(id, events.RolloutRunning, 2)
	if took := r.OpenedAt.Sub(opened); took < 10*time.Minute || took > 12*time.Minute {
		t.Errorf("the first wave took %s, want its soak time and no more", took)
	}
}

// looked returns when the conductor has looked at the rollout again. It looks at the clock for each cluster twice, and
// far more often than anything else does while nobody reports.
func looked(w *world) {
	w.t.Helper()
	enough := w.clock.looks.Load() + int64(8*len(w.puppets))
	waittest.Until(w.t, "the conductor looks", func() bool { return w.clock.looks.Load() > enough })
}

// TestRollout_byHand waits for a person before each wave but the first, and ends by itself.
func TestRollout_byHand(t *testing.T) {
	w, _, _ := ringWorld(t)
	id := w.startRollout(rings(true), put("fed.new", "a", ""))
	for open := 1; open < 3; open++ {
		w.follow()
		w.pass(3 * soak)
		if r := w.is(id, events.RolloutRunning, open); r.OpenedAt.After(w.clock.now().Add(-3 * soak)) {
			t.Errorf("wave %d opened at %s, and nobody approved it", open, r.OpenedAt)
		}
		_, err := w.Change(t.Context(), "bob", policy.AdvanceRollout(id, open+1))
		wantError(t, err, policy.ErrRollout) // of a wave that is not open
		waittest.Must(w.Change(t.Context(), "bob", policy.AdvanceRollout(id, open)))(t)
	}
	w.is(id, events.RolloutDone, 3)
	steps, _ := w.steps(id)
	want := []string{"rollout.started by alice", "rollout.advanced by bob", "rollout.advanced by bob", "rollout.completed by fedhub"}
	if !slices.Equal(steps, want) {
		t.Errorf("steps %q, want %q", steps, want)
	}
}

// TestStartRollout_changesNothing: a rollout of nothing is none.
func TestStartRollout_changesNothing(t *testing.T) {
	w := newWorld(t)
	w.change(put("fed.a", "a", ""))
	receipt := waittest.Must(w.StartRollout(t.Context(), rings(false), put("fed.a", "a", "")))(t)
	if len(receipt.Events) != 0 || receipt.Sets != 0 || len(w.Policy().Rollouts()) != 0 {
		t.Errorf("receipt %+v, rollouts %+v", receipt, w.Policy().Rollouts())
	}
	id := w.startRollout(rings(true), put("fed.a", "b", ""))
	_, err := w.StartRollout(t.Context(), rings(false), put("fed.b", "b", ""))
	wantError(t, err, policy.ErrRollout)
	if got := w.Policy().Rollouts(); len(got) != 1 || got[0].ID != id {
		t.Errorf("rollouts %+v", got)
	}
}
