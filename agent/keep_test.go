package agent_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// moodyCopy is a copy on a disk that fails at times.
type moodyCopy struct {
	*bus.CopyLog
	fails  atomic.Bool
	failed atomic.Int64
}

func (c *moodyCopy) Store(ctx context.Context, k bus.Keepsake) error {
	if c.fails.Load() {
		c.failed.Add(1)
		return errDisk
	}
	return c.CopyLog.Store(ctx, k)
}

func (c *moodyCopy) Replace(ctx context.Context, k bus.Keepsake) error {
	if c.fails.Load() {
		c.failed.Add(1)
		return errDisk
	}
	return c.CopyLog.Replace(ctx, k)
}

// TestAgent_keepsWhatCouldNotBeKept: what a disk did not take is stored with what comes next.
func TestAgent_keepsWhatCouldNotBeKept(t *testing.T) {
	tests := map[string]struct {
		while func(t *testing.T, m *master) // the disk fails
		after func(t *testing.T, m *master)
	}{
		"from the beginning": {
			while: func(*testing.T, *master) {},
			after: func(t *testing.T, m *master) {
				t.Helper()
				m.write(t, group("fed.end"))
			},
		},
		"objects that come, change and go": {
			while: func(t *testing.T, m *master) {
				t.Helper()
				m.write(t, group("fed.b"), targeted("fed.c", "env=prod"))
				m.write(t, targeted("fed.a", "env=test"), events.GroupRemoved{Name: "fed.b"}, group("fed.d"))
				m.write(t, group("fed.e"), targeted("fed.d", "env=test"))
			},
			after: func(t *testing.T, m *master) {
				t.Helper()
				m.write(t, group("fed.b"), targeted("fed.e", "env=test"))
			},
		},
		"another view": {
			while: func(t *testing.T, m *master) {
				t.Helper()
				m.show(t, inEnv("test"), true)
			},
			after: func(t *testing.T, m *master) {
				t.Helper()
				m.write(t, targeted("fed.f", "env=test"))
			},
		},
		"nothing comes any more": {
			while: func(t *testing.T, m *master) {
				t.Helper()
				m.write(t, group("fed.b"))
			},
			after: func(*testing.T, *master) {},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			m.show(t, inEnv("prod"), false)
			c := &moodyCopy{CopyLog: waittest.Must(bus.OpenCopy(t.Context(), waittest.Must(m.Connect(bus.AccountLocal))(t)))(t)}
			kept := func(cfg *agent.Config) { cfg.Copy = c }
			c.fails.Store(name == "from the beginning")
			a := newAgent(t, kept)
			m.write(t, group("fed.a"), targeted("fed.t", "env=test"))
			stop := m.follow(t, a)
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			c.fails.Store(true)
			tt.while(t, m)
			waittest.Until(t, "in sync, and not kept", func() bool { return m.same(a) && c.failed.Load() > 0 })
			c.fails.Store(false)
			tt.after(t, m)
			waittest.Until(t, "in sync", func() bool { return m.same(a) })
			stop()
			m.wantCopy(t, kept)
		})
	}
}
