package agent_test

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

func (m *master) resynced() string {
	if r := m.last.Load(); r != nil {
		return r.Resynced
	}
	return ""
}

func TestAgent_resync(t *testing.T) {
	for name, anew := range map[string]bool{"reports": false, "fetches everything and reports": true} {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			a := newAgent(t)
			m.follow(t, a)
			m.write(t, groups(3)...)
			waittest.Until(t, "in sync", func() bool { return m.same(a) && m.last.Load().Revision == 3 })
			m.spread.Store(time.Hour.Milliseconds()) // reports after a change wait; this one does not
			a.Report()
			beats := m.beats.Load()
			waittest.Until(t, "it knows", func() bool { return m.beats.Load() > beats })
			fetched := m.fetched(t)
			m.tell(t, events.SubjectReport, events.Resync{ID: "now", Anew: anew})
			waittest.Until(t, "it is done", func() bool { return m.resynced() == "now" })
			if got := m.fetched(t) > fetched; got != anew {
				t.Errorf("it asked for stored events: %t, want %t", got, anew)
			}
			if !m.same(a) {
				t.Error("it is not in sync any more")
			}
		})
	}
}

// TestAgent_resync_healsWhatNobodyNoticed: what a cluster holds wrongly of an older revision is right afterwards.
func TestAgent_resync_healsWhatNobodyNoticed(t *testing.T) {
	m := openMaster(t)
	a := newAgent(t)
	m.follow(t, a)
	last := m.write(t, group("fed.a")).Events[0]
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	m.mute.Store(true)
	m.send(t, next(last, group("fed.forged")))
	waittest.Until(t, "it is misled", func() bool { return hasGroup(a, "fed.forged") })
	m.tell(t, events.SubjectReport, events.Resync{ID: "now", Anew: true})
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	m.mute.Store(false)
	waittest.Until(t, "it says so", func() bool { return m.resynced() == "now" })
}

// TestAgent_resync_beforeItHasAView: it is done once the master has said what is for the cluster.
func TestAgent_resync_beforeItHasAView(t *testing.T) {
	m := openMaster(t)
	m.mute.Store(true)
	a := newAgent(t)
	m.follow(t, a)
	waittest.Until(t, "it listens", func() bool { return m.unanswered.Load() > 0 })
	m.write(t, group("fed.a"))
	m.tell(t, events.SubjectReport, events.Resync{ID: "early", Anew: true})
	m.mute.Store(false)
	waittest.Until(t, "it is done", func() bool { return m.resynced() == "early" && m.same(a) })
}

// openWay returns a connection, and a master for it, that a test can keep from answering questions for stored events.
func (m *master) openWay(t *testing.T) (conn *nats.Conn, answer func(ok bool)) {
	t.Helper()
	conn = waittest.Must(m.Connect(bus.AccountFed))(t)
	waittest.Must(m.conn.Subscribe(events.SubjectHealth, m.hear))(t)
	broken := make(chan bool, 1)
	broken <- false
	waittest.Must(m.conn.Subscribe(events.SubjectGet, func(msg *nats.Msg) {
		is := <-broken
		broken <- is
		var err error
		if is {
			err = msg.RespondMsg(&nats.Msg{Header: nats.Header{"Status": {"500"}}})
		} else {
			err = m.conn.PublishRequest(directGet, msg.Reply, msg.Data)
		}
		if err != nil {
			t.Error(err)
		}
	}))(t)
	if err := m.conn.Flush(); err != nil {
		t.Fatal(err)
	}
	return conn, func(ok bool) {
		<-broken
		broken <- !ok
	}
}

// TestAgent_fetchThatFails is repeated until it does not, and the master hears why the cluster is behind.
func TestAgent_fetchThatFails(t *testing.T) {
	const why = "fetch the federated policy: read fed.get: status 500"
	tests := map[string]struct {
		wish func(t *testing.T, m *master)
		done func(m *master, a *agent.Agent) bool
	}{
		"other labels": {
			wish: func(t *testing.T, m *master) {
				t.Helper()
				m.show(t, inEnv("test"), false)
			},
			done: func(m *master, a *agent.Agent) bool { return m.same(a) && hasGroup(a, "fed.test") },
		},
		"a resync": {
			wish: func(t *testing.T, m *master) {
				t.Helper()
				if err := m.conn.Publish(events.SubjectReport, mustJSON(events.Resync{ID: "now", Anew: true})); err != nil {
					t.Fatal(err)
				}
			},
			done: func(m *master, _ *agent.Agent) bool { return m.resynced() == "now" },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			conn, answer := m.openWay(t)
			a := newAgent(t)
			run(t, func(ctx context.Context) error { return a.Run(ctx, conn) })
			m.write(t, group("fed.a"), targeted("fed.test", "env=test"))
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			answer(false)
			tt.wish(t, m)
			waittest.Until(t, "it complains", func() bool { a.Report(); return m.last.Load().Error == why })
			if a.Trouble() != why || tt.done(m, a) {
				t.Errorf("trouble %q, and it says that it is done: %t", a.Trouble(), tt.done(m, a))
			}
			answer(true)
			waittest.Until(t, "it is done", func() bool { a.Report(); return tt.done(m, a) })
			waittest.Until(t, "it does not complain", func() bool { a.Report(); return m.last.Load().Error == "" && a.Trouble() == "" })
		})
	}
}

// TestAgent_catchUpThatFails: events that were missed are fetched once that is possible.
func TestAgent_catchUpThatFails(t *testing.T) {
	m := openMaster(t)
	conn, answer := m.openWay(t)
	a := newAgent(t)
	follow := func() func() { return run(t, func(ctx context.Context) error { return a.Run(ctx, conn) }) }
	stop := follow()
	m.write(t, group("fed.a"))
	waittest.Until(t, "in sync", func() bool { return m.same(a) })
	stop()
	m.write(t, group("fed.missed"))
	answer(false)
	follow()
	waittest.Until(t, "it complains", func() bool { a.Report(); return m.last.Load().Error != "" })
	if a.Policy().Revision() != 1 {
		t.Errorf("it is at revision %d, want 1", a.Policy().Revision())
	}
	answer(true)
	waittest.Until(t, "in sync", func() bool { a.Report(); return m.same(a) && m.last.Load().Error == "" })
}
