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
	Actor  string
	Scope  policy.Scope
	Decide policy.Decision
}

// Receipt says what a command became. A command that changed nothing has the revision that was there.
type Receipt struct {
	Command  string
	Revision uint64
	Events   int
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
	receipt, err := h.Change(ctx, ch.Actor, ch.Decide)
	return receiptOf(receipt), err
}

func receiptOf(r bus.Receipt) Receipt {
	return Receipt{Command: r.Command, Revision: r.Revision, Events: len(r.Events)}
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
