package hub

import (
	"context"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// watchEvery is how often the status of all clusters is looked at. A status is recorded when two looks in
// a row see it, so that the moment in which a new rule travels is no history.
const watchEvery = time.Second

// watch records changes of status until ctx ends.
func (h *Hub) watch(ctx context.Context) error {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	before := map[string]Status{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now := map[string]Status{}
		var facts []events.Fact
		for _, s := range h.Summaries() {
			now[s.ID] = s.Status
			m, _ := h.fleet.State().current(s.ID)
			if s.Status != m.status && before[s.ID] == s.Status {
				facts = append(facts, events.ClusterStatusChanged{Cluster: s.ID, From: string(m.status), To: string(s.Status), Since: h.cfg.Now()})
			}
		}
		before = now
		h.record(ctx, facts)
	}
}

// record stores status changes. One that cannot be stored is seen again at the next look.
func (h *Hub) record(ctx context.Context, facts []events.Fact) {
	for len(facts) > 0 {
		n := min(len(facts), events.MaxSetSize)
		part := facts[:n]
		facts = facts[n:]
		if _, err := h.fleet.Do(ctx, systemActor, func(*fleet, time.Time) ([]events.Fact, error) { return part, nil }); err != nil && ctx.Err() == nil {
			h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "status not recorded", slog.Any(logkey.Err, err))
			return
		}
		h.notify()
	}
}
