package hub_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
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

// ring returns a world with the master, and a cluster in each of the first waves.
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
			if one.conn.IsClosed() { // it is away before the rollout, but nobody has noted it yet
				id := w.startRollout(rings(false), put("fed.new", "a", ""))
				w.wantPause(id, tt.reason)
				tt.heal(w, one)
				w.goesOn(id)
				return
			}
			id := w.startRollout(rings(false), put("fed.new", "a", ""))
			w.wantPause(id, tt.reason)
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

func (w *world) wantPause(id, reason string) {
	w.t.Helper()
	if r := w.is(id, events.RolloutWaiting, 1); r.Reason != reason {
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
	plan.Waves[0].Soak = 10 * time.Minute
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

// TestRollout_doesNotWaitForWhoWasAway: who was away when the wave opened gets the change when it is back.
func TestRollout_doesNotWaitForWhoWasAway(t *testing.T) {
	w, one, two := ringWorld(t)
	also := w.join("also", events.Labels{"ring": "1"})
	also.cut()
	waittest.Until(t, "it is recorded as away", func() bool { return w.recorded(also.id) == string(hub.StatusDisconnected) })
	w.clock.move(time.Second)
	w.follow()
	id := w.startRollout(rings(false), put("fed.new", "a", ""))
	for _, p := range w.Progress(w.rollout(id)) {
		if p.Absent != (p.ID == also.id) {
			t.Errorf("%s is absent: %t", p.Name, p.Absent)
		}
	}
	w.is(id, events.RolloutRunning, 2)
	also.connect(w.Hub)
	also.follow(w.Hub)
	if !w.has(also) || !w.has(one) {
		t.Errorf("back in an open wave, it has the change: %t", w.has(also))
	}
	w.is(id, events.RolloutRunning, 3)
	two.cut() // of a wave that is well and past
	w.wantPauseIn(id, 3, "cluster two in wave 2: disconnected")
	waittest.Until(t, "it is recorded as away", func() bool { return w.recorded(two.id) == string(hub.StatusDisconnected) })
	w.pass(time.Second)
	w.change(policy.ResumeRollout(id)) // without it
	w.is(id, events.RolloutDone, 3)
	two.connect(w.Hub)
	two.follow(w.Hub)
	if !w.has(two) || two.status(w.Hub) != hub.StatusSynced {
		t.Errorf("two is %s", two.status(w.Hub))
	}
}

func (w *world) wantPauseIn(id string, open int, reason string) {
	w.t.Helper()
	if r := w.is(id, events.RolloutWaiting, open); r.Reason != reason {
		w.t.Errorf("paused: %q, want %q", r.Reason, reason)
	}
}

// recorded returns the newest status of a cluster that is recorded.
func (w *world) recorded(cluster string) string {
	w.t.Helper()
	out := ""
	for _, e := range waittest.Must(w.Reader(events.Fleet).Read(w.t.Context(), 1, 1<<20))(w.t) {
		if f, ok := waittest.Must(e.Fact())(w.t).(events.ClusterStatusChanged); ok && f.Cluster == cluster {
			out = f.To
		}
	}
	return out
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

// TestRollout_whileClustersComeGoAndChange: an open wave waits for who joins it, not for who left, and labels move a
// cluster from wave to wave.
func TestRollout_whileClustersComeGoAndChange(t *testing.T) {
	w, one, two := ringWorld(t)
	one.deaf = true // keeps the first wave open
	id := w.startRollout(rings(false), put("fed.new", "a", ""))
	w.pass(soak)
	joiner := w.join("joiner", events.Labels{"ring": "1"})
	if !slices.Equal(joiner.view.Rollouts, []string{id}) || !w.has(joiner) {
		t.Errorf("who joins an open wave has the view %+v", joiner.view)
	}
	later := w.join("later", events.Labels{"ring": "3"})
	if len(later.view.Rollouts) != 0 || w.value(later) != "" {
		t.Errorf("who joins a later wave has the view %+v", later.view)
	}
	w.label(two.id, map[string]*string{"ring": new("1")})
	two.follow(w.Hub)
	if !w.has(two) {
		t.Error("moved into an open wave, it does not have the change")
	}
	w.label(joiner.id, map[string]*string{"ring": new("2")})
	joiner.follow(w.Hub)
	if w.value(joiner) != "" || joiner.status(w.Hub) != hub.StatusSynced {
		t.Errorf("moved into a later wave, it is %s with the group %q", joiner.status(w.Hub), w.value(joiner))
	}
	if r := w.rollout(id); r.Open != 1 {
		t.Errorf("%d waves are open, and one cluster is not well", r.Open)
	}
	leave(t, w, one)
	w.is(id, events.RolloutDone, 3)
	w.follow()
	for _, p := range w.puppets {
		if w.value(p) != "a" {
			t.Errorf("%s does not have the change", p.name)
		}
	}
}

// leave has a puppet leave the federation.
func leave(t *testing.T, w *world, p *puppet) {
	t.Helper()
	if err := w.Kick(t.Context(), "alice", p.id); err != nil {
		t.Fatal(err)
	}
	p.cut()
	w.puppets = slices.DeleteFunc(w.puppets, func(other *puppet) bool { return other == p })
}

// TestRollout_outlivesTheMaster restarts the hub in each wave.
func TestRollout_outlivesTheMaster(t *testing.T) {
	const away = 5 * time.Minute
	w, one, two := ringWorld(t)
	id := w.startRollout(rings(false), put("fed.new", "a", ""))
	for open := 1; open <= 3; open++ {
		w.is(id, events.RolloutRunning, open)
		w.restart(func() { w.clock.move(away) })
		w.follow()
		if r := w.rollout(id); r.Open != open || r.Status != events.RolloutRunning {
			t.Errorf("after a restart in wave %d the rollout is %s with %d waves open (%s)", open, r.Status, r.Open, r.Reason)
		}
		for i, p := range []*puppet{one, two} {
			if got := w.has(p); got != (i < open) {
				t.Errorf("after a restart in wave %d %s has the change: %t", open, p.name, got)
			}
		}
	}
	w.is(id, events.RolloutDone, 3)
	steps, at := w.steps(id)
	if len(steps) != 4 {
		t.Errorf("steps %q", steps)
	}
	for i := 1; i < len(at); i++ {
		if took := at[i].Sub(at[i-1]); took < away+soak {
			t.Errorf("wave %d took %s, and its soak counts anew after the restart", i, took)
		}
	}
}

// TestRollout_waitsForWhoComesBack: a master that has just started does not take a cluster for gone that it has not
// heard from yet, nor for one that was away.
func TestRollout_waitsForWhoComesBack(t *testing.T) {
	w, one, two := ringWorld(t)
	id := w.startRollout(rings(false), put("fed.new", "a", ""))
	w.is(id, events.RolloutRunning, 2)
	w.restart(func() {
		w.puppets = slices.DeleteFunc(w.puppets, func(p *puppet) bool { return p == two })
		w.clock.move(time.Minute)
	})
	waittest.Until(t, "it is recorded as away", func() bool { return w.recorded(two.id) == string(hub.StatusDisconnected) })
	w.pass(12 * time.Second)
	looked(w)
	if r := w.rollout(id); r.Status != events.RolloutRunning || r.Open != 2 {
		t.Fatalf("it is %s with %d waves open: %s", r.Status, r.Open, r.Reason)
	}
	two.connect(w.Hub)
	w.puppets = append(w.puppets, two)
	w.is(id, events.RolloutRunning, 3)

	w.restart(func() { w.puppets = slices.DeleteFunc(w.puppets, func(p *puppet) bool { return p == one }) })
	w.wantPauseIn(id, 3, "cluster one in wave 1: disconnected")
}

// TestRollout_completesAgain: a crash in the middle of the many facts of a completion leaves some of them. The rest is
// written by the next start, and nothing twice.
func TestRollout_completesAgain(t *testing.T) {
	const size = events.MaxSetSize + 300
	w, one, _ := ringWorld(t)
	change := groups("fed.g", size)
	plan := rings(false)
	plan.Waves = plan.Waves[2:]
	id := w.startRollout(plan, raw(change...))
	w.follow()
	w.restart(func() { w.crash(policy.AdvanceRollout(id, 1), events.MaxSetSize) })
	w.follow()
	if r := w.rollout(id); r.Status != events.RolloutRunning || len(w.Policy().Staged(id)) != size {
		t.Fatalf("after a crash it is %s with %d changes on their way", r.Status, len(w.Policy().Staged(id)))
	}
	const reserved = 2 // groups
	if got := policy.Count[events.Group](w.Policy()) - reserved; got != events.MaxSetSize {
		t.Fatalf("%d groups are policy, want %d", got, events.MaxSetSize)
	}
	if got := policy.Count[events.Group](w.Policy().Reached(one.view.Rollouts)) - reserved; got != size || one.status(w.Hub) != hub.StatusSynced {
		t.Errorf("one has %d groups and is %s", got, one.status(w.Hub))
	}
	w.is(id, events.RolloutDone, 1)
	w.follow()
	written := map[string]int{}
	for _, e := range waittest.Must(w.Reader(events.Rules).Read(t.Context(), 1, 1<<20))(t) {
		if f, ok := waittest.Must(e.Fact())(t).(events.GroupDefined); ok && strings.HasPrefix(f.Group.Name, "fed.g") {
			written[f.Group.Name]++
		}
	}
	for name, n := range written {
		if n != 1 {
			t.Errorf("%s was written %d times", name, n)
		}
	}
	if len(written) != size || len(w.Policy().Staged(id)) != 0 || one.status(w.Hub) != hub.StatusSynced {
		t.Errorf("%d groups were written, %d are on their way, one is %s", len(written), len(w.Policy().Staged(id)), one.status(w.Hub))
	}
}

// crash writes the first facts of a decision into the log of a hub that does not run, as if it had stopped there.
func (w *world) crash(d policy.Decision, n int) {
	w.t.Helper()
	keys := waittest.Must(bus.OpenKeyring(w.dir + "/keys"))(w.t)
	server := waittest.Must(bus.OpenServer(bus.ServerConfig{
		Name: "crashed", StoreDir: w.dir + "/hub/jetstream", Keys: keys, Accounts: []string{bus.AccountFed}, Logger: quiet,
	}))(w.t)
	defer server.Close()
	ledger := waittest.Must(bus.OpenLedger(w.t.Context(), bus.LedgerConfig[*policy.State]{
		Log: events.Rules, Server: server, Conn: waittest.Must(server.Connect(bus.AccountFed))(w.t), Source: "/clusters/" + masterID,
		Logger: quiet, Now: w.clock.now, NewID: uuid.NewString,
		Empty: func() *policy.State { return policy.NewState(policy.ScopeFederal) },
	}))(w.t)
	stop := running(w.t, ledger.Run)
	defer stop()
	waittest.Must(ledger.Do(w.t.Context(), "fedhub", func(s *policy.State, now time.Time) ([]events.Fact, error) {
		facts, err := d(s, now)
		return facts[:n], err
	}))(w.t)
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
	if got := w.Policy().Rollouts(); len(got) != 1 || !cmp.Equal(got[0].ID, id) {
		t.Errorf("rollouts %+v", got)
	}
}
