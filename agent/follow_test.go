package agent_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

func TestAgent_followsWhatHappens(t *testing.T) {
	m := openMaster(t)
	a := newAgent(t)
	m.follow(t, a)
	for i := range 20 {
		m.write(t, groups(i+1)...)
	}
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
}

// TestAgent_beginsWithTheNewestOfEachObject: a new remote takes no detour over the history.
func TestAgent_beginsWithTheNewestOfEachObject(t *testing.T) {
	m := openMaster(t)
	for range 3 {
		m.write(t, groups(500)...)
	}
	var seen applied
	a := newAgent(t, func(c *agent.Config) { c.Applied = seen.note })
	m.follow(t, a)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	seen.want(t, 1500)
}

func TestAgent_fetchesWhatItMissed(t *testing.T) {
	m := openMaster(t)
	var seen applied
	a := newAgent(t, func(c *agent.Config) { c.Applied = seen.note })
	stop := m.follow(t, a)
	waittest.Until(t, "it has a view, of nothing", func() bool { return m.same(a) })
	m.write(t, groups(3)...)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	stop()
	m.write(t, group("fed.missed"))
	m.write(t, group("fed.missed.1"), group("fed.missed.2"))

	// No heartbeat tells of the gap: the next event does.
	m.mute.Store(true)
	m.follow(t, a)
	waittest.Until(t, "the agent listens", func() bool { return m.unanswered.Load() > 0 })
	if m.same(a) {
		t.Fatal("nothing was missed")
	}
	m.write(t, group("fed.next"))
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	seen.want(t, 0, 3, 4, 6, 7) // each change set, in order
}

func TestAgent_ignoresWhatItHas(t *testing.T) {
	m := openMaster(t)
	var seen applied
	a := newAgent(t, func(c *agent.Config) { c.Applied = seen.note })
	m.follow(t, a)
	waittest.Until(t, "it has a view, of nothing", func() bool { return m.same(a) })
	written := m.write(t, groups(2)...).Events
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	for range 3 {
		for _, e := range written {
			m.send(t, e)
		}
	}
	m.write(t, group("fed.next"))
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	seen.want(t, 0, 2, 3)
}

// TestAgent_neverShowsHalfAChangeSet looks at every state that a caller could see.
func TestAgent_neverShowsHalfAChangeSet(t *testing.T) {
	m := openMaster(t)
	var seen applied
	a := newAgent(t, func(c *agent.Config) { c.Applied = seen.note })
	m.follow(t, a)
	ends := map[uint64]bool{0: true}
	var mu sync.Mutex
	done := make(chan struct{})
	var watcher sync.WaitGroup
	var watched []uint64
	watcher.Go(func() {
		for {
			changed := a.Changed()
			watched = append(watched, a.Policy().Revision())
			select {
			case <-changed:
			case <-done:
				return
			}
		}
	})
	for size := 1; size <= 40; size += 3 {
		r := m.write(t, groups(size)...)
		mu.Lock()
		ends[r.Revision] = true
		mu.Unlock()
	}
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	close(done)
	watcher.Wait()
	for _, revision := range append(watched, seen.list()...) {
		if !ends[revision] {
			t.Errorf("revision %d was seen, which is inside a change set", revision)
		}
	}
}

func TestAgent_waitsForTheRestOfAChangeSet(t *testing.T) {
	m := openMaster(t)
	a := newAgent(t)
	m.follow(t, a)
	last := m.write(t, group("fed.a")).Events[0]
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	m.mute.Store(true)
	half := next(last, group("fed.half"))
	half.Set.Size = 2
	m.send(t, half)
	rest := next(half, group("fed.rest"))
	rest.Set = events.Set{Index: 1, Size: 2}
	if hasGroup(a, "fed.half") {
		t.Error("half a change set is visible")
	}
	m.send(t, rest)
	waittest.Until(t, "both are there", func() bool {
		p := a.Policy()
		_, one := policy.Get[events.Group](p, "fed.half")
		_, two := policy.Get[events.Group](p, "fed.rest")
		if one != two {
			t.Fatal("half a change set is visible")
		}
		return one
	})
}

// next returns an event that follows last, in a change set of its own.
func next(last events.Event, f events.Fact) events.Event {
	e := last
	e.ID, e.Kind, e.Subject, e.Data = "forged", f.Kind(), events.Rules.Subject(f), mustJSON(f)
	e.Revision, e.Prev, e.Set = last.Revision+1, last.Hash(), events.Set{Size: 1}
	return e
}

// TestAgent_fetchesAnewWhenTheChainBreaks sends what the log does not have.
func TestAgent_fetchesAnewWhenTheChainBreaks(t *testing.T) {
	tests := map[string]func(m *master, last events.Event){
		"an event that never was": func(m *master, last events.Event) {
			m.send(t, next(last, group("fed.forged")))
			m.write(t, group("fed.b")) // the agent has that revision already
			m.write(t, group("fed.c")) // this one does not follow what it has
		},
		"another event under the same number": func(m *master, last events.Event) {
			e := next(last, group("fed.forged"))
			e.Prev = events.Hash{1}
			m.send(t, e)
			m.write(t, group("fed.b"))
		},
		"the middle of a change set": func(m *master, last events.Event) {
			e := next(last, group("fed.forged"))
			e.Set = events.Set{Index: 1, Size: 2}
			m.send(t, e)
			m.write(t, group("fed.b"))
			m.write(t, group("fed.c"))
		},
		"half a change set": func(m *master, last events.Event) {
			e := next(last, group("fed.forged"))
			e.Set.Size = 2
			m.send(t, e)
			m.write(t, group("fed.b"))
			m.write(t, group("fed.c"))
		},
		"no event at all": func(m *master, last events.Event) {
			m.send(t, events.Event{Subject: last.Subject})
			m.write(t, group("fed.b"))
		},
		"an event of the far future": func(m *master, last events.Event) {
			e := next(last, group("fed.forged"))
			e.Revision = 1 << 40
			m.send(t, e)
			m.write(t, group("fed.b"))
		},
	}
	for name, damage := range tests {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			a := newAgent(t)
			m.follow(t, a)
			last := m.write(t, group("fed.a")).Events[0]
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			damage(m, last)
			waittest.Until(t, "in sync again", func() bool { return m.same(a) })
			if hasGroup(a, "fed.forged") {
				t.Error("what was forged is still there")
			}
		})
	}
}

// withCopy keeps the policy in a stream of the master's server: one is as good as another.
func withCopy(t waittest.TB, m *master) func(*agent.Config) {
	t.Helper()
	log := waittest.Must(bus.OpenCopy(t.Context(), waittest.Must(m.Connect(bus.AccountLocal))(t)))(t)
	return func(c *agent.Config) { c.Copy = log }
}

func TestAgent_beginsWithItsCopyWhenTheMasterIsAway(t *testing.T) {
	m := openMaster(t)
	kept := withCopy(t, m)
	a := newAgent(t, kept)
	stop := m.follow(t, a)
	m.write(t, groups(10)...)
	m.write(t, events.GroupRemoved{Name: "fed.g3"})
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	stop() // which stores what waits

	if a = newAgent(t, kept); !m.same(a) {
		t.Errorf("revision %d after a restart, want %d and the same digest", a.Policy().Revision(), m.ledger.Revision())
	}
	m.write(t, group("fed.after"))
	m.follow(t, a)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
}

// brokenCopy is a copy on a disk that fails.
type brokenCopy struct{ load error }

var errDisk = errors.New("disk")

func (b brokenCopy) Load(context.Context) ([]events.Event, error) { return nil, b.load }
func (brokenCopy) Store(context.Context, bus.Keepsake) error      { return errDisk }
func (brokenCopy) Replace(context.Context, bus.Keepsake) error    { return errDisk }

func TestAgent_followsWithoutItsCopy(t *testing.T) {
	m := openMaster(t)
	a := newAgent(t, func(c *agent.Config) { c.Copy = brokenCopy{} })
	m.follow(t, a)
	m.write(t, groups(3)...)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })

	_, err := agent.New(t.Context(), agent.Config{Copy: brokenCopy{load: errDisk}})
	if !errors.Is(err, errDisk) {
		t.Errorf("error %v, want the copy's", err)
	}
}

// TestAgent_isInSyncAfterAnyCuts draws writes, cuts, restarts and false events. When they are over, the
// agent holds what the master holds.
func TestAgent_isInSyncAfterAnyCuts(t *testing.T) {
	m := openMaster(t)
	kept := withCopy(t, m)
	a := newAgent(t, kept)
	conn := m.connect(t)
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
		names := rapid.SampledFrom([]string{"fed.a", "fed.b", "fed.c", "fed.d", "fed.e"})
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			switch step := rapid.SampledFrom([]string{"write", "write", "write", "remove", "cut", "heal", "restart", "repeat", "forge"}).Draw(t, "step"); step {
			case "write":
				var set []events.Fact
				for _, name := range rapid.SliceOfNDistinct(names, 1, 4, rapid.ID[string]).Draw(t, "groups") {
					set = append(set, group(name))
				}
				m.write(t, set...)
			case "remove":
				m.write(t, events.GroupRemoved{Name: names.Draw(t, "group")})
			case "cut":
				cut()
			case "heal":
				heal()
			case "restart":
				cut()
				a = newAgent(t, kept)
				heal()
			case "repeat", "forge":
				last, err := m.ledger.Reader().Last(t.Context(), events.Rules.Filter())
				if err != nil || last == nil {
					continue
				}
				if step == "forge" {
					*last = next(*last, group("fed.forged"))
				}
				m.send(t, *last)
			}
		}
		heal()
		m.write(t, group("fed.end"))
		m.write(t, group("fed.end"))
		waittest.Until(t, "in sync", func() bool { return m.same(a) })
		cut()
		if restarted := newAgent(t, kept); !m.same(restarted) {
			t.Fatalf("the copy holds revision %d, want %d and the same digest", restarted.Policy().Revision(), m.ledger.Revision())
		}
	})
}

func TestAgent_handsThePolicyToItsEnforcer(t *testing.T) {
	m := openMaster(t)
	e := &recorder{got: make(chan agent.Effective, 16)}
	local := policy.NewState(policy.ScopeLocal)
	a := newAgent(t, func(c *agent.Config) {
		c.Enforcer = e
		c.Local = func() (*policy.State, <-chan struct{}) { return local, nil }
	})
	m.follow(t, a)
	m.write(t, group("fed.a"))
	for p := range e.got {
		if p.Local != local {
			t.Error("not the cluster's own policy")
		}
		if _, ok := policy.Get[events.Group](p.Federal, "fed.a"); ok {
			break
		}
	}
	e.fails.Store(true)
	m.write(t, group("fed.b"))
	waittest.Until(t, "the trouble is reported", func() bool {
		r := m.last.Load()
		return r != nil && r.Error == "enforcer recorder: disk" && r.Enforcer == "recorder"
	})
	e.fails.Store(false)
	m.write(t, group("fed.c"))
	waittest.Until(t, "the trouble is over", func() bool { return m.last.Load().Error == "" && a.Trouble() == "" })
}
