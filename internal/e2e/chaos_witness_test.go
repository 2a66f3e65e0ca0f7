//go:build linux

package e2e_test

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// witness hears all that a master sends to its remotes as it happens, with the credentials of one of them.
type witness struct {
	mu   sync.Mutex
	seen map[string]uint64 // id of the event → revision
}

func openWitness(t *testing.T, master, as *proc) *witness {
	t.Helper()
	keys, err := bus.OpenKeyring(filepath.Join(as.dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := keys.Get("agent.jwt")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.User("agent")
	if err != nil {
		t.Fatal(err)
	}
	at := restInfoOf(t, master.fed)
	leaf, err := bus.OpenLeaf(t.Context(), bus.LeafConfig{
		Master: events.RestInfo{Server: at.Server, Port: uint16(at.Port)}, Pin: pinOf(t, master.mint()), Logger: quiet(), //nolint:gosec // G115: a port
		Credential: func() bus.Credential { return bus.Credential{JWT: string(text), Key: key} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(leaf.Close)
	w := &witness{seen: map[string]uint64{}}
	if _, err := leaf.Conn().Subscribe(events.LiveFilter(), func(m *nats.Msg) {
		e, err := events.Parse(m.Header, m.Data)
		if err != nil {
			t.Error(err)
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen[e.ID] = e.Revision
	}); err != nil {
		t.Fatal(err)
	}
	return w
}

// check sees that nothing was sent but what the master has stored.
func (w *witness) check(t *testing.T, recorded []wire.Event) {
	t.Helper()
	stored := map[string]uint64{}
	for _, e := range recorded {
		stored[e.ID] = e.Revision
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, revision := range w.seen {
		if stored[id] != revision {
			t.Errorf("event %s was sent to the remotes as revision %d and is stored as %d", id, revision, stored[id])
		}
	}
	t.Logf("%d events heard as they happened, %d stored", len(w.seen), len(stored))
}
