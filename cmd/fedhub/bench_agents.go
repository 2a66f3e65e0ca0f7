package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// Bounds of how a bench's fleet comes about.
const (
	joinsAtOnce  = 16
	joinReport   = 100 // every so many joins are told
	settleEvery  = 50 * time.Millisecond
	settleWithin = 2 * time.Minute
)

// benchAgents are the remotes of a bench.
type benchAgents struct {
	cfg     fleetConfig
	ctx     context.Context //nolint:containedctx // the life of the agents, which begin one by one
	end     context.CancelFunc
	running errgroup.Group
	current atomic.Pointer[arrivals] // nil: nothing is measured
}

func newBenchAgents(cfg fleetConfig) *benchAgents {
	a := &benchAgents{cfg: cfg}
	a.ctx, a.end = context.WithCancel(context.Background())
	return a
}

// stop ends every agent.
func (a *benchAgents) stop() error {
	a.end()
	return a.running.Wait()
}

// join joins all agents and waits until the hub holds all for in sync.
func (a *benchAgents) join(ctx context.Context, hub *benchHub) error {
	token, err := hub.ask(ctx, benchCommand{Do: benchToken, Uses: a.cfg.remotes})
	if err != nil {
		return err
	}
	var joined atomic.Int64
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(joinsAtOnce)
	for i := range a.cfg.remotes {
		if groupCtx.Err() != nil {
			break
		}
		group.Go(func() error {
			if err := a.start(groupCtx, i, token.Token); err != nil {
				return fmt.Errorf("remote %d: %w", i, err)
			}
			if n := joined.Add(1); n%joinReport == 0 || n == int64(a.cfg.remotes) {
				fmt.Fprintf(a.cfg.around.stderr, "%d of %d remotes joined\n", n, a.cfg.remotes)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return a.settle(ctx, hub)
}

// start joins one agent and lets it run.
func (a *benchAgents) start(ctx context.Context, i int, token string) error {
	log, now, keys := slog.New(slog.DiscardHandler), a.cfg.around.now, bus.NewKeyring()
	id := fmt.Sprintf("%032x", i+1)
	edge, err := agent.New(ctx, agent.Config{
		Version: version, Enforcer: agent.None{}, Logger: log, Now: now,
		Applied: func(s *policy.State) {
			if at := a.current.Load(); at != nil && at.revision > 0 && s.Revision() >= at.revision {
				at.note(i, now())
			}
		},
		Probed: func([]byte) {
			if at := a.current.Load(); at != nil && at.revision == 0 {
				at.note(i, now())
			}
		},
	})
	if err != nil {
		return err
	}
	admission, err := agent.Join(ctx, agent.JoinConfig{Keys: keys, Token: token, Logger: log, Ask: events.JoinAsk{
		Cluster: id, Name: fmt.Sprintf("remote-%05d", i), Version: version, Clock: now(),
		Address: events.RestInfo{Server: "127.0.0.1", Port: 10443},
	}})
	if err != nil {
		return err
	}
	m, err := agent.OpenMembership(ctx, agent.MembershipConfig{
		Cluster: id, Master: admission.Master, Keys: keys, Agent: edge, Logger: log, Now: now,
	})
	if err != nil {
		return err
	}
	a.running.Go(func() error { return m.Run(a.ctx) })
	return nil
}

// settle waits until the hub holds every remote for in sync: nothing of what was before is on its way then.
func (a *benchAgents) settle(ctx context.Context, hub *benchHub) error {
	patience := time.NewTimer(settleWithin)
	defer patience.Stop()
	ticker := time.NewTicker(settleEvery)
	defer ticker.Stop()
	for {
		got, err := hub.ask(ctx, benchCommand{Do: benchSynced})
		if err != nil {
			return err
		}
		if got.Synced == a.cfg.remotes {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return fmt.Errorf("only %d of %d remotes are in sync after %s", got.Synced, a.cfg.remotes, settleWithin)
		case <-ticker.C:
		}
	}
}

// round measures the floor, and then a change of one rule.
func (a *benchAgents) round(ctx context.Context, hub *benchHub) (floor, change spread, err error) {
	if err := a.settle(ctx, hub); err != nil {
		return floor, change, err
	}
	if floor, err = a.measure(ctx, hub, benchCommand{Do: benchProbe}, 0); err != nil {
		return floor, change, fmt.Errorf("a plain message: %w", err)
	}
	now, err := hub.ask(ctx, benchCommand{Do: benchSynced})
	if err != nil {
		return floor, change, err
	}
	if change, err = a.measure(ctx, hub, benchCommand{Do: benchChange}, now.Revision+1); err != nil {
		return floor, change, fmt.Errorf("a changed rule: %w", err)
	}
	return floor, change, nil
}

func (a *benchAgents) measure(ctx context.Context, hub *benchHub, command benchCommand, revision uint64) (spread, error) {
	at := newArrivals(a.cfg.remotes, revision)
	at.begun = a.cfg.around.now()
	a.current.Store(at)
	defer a.current.Store(nil)
	answer, err := hub.ask(ctx, command)
	switch {
	case err != nil:
		return spread{}, err
	case answer.Revision != revision && revision > 0:
		return spread{}, fmt.Errorf("the hub made revision %d; %d was expected", answer.Revision, revision)
	}
	return at.wait(ctx)
}
