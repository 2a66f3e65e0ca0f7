package agent_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestAgent_reportsItsInventory: what nobody looked for is missing at the master, too.
func TestAgent_reportsItsInventory(t *testing.T) {
	m := openMaster(t)
	want := &events.Inventory{At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Nodes: new(3), RunningPods: new(0), Missing: []string{"services: forbidden"}}
	m.follow(t, newAgent(t, func(c *agent.Config) { c.Inventory = func() *events.Inventory { return want } }))
	waittest.Until(t, "it reports", func() bool { return m.last.Load() != nil })
	if diff := cmp.Diff(want, m.last.Load().Inventory); diff != "" {
		t.Errorf("-want +heard:\n%s", diff)
	}
}

func TestAgent_reportsNoInventory(t *testing.T) {
	m := openMaster(t)
	m.follow(t, newAgent(t))
	waittest.Until(t, "it reports", func() bool { return m.last.Load() != nil })
	if got := m.last.Load().Inventory; got != nil {
		t.Errorf("heard %+v, and nobody looks", got)
	}
}
