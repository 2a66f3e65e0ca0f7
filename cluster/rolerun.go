package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// roleRun is what runs for the cluster's role: the enforcer alone for a standalone cluster, a hub and the agent of its
// own cluster for a master, an agent and its membership for a remote.
type roleRun struct {
	hub        *hub.Hub
	agent      *agent.Agent
	membership *agent.Membership
	stop       context.CancelFunc
	done       chan struct{}
}

// silence is how long the master may say nothing before a remote shows it as disconnected.
const silence = 7 * time.Second

func (c *Controller) running() *roleRun { return c.role.Load() }

// master returns the hub that the cluster runs as a master, or why there is none.
func (c *Controller) master() (*hub.Hub, error) {
	if h := c.running().hub; h != nil {
		return h, nil
	}
	if err := mustBe(c.local.State(), RoleMaster); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("the hub is starting: %w", bus.ErrUnavailable)
}

func (c *Controller) heardOf(at time.Time) bool { return c.cfg.Now().Sub(at) <= silence }

// take starts what the role in the log needs. It returns when a master takes remotes; a remote does not
// wait for its master.
func (c *Controller) take(ctx context.Context) error {
	c.drop()
	s := c.local.State()
	switch s.role {
	case RoleStandalone:
		return c.takeStandalone(ctx)
	case RoleMaster:
		return c.takeMaster(ctx, s)
	case RoleRemote:
		return c.takeRemote(ctx, s)
	}
	return fmt.Errorf("role %q is unknown to this version", s.role)
}

// drop stops what runs for the role.
func (c *Controller) drop() {
	if r := c.role.Swap(&roleRun{}); r.stop != nil {
		r.stop()
		<-r.done
	}
}

// takeStandalone has the cluster's own policy enforced, and what is left of a federated one withdrawn.
func (c *Controller) takeStandalone(ctx context.Context) error {
	if _, watches := c.cfg.Enforcer.(agent.Watcher); !watches {
		return nil // there is nothing of it in the cluster
	}
	a, err := agent.New(ctx, c.agentConfig(""))
	if err != nil {
		return err
	}
	c.launch(ctx, &roleRun{}, a.Enforce)
	return nil
}

func (c *Controller) takeMaster(ctx context.Context, s *local) error {
	h, err := hub.Open(ctx, hub.Config{
		ID: c.id, Name: s.settings.Name, Address: s.promoted.Address, Listen: c.cfg.FedListen,
		StoreDir: filepath.Join(c.cfg.DataDir, "federation-"+s.promoted.Federation), Keys: c.keys,
		Version: c.cfg.Version, Oldest: oldestVersion, Logger: c.cfg.Logger, Now: c.cfg.Now, NewID: uuid.NewString,
	})
	if err != nil {
		return err
	}
	a, err := agent.New(ctx, c.agentConfig(s.settings.Name))
	if err != nil {
		return err
	}
	r := &roleRun{hub: h, agent: a}
	c.launch(ctx, r, func(ctx context.Context) error {
		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return h.Run(ctx) })
		group.Go(func() error {
			select {
			case <-h.Ready():
			case <-ctx.Done():
				return nil
			}
			conn, err := h.ConnectOwn()
			if err != nil {
				return err
			}
			return a.Run(ctx, conn)
		})
		return group.Wait()
	})
	select {
	case <-h.Ready():
		return nil
	case <-r.done:
		return fmt.Errorf("the hub did not start: %w", bus.ErrUnavailable)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Controller) takeRemote(ctx context.Context, s *local) error {
	copied, err := bus.OpenCopy(ctx, c.conn)
	if err != nil {
		return err
	}
	cfg := c.agentConfig(s.joined.Master.Name)
	cfg.Copy = copied
	cfg.Handler = func() http.Handler {
		if h := c.handler.Load(); h != nil {
			return *h
		}
		return http.NotFoundHandler()
	}
	a, err := agent.New(ctx, cfg)
	if err != nil {
		return err
	}
	m, err := agent.OpenMembership(ctx, agent.MembershipConfig{
		Cluster: s.joined.Cluster, Master: s.joined.Master, Proxy: c.proxy(s), Keys: c.keys, Agent: a, Logger: c.cfg.Logger, Now: c.cfg.Now,
	})
	if err != nil {
		return err
	}
	c.launch(ctx, &roleRun{agent: a, membership: m}, m.Run)
	return nil
}

// launch runs what a role needs until the role or the controller ends.
func (c *Controller) launch(ctx context.Context, r *roleRun, run func(context.Context) error) {
	roleCtx, cancel := context.WithCancel(ctx)
	r.stop, r.done = cancel, make(chan struct{})
	c.role.Store(r)
	c.group.Go(func() error {
		err := run(roleCtx)
		if roleCtx.Err() != nil {
			err = nil // the role ends, and what runs for it complains of that
		}
		cancel()
		close(r.done)
		if errors.Is(err, agent.ErrDismissed) {
			t := turn{take: func(ctx context.Context) error { return c.dismissed(ctx, err) }, done: make(chan error, 1)}
			select {
			case c.turns <- t:
				err = <-t.done
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			err = nil // the controller stops
		}
		return err
	})
}

func (c *Controller) agentConfig(master string) agent.Config {
	return agent.Config{
		Version: c.cfg.Version, Enforcer: c.cfg.Enforcer, Master: master, Drifts: drifts{c.local}, Inventory: c.cfg.Inventory, Logger: c.cfg.Logger, Now: c.cfg.Now,
		Local: func() (*policy.State, <-chan struct{}) {
			changed := c.local.Changed()
			return c.local.State().policy, changed
		},
	}
}

// proxy returns the URL of the proxy that connections to the master take, or "".
func (c *Controller) proxy(s *local) string {
	if s.settings.UseProxy == "" {
		return ""
	}
	return c.cfg.Proxy
}

// cleanUp removes what a membership left outside the log: credentials and the copy of the federated policy.
func (c *Controller) cleanUp(ctx context.Context) error {
	copied, err := bus.OpenCopy(ctx, c.conn)
	if err != nil {
		return err
	}
	return errors.Join(agent.ForgetCredentials(c.keys), c.keys.Remove(fileJoinToken), copied.Clear(ctx))
}

// resume settles what a crash left open and takes up the role.
func (c *Controller) resume(ctx context.Context) error {
	s := c.local.State()
	switch {
	case s.joining != nil:
		return c.take(ctx) // takeTurns goes on with it: the master may be slow to answer, or away
	case s.role == RoleStandalone:
		if err := c.cleanUp(ctx); err != nil {
			return err
		}
	}
	if err := c.take(ctx); err != nil {
		return err
	}
	if s.demoting {
		c.running().hub.Gather(ctx)
		return c.finishDemotion(ctx, systemActor)
	}
	return nil
}
