package cluster

import (
	"context"
	"fmt"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// Progress is how one cluster does in a rollout.
type Progress = hub.Progress

// Rollouts returns every rollout of a master, the newest first.
func (c *Controller) Rollouts() ([]events.Rollout, error) {
	h, err := c.master()
	if err != nil {
		return nil, err
	}
	return h.Policy().Rollouts(), nil
}

// Rollout returns a rollout and, while it is on its way, how each cluster does in it.
func (c *Controller) Rollout(id string) (events.Rollout, []Progress, error) {
	h, err := c.master()
	if err != nil {
		return events.Rollout{}, nil, err
	}
	r, known := h.Policy().Rollout(id)
	if !known {
		return r, nil, fmt.Errorf("rollout %s: %w", id, policy.ErrNotFound)
	}
	return r, h.Progress(r), nil
}

// RolloutStep is what a person can do to a rollout.
type RolloutStep string

// The steps.
const (
	RolloutPause   RolloutStep = "pause"
	RolloutResume  RolloutStep = "resume"
	RolloutApprove RolloutStep = "approve" // opens the next wave now, whatever its soak time
	RolloutAbort   RolloutStep = "abort"
)

// StepRollout does a step to the rollout with the given id.
func (c *Controller) StepRollout(ctx context.Context, actor, id string, step RolloutStep) (Receipt, error) {
	h, err := c.master()
	if err != nil {
		return Receipt{}, err
	}
	r, known := h.Policy().Rollout(id)
	if !known {
		return Receipt{}, fmt.Errorf("rollout %s: %w", id, policy.ErrNotFound)
	}
	decide := map[RolloutStep]policy.Decision{
		RolloutPause: policy.PauseRollout(id, "by "+actor), RolloutResume: policy.ResumeRollout(id),
		RolloutApprove: policy.AdvanceRollout(id, r.Open), RolloutAbort: policy.AbortRollout(id, "by "+actor),
	}[step]
	if decide == nil {
		return Receipt{}, fmt.Errorf("%w: a rollout cannot be told to %q; use pause, resume, approve or abort", ErrInvalid, step)
	}
	receipt, err := h.Change(ctx, actor, decide)
	return receiptOf(receipt), err
}
