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
	Master  string // name of the master whose policy Federal is; "": there is none
}

// Federated returns those of the states that are about objects of the federated policy, as a [Verdict] has them.
func (p Effective) Federated(states []events.ObjectState) []events.ObjectState {
	var out []events.ObjectState
	for _, s := range states {
		if _, _, federal := p.Federal.Object(s.Object); federal {
			out = append(out, s)
		}
	}
	return out
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

// Watcher is an [Enforcer] whose verdict changes with the cluster, too.
type Watcher interface {
	Enforcer
	// Run watches the cluster until ctx ends. It does not end because the cluster's API is away.
	Run(ctx context.Context) error
	// Changed returns a channel that is closed when Enforce would say something else than it did last; it is then
	// called again.
	Changed() <-chan struct{}
	// Drifts are the things in the cluster that were not as the policy says and that were put right, or could not be.
	Drifts() <-chan events.Drift
}

// InventoryOf returns what tells of what the enforcer's cluster consists; nil: this one does not look.
func InventoryOf(e Enforcer) func() *events.Inventory {
	if w, ok := e.(interface{ Inventory() *events.Inventory }); ok {
		return w.Inventory
	}
	return nil
}

// Verdict is whether the objects of the federated policy are in force.
type Verdict struct {
	State   events.Enforcement // of every object that is not in Objects; empty: [events.Enforced]
	Reason  string             // for that
	Objects []events.ObjectState
	// Pending says that it is not known of all objects yet. The policy's revision does not count as enforced, and
	// the enforcer, which is a [Watcher], tells when it knows more.
	Pending bool
}

// None keeps and shows the policy and enforces nothing, and says so by its name.
type None struct{}

// Name implements [Enforcer].
func (None) Name() string { return "none" }

// Enforce implements [Enforcer].
func (None) Enforce(context.Context, Effective) (Verdict, error) {
	return Verdict{State: events.Idle}, nil
}
