package hub

import (
	"time"

	"github.com/fedhub/fedhub/events"
)

// inventory returns what the cluster said of itself, with its time by the master's clock.
func (h heartbeat) inventory() *events.Inventory {
	if h.health.Inventory == nil {
		return nil
	}
	out := *h.health.Inventory
	// Its own clock may be wrong, but not by much within one heartbeat.
	out.At = h.heard.Add(-max(0, h.health.Clock.Sub(out.At))).UTC()
	return &out
}

// stale reports whether the inventory is not how the cluster is now.
func (s *Summary) stale(now time.Time) bool {
	return s.Inventory != nil && (s.silent() || now.Sub(s.Inventory.At) > silence)
}
