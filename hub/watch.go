package hub

import (
	"context"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// watchEvery is how often the status of all clusters is looked at. One is recorded once it has lasted from one
// look to the next, and longer than the reports on a change take to come in: that a new rule is on its way to a
// cluster is no history.
const watchEvery = time.Second

// look is which status a cluster has, since when, and how many looks in a row have seen it.
type look struct {
	status Status
	since  time.Time
	times  int
}

// watch records changes of status until ctx ends.
func (h *Hub) watch(ctx context.Context) error {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	before := map[string]look{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		enough := 2 + int(2*h.spread()/watchEvery)
		seen := map[string]look{}
		var facts []events.Fact
		for _, s := range h.Summaries() {
			at := before[s.ID]
			if at.status != s.Status {
				at = look{status: s.Status, since: h.cfg.Now()}
			}
			at.times++
			seen[s.ID] = at
			m, _ := h.fleet.State().current(s.ID)
			if s.Status != m.status && at.times >= enough {
				facts = append(facts, events.ClusterStatusChanged{Cluster: s.ID, From: string(m.status), To: string(s.Status), Since: at.since})
			}
		}
		before = seen
		h.record(ctx, facts)
	}
}

// record stores status changes. One that cannot be stored is seen again at the next look.
func (h *Hub) record(ctx context.Context, facts []events.Fact) {
	if len(facts) == 0 {
		return
	}
	if _, err := h.fleet.Do(ctx, systemActor, func(*fleet, time.Time) ([]events.Fact, error) { return facts, nil }); err != nil && ctx.Err() == nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "status not recorded", slog.Any(logkey.Err, err))
		return
	}
	h.notify()
}
