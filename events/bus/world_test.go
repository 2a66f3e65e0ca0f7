package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

var quiet = slog.New(slog.DiscardHandler)

// clock is the real one: servers and certificates need it.
var clock = time.Now

func wantError(tb testing.TB, err error, want ...error) {
	tb.Helper()
	for _, w := range want {
		if !errors.Is(err, w) {
			tb.Errorf("error %v, want %v", err, w)
		}
	}
}

// names is the state of the tests: the names of the groups that exist, and the revisions seen.
type names struct {
	groups    map[string]bool
	revisions []uint64
	hear      func(events.Event) // told of each event before it is applied, if not nil
}

func noNames() *names { return &names{groups: map[string]bool{}} }

func (n *names) Clone() *names {
	c := &names{groups: make(map[string]bool, len(n.groups)), revisions: append([]uint64(nil), n.revisions...), hear: n.hear}
	for k := range n.groups {
		c.groups[k] = true
	}
	return c
}

func (n *names) Apply(e events.Event) {
	if n.hear != nil {
		n.hear(e)
	}
	n.revisions = append(n.revisions, e.Revision)
	fact, err := e.Fact()
	if err != nil {
		return
	}
	switch f := fact.(type) { //nolint:gochecksumtype // the tests use two of them
	case events.GroupDefined:
		n.groups[f.Group.Name] = true
	case events.GroupRemoved:
		delete(n.groups, f.Name)
	}
}

var errExists = errors.New("exists")

// define decides on groups that must not be there yet.
func define(list ...string) func(*names, time.Time) ([]events.Fact, error) {
	return func(n *names, _ time.Time) ([]events.Fact, error) {
		var out []events.Fact
		for _, name := range list {
			if n.groups[name] {
				return nil, fmt.Errorf("group %s: %w", name, errExists)
			}
			out = append(out, events.GroupDefined{Group: events.Group{Name: name}})
		}
		return out, nil
	}
}

// many returns n names that begin alike.
func many(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s.%d", prefix, i)
	}
	return out
}

// world is a server with the log RULES in a folder that outlives it.
type world struct {
	server *bus.Server
	conn   *nats.Conn
	ledger *bus.Ledger[*names]
	stop   func()
}

func open(tb testing.TB, dir string) *world {
	tb.Helper()
	srv := waittest.Must(bus.OpenServer(bus.ServerConfig{
		Name: "test", StoreDir: filepath.Join(dir, "store"), Keys: waittest.Must(bus.OpenKeyring(filepath.Join(dir, "keys")))(tb),
		Accounts: []string{bus.AccountFed}, Logger: quiet,
	}))(tb)
	w := &world{server: srv, conn: waittest.Must(srv.Connect(bus.AccountFed))(tb)}
	l, stop := w.openLedger(tb)
	w.ledger, w.stop = l, sync.OnceFunc(func() { stop(); srv.Close() })
	tb.Cleanup(w.stop)
	return w
}

// openLedger opens a ledger of RULES and runs it until stop is called.
func (w *world) openLedger(tb testing.TB) (l *bus.Ledger[*names], stop func()) {
	tb.Helper()
	return w.openLedgerOf(context.WithoutCancel(tb.Context()), tb, noNames)
}

// openLedgerOf is openLedger with another state before the first event, and runs it until ctx ends, too.
func (w *world) openLedgerOf(ctx context.Context, tb testing.TB, empty func() *names) (l *bus.Ledger[*names], stop func()) {
	tb.Helper()
	l = waittest.Must(bus.OpenLedger(ctx, bus.LedgerConfig[*names]{
		Log: events.Rules, Server: w.server, Conn: w.conn, Source: "/clusters/test", Logger: quiet, Now: clock, NewID: uuid.NewString,
		Empty: empty,
	}))(tb)
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.Run(ctx); err != nil {
			tb.Error(err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	tb.Cleanup(stop)
	return l, stop
}

// do runs a command that must succeed.
func (w *world) do(tb testing.TB, decide func(*names, time.Time) ([]events.Fact, error)) bus.Receipt {
	tb.Helper()
	return waittest.Must(w.ledger.Do(tb.Context(), "alice", decide))(tb)
}

// hold keeps the writer in a decision until release is called: what is asked meanwhile waits in its queue.
func (w *world) hold(tb testing.TB) (release func()) {
	tb.Helper()
	held, gate := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := w.ledger.Do(tb.Context(), "alice", func(*names, time.Time) ([]events.Fact, error) {
			close(held)
			<-gate
			return nil, nil
		})
		if err != nil {
			tb.Error(err)
		}
	})
	<-held
	release = sync.OnceFunc(func() { close(gate); wg.Wait() })
	tb.Cleanup(release)
	return release
}
