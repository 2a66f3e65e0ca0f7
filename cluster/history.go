package cluster

import (
	"context"

	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// Revision is one change set of the federated policy.
type Revision = hub.Revision

// Revisions returns up to limit change sets of a master, newest first, that end before the given revision
// (0: all).
func (c *Controller) Revisions(ctx context.Context, before uint64, limit int) ([]Revision, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	return h.Revisions(ctx, before, limit)
}

// RevisionAt returns the change set that made a revision, with the policy as it was before it.
func (c *Controller) RevisionAt(ctx context.Context, revision uint64) (Revision, *policy.State, error) {
	h, err := c.master()
	if err != nil {
		return Revision{}, nil, err
	}
	return h.RevisionAt(ctx, revision)
}

// PolicyAt returns the federated policy as it was after a revision.
func (c *Controller) PolicyAt(ctx context.Context, revision uint64) (*policy.State, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	return h.PolicyAt(ctx, revision)
}
