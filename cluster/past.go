package cluster

import (
	"context"
	"fmt"

	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// Moment is a moment of the federation's past; the zero one is now.
type Moment = hub.Moment

// Past is the federated policy at a moment of the past.
type Past = hub.Past

// PastOf returns the federated policy at a moment: all of it or, with the id or the name of a cluster, what was for
// that one. Anywhere but at the master there is only what is for the cluster itself, and only now: what asks for
// more is an error that wraps [ErrRole].
func (c *Controller) PastOf(ctx context.Context, m Moment, cluster string) (Past, error) {
	if c.Role() == RoleMaster {
		h, err := c.master()
		if err != nil {
			return Past{}, err
		}
		return h.PastOf(ctx, m, cluster)
	}
	s := c.local.State()
	switch {
	case m != Moment{}:
		return Past{}, fmt.Errorf("%w: the cluster is %s, and the history of the federated policy is at the master; ask without a revision and a time for what is in force here",
			ErrRole, roleWord(s.role))
	case cluster != "" && cluster != c.id && cluster != s.settings.Name:
		return Past{}, fmt.Errorf("%w: the cluster is %s and holds what is for itself only; ask the master about cluster %q", ErrRole, roleWord(s.role), cluster)
	}
	state := c.Federal()
	out := Past{Revision: state.Revision(), Objects: state.Part(nil)}
	if view, ok := state.View(); ok {
		out.Cluster, out.Labels = c.id, view.Labels
	}
	return out, nil
}

// Difference returns what became of a master's federated policy between two moments, or of what was for a cluster.
func (c *Controller) Difference(ctx context.Context, from, to Moment, cluster string) (a, b Past, deltas []policy.Delta, err error) {
	h, err := c.master()
	if err != nil {
		return a, b, nil, err
	}
	return h.Difference(ctx, from, to, cluster)
}
