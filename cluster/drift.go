package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
)

// recordDrifts stores what the enforcer met, until ctx ends. The agent reports it to the master from there.
func (c *Controller) recordDrifts(ctx context.Context, found <-chan events.Drift) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case d := <-found:
			facts := []events.Fact{events.DriftFound{Drift: d}}
			for len(facts) < events.MaxDrifts && len(found) > 0 {
				facts = append(facts, events.DriftFound{Drift: <-found})
			}
			_, err := c.local.Do(ctx, systemActor, func(*local, time.Time) ([]events.Fact, error) { return facts, nil })
			if err != nil && ctx.Err() == nil {
				c.cfg.Logger.LogAttrs(ctx, slog.LevelError, "drift not recorded", slog.Any("drift", d), slog.Any(logkey.Err, err))
			}
			if r := c.running(); r.agent != nil {
				r.agent.Report()
			}
		}
	}
}

// drifts reads the recorded drifts for the agent.
type drifts struct{ log *bus.Ledger[*local] }

// Drifted returns the revision of the newest drift since the cluster joined; 0: there is none.
func (d drifts) Drifted() uint64 { return d.log.State().drifted }

// driftPage is how many events of the log are read at a time.
const driftPage = 500

// DriftsAfter returns the drifts behind the given revision, and since the cluster joined, oldest first.
func (d drifts) DriftsAfter(ctx context.Context, revision uint64) ([]events.ReportedDrift, error) {
	s := d.log.State()
	var out []events.ReportedDrift
	for next := max(revision, s.member) + 1; next <= s.drifted; {
		page, err := d.log.Reader().Read(ctx, next, driftPage)
		if err != nil {
			return nil, fmt.Errorf("read drifts from revision %d: %w", next, err)
		}
		if len(page) == 0 {
			break
		}
		next = page[len(page)-1].Revision + 1
		for _, e := range page {
			if e.Kind != events.KindDriftFound {
				continue
			}
			fact, err := e.Fact()
			if err != nil {
				return nil, err
			}
			if found, ok := fact.(events.DriftFound); ok {
				out = append(out, events.ReportedDrift{Revision: e.Revision, Drift: found.Drift})
			}
			if len(out) == events.MaxDrifts {
				return out, nil
			}
		}
	}
	return out, nil
}
