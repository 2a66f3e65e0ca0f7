package bus_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// sizes returns how the given number of facts is divided into change sets.
func sizes(facts int) []int {
	var out []int
	for ; facts > 0; facts -= out[len(out)-1] {
		out = append(out, min(facts, events.MaxSetSize))
	}
	return out
}

// wantCommand wants the events of a whole command: side by side, numbered through, in change sets of the
// greatest size.
func wantCommand(t *testing.T, got []events.Event, facts int) {
	t.Helper()
	if len(got) != facts {
		t.Fatalf("%d events, want %d", len(got), facts)
	}
	i := 0
	for _, size := range sizes(facts) {
		for index := range size {
			e, first := got[i], got[0]
			want := events.Event{
				ID: fmt.Sprintf("%s-%d", first.Command, i), Command: first.Command, At: first.At,
				Revision: first.Revision + uint64(i), Set: events.Set{Index: index, Size: size},
			}
			if e.ID != want.ID || e.Command != want.Command || e.At != want.At || e.Revision != want.Revision || e.Set != want.Set {
				t.Fatalf("event %d is %s of command %s at revision %d, %v, want %s of %s at %d, %v",
					i, e.ID, e.Command, e.Revision, e.Set, want.ID, want.Command, want.Revision, want.Set)
			}
			i++
		}
	}
}

func TestLedger_dividesACommandIntoChangeSets(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	total := 0
	for _, facts := range []int{0, 1, events.MaxSetSize, events.MaxSetSize + 1, 2 * events.MaxSetSize, 2500} {
		before := w.ledger.Revision()
		got := w.do(t, define(many(fmt.Sprintf("fed.of%d", facts), facts)...))
		if want := before + uint64(len(got.Events)); got.Sets != len(sizes(facts)) || got.Revision != want {
			t.Errorf("%d facts became %d change sets at revision %d, want %d at %d", facts, got.Sets, got.Revision, len(sizes(facts)), want)
		}
		wantCommand(t, got.Events, facts)
		stored := waittest.Must(w.ledger.Reader().Read(t.Context(), before+1, facts+1))(t)
		wantCommand(t, stored, facts)
		total += facts
	}
	w.stop()

	w = open(t, dir)
	if n := len(w.ledger.State().groups); n != total || w.ledger.Err() != nil {
		t.Errorf("after a restart %d groups (%v), want %d", n, w.ledger.Err(), total)
	}
}

// TestLedger_writesManyCommandsOfEverySize: no event is lost, doubled, or between two of another command, and
// nobody sees a part of a change set.
func TestLedger_writesManyCommandsOfEverySize(t *testing.T) {
	w := open(t, t.TempDir())
	seen := map[uint64]bool{}
	done := make(chan struct{})
	var reading, writing sync.WaitGroup
	reading.Go(func() {
		for !closed(done) {
			changed := w.ledger.Changed()
			s := w.ledger.State()
			if len(s.groups) != len(s.revisions) {
				t.Errorf("%d groups after %d events", len(s.groups), len(s.revisions))
			}
			seen[uint64(len(s.revisions))] = true
			select {
			case <-changed:
			case <-done:
			}
		}
	})
	var mu sync.Mutex
	receipts := map[string]bus.Receipt{}
	total := 0
	for writer, sizes := range [][]int{{2500, 1, 1001}, {1, 1, 1, 1, 1, 1}, {1000, 0, 1000}, {2, 1500, 2}, {999, 3, 1, 3000}, {1, 0, 1001}} {
		for _, facts := range sizes {
			total += facts
		}
		writing.Go(func() {
			for n, facts := range sizes {
				got, err := w.ledger.Do(t.Context(), "alice", define(many(fmt.Sprintf("fed.%d.%d", writer, n), facts)...))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				receipts[got.Command] = got
				mu.Unlock()
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()

	log := waittest.Must(w.ledger.Reader().Read(t.Context(), 1, total+1))(t)
	if len(log) != total || len(w.ledger.State().groups) != total {
		t.Errorf("%d events of %d groups, want %d", len(log), len(w.ledger.State().groups), total)
	}
	ends := map[uint64]bool{0: true}
	for len(log) > 0 {
		receipt := receipts[log[0].Command]
		delete(receipts, log[0].Command) // a second row of the same command finds none
		wantCommand(t, log[:min(len(log), max(1, len(receipt.Events)))], len(receipt.Events))
		if receipt.Events[0].ID != log[0].ID || receipt.Revision != receipt.Events[len(receipt.Events)-1].Revision {
			t.Errorf("command %s is said to be at revision %d, and begins at %d", receipt.Command, receipt.Revision, log[0].Revision)
		}
		for _, e := range receipt.Events {
			ends[e.SetEnd()] = true
		}
		log = log[len(receipt.Events):]
	}
	for revision := range seen {
		if !ends[revision] {
			t.Errorf("revision %d was seen, which is in the middle of a change set", revision)
		}
	}
	for _, r := range receipts {
		if len(r.Events) > 0 {
			t.Errorf("command %s was acknowledged with %d events and is not there", r.Command, len(r.Events))
		}
	}
}

// TestLedger_writesALargeCommandInItsTurn: what came before it is stored before, what came after it after,
// and neither shares a batch with it.
func TestLedger_writesALargeCommandInItsTurn(t *testing.T) {
	w := open(t, t.TempDir())
	release := w.hold(t)
	var wg sync.WaitGroup
	for i, facts := range []int{0, 2, 2, 1500, 2, 2, 1001, 2} {
		wg.Go(func() {
			if _, err := w.ledger.Do(t.Context(), "alice", define(many(fmt.Sprintf("fed.%d", i), facts)...)); err != nil {
				t.Error(err)
			}
		})
		waittest.Until(t, "it waits", func() bool { return w.ledger.Waiting() == i+1 })
	}
	release()
	wg.Wait()

	stream := waittest.Must(waittest.Must(jetstream.New(w.conn))(t).Stream(t.Context(), string(events.Rules)))(t)
	var batches []string
	var lengths []int
	for seq := range w.ledger.Revision() {
		id := waittest.Must(stream.GetMsg(t.Context(), seq+1))(t).Header.Get("Nats-Batch-Id")
		if len(batches) == 0 || id == "" || id != batches[len(batches)-1] {
			batches, lengths = append(batches, id), append(lengths, 0)
		}
		lengths[len(lengths)-1]++
	}
	if want := []int{4, 1000, 500, 4, 1000, 1, 2}; !slices.Equal(lengths, want) {
		t.Errorf("stored in batches of %v, want %v", lengths, want)
	}
}

func TestLedger_decidesALargeCommandAgainWhenTheLogMovedOn(t *testing.T) {
	w := open(t, t.TempDir())
	other, _ := w.openLedger(t)
	w.do(t, define("fed.a"))
	got, err := other.Do(t.Context(), "alice", define(many("fed", 1500)...))
	if err != nil {
		t.Fatal(err)
	}
	if got.Revision != 1501 || got.Sets != 2 || got.Events[0].Revision != 2 {
		t.Errorf("%d change sets from revision %d to %d, want 2 from 2 to 1501", got.Sets, got.Events[0].Revision, got.Revision)
	}
	w.do(t, define("fed.b"))
	if n := len(w.ledger.State().groups); n != 1502 {
		t.Errorf("%d groups, want 1502", n)
	}
}
