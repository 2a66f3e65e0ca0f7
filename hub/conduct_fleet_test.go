package hub_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

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
	waittest.Until(t, "it is away", func() bool { return two.status(w.Hub) == hub.StatusDisconnected })
	w.wantPause(id, 3, "cluster two in wave 2: disconnected")
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
	w.wantPause(id, 3, "cluster one in wave 1: disconnected")
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
