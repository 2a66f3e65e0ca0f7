package cluster

import (
	"context"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
)

// Spread is how far a change set of the federated policy has come.
type Spread = hub.Spread

// Spreads returns how far the newest change sets have come, the oldest first; nothing at any cluster but a master.
func (c *Controller) Spreads(ctx context.Context) ([]Spread, error) {
	if h := c.running().hub; h != nil {
		return h.Spreads(ctx)
	}
	return nil, nil
}

// Matrix is how every object of the federated policy does in every cluster.
type Matrix = hub.Matrix

// Matrix returns how the objects of a kind (empty: of all) do in the clusters that a selector over labels, in normal
// form, chooses, at a master.
func (c *Controller) Matrix(kind events.ObjectKind, selector string) (Matrix, error) {
	h, err := c.master()
	if err != nil {
		return Matrix{}, err
	}
	return h.Matrix(kind, selector), nil
}

// Beat is one heartbeat of a cluster.
type Beat = hub.Beat

// Pulse returns the last heartbeats of a cluster, the oldest first, at a master.
func (c *Controller) Pulse(id string) ([]Beat, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	return h.Pulse(id)
}
