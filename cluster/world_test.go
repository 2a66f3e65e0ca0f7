package cluster_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

var quiet = slog.New(slog.DiscardHandler)

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

// place is where a cluster runs: it outlives its controller.
type place struct {
	name string
	dir  string
	fed  events.RestInfo // of its fed-master service
}

func newPlace(t *testing.T, name string) place {
	t.Helper()
	_, port, err := net.SplitHostPort(waittest.Address(t))
	if err != nil {
		t.Fatal(err)
	}
	n := waittest.Must(strconv.ParseUint(port, 10, 16))(t)
	return place{name: name, dir: t.TempDir(), fed: events.RestInfo{Server: "127.0.0.1", Port: uint16(n)}} //nolint:gosec // G115: parsed with 16 bits
}

const firstPassword = "correct horse battery staple"

// open runs the controller of a place until the test ends or stop is called.
func (p place) open(t *testing.T, edits ...func(*cluster.Config)) (c *cluster.Controller, stop func()) {
	t.Helper()
	cfg := cluster.Config{
		Name: p.name, DataDir: p.dir, FedListen: net.JoinHostPort(p.fed.Server, strconv.Itoa(int(p.fed.Port))),
		Address: events.RestInfo{Server: "127.0.0.1", Port: 10443}, AdminPassword: firstPassword,
		Version: "0.1.0", Enforcer: agent.None{}, Logger: quiet, Now: time.Now,
	}
	for _, edit := range edits {
		edit(&cfg)
	}
	c = waittest.Must(cluster.Open(t.Context(), cfg))(t)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	})
	stop = sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(stop)
	select {
	case <-c.Started():
	case <-time.After(waittest.Patience):
		t.Fatalf("%s did not start", p.name)
	}
	return c, stop
}

// write writes facts into the log of a cluster that does not run, as if it had stopped right behind them.
// Secrets go into its key store.
func (p place) write(t *testing.T, secrets map[string]string, facts ...events.Fact) {
	t.Helper()
	keys := waittest.Must(bus.OpenKeyring(filepath.Join(p.dir, "keys")))(t)
	for name, secret := range secrets {
		if err := keys.Put(name, []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	srv := waittest.Must(bus.OpenServer(bus.ServerConfig{
		Name: "crashed", StoreDir: filepath.Join(p.dir, "local"), Keys: keys, Accounts: []string{bus.AccountLocal}, Logger: quiet,
	}))(t)
	defer srv.Close()
	l := waittest.Must(bus.OpenLedger(t.Context(), bus.LedgerConfig[blank]{
		Log: events.Local, Server: srv, Conn: waittest.Must(srv.Connect(bus.AccountLocal))(t), Source: "/clusters/" + p.name, Logger: quiet,
		Now: time.Now, NewID: uuid.NewString, Empty: func() blank { return blank{} },
	}))(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := l.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	for _, f := range facts {
		waittest.Must(l.Do(t.Context(), "alice", func(blank, time.Time) ([]events.Fact, error) { return []events.Fact{f}, nil }))(t)
	}
	cancel()
	wg.Wait()
}

// blank is the state of a log that is only written.
type blank struct{}

// Clone implements bus.State.
func (blank) Clone() blank { return blank{} }

// Apply implements bus.State.
func (blank) Apply(events.Event) {}

// promoted opens a place and promotes it.
func (p place) promoted(t *testing.T) (c *cluster.Controller, stop func()) {
	t.Helper()
	c, stop = p.open(t)
	if err := c.Promote(t.Context(), cluster.Promotion{Actor: "admin", Address: p.fed}); err != nil {
		t.Fatal(err)
	}
	return c, stop
}

func token(t *testing.T, master *cluster.Controller) string {
	t.Helper()
	return waittest.Must(master.MintToken(t.Context(), cluster.TokenRequest{Actor: "admin"}))(t).Secret
}

// status returns what the master says of the named cluster; "" when it is no member.
func status(master *cluster.Controller, name string) cluster.Status {
	for _, s := range master.Summaries() {
		if s.Name == name {
			return s.Status
		}
	}
	return ""
}

// kinds returns the kinds of the events in a cluster's feed.
func kinds(t *testing.T, c *cluster.Controller) []events.Kind {
	t.Helper()
	var out []events.Kind
	for _, item := range waittest.Must(c.Feed(t.Context(), cluster.FeedQuery{Limit: 1000}))(t) {
		out = append(out, item.Event.Kind)
	}
	return out
}
