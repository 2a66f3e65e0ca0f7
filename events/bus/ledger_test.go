package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// names is the state of the tests: the names of the groups that exist, and the revisions seen.
type names struct {
	groups    map[string]bool
	revisions []uint64
}

func (n *names) Clone() *names {
	c := &names{groups: make(map[string]bool, len(n.groups)), revisions: append([]uint64(nil), n.revisions...)}
	for k := range n.groups {
		c.groups[k] = true
	}
	return c
}

func (n *names) Apply(e events.Event) {
	n.revisions = append(n.revisions, e.Revision)
	switch f, _ := e.Fact(); f := f.(type) {
	case events.GroupDefined:
		n.groups[f.Group.Name] = true
	case events.GroupRemoved:
		delete(n.groups, f.Name)
	}
}

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

var errExists = errors.New("exists")

// world is a server with one log in a folder that outlives it.
type world struct {
	server *bus.Server
	ledger *bus.Ledger[*names]
	stop   func()
}

func open(tb testing.TB, dir string, log events.Log) *world {
	tb.Helper()
	keys, err := bus.OpenKeyring(dir + "/keys")
	if err != nil {
		tb.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	srv, err := bus.OpenServer(bus.ServerConfig{
		Name: "test", StoreDir: dir + "/store", Keys: keys, Accounts: []string{bus.AccountFed}, Logger: quiet,
	})
	if err != nil {
		tb.Fatal(err)
	}
	nc, err := srv.Connect(bus.AccountFed)
	if err != nil {
		tb.Fatal(err)
	}
	l, err := bus.OpenLedger(tb.Context(), bus.LedgerConfig[*names]{
		Log: log, Server: srv, Conn: nc, Source: "/clusters/test", Logger: quiet, Now: time.Now, NewID: uuid.NewString,
		Empty: func() *names { return &names{groups: map[string]bool{}} },
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.Run(ctx); err != nil {
			tb.Error(err)
		}
	})
	w := &world{server: srv, ledger: l, stop: sync.OnceFunc(func() { cancel(); wg.Wait(); srv.Close() })}
	tb.Cleanup(w.stop)
	return w
}

func TestLedger_keepsWhatItAcknowledged(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, events.Rules)
	got, err := w.ledger.Do(t.Context(), "alice", define("fed.a", "fed.b", "fed.c"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Revision != 3 || len(got.Events) != 3 {
		t.Errorf("revision %d with %d events, want 3 with 3", got.Revision, len(got.Events))
	}
	if _, err := w.ledger.Do(t.Context(), "alice", define("fed.a")); !errors.Is(err, errExists) {
		t.Errorf("a second fed.a: %v, want %v", err, errExists)
	}
	w.stop()

	w = open(t, dir, events.Rules)
	if n := len(w.ledger.State().groups); n != 3 || w.ledger.Revision() != 3 {
		t.Errorf("after a restart %d groups at revision %d, want 3 at 3", n, w.ledger.Revision())
	}
}

func TestLedger_oneWinnerAmongManyWriters(t *testing.T) {
	w := open(t, t.TempDir(), events.Rules)
	const writers = 200
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range writers {
		wg.Go(func() {
			_, err := w.ledger.Do(t.Context(), "alice", define("fed.one"))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case !errors.Is(err, errExists):
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d writers made fed.one, want 1", won)
	}
}

func TestLedger_decidesAgainWhenTheLogMovedOn(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, events.Rules)
	nc, err := w.server.Connect(bus.AccountFed)
	if err != nil {
		t.Fatal(err)
	}
	other, err := bus.OpenLedger(t.Context(), bus.LedgerConfig[*names]{
		Log: events.Rules, Server: w.server, Conn: nc, Source: "/clusters/other", Logger: slog.New(slog.DiscardHandler),
		Now: time.Now, NewID: uuid.NewString, Empty: func() *names { return &names{groups: map[string]bool{}} },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { _ = other.Run(ctx) })

	var both sync.WaitGroup
	for i, l := range []*bus.Ledger[*names]{w.ledger, other} {
		both.Go(func() {
			for n := range 50 {
				if _, err := l.Do(t.Context(), "alice", define(fmt.Sprintf("fed.%d.%d", i, n), fmt.Sprintf("fed.%d.%d.x", i, n))); err != nil && !errors.Is(err, bus.ErrConflict) {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	for i, r := range w.ledger.State().revisions {
		if r != uint64(i)+1 {
			t.Fatalf("event %d has revision %d", i, r)
		}
	}
}

func TestLedger_comesBackAfterItsServer(t *testing.T) {
	w := open(t, t.TempDir(), events.Rules)
	if _, err := w.ledger.Do(t.Context(), "alice", define("fed.a")); err != nil {
		t.Fatal(err)
	}
	if err := w.server.Restart(w.server.Generation()); err != nil {
		t.Fatal(err)
	}
	for {
		changed := w.ledger.Changed()
		_, err := w.ledger.Do(t.Context(), "alice", define("fed.b"))
		if err == nil {
			break
		}
		if !errors.Is(err, bus.ErrUnavailable) {
			t.Fatal(err)
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatal("never came back")
		}
	}
	if got := len(w.ledger.State().groups); got != 2 {
		t.Errorf("%d groups, want 2", got)
	}
}

func TestReader_stateOfMoreSubjectsThanOneAnswerHolds(t *testing.T) {
	w := open(t, t.TempDir(), events.Rules)
	const objects = 2500
	for i := range objects {
		if i%500 != 0 {
			continue
		}
		var list []string
		for n := range 500 {
			list = append(list, fmt.Sprintf("fed.g%d", i+n))
		}
		if _, err := w.ledger.Do(t.Context(), "alice", define(list...)); err != nil {
			t.Fatal(err)
		}
	}
	got, upTo, err := w.ledger.Reader().State(t.Context(), events.Rules.Filter(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != objects || upTo != objects {
		t.Errorf("%d objects at revision %d, want %d at %d", len(got), upTo, objects, objects)
	}
	got, _, err = w.ledger.Reader().State(t.Context(), events.Rules.Filter(), 500)
	if err != nil || len(got) != 500 {
		t.Errorf("%d objects at revision 500 (%v), want 500", len(got), err)
	}
}

func BenchmarkLedger_do(b *testing.B) {
	w := open(b, b.TempDir(), events.Rules)
	for i := 0; b.Loop(); i++ {
		if _, err := w.ledger.Do(b.Context(), "alice", func(*names, time.Time) ([]events.Fact, error) {
			return []events.Fact{events.GroupDefined{Group: events.Group{Name: "fed.a"}}}, nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
