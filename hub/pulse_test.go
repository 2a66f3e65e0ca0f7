package hub_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
)

func TestPulse(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	pulse := func() []hub.Beat {
		t.Helper()
		return waittest.Must(w.Pulse(oslo.id))(t)
	}
	already := len(pulse())
	w.clock.move(3 * time.Second)
	oslo.beat()
	w.change(put("fed.a", "1", ""))
	w.change(put("fed.b", "1", ""))
	w.clock.move(1500 * time.Millisecond)
	oslo.health.Clock = w.clock.now().Add(-40 * time.Millisecond)
	beat(t, oslo.conn, oslo.health)
	got := pulse()[already:]
	for i := range got {
		got[i].At = got[i].At.UTC()
	}
	now := w.clock.now()
	want := []hub.Beat{
		{At: now.Add(-1500 * time.Millisecond), Gap: 3 * time.Second},
		{At: now, Gap: 1500 * time.Millisecond, Behind: 2, Offset: -40 * time.Millisecond},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if own := waittest.Must(w.Pulse(masterID))(t); len(own) == 0 {
		t.Error("the master's own cluster has no pulse")
	}
	_, err := w.Pulse("nobody")
	wantError(t, err, hub.ErrClusterUnknown)
}

// TestPulse_bounded: the newest are kept, in their order, and the oldest of them still says how long it was silent.
func TestPulse_bounded(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	const kept = 120
	for range 2*kept + 7 {
		w.clock.move(time.Second)
		oslo.beat()
	}
	got := waittest.Must(w.Pulse(oslo.id))(t)
	if len(got) != kept {
		t.Fatalf("%d heartbeats are kept, want %d", len(got), kept)
	}
	for i, b := range got {
		if at := w.clock.now().Add(-time.Duration(kept-1-i) * time.Second); !b.At.Equal(at) || b.Gap != time.Second {
			t.Fatalf("heartbeat %d = %+v, want one at %s", i, b, at)
		}
	}
}
