package cluster

import (
	"context"

	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// ObjectQuery asks how objects of the federated policy do in clusters.
type ObjectQuery = hub.ObjectQuery

// ObjectRow is how one object does in one cluster.
type ObjectRow = hub.ObjectRow

// Objects returns how objects of the federated policy do in the clusters that they are for, at a master.
func (c *Controller) Objects(q ObjectQuery) ([]ObjectRow, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	return h.Objects(q), nil
}

// Reached returns the clusters that a change of the federated policy is for.
func (c *Controller) Reached(deltas []policy.Delta) []Summary {
	if h := c.running().hub; h != nil {
		return h.Reached(deltas)
	}
	return nil
}

// Label changes the labels of a cluster, at a master; a nil value takes a label away.
func (c *Controller) Label(ctx context.Context, actor, cluster string, change map[string]*string) error {
	h, err := c.master()
	if err != nil {
		return err
	}
	return h.Label(ctx, actor, cluster, change)
}
