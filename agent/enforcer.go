package agent

import (
	"context"

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
	// Enforce makes p effective in place of what was before. It is called with the newest policy, by one
	// goroutine at a time, and returns when it is done or ctx ends. An error is shown in the summary, and
	// Enforce is called again with the next change.
	Enforce(ctx context.Context, p Effective) error
}

// None keeps and shows the policy and enforces nothing, and says so by its name.
type None struct{}

// Name implements [Enforcer].
func (None) Name() string { return "none" }

// Enforce implements [Enforcer].
func (None) Enforce(context.Context, Effective) error { return nil }
