package hub

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// Config is what a hub is made of.
type Config struct {
	ID       string // of the master and of its federation
	Name     string
	Address  events.RestInfo // where remotes reach it; goes into join tokens
	Listen   string          // where it listens for them, as "host:port"
	StoreDir string
	Keys     *bus.Keyring
	Version  string // of fedhub, as semver
	Oldest   string // version of fedhub that may join
	Enforcer string
	Logger   *slog.Logger
	Now      func() time.Time
	NewID    func() string // unique for ever
}

// The names of the keys in the keyring, beside those of the accounts.
const (
	keyAgents = "agents" // signs the users in the clusters' accounts
	keyOwn    = "own"    // account of the master's own cluster
)

// Hub is the center of one federation. Its methods may be called from any goroutine.
type Hub struct {
	cfg       Config
	server    *bus.Server
	conn      *nats.Conn // in FED
	joins     *nats.Conn // in JOIN
	authority *bus.Authority
	shown     *x509.Certificate // by the fed-master service
	agents    nkeys.KeyPair
	agentsPub string
	started   time.Time

	rules *bus.Ledger[*policy.State]
	fleet *bus.Ledger[*fleet]

	seen     sightings
	aims     aims
	digests  digests
	spreads  spreads
	reports  reports
	goodbyes goodbyes
	forwards forwards
	ready    chan struct{}
	identity atomic.Pointer[identity]

	mu      sync.Mutex
	changed chan struct{}
}

// identity is what may change while the hub runs.
type identity struct {
	name    string
	address events.RestInfo
}

// Open starts the hub's server and reads its logs. The hub takes no commands before [Hub.Run].
func Open(ctx context.Context, cfg Config) (*Hub, error) {
	h := &Hub{
		cfg: cfg, seen: sightings{all: map[string]sighting{}}, aims: aims{all: map[string]remembered{}},
		reports:  reports{all: map[string]*received{}},
		goodbyes: goodbyes{waiting: map[string]chan struct{}{}}, forwards: forwards{waiting: map[string]chan *nats.Msg{}},
		ready: make(chan struct{}), changed: make(chan struct{}), started: cfg.Now(),
	}
	h.SetIdentity(cfg.Name, cfg.Address)
	var err error
	if h.authority, err = bus.OpenAuthority(cfg.Keys, cfg.Now()); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	if h.agents, err = cfg.Keys.Account(keyAgents); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	if h.agentsPub, err = h.agents.PublicKey(); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	if err := h.openServer(); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	if err := h.openLogs(ctx); err != nil {
		h.server.Close()
		return nil, fmt.Errorf("hub: %w", err)
	}
	return h, nil
}

// Run serves the federation until ctx ends, and closes the hub's server.
func (h *Hub) Run(ctx context.Context) error {
	defer h.server.Close()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return h.rules.Run(ctx) })
	group.Go(func() error { return h.fleet.Run(ctx) })
	group.Go(func() error {
		if err := h.found(ctx); err != nil {
			return err
		}
		if err := h.serve(ctx, group); err != nil {
			return err
		}
		group.Go(func() error { return h.conduct(ctx) })
		close(h.ready)
		return h.watch(ctx)
	})
	return group.Wait()
}

// Ready is closed when the hub takes commands and remotes.
func (h *Hub) Ready() <-chan struct{} { return h.ready }

// Policy returns the federated policy. It is not written to any more.
func (h *Hub) Policy() *policy.State { return h.rules.State() }

// Change decides a command on the federated policy and stores it; see [bus.Ledger.Do]. The remotes have it
// milliseconds later.
func (h *Hub) Change(ctx context.Context, actor string, decide policy.Decision) (bus.Receipt, error) {
	before := h.rules.State()
	receipt, err := h.rules.Do(ctx, actor, decide)
	if len(receipt.Events) > 0 || errors.Is(err, bus.ErrPartly) {
		now := h.rules.State()
		h.digests.remember(now)
		if reach(before) != reach(now) {
			h.tellViews(ctx)
		}
		h.notify()
	}
	return receipt, err
}

// reach returns what says which clusters hold changes that are on their way.
func reach(s *policy.State) string {
	r, on := s.Current()
	if !on {
		return ""
	}
	return fmt.Sprint(r.ID, " ", r.Open)
}

// publish sends a message to a cluster.
func (h *Hub) publish(subject string, message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return h.conn.Publish(subject, data)
}

// Reader returns a reader of one of the hub's logs.
func (h *Hub) Reader(log events.Log) *bus.Reader {
	if log == events.Fleet {
		return h.fleet.Reader()
	}
	return h.rules.Reader()
}

// Err returns why the hub takes no commands for now, or nil.
func (h *Hub) Err() error {
	if err := h.rules.Err(); err != nil {
		return err
	}
	return h.fleet.Err()
}

// Address returns where remotes reach the hub. Port 0 in its configuration stands for the port that it got.
func (h *Hub) Address() events.RestInfo {
	a := h.identity.Load().address
	if a.Port == 0 {
		a.Port = uint16(h.server.LeafPort()) //nolint:gosec // G115: a TCP port
	}
	return a
}

// SetIdentity changes what the master is called and where it is reached; join tokens that are out keep the
// former address.
func (h *Hub) SetIdentity(name string, address events.RestInfo) {
	h.identity.Store(&identity{name: name, address: address})
}

// Certificates returns those of the certificate authority and of the fed-master service, and what remotes pin of the
// authority: the hash of its public key.
func (h *Hub) Certificates() (authority, server *x509.Certificate, pin events.Hash) {
	return h.authority.Certificate(), h.shown, h.authority.Pin()
}

// ConnectOwn returns the connection of the master's own agent: it has the rights of any cluster's.
func (h *Hub) ConnectOwn() (*nats.Conn, error) {
	account, err := h.server.AccountID(keyOwn)
	if err != nil {
		return nil, err
	}
	return h.server.ConnectCluster(account, h.agents)
}

// Probe sends an event to every remote as a plain NATS message, which nobody stores and nobody follows:
// what benchmarks compare the way of a stored event with.
func (h *Hub) Probe(e events.Event) error {
	if err := h.conn.PublishMsg(&nats.Msg{Subject: events.SubjectProbe, Header: e.Header(), Data: e.Data}); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return h.conn.Flush()
}

// Changed returns a channel that is closed at the next change of policy, membership or status.
func (h *Hub) Changed() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changed
}

func (h *Hub) notify() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.changed)
	h.changed = make(chan struct{})
}

func (h *Hub) openServer() error {
	address := h.identity.Load().address
	tlsConfig, err := h.authority.ServerTLS([]string{address.Server, "localhost", "127.0.0.1"}, h.cfg.Now())
	if err != nil {
		return err
	}
	h.shown = tlsConfig.Certificates[0].Leaf
	h.server, err = bus.OpenServer(bus.ServerConfig{
		Name: "master-" + h.cfg.ID, StoreDir: filepath.Join(h.cfg.StoreDir, "jetstream"), Keys: h.cfg.Keys,
		Accounts: []string{bus.AccountFed, bus.AccountJoin},
		Leaf:     &bus.LeafListener{Listener: h.cfg.Listen, TLS: tlsConfig}, Logger: h.cfg.Logger,
	})
	if err != nil {
		return err
	}
	if h.conn, err = h.server.Connect(bus.AccountFed); err == nil {
		h.joins, err = h.server.Connect(bus.AccountJoin)
	}
	if err != nil {
		h.server.Close()
	}
	return err
}

func (h *Hub) openLogs(ctx context.Context) error {
	source := "/clusters/" + h.cfg.ID
	var err error
	h.rules, err = bus.OpenLedger(ctx, bus.LedgerConfig[*policy.State]{
		Log: events.Rules, Server: h.server, Conn: h.conn, Source: source, Now: h.cfg.Now, NewID: h.cfg.NewID, Logger: h.cfg.Logger,
		Empty: func() *policy.State { return policy.NewState(policy.ScopeFederal) },
	})
	if err != nil {
		return err
	}
	h.fleet, err = bus.OpenLedger(ctx, bus.LedgerConfig[*fleet]{
		Log: events.Fleet, Server: h.server, Conn: h.conn, Source: source, Now: h.cfg.Now, NewID: h.cfg.NewID, Logger: h.cfg.Logger,
		Empty: newFleet,
	})
	if err != nil {
		return err
	}
	h.digests.remember(h.rules.State())
	return h.admitMembers()
}

// admitMembers makes the accounts of the clusters that are members. Nothing about accounts is stored but
// the events that say who joined.
func (h *Hub) admitMembers() error {
	var err error
	h.fleet.State().members.Scan(func(_ string, m member) bool {
		if m.standing == standingMember {
			err = h.server.AdmitCluster(m.Account, m.Name, h.agentsPub)
		}
		return err == nil
	})
	return err
}

// found writes what every federation begins with: the master's own cluster is a member, and the reserved
// groups and predefined sensors are there. A damaged log keeps the master from neither its reads nor its remotes.
func (h *Hub) found(ctx context.Context) error {
	account, err := h.server.AccountID(keyOwn)
	if err != nil {
		return err
	}
	_, err = h.fleet.Do(ctx, systemActor, func(f *fleet, _ time.Time) ([]events.Fact, error) {
		if _, there := f.current(h.cfg.ID); there {
			return nil, nil
		}
		id := h.identity.Load()
		return []events.Fact{events.ClusterJoined{
			Cluster: h.cfg.ID, Name: id.name, Account: account, Version: h.cfg.Version, Address: id.address,
		}}, nil
	})
	if err != nil && !errors.Is(err, bus.ErrDamaged) {
		return fmt.Errorf("found the federation: %w", err)
	}
	if err := h.server.AdmitCluster(account, h.cfg.Name, h.agentsPub); err != nil {
		return err
	}
	if _, err := h.Change(ctx, systemActor, policy.Foundation()); err != nil && !errors.Is(err, bus.ErrDamaged) {
		return fmt.Errorf("found the federation: %w", err)
	}
	return nil
}

// systemActor is the actor of what the controller does by itself.
const systemActor = "fedhub"

// Recorded returns channels that are closed at the next event in RULES and in FLEET.
func (h *Hub) Recorded() (rules, fleet <-chan struct{}) { return h.rules.Changed(), h.fleet.Changed() }
