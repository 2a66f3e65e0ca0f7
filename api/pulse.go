package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// GetPulse answers GET /v1/fed/pulse/{id}.
func (s *server) GetPulse(_ context.Context, req wire.GetPulseRequestObject) (wire.GetPulseResponseObject, error) {
	beats, err := s.controller.Pulse(req.ID)
	if errors.Is(err, hub.ErrClusterUnknown) {
		return nil, fmt.Errorf("cluster %q: %w; no cluster of this federation has that id", req.ID, policy.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	out := wire.GetPulse200JSONResponse{ID: req.ID, Beats: make([]wire.PulseBeat, 0, len(beats))}
	for _, b := range beats {
		out.Beats = append(out.Beats, wire.PulseBeat{
			At: b.At.UTC(), GapMs: b.Gap.Milliseconds(), Behind: b.Behind, ClockOffsetMs: b.Offset.Milliseconds(),
		})
	}
	return out, nil
}
