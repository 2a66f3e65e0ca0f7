package agent_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// targeted returns a group for the clusters that a selector chooses.
func targeted(name, targets string) events.GroupDefined {
	f := group(name)
	f.Group.Targets = targets
	return f
}

func inEnv(env string) events.View { return events.View{Labels: events.Labels{"env": env}} }

// wantGroups wants exactly these groups, sorted.
func wantGroups(t *testing.T, a *agent.Agent, names ...string) {
	t.Helper()
	var got []string
	for g := range policy.All[events.Group](a.Policy()) {
		got = append(got, g.Name)
	}
	if slices.Sort(got); !slices.Equal(got, names) {
		t.Errorf("it holds %q, want %q", got, names)
	}
}

// wantCopy wants that an agent which has only its copy holds what the master has for it.
func (m *master) wantCopy(t waittest.TB, kept func(*agent.Config)) {
	t.Helper()
	if a := newAgent(t, kept); !m.same(a) {
		view, seen := a.Policy().View()
		t.Fatalf("the copy holds revision %d for %v (%t), want revision %d for %v, with the same digest",
			a.Policy().Revision(), view, seen, m.ledger.Revision(), *m.view.Load())
	}
}

func TestAgent_holdsNothingWithoutAView(t *testing.T) {
	m := openMaster(t)
	m.mute.Store(true)
	a := newAgent(t)
	m.follow(t, a)
	waittest.Until(t, "it listens", func() bool { return m.unanswered.Load() > 0 })
	m.write(t, groups(3)...)
	m.write(t, group("fed.next"))
	m.mute.Store(false)
	if a.Policy().Revision() != 0 {
		t.Errorf("it holds revision %d, and does not know what is for it", a.Policy().Revision())
	}
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
}

func TestAgent_holdsWhatTargetsIt(t *testing.T) {
	m := openMaster(t)
	m.show(t, inEnv("prod"), false)
	kept := withCopy(t, m)
	a := newAgent(t, kept)
	m.write(t, targeted("fed.early", "env=prod"), targeted("fed.early.test", "env=test"))
	stop := m.follow(t, a)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	m.write(t, group("fed.all"), targeted("fed.prod", "env=prod"), targeted("fed.test", "env=test"), targeted("fed.any", "env"))
	m.write(t, targeted("fed.test", "env=test"), targeted("fed.goes", "env in (prod,test)"))
	m.write(t, targeted("fed.goes", "env=test"), targeted("fed.comes", "env=test"))
	m.write(t, targeted("fed.comes", "env!=test"), targeted("fed.both", "env=prod"), targeted("fed.both", "env=test"))
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	wantGroups(t, a, "fed.all", "fed.any", "fed.comes", "fed.early", "fed.prod")
	stop()

	m.wantCopy(t, kept)
	var cfg agent.Config
	kept(&cfg)
	for _, e := range waittest.Must(cfg.Copy.Load(t.Context()))(t) {
		f, ok := waittest.Must(e.Fact())(t).(events.GroupDefined)
		if ok && !policy.Chooses(f.Group.Targets, events.Labels{"env": "prod"}) {
			t.Errorf("the copy has %s, which is for %s", f.Group.Name, f.Group.Targets)
		}
	}
}

func TestAgent_fetchesWhatItsNewLabelsGive(t *testing.T) {
	for name, told := range map[string]bool{"told at once": true, "with the next answer": false} {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			m.show(t, inEnv("prod"), false)
			kept := withCopy(t, m)
			a := newAgent(t, kept)
			stop := m.follow(t, a)
			m.write(t, group("fed.all"), targeted("fed.prod", "env=prod"), targeted("fed.test", "env=test"))
			m.write(t, events.GroupRemoved{Name: "fed.all"})
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			wantGroups(t, a, "fed.prod")
			for _, want := range []struct{ env, group string }{{"test", "fed.test"}, {"prod", "fed.prod"}, {"none", ""}, {"test", "fed.test"}} {
				m.show(t, inEnv(want.env), told)
				if !told {
					a.Report()
				}
				waittest.Until(t, "in sync as "+want.env, func() bool { return m.same(a) })
				wantGroups(t, a, slices.DeleteFunc([]string{want.group}, func(name string) bool { return name == "" })...)
			}
			m.write(t, targeted("fed.later", "env=test"), targeted("fed.later.prod", "env=prod"))
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			wantGroups(t, a, "fed.later", "fed.test")
			stop()
			m.wantCopy(t, kept)
		})
	}
}

// TestAgent_staysWithItsViewWhileTheMasterIsAway: labels that change meanwhile count when it is back.
func TestAgent_staysWithItsViewWhileTheMasterIsAway(t *testing.T) {
	m := openMaster(t)
	m.show(t, inEnv("prod"), false)
	kept := withCopy(t, m)
	a := newAgent(t, kept)
	stop := m.follow(t, a)
	m.write(t, targeted("fed.prod", "env=prod"), targeted("fed.test", "env=test"))
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	stop()
	m.show(t, inEnv("test"), false)
	m.write(t, targeted("fed.test.2", "env=test"))

	a = newAgent(t, kept)
	wantGroups(t, a, "fed.prod")
	m.follow(t, a)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	wantGroups(t, a, "fed.test", "fed.test.2")
}

// rollout returns the facts of a rollout of two waves that adds the group fed.new, up to each of its steps.
type rollout struct{ start, advance, complete, abort []events.Fact }

func newRollout(t *testing.T) rollout {
	t.Helper()
	r := events.Rollout{ID: "r1", Waves: []events.Wave{{Selector: "first"}, {}}, Status: events.RolloutRunning, Open: 1, Objects: 1}
	staged := waittest.Must(events.Stage(r.ID, targeted("fed.new", "env=prod")))(t)
	elsewhere := waittest.Must(events.Stage(r.ID, targeted("fed.new.test", "env=test")))(t)
	out := rollout{start: []events.Fact{staged, elsewhere, events.RolloutStarted{Rollout: r}}}
	r.Open = 2
	out.advance = []events.Fact{events.RolloutAdvanced{Rollout: r}}
	r.Status = events.RolloutRevoked
	out.abort = []events.Fact{events.RolloutAborted{Rollout: r}}
	r.Status = events.RolloutDone
	out.complete = []events.Fact{targeted("fed.new", "env=prod"), targeted("fed.new.test", "env=test"), events.RolloutCompleted{Rollout: r}}
	return out
}

// TestAgent_rollout follows a rollout without a single question to the master.
func TestAgent_rollout(t *testing.T) {
	before := inEnv("prod")
	reached := events.View{Labels: before.Labels, Rollouts: []string{"r1"}}
	type step struct {
		facts []events.Fact
		view  *events.View
		has   bool // fed.new afterwards
	}
	r := newRollout(t)
	tests := map[string][]step{
		"reached, completed": {
			{facts: r.start}, {view: &reached, has: true}, {facts: r.complete, has: true}, {view: &before, has: true},
		},
		"reached, aborted": {
			{facts: r.start}, {view: &reached, has: true}, {facts: r.abort}, {view: &before},
		},
		"never reached, aborted": {{facts: r.start}, {facts: r.abort}},
		"reached by a later wave": {
			{facts: r.start}, {facts: r.advance}, {view: &reached, has: true}, {facts: r.complete, has: true}, {view: &before, has: true},
		},
		"told before it starts": {
			{view: &reached}, {facts: r.start, has: true}, {facts: r.complete, has: true}, {view: &before, has: true},
		},
		"told before its wave opens": {
			{facts: r.start}, {view: &reached, has: true}, {facts: r.advance, has: true},
		},
		"told before it is aborted": {
			{facts: r.start}, {view: &reached, has: true}, {view: &before}, {facts: r.abort},
		},
		"told before it is complete": {
			{facts: r.start}, {view: &reached, has: true}, {view: &before}, {facts: r.complete, has: true},
		},
	}
	for name, steps := range tests {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			m.show(t, before, false)
			kept := withCopy(t, m)
			a := newAgent(t, kept)
			stop := m.follow(t, a)
			m.write(t, group("fed.a"))
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			m.fallSilent() // no answer to a heartbeat makes it fetch
			fetched := m.fetched(t)
			for i, s := range steps {
				if s.facts != nil {
					m.write(t, s.facts...)
				}
				if s.view != nil {
					m.show(t, *s.view, true)
				}
				waittest.Until(t, "in sync", func() bool { return m.same(a) })
				if got := hasGroup(a, "fed.new"); got != s.has {
					t.Errorf("after step %d it has the change: %t, want %t", i+1, got, s.has)
				}
				if hasGroup(a, "fed.new.test") {
					t.Errorf("after step %d it has what is not for it", i+1)
				}
			}
			if n := m.fetched(t) - fetched; n != 0 {
				t.Errorf("it asked for stored events %d times", n)
			}
			stop()
			m.wantCopy(t, kept)
		})
	}
}

// TestAgent_isInSyncWhateverItsView draws changes of policy and labels, steps of rollouts, cuts and restarts.
// When they are over the agent, and its copy, hold what the master has for it.
func TestAgent_isInSyncWhateverItsView(t *testing.T) {
	m := openMaster(t)
	kept := withCopy(t, m)
	a := newAgent(t, kept)
	conn := m.connect(t)
	m.write(t, group("fed.first")) // a policy that never was has no copy
	rollouts := 0
	rapid.Check(t, func(t *rapid.T) {
		cut := func() {}
		heal := func() {
			cut()
			stop, wait := start(t, func(ctx context.Context) error { return a.Run(ctx, conn) })
			cut = sync.OnceFunc(func() {
				stop()
				if err := wait(); err != nil && !errors.Is(err, context.Canceled) { // when it had hardly begun
					t.Errorf("run: %v", err)
				}
			})
		}
		heal()
		defer func() { cut() }()
		cluster := policy.Cluster{ID: "oslo", Labels: m.view.Load().Labels}
		do := func(d policy.Decision) {
			_, err := m.ledger.Do(t.Context(), "alice", d)
			if err != nil && !errors.Is(err, policy.ErrRollout) && !errors.Is(err, policy.ErrNotFound) {
				t.Fatal(err)
			}
		}
		names := rapid.SampledFrom([]string{"fed.a", "fed.b", "fed.c"})
		targets := rapid.SampledFrom([]string{"", "env=prod", "env=test", "!env"})
		put := func() policy.Decision {
			return policy.Put(policy.GroupConfig{
				Name: names.Draw(t, "group"), Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: rapid.StringMatching("[a-z]").Draw(t, "value")}},
				Claims: policy.Claims{Targets: new(targets.Draw(t, "targets"))},
			})
		}
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			current, on := m.ledger.State().Current()
			switch step := rapid.SampledFrom([]string{"put", "put", "remove", "label", "label", "rollout", "step", "step", "abort", "cut", "heal", "restart"}).Draw(t, "step"); {
			case step == "put":
				do(put())
			case step == "remove":
				do(policy.Remove(events.ObjectGroup, names.Draw(t, "group")))
			case step == "label":
				cluster.Labels = rapid.SampledFrom([]events.Labels{{}, {"env": "prod"}, {"env": "test"}}).Draw(t, "labels")
			case step == "rollout":
				rollouts++
				do(policy.StartRollout(policy.RolloutPlan{
					ID: "r" + time.Unix(int64(rollouts), 0).UTC().Format("150405"), Waves: []policy.WavePlan{{Selector: "env=prod"}, {Selector: "env"}, {}},
				}, put()))
			case step == "step" && on:
				do(policy.AdvanceRollout(current.ID, current.Open))
			case step == "abort" && on:
				do(policy.AbortRollout(current.ID, "drawn"))
			case step == "cut":
				cut()
			case step == "heal":
				heal()
			case step == "restart":
				cut()
				a = newAgent(t, kept)
				heal()
			}
			m.show(t, m.ledger.State().ViewOf(cluster), rapid.Bool().Draw(t, "told"))
		}
		heal()
		waittest.Until(t, "in sync", func() bool { return m.same(a) })
		cut()
		m.wantCopy(t, kept)
	})
}
