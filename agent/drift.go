package agent

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// sendDrifts sends the drifts behind the newest one that the master has stored. What gets lost, and what does not fit,
// is asked for by the answer to the next heartbeat.
func (a *Agent) sendDrifts(ctx context.Context, conn *nats.Conn, after uint64) {
	drifts, err := a.cfg.Drifts.DriftsAfter(ctx, after)
	if err == nil && len(drifts) == 0 {
		return
	}
	var data []byte
	if err == nil {
		data, err = json.Marshal(events.DriftReport{After: after, Drifts: drifts})
	}
	if err == nil {
		err = conn.Publish(events.SubjectDrift, data)
	}
	if err != nil && ctx.Err() == nil {
		a.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "drifts not reported", slog.Any(logkey.Err, err))
	}
}
