package neuvector

import (
	"context"
	"log/slog"
	"time"

	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Name is what [Enforcer.Name] returns.
const Name = "neuvector"

// Config is what an [Enforcer] is made of.
type Config struct {
	API       *rest.Config
	Namespace string // of the controller
	Logger    *slog.Logger
	Now       func() time.Time
}

// Enforcer has NeuVector enforce the policy. It implements [agent.Watcher].
type Enforcer struct {
	keeper *apply.Keeper
	last   planned
}

// planned is a plan with what it was made of.
type planned struct {
	of   [2]events.Hash
	plan apply.Plan
	made bool
}

// New returns an enforcer that has written nothing yet.
func New(cfg Config) (*Enforcer, error) {
	keeper, err := apply.New(apply.Config{
		API: cfg.API, Namespace: cfg.Namespace, Logger: cfg.Logger, Now: cfg.Now,
		Kinds: []apply.Kind{kindCluster, kindAdmission, kindDLP, kindWAF, kindResponse},
	})
	if err != nil {
		return nil, err
	}
	return &Enforcer{keeper: keeper}, nil
}

// Name implements [agent.Enforcer].
func (*Enforcer) Name() string { return Name }

// Run implements [agent.Watcher].
func (e *Enforcer) Run(ctx context.Context) error { return e.keeper.Run(ctx) }

// Changed implements [agent.Watcher].
func (e *Enforcer) Changed() <-chan struct{} { return e.keeper.Changed() }

// Drifts implements [agent.Watcher].
func (e *Enforcer) Drifts() <-chan events.Drift { return e.keeper.Drifts() }

// Enforce implements [agent.Enforcer]. An error wraps [apply.ErrAway] or [apply.ErrLeft], and comes with the verdict as far
// as it is known.
func (e *Enforcer) Enforce(ctx context.Context, p agent.Effective) (agent.Verdict, error) {
	plan := e.plan(p.Federal, p.Local)
	out, err := e.keeper.Keep(ctx, plan)
	if err != nil {
		return agent.Verdict{}, err
	}
	return verdictOf(p, plan, out)
}

// verdictOf returns what the master is told of a plan.
func verdictOf(p agent.Effective, plan apply.Plan, out apply.Outcome) (agent.Verdict, error) {
	return agent.Verdict{Objects: p.Federated(out.States(plan)), Pending: out.Pending > 0}, out.Err()
}

// plan returns what the policy becomes. A policy that is as it was costs two sums.
func (e *Enforcer) plan(federal, local *policy.State) apply.Plan {
	of := [2]events.Hash{federal.Digest(), local.Digest()}
	if !e.last.made || e.last.of != of {
		e.last = planned{of: of, plan: planOf(federal, local), made: true}
	}
	return e.last.plan
}
