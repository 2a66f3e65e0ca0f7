package hub_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestHub_Summary_inventory: what a cluster consists of is that of its last heartbeat, with its age by the master's
// clock, and never fresh once the cluster is not heard from.
func TestHub_Summary_inventory(t *testing.T) {
	w := newWorld(t)
	berlin := w.join("berlin", nil)
	see := func() hub.Summary { return waittest.Must(w.Summary(berlin.id))(t) }
	if s := see(); s.Inventory != nil || s.InventoryStale {
		t.Errorf("without an inventory: %+v, stale: %t", s.Inventory, s.InventoryStale)
	}
	said := events.Inventory{Nodes: new(3), RunningPods: new(0), Missing: []string{"services: forbidden"}}
	// Its clock is an hour ahead, and it lost its own API five seconds ago.
	report := func() {
		said.At = w.clock.now().Add(time.Hour - 5*time.Second)
		berlin.health.Inventory, berlin.health.Clock = &said, w.clock.now().Add(time.Hour)
		beat(t, berlin.conn, berlin.health)
	}
	report()
	want := said
	want.At = w.clock.now().Add(-5 * time.Second)
	if s := see(); s.InventoryStale || !cmp.Equal(&want, s.Inventory) {
		t.Errorf("stale: %t, -want +got:\n%s", s.InventoryStale, cmp.Diff(&want, s.Inventory))
	}

	w.clock.move(3 * time.Second)
	if s := see(); !s.InventoryStale || s.Status != hub.StatusSynced {
		t.Errorf("eight seconds old: stale %t, status %s", s.InventoryStale, s.Status)
	}

	report()
	berlin.cut()
	waittest.Until(t, "the cut is seen", func() bool { return see().Status == hub.StatusDisconnected })
	want.At = w.clock.now().Add(-5 * time.Second)
	if s := see(); !s.InventoryStale || !cmp.Equal(&want, s.Inventory) {
		t.Errorf("cut off: stale: %t, -want +got:\n%s", s.InventoryStale, cmp.Diff(&want, s.Inventory))
	}
}
