package bus_test

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestReader_newest: a time finds what looking at every event would find.
func TestReader_newest(t *testing.T) {
	w := open(t, t.TempDir())
	if none := waittest.Must(w.ledger.Reader().Newest(t.Context(), events.Rules, clock()))(t); none != nil {
		t.Errorf("an empty log has %+v", none)
	}
	log := w.churn(t, 5, 200, "x")
	for _, e := range log {
		for _, at := range []time.Time{e.At.Add(-1), e.At, e.At.Add(1)} {
			want := uint64(0)
			for _, other := range log {
				if !other.At.After(at) {
					want = other.Revision
				}
			}
			got := uint64(0)
			if found := waittest.Must(w.ledger.Reader().Newest(t.Context(), events.Rules, at))(t); found != nil {
				got = found.Revision
			}
			if got != want {
				t.Fatalf("at %s the newest is %d, want %d", at, got, want)
			}
		}
	}
}

// TestReader_readOn: the events of a subject are found among all others, beyond one answer of the server.
func TestReader_readOn(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.churn(t, 2, 2500, "x")
	for _, subject := range []string{log[0].Subject, events.Rules.Filter(), "fed.rules.nothing"} {
		var want []uint64
		for _, e := range log {
			if e.Subject == subject || subject == events.Rules.Filter() {
				want = append(want, e.Revision)
			}
		}
		got := waittest.Must(w.ledger.Reader().ReadOn(t.Context(), subject))(t)
		if len(got) != len(want) {
			t.Fatalf("%d events on %s, want %d", len(got), subject, len(want))
		}
		for i, e := range got {
			if e.Revision != want[i] {
				t.Fatalf("event %d on %s is revision %d, want %d", i, subject, e.Revision, want[i])
			}
		}
	}
}
