package hub

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// takeDrifts records the drifts that a cluster reports, each once. A cluster sends what the answer to its heartbeat
// says is missing, so that more than one report for each heartbeat is none of an agent's.
func (h *Hub) takeDrifts(ctx context.Context, msg *nats.Msg) {
	m, ok := h.fleet.State().byAccount(events.AccountOf(msg.Subject))
	if !ok {
		return
	}
	var report events.DriftReport
	if err := json.Unmarshal(msg.Data, &report); err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "drifts not readable", slog.String(logkey.Cluster, m.Cluster), slog.Any(logkey.Err, err))
		return
	}
	if len(report.Drifts) > events.MaxDrifts || !h.seen.expects(m.Account) {
		return
	}
	_, err := h.fleet.Do(ctx, systemActor, func(f *fleet, _ time.Time) ([]events.Fact, error) {
		now, ok := f.current(m.Cluster)
		if !ok || now.drifted != report.After {
			return nil, nil
		}
		var facts []events.Fact
		for _, d := range report.Drifts {
			if d.Revision <= now.drifted || len(d.Differences) > events.MaxDifferences {
				continue
			}
			now.drifted = d.Revision
			facts = append(facts, events.ClusterDrifted{Cluster: m.Cluster, Revision: d.Revision, Drift: d.Drift})
		}
		return facts, nil
	})
	if err != nil && ctx.Err() == nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "drifts not recorded", slog.String(logkey.Cluster, m.Cluster), slog.Any(logkey.Err, err))
		return
	}
	h.notify()
}

// expects reports whether the cluster was asked for drifts since it last sent some.
func (s *sightings) expects(account string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.all[account]
	if !at.owes {
		return false
	}
	at.owes = false
	s.all[account] = at
	return true
}
