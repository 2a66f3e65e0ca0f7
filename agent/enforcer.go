package agent

import (
	"context"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Effective is the whole policy of a cluster. The federal part goes first.
type Effective struct {
	Federal *policy.State
	Local   *policy.State
}

// Enforcer makes a policy effective in the cluster.
type Enforcer interface {
	// Name is what the summary shows.
	Name() string
	// Enforce makes p effective in place of what was before, and says what came of it. It is called with the
	// newest policy, by one goroutine at a time, and returns when it is done or ctx ends. An error is shown in
	// the summary, and Enforce is called again with the next change.
	Enforce(ctx context.Context, p Effective) (Verdict, error)
}

// Verdict is whether the objects of the federated policy are in force.
type Verdict struct {
	State   events.Enforcement // of every object that is not in Objects; empty: [events.Enforced]
	Reason  string             // for that
	Objects []events.ObjectState
}

// None keeps and shows the policy and enforces nothing, and says so by its name.
type None struct{}

// Name implements [Enforcer].
func (None) Name() string { return "none" }

// Enforce implements [Enforcer].
func (None) Enforce(context.Context, Effective) (Verdict, error) {
	return Verdict{State: events.Idle}, nil
}
