package cluster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// Config is what a controller is made of.
type Config struct {
	Name          string          // of the cluster at its first start
	DataDir       string          // where logs and keys are kept
	FedListen     string          // address of the fed-master service, as "host:port"
	Address       events.RestInfo // where the REST server is reached, until told otherwise
	AdminPassword string          // of the user admin at the first start; empty: a random one, see [Controller.FirstPassword]
	Version       string          // of fedhub, as semver
	Enforcer      agent.Enforcer
	Inventory     func() *events.Inventory // of what the cluster consists, and must not block; nil: nobody looks
	Proxy         string                   // URL of the HTTP proxy that is used when a cluster is told to use one
	Logger        *slog.Logger
	Now           func() time.Time
}

// oldestVersion is the version of fedhub that may join a master of this version.
const oldestVersion = "0.1.0"

// The names in the keyring, beside those of packages bus, hub and agent.
const (
	fileClusterID  = "cluster.id"
	fileSessionKey = "session"
	fileJoinToken  = "join.token"
)

// Controller is one cluster. Its methods may be called from any goroutine.
type Controller struct {
	cfg           Config
	id            string
	keys          *bus.Keyring
	session       []byte
	firstPassword string

	server *bus.Server // nothing outside the process reaches it
	conn   *nats.Conn
	local  *bus.Ledger[*local]
	audit  *bus.Ledger[nothing]

	handler atomic.Pointer[http.Handler]
	role    atomic.Pointer[roleRun]
	turns   chan turn
	group   *errgroup.Group // what runs for the role; Run's own
	started chan struct{}
	stopped chan struct{}
}

// Open reads the cluster's own logs. The controller takes no commands before [Controller.Run].
func Open(ctx context.Context, cfg Config) (*Controller, error) {
	c := &Controller{cfg: cfg, turns: make(chan turn), started: make(chan struct{}), stopped: make(chan struct{})}
	c.role.Store(&roleRun{})
	var err error
	if c.keys, err = bus.OpenKeyring(filepath.Join(cfg.DataDir, "keys")); err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.DataDir, err)
	}
	if c.id, err = clusterID(c.keys); err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.DataDir, err)
	}
	if c.session, err = c.keys.Random(fileSessionKey); err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.DataDir, err)
	}
	c.server, err = bus.OpenServer(bus.ServerConfig{
		Name: "local-" + c.id, StoreDir: filepath.Join(cfg.DataDir, "local"), Keys: c.keys,
		Accounts: []string{bus.AccountLocal}, Logger: cfg.Logger,
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", cfg.DataDir, err)
	}
	if err := c.openLogs(ctx); err != nil {
		c.server.Close()
		return nil, fmt.Errorf("open %s: %w", cfg.DataDir, err)
	}
	return c, nil
}

// Run serves the cluster in its role until ctx ends, and closes its logs.
func (c *Controller) Run(ctx context.Context) error {
	defer c.server.Close()
	logCtx, stopLogs := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLogs()
	logs, logCtx := errgroup.WithContext(logCtx)
	logs.Go(func() error { return c.local.Run(logCtx) })
	logs.Go(func() error { return c.audit.Run(logCtx) })

	c.group, ctx = errgroup.WithContext(ctx)
	c.group.Go(func() error {
		defer close(c.stopped)
		if err := c.begin(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		c.takeTurns(ctx)
		return nil
	})
	if w, ok := c.cfg.Enforcer.(agent.Watcher); ok {
		c.group.Go(func() error { return w.Run(ctx) })
		c.group.Go(func() error { return c.recordDrifts(ctx, w.Drifts()) })
	}
	// The role ends first: it still writes to the cluster's own logs.
	err := c.group.Wait()
	stopLogs()
	return errors.Join(err, logs.Wait())
}

// Started is closed when the controller has taken up its role and takes commands.
func (c *Controller) Started() <-chan struct{} { return c.started }

// FirstPassword returns the password that was made for the user admin at this, the first start; otherwise "".
func (c *Controller) FirstPassword() string { return c.firstPassword }

// Handle takes the handler that answers REST requests forwarded from the master. Their context has a
// [Caller]; see [CallerFrom].
func (c *Controller) Handle(h http.Handler) { c.handler.Store(&h) }

// SessionKey returns 32 secret bytes that are kept over restarts.
func (c *Controller) SessionKey() []byte { return c.session }

// Health returns why commands are not taken now, or nil.
func (c *Controller) Health() error {
	if err := c.local.Err(); err != nil {
		return err
	}
	if r := c.running(); r.hub != nil {
		return r.hub.Err()
	}
	return nil
}

func (c *Controller) openLogs(ctx context.Context) error {
	var err error
	if c.conn, err = c.server.Connect(bus.AccountLocal); err != nil {
		return err
	}
	source := "/clusters/" + c.id
	c.local, err = bus.OpenLedger(ctx, bus.LedgerConfig[*local]{
		Log: events.Local, Server: c.server, Conn: c.conn, Source: source, Now: c.cfg.Now, NewID: uuid.NewString, Logger: c.cfg.Logger,
		Empty: newLocal,
	})
	if err != nil {
		return err
	}
	c.audit, err = bus.OpenLedger(ctx, bus.LedgerConfig[nothing]{
		Log: events.Audit, Server: c.server, Conn: c.conn, Source: source, Now: c.cfg.Now, NewID: uuid.NewString, Logger: c.cfg.Logger,
		Empty: func() nothing { return nothing{} },
	})
	if err != nil {
		return err
	}
	if c.local.Revision() == 0 && c.cfg.AdminPassword == "" {
		c.firstPassword, err = randomPassword()
	}
	return err
}

// begin settles what a crash left open and takes up the role.
func (c *Controller) begin(ctx context.Context) error {
	if err := c.initialize(ctx); err != nil {
		return err
	}
	if err := c.resume(ctx); err != nil {
		return err
	}
	close(c.started)
	return nil
}

// initialize writes what every cluster begins with: its name and its first user.
func (c *Controller) initialize(ctx context.Context) error {
	if c.local.Revision() > 0 {
		return nil
	}
	password := c.cfg.AdminPassword
	if password == "" {
		password = c.firstPassword
	}
	hash, err := hashPassword(password)
	if err != nil {
		return err
	}
	_, err = c.local.Do(ctx, systemActor, func(l *local, now time.Time) ([]events.Fact, error) {
		if l.settings.Name != "" {
			return nil, nil
		}
		return []events.Fact{
			events.SettingsChanged{Name: c.cfg.Name, Address: c.cfg.Address},
			events.UserDefined{Name: adminName, FullName: adminName, Role: RoleAdmin, Password: hash, Timeout: defaultTimeout, SetAt: now},
		}, nil
	})
	if err != nil {
		return fmt.Errorf("first start: %w", err)
	}
	return nil
}

// systemActor is the actor of what the controller does by itself.
const systemActor = "fedhub"

// clusterID returns the cluster's id, made at its first start.
func clusterID(keys *bus.Keyring) (string, error) {
	id, err := keys.Get(fileClusterID)
	if !errors.Is(err, fs.ErrNotExist) {
		return string(id), err
	}
	fresh := uuid.New()
	text := hex.EncodeToString(fresh[:])
	return text, keys.Put(fileClusterID, []byte(text))
}

// nothing is the state of a log that is only read.
type nothing struct{}

// Clone implements bus.State.
func (nothing) Clone() nothing { return nothing{} }

// Apply implements bus.State.
func (nothing) Apply(events.Event) {}
