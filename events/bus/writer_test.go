package bus

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

// counter is a state that counts events.
type counter struct{ n int }

func (c *counter) Clone() *counter    { return &counter{c.n} }
func (c *counter) Apply(events.Event) { c.n++ }

// TestLedger_readsBackWhatTheServerDidNotSay stores a batch behind the writer's back, as when an answer is lost.
func TestLedger_readsBackWhatTheServerDidNotSay(t *testing.T) {
	ctx := t.Context()
	srv, err := OpenServer(ServerConfig{
		Name: "test", StoreDir: t.TempDir(), Keys: NewKeyring(), Accounts: []string{AccountFed}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	nc, err := srv.Connect(AccountFed)
	if err != nil {
		t.Fatal(err)
	}
	l, err := OpenLedger(ctx, LedgerConfig[*counter]{
		Log: events.Rules, Server: srv, Conn: nc, Source: "/clusters/test", Logger: slog.New(slog.DiscardHandler),
		Empty: func() *counter { return &counter{} }, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	facts := make([]events.Fact, events.MaxSetSize+500)
	for i := range facts {
		facts[i] = events.GroupRemoved{Name: fmt.Sprintf("fed.%d", i)}
	}
	p := &pending[*counter]{command: "c1", decide: func(*counter, time.Time) ([]events.Fact, error) { return facts, nil }}
	b := l.decideBatch([]*pending[*counter]{p})
	stored := 0
	for {
		if l.readBack(ctx, b) || l.State().n != stored {
			t.Errorf("%d events are visible, and %d are stored", l.State().n, stored)
		}
		if err := store(ctx, nc, storedSubject, b.events, &b.expect); err != nil {
			t.Fatal(err)
		}
		stored += len(b.events)
		if !l.readBack(ctx, b) || l.State().n != stored {
			t.Errorf("%d events are visible, and %d are stored", l.State().n, stored)
		}
		if len(b.more) == 0 {
			break
		}
		b = l.nextBatch(b)
	}
	if stored != len(facts) {
		t.Errorf("%d events are stored, want %d", stored, len(facts))
	}
}
