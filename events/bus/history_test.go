package bus_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// churn stores commands that define, change and remove the given number of groups, and returns the log.
func (w *world) churn(t *testing.T, groups, length int, comment string) []events.Event {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // G404: the same log in every run
	for stored := 0; stored < length; {
		facts := make([]events.Fact, min(1+rng.IntN(length/20), length-stored))
		for i := range facts {
			name := fmt.Sprintf("fed.%d", (stored+i)%groups) // each of them at first, any of them later
			if stored >= groups {
				name = fmt.Sprintf("fed.%d", rng.IntN(groups))
			}
			facts[i] = events.GroupDefined{Group: events.Group{Name: name, Comment: comment}}
			if rng.IntN(10) == 0 {
				facts[i] = events.GroupRemoved{Name: name}
			}
		}
		w.do(t, func(*names, time.Time) ([]events.Fact, error) { return facts, nil })
		stored += len(facts)
	}
	return waittest.Must(w.ledger.Reader().Read(t.Context(), 1, length))(t)
}

// wantState wants the state at a revision to be the fold of the log up to it.
func wantState(t *testing.T, r *bus.Reader, log []events.Event, upTo int) {
	t.Helper()
	want := map[string]uint64{}
	for _, e := range log[:upTo] {
		want[e.Subject] = e.Revision
	}
	state, at, err := r.State(t.Context(), events.Rules.Filter(), log[upTo-1].Revision)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]uint64{}
	for _, e := range state {
		got[e.Subject] = e.Revision
	}
	if at != log[upTo-1].Revision || len(state) != len(got) {
		t.Errorf("state at %d has %d events of %d objects, want it at %d", at, len(state), len(got), upTo)
	}
	if diff := diff.Diff(want, got); diff != "" {
		t.Fatalf("state at revision %d of %d (-folded +read):\n%s", upTo, len(log), diff)
	}
}

// TestReader_stateOfThePastIsTheFoldOfThePrefix at every revision, in the middle of change sets, too.
func TestReader_stateOfThePastIsTheFoldOfThePrefix(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.churn(t, 40, 400, "")
	for upTo := range log {
		wantState(t, w.ledger.Reader(), log, upTo+1)
	}
}

// TestReader_stateOfALongPast asks for more objects than one answer names, in a log of several files, as
// it was written and after a restart.
func TestReader_stateOfALongPast(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	log := w.churn(t, 1200, 2400, strings.Repeat("x", 5<<10))
	for _, upTo := range []int{1, 1024, 1025, 1700, len(log)} {
		wantState(t, w.ledger.Reader(), log, upTo)
	}
	w.stop()
	w = open(t, dir)
	for _, upTo := range []int{2399, 1025, 300} {
		wantState(t, w.ledger.Reader(), log, upTo)
	}
}

// TestReader_takesMoreThanOneAnswer: an answer ends long before the 64 MiB that cost the connection.
func TestReader_takesMoreThanOneAnswer(t *testing.T) {
	w := open(t, t.TempDir())
	asked := make(chan []byte, 1)
	sub := waittest.Must(w.conn.Subscribe("get", func(m *nats.Msg) {
		asked <- m.Data
		if err := m.RespondMsg(&nats.Msg{Header: nats.Header{"Status": []string{"404"}}}); err != nil {
			t.Error(err)
		}
	}))(t)
	if _, err := bus.NewReader(w.conn, sub.Subject).Read(t.Context(), 1, 10); err != nil {
		t.Error(err)
	}
	if want := `"max_bytes":8388608`; !strings.Contains(string(<-asked), want) {
		t.Errorf("it does not ask for %s", want)
	}

	log := w.churn(t, 20, 20, strings.Repeat("x", 1_000_000))
	if len(log) != 20 {
		t.Errorf("%d events, want 20", len(log))
	}
	for _, upTo := range []int{15, 20} {
		wantState(t, w.ledger.Reader(), log, upTo)
	}
}
