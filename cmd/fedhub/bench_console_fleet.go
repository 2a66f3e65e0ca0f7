package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// simFleet is the simulated clusters of a console.
type simFleet struct {
	cfg consoleConfig
	all []*simCluster
}

func newSimFleet(cfg consoleConfig) *simFleet {
	f := &simFleet{cfg: cfg, all: make([]*simCluster, 0, cfg.clusters)}
	for i := range cfg.clusters {
		f.all = append(f.all, newSimCluster(i))
	}
	audible := int(float64(cfg.beats) * heardWithin.Seconds())
	for _, c := range f.all {
		if c.silent {
			continue
		}
		audible--
		c.silent = audible < 0
	}
	return f
}

// heardWithin is how often a cluster has to be heard to count as connected, with time to spare.
const heardWithin = 6 * time.Second

// heard returns how many clusters send heartbeats.
func (f *simFleet) heard() int {
	n := 0
	for _, c := range f.all {
		if !c.silent {
			n++
		}
	}
	return n
}

// joins is the state of a log that is only written.
type joins struct{}

// Clone implements bus.State.
func (joins) Clone() joins { return joins{} }

// Apply implements bus.State.
func (joins) Apply(events.Event) {}

// enroll writes into the FLEET log of the only federation in a data directory, whose controller is stopped, that the
// clusters joined: what joins would have written, without their handshakes.
func (f *simFleet) enroll(ctx context.Context, dir string) (err error) {
	found, err := filepath.Glob(filepath.Join(dir, "federation-*"))
	if err != nil || len(found) != 1 {
		return errors.Join(err, fmt.Errorf("%d federations in %s", len(found), dir))
	}
	keys, err := bus.OpenKeyring(filepath.Join(dir, "keys"))
	if err != nil {
		return err
	}
	facts := make([]events.Fact, 0, len(f.all))
	for _, c := range f.all {
		fact, err := c.joined()
		if err != nil {
			return err
		}
		facts = append(facts, fact)
	}
	log := newLogger(f.cfg.around.stderr)
	server, err := bus.OpenServer(bus.ServerConfig{
		Name: "bench", StoreDir: filepath.Join(found[0], "jetstream"), Keys: keys, Accounts: []string{bus.AccountFed}, Logger: log,
	})
	if err != nil {
		return err
	}
	defer server.Close()
	conn, err := server.Connect(bus.AccountFed)
	if err != nil {
		return err
	}
	ledger, err := bus.OpenLedger(ctx, bus.LedgerConfig[joins]{
		Log: events.Fleet, Server: server, Conn: conn, Source: "/bench", Now: f.cfg.around.now, NewID: uuid.NewString, Logger: log,
		Empty: func() joins { return joins{} },
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- ledger.Run(running) }()
	_, err = ledger.Do(ctx, benchActor, func(joins, time.Time) ([]events.Fact, error) { return facts, nil })
	stop()
	return errors.Join(err, <-ended)
}

// connect returns a connection to the fed-master service of this process that speaks for all clusters. The keys in
// the data directory allow that, and nothing else does.
func (f *simFleet) connect(ctx context.Context, dir string, master events.RestInfo) (*bus.Leaf, error) {
	keys, err := bus.OpenKeyring(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	authority, err := bus.OpenAuthority(keys, f.cfg.around.now())
	if err != nil {
		return nil, err
	}
	signer, err := keys.Account(bus.AccountFed)
	if err != nil {
		return nil, err
	}
	account, err := signer.PublicKey()
	if err != nil {
		return nil, err
	}
	user, err := nkeys.CreateUser()
	if err != nil {
		return nil, err
	}
	name, err := user.PublicKey()
	if err != nil {
		return nil, err
	}
	text, err := bus.Grant{
		Name: "bench", Account: account, Signer: signer,
		Publish: []string{events.UpAccount("*", ">")}, Subscribe: []string{"fed.bench"},
	}.Encode(name)
	if err != nil {
		return nil, err
	}
	return bus.OpenLeaf(ctx, bus.LeafConfig{
		Master: master, Pin: authority.Pin(), Logger: slog.New(slog.DiscardHandler),
		Credential: func() bus.Credential { return bus.Credential{JWT: text, Key: user} },
	})
}
