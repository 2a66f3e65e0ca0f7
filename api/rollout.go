package api

import (
	"context"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// conductor takes changes from wave to wave. A rollout that is not there is an error that wraps
// policy.ErrNotFound.
type conductor interface {
	Rollouts() ([]events.Rollout, error) // the newest first
	// Rollout returns a rollout and, while it is on its way, how each cluster does in it.
	Rollout(id string) (events.Rollout, []cluster.Progress, error)
	// StepRollout refuses with policy.ErrRollout a rollout that cannot take the step now.
	StepRollout(ctx context.Context, actor, id string, step cluster.RolloutStep) (cluster.Receipt, error)
}

// ListRollouts answers GET /v1/fed/rollout.
func (s *server) ListRollouts(context.Context, wire.ListRolloutsRequestObject) (wire.ListRolloutsResponseObject, error) {
	all, err := s.controller.Rollouts()
	if err != nil {
		return nil, err
	}
	out := wire.ListRollouts200JSONResponse{Rollouts: make([]wire.Rollout, 0, len(all))}
	for _, r := range all {
		out.Rollouts = append(out.Rollouts, wireRollout(r, nil))
	}
	return out, nil
}

// GetRollout answers GET /v1/fed/rollout/{id}.
func (s *server) GetRollout(_ context.Context, req wire.GetRolloutRequestObject) (wire.GetRolloutResponseObject, error) {
	r, progress, err := s.controller.Rollout(req.ID)
	if err != nil {
		return nil, err
	}
	return wire.GetRollout200JSONResponse{Rollout: wireRollout(r, progress)}, nil
}

// StepRollout answers POST /v1/fed/rollout/{id}/{step}.
func (s *server) StepRollout(ctx context.Context, req wire.StepRolloutRequestObject) (wire.StepRolloutResponseObject, error) {
	receipt, err := s.controller.StepRollout(ctx, actorOf(ctx), req.ID, cluster.RolloutStep(req.Step))
	if err != nil {
		return nil, err
	}
	return wire.WrittenResponse{Headers: wire.WrittenResponseHeaders{
		XFedhubCommand: &receipt.Command, XFedhubRevision: &receipt.Revision,
	}}, nil
}

// rolloutPlan returns the plan that a request asks for, or nil.
func rolloutPlan(p *wire.RolloutPlan) *cluster.RolloutPlan {
	if p == nil {
		return nil
	}
	out := &cluster.RolloutPlan{Comment: deref(p.Comment), Manual: deref(p.Manual)}
	for _, w := range p.Waves {
		out.Waves = append(out.Waves, policy.WavePlan{
			Selector: deref(w.Selector), Percent: deref(w.Percent), Soak: seconds(deref(w.SoakSeconds)),
		})
	}
	return out
}

// seconds returns n seconds. What is out of every bound stays so, and does not wrap around.
func seconds(n int) time.Duration {
	const most = int(policy.MaxSoak/time.Second) + 1
	return time.Duration(min(max(n, -1), most)) * time.Second
}

func wireRollout(r events.Rollout, progress []cluster.Progress) wire.Rollout {
	out := wire.Rollout{
		ID:        r.ID,
		Comment:   r.Comment,
		Status:    string(r.Status),
		Reason:    r.Reason,
		Manual:    r.Manual,
		Waves:     make([]wire.Wave, 0, len(r.Waves)),
		Open:      r.Open,
		OpenedAt:  r.OpenedAt,
		Objects:   r.Objects,
		Base:      r.Base,
		StartedBy: r.StartedBy,
		StartedAt: r.StartedAt,
		EndedAt:   wireTime(r.EndedAt),
	}
	for i, w := range r.Waves {
		wave := wire.Wave{Selector: w.Selector, Percent: w.Percent, SoakSeconds: w.Soak, Clusters: []wire.WaveCluster{}}
		for _, p := range progress {
			if p.Wave == i {
				wave.Clusters = append(wave.Clusters, wireProgress(p, i < r.Open))
			}
		}
		out.Waves = append(out.Waves, wave)
	}
	return out
}

func wireProgress(p cluster.Progress, reached bool) wire.WaveCluster {
	return wire.WaveCluster{
		ID: p.ID, Name: p.Name, Status: string(p.Status), Reached: reached, Well: p.Well, Absent: p.Absent, Wrong: p.Wrong,
	}
}
