package fedtest

import (
	"context"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// Stored returns the events in one of the logs of a stopped cluster.
func (c *Cluster) Stored(log events.Log) []events.Event {
	t := c.world.t
	t.Helper()
	var out []events.Event
	c.openStore(func(ctx context.Context, server *bus.Server, conn *nats.Conn) error {
		ledger, err := bus.OpenLedger(ctx, bus.LedgerConfig[kept]{
			Log: log, Server: server, Conn: conn, Now: c.Clock.Now, NewID: uuid.NewString, Logger: c.log, Empty: func() kept { return kept{&out} },
		})
		if err != nil {
			return err
		}
		return ledger.Err()
	})
	return out
}

// Kept returns what a stopped cluster has kept of the federated policy.
func (c *Cluster) Kept() []events.Event {
	c.world.t.Helper()
	var out []events.Event
	c.openStore(func(ctx context.Context, _ *bus.Server, conn *nats.Conn) error {
		copied, err := bus.OpenCopy(ctx, conn)
		if err != nil {
			return err
		}
		out, err = copied.Load(ctx)
		return err
	})
	return out
}

// Tamper lets a test change what a stopped cluster has kept of the federated policy.
func (c *Cluster) Tamper(change func([]events.Event) []events.Event) {
	c.world.t.Helper()
	c.openStore(func(ctx context.Context, _ *bus.Server, conn *nats.Conn) error {
		copied, err := bus.OpenCopy(ctx, conn)
		if err != nil {
			return err
		}
		all, err := copied.Load(ctx)
		if err != nil {
			return err
		}
		return copied.Store(ctx, bus.Keepsake{Events: change(all)})
	})
}

func (c *Cluster) openStore(do func(context.Context, *bus.Server, *nats.Conn) error) {
	t := c.world.t
	t.Helper()
	keys, err := bus.OpenKeyring(filepath.Join(c.dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := bus.OpenServer(bus.ServerConfig{
		Name: "store", StoreDir: filepath.Join(c.dir, "local"), Keys: keys, Accounts: []string{bus.AccountLocal}, Logger: c.log,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	conn, err := server.Connect(bus.AccountLocal)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), waittest.Patience)
	defer cancel()
	if err := do(ctx, server, conn); err != nil {
		t.Fatal(err)
	}
}

// kept is the state of a log that is every event in it.
type kept struct{ all *[]events.Event }

// Clone implements [bus.State].
func (k kept) Clone() kept { return k }

// Apply implements [bus.State].
func (k kept) Apply(e events.Event) { *k.all = append(*k.all, e) }
