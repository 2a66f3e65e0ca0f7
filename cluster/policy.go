package cluster

import (
	"context"
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// Change is a command to the policy of one scope.
type Change struct {
	Actor   string
	Scope   policy.Scope
	Decide  policy.Decision
	Rollout *RolloutPlan // nil: all clusters at once
}

// RolloutPlan says in which steps a change of the federated policy reaches the clusters.
type RolloutPlan = policy.RolloutPlan

// Receipt says what a command became. A command that changed nothing has the revision that was there.
type Receipt struct {
	Command  string
	Revision uint64
	Events   int
	Sets     int    // how many change sets it took
	Rollout  string // id of the rollout that it started, or ""
}

// Change decides a command on the policy of one scope and stores it. It returns once the change is on disk
// and in Federal or Local. Federated policy is changed at the master only: anywhere else the error wraps
// [ErrReadOnly]. An error of the log is a [*bus.CommandError].
func (c *Controller) Change(ctx context.Context, ch Change) (Receipt, error) {
	if ch.Scope == policy.ScopeLocal {
		receipt, err := c.local.Do(ctx, ch.Actor, func(l *local, now time.Time) ([]events.Fact, error) {
			return ch.Decide(l.policy, now)
		})
		return receiptOf(receipt), err
	}
	if role := c.Role(); role != RoleMaster {
		return Receipt{}, fmt.Errorf("%w: the cluster is %s; write it at the master", ErrReadOnly, roleWord(role))
	}
	h, err := c.master()
	if err != nil {
		return Receipt{}, err
	}
	if ch.Rollout == nil {
		receipt, err := h.Change(ctx, ch.Actor, ch.Decide)
		return receiptOf(receipt), err
	}
	receipt, err := h.StartRollout(ctx, ch.plan(), ch.Decide)
	return receiptOf(receipt), err
}

func receiptOf(r bus.Receipt) Receipt {
	out := Receipt{Command: r.Command, Revision: r.Revision, Events: len(r.Events), Sets: r.Sets}
	if len(r.Events) == 0 {
		return out
	}
	fact, err := r.Events[len(r.Events)-1].Fact()
	if started, ok := fact.(events.RolloutStarted); err == nil && ok {
		out.Rollout = started.Rollout.ID
	}
	return out
}

// Decide says what a command would come to now, and changes nothing: the facts, or why it is refused.
func (c *Controller) Decide(ch Change) (*policy.State, []events.Fact, error) {
	state, decide := c.Federal(), ch.Decide
	switch {
	case ch.Scope == policy.ScopeLocal:
		state = c.Local()
	case ch.Rollout != nil:
		h, err := c.master()
		if err != nil {
			return state, nil, err
		}
		decide = h.PlanRollout(ch.plan(), ch.Decide)
	}
	facts, err := decide(state, c.cfg.Now())
	return state, facts, err
}

// plan returns the rollout of the change, as one of its actor.
func (ch Change) plan() RolloutPlan {
	plan := *ch.Rollout
	plan.Actor = ch.Actor
	return plan
}

// PromoteRules makes federated rules of the master's own cluster's: see [policy.Promote].
func (c *Controller) PromoteRules(ctx context.Context, actor string, kind events.ObjectKind, ids []uint32) (Receipt, error) {
	return c.Change(ctx, Change{Actor: actor, Scope: policy.ScopeFederal, Decide: policy.Promote(c.Local(), kind, ids)})
}

// Federal returns the federated policy as it is held here: empty for a standalone cluster. It is not
// written to any more.
func (c *Controller) Federal() *policy.State {
	switch r := c.running(); {
	case r.hub != nil:
		return r.hub.Policy()
	case r.agent != nil:
		return r.agent.Policy()
	}
	return policy.NewState(policy.ScopeFederal)
}

// Local returns the cluster's own policy. It is not written to any more.
func (c *Controller) Local() *policy.State { return c.local.State().policy }
