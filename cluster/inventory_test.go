package cluster_test

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// TestController_Inventory: a cluster shows its own without a federation, and says when it is old.
func TestController_Inventory(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		look  func() *events.Inventory
		shown bool
		stale bool
	}{
		"nobody looks":        {nil, false, false},
		"nothing known yet":   {func() *events.Inventory { return nil }, false, false},
		"of now":              {func() *events.Inventory { return &events.Inventory{At: now} }, true, false},
		"its API is away":     {func() *events.Inventory { return &events.Inventory{At: now.Add(-time.Minute)} }, true, true},
		"its API was missed":  {func() *events.Inventory { return &events.Inventory{At: now.Add(-time.Second)} }, true, false},
		"nothing can be read": {func() *events.Inventory { return &events.Inventory{At: now, Missing: []string{"pods: forbidden"}} }, true, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, stop := newPlace(t, "berlin").open(t, func(cfg *cluster.Config) {
				cfg.Inventory, cfg.Now = tt.look, func() time.Time { return now }
			})
			defer stop()
			own := c.Summaries()[0]
			if (own.Inventory != nil) != tt.shown || (c.Inventory() != nil) != tt.shown || own.InventoryStale != tt.stale {
				t.Errorf("shown: %v, stale: %t; want %t and %t", own.Inventory, own.InventoryStale, tt.shown, tt.stale)
			}
		})
	}
}
