package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

func TestLedger_keepsWhatItAcknowledged(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	got := w.do(t, define("fed.a", "fed.b", "fed.c"))
	if got.Revision != 3 || len(got.Events) != 3 {
		t.Errorf("revision %d with %d events, want 3 with 3", got.Revision, len(got.Events))
	}
	w.stop()

	w = open(t, dir)
	if n := len(w.ledger.State().groups); n != 3 || w.ledger.Revision() != 3 {
		t.Errorf("after a restart %d groups at revision %d, want 3 at 3", n, w.ledger.Revision())
	}
}

func TestLedger_answersTheDecisionsOwnError(t *testing.T) {
	w := open(t, t.TempDir())
	w.do(t, define("fed.a"))
	_, err := w.ledger.Do(t.Context(), "alice", define("fed.a"))
	wantError(t, err, errExists)
	if _, ok := errors.AsType[*bus.CommandError](err); ok {
		t.Errorf("%v is no error of the writer", err)
	}
	if got := w.ledger.Revision(); got != 1 {
		t.Errorf("revision %d, want 1", got)
	}
}

func TestLedger_aCommandWithoutFactsStoresNothing(t *testing.T) {
	w := open(t, t.TempDir())
	w.do(t, define("fed.a"))
	got := w.do(t, define())
	if got.Revision != 1 || len(got.Events) != 0 {
		t.Errorf("revision %d with %d events, want 1 with none", got.Revision, len(got.Events))
	}
}

func TestLedger_oneWinnerAmongManyWriters(t *testing.T) {
	w := open(t, t.TempDir())
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			_, err := w.ledger.Do(t.Context(), "alice", define("fed.one"))
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, errExists):
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if got := won.Load(); got != 1 {
		t.Errorf("%d of 200 writers made fed.one, want 1", got)
	}
}

func TestLedger_decidesAgainWhenTheLogMovedOn(t *testing.T) {
	w := open(t, t.TempDir())
	other, _ := w.openLedger(t)
	var both sync.WaitGroup
	var stored atomic.Int32
	for i, l := range []*bus.Ledger[*names]{w.ledger, other} {
		both.Go(func() {
			for n := range 20 {
				_, err := l.Do(t.Context(), "alice", define(fmt.Sprintf("fed.%d.%d", i, n), fmt.Sprintf("fed.%d.%d.x", i, n)))
				switch {
				case err == nil:
					stored.Add(2)
				case !errors.Is(err, bus.ErrConflict):
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	w.do(t, define("fed.last"))
	revisions := w.ledger.State().revisions
	if len(revisions) != int(stored.Load())+1 {
		t.Errorf("%d events, and %d were acknowledged", len(revisions), stored.Load()+1)
	}
	for i, r := range revisions {
		if r != uint64(i)+1 {
			t.Fatalf("event %d has revision %d", i, r)
		}
	}
}

// TestLedger_sharesASyncAmongCommands holds the writer and looks at what it then stores: one batch.
func TestLedger_sharesASyncAmongCommands(t *testing.T) {
	w := open(t, t.TempDir())
	release := w.hold(t)
	const waiting = 100
	var wg sync.WaitGroup
	for i := range waiting {
		wg.Go(func() {
			if _, err := w.ledger.Do(t.Context(), "alice", define(fmt.Sprintf("fed.%d", i))); err != nil {
				t.Error(err)
			}
		})
	}
	waittest.Until(t, "all wait", func() bool { return w.ledger.Waiting() == waiting })
	release()
	wg.Wait()

	stream := waittest.Must(waittest.Must(jetstream.New(w.conn))(t).Stream(t.Context(), string(events.Rules)))(t)
	batches := map[string]bool{}
	for seq := range uint64(waiting) {
		msg := waittest.Must(stream.GetMsg(t.Context(), seq+1))(t)
		batches[msg.Header.Get("Nats-Batch-Id")] = true
		if got := msg.Header.Get("ce-setsize"); got != "1" {
			t.Errorf("event %d is one of a change set of %s, want 1", seq+1, got)
		}
	}
	if len(batches) != 1 || batches[""] {
		t.Errorf("%d commands were stored in the batches %v, want one", waiting, batches)
	}
}

func TestLedger_refusesAnEventThatIsTooLong(t *testing.T) {
	w := open(t, t.TempDir())
	long := events.GroupDefined{Group: events.Group{Name: "fed.long", Comment: strings.Repeat("x", 1<<20)}}
	for name, before := range map[string]int{"alone": 0, "in a change set": 10, "in a later change set": events.MaxSetSize} {
		t.Run(name, func(t *testing.T) {
			_, err := w.ledger.Do(t.Context(), "alice", func(*names, time.Time) ([]events.Fact, error) {
				facts, err := define(many("fed", before)...)(noNames(), time.Time{})
				return append(facts, long), err
			})
			wantError(t, err, bus.ErrSetTooLarge)
			if errors.Is(err, bus.ErrPartly) {
				t.Errorf("%v: the events before it were stored", err)
			}
			if ce, ok := errors.AsType[*bus.CommandError](err); !ok || ce.Command == "" {
				t.Errorf("%v does not name its command", err)
			}
			if w.ledger.Revision() != 0 || w.ledger.Err() != nil {
				t.Errorf("revision %d, want 0; Err %v", w.ledger.Revision(), w.ledger.Err())
			}
		})
	}
}

func TestLedger_aCallerWhoGoesBeforeItsTurnChangesNothing(t *testing.T) {
	w := open(t, t.TempDir())
	release := w.hold(t)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := w.ledger.Do(ctx, "alice", func(*names, time.Time) ([]events.Fact, error) {
			t.Error("it was decided")
			return nil, nil
		})
		wantError(t, err, context.Canceled)
	})
	waittest.Until(t, "it waits", func() bool { return w.ledger.Waiting() == 1 })
	cancel()
	wg.Wait()
	release()
	if got := w.do(t, define("fed.a")); got.Revision != 1 {
		t.Errorf("revision %d, want 1", got.Revision)
	}
}

func TestLedger_refusesOnceItHasStopped(t *testing.T) {
	w := open(t, t.TempDir())
	other, stop := w.openLedger(t)
	stop()
	_, err := other.Do(t.Context(), "alice", define("fed.a"))
	wantError(t, err, bus.ErrUnavailable)
}

// TestLedger_storesWhateverAnActorIsCalled: the name of who failed to log in is a stranger's text, and NATS
// does not carry every text in a header.
func TestLedger_storesWhateverAnActorIsCalled(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	actors := []string{"a\r\nce-actor: root", " padded ", "tab\there", "\x00", "zoë", "\xff", strings.Repeat("x", 2<<20), ""}
	for i, actor := range actors {
		if _, err := w.ledger.Do(t.Context(), actor, define(fmt.Sprintf("fed.%d", i))); err != nil {
			t.Fatalf("actor %.20q: %v", actor, err)
		}
	}
	w.stop()
	w = open(t, dir)
	if err := w.ledger.Err(); err != nil || len(w.ledger.State().groups) != len(actors) {
		t.Errorf("after a restart %d groups (%v), want %d", len(w.ledger.State().groups), err, len(actors))
	}
}

// TestLedger_neverSaysAFalseWord restarts the server under writes. Whatever was acknowledged is there, whatever
// was refused without a doubt is not, and no change set is there in part.
func TestLedger_neverSaysAFalseWord(t *testing.T) {
	t.Parallel() // it waits for time-outs
	dir := t.TempDir()
	w := open(t, dir)
	type answer struct {
		groups []string
		err    error
	}
	var mu sync.Mutex
	var answers []answer
	done := make(chan struct{})
	var writers sync.WaitGroup
	for i, size := range []int{2, 2, 2, 2, 2, 2, 2, events.MaxSetSize + 2} {
		writers.Go(func() {
			for n := 0; !closed(done); n++ {
				groups := many(fmt.Sprintf("fed.%d.%d", i, n), size)
				changed := w.ledger.Changed()
				_, err := w.ledger.Do(t.Context(), "alice", define(groups...))
				if err != nil && !errors.Is(err, bus.ErrUnavailable) {
					t.Error(err)
				}
				mu.Lock()
				answers = append(answers, answer{groups, err})
				mu.Unlock()
				if w.ledger.Err() == nil {
					continue
				}
				select {
				case <-changed:
				case <-done:
				}
			}
		})
	}
	for range 2 {
		before := w.ledger.Revision()
		waittest.Until(t, "it writes", func() bool { return w.ledger.Revision() > before })
		if err := w.server.Restart(w.server.Generation()); err != nil {
			t.Fatal(err)
		}
	}
	before := w.ledger.Revision()
	waittest.Until(t, "it writes again", func() bool { return w.ledger.Revision() > before })
	close(done)
	writers.Wait()
	w.stop()

	w = open(t, dir)
	if err := w.ledger.Err(); err != nil {
		t.Fatal(err)
	}
	stored := w.ledger.State().groups
	for _, a := range answers {
		there := len(slices.DeleteFunc(slices.Clone(a.groups), func(name string) bool { return !stored[name] }))
		var want []int
		switch partly, doubt := errors.Is(a.err, bus.ErrPartly), errors.Is(a.err, bus.ErrInDoubt); {
		case a.err == nil:
			want = []int{len(a.groups)}
		case partly && doubt:
			want = []int{events.MaxSetSize, len(a.groups)}
		case partly:
			want = []int{events.MaxSetSize}
		case doubt:
			want = []int{0, min(events.MaxSetSize, len(a.groups))}
		default:
			want = []int{0}
		}
		if !slices.Contains(want, there) {
			t.Errorf("%d of %d events of %s are there, want any of %v (%v)", there, len(a.groups), a.groups[0], want, a.err)
		}
	}
	t.Logf("%d answers", len(answers))
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestLedger_recoversWhenTheCauseIsGone takes the store's folder away and gives it back.
func TestLedger_recoversWhenTheCauseIsGone(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	w.do(t, define("fed.a"))
	store, away := filepath.Join(dir, "store"), filepath.Join(dir, "away")
	if err := os.Rename(store, away); err != nil {
		t.Fatal(err)
	}
	_, err := w.ledger.Do(t.Context(), "alice", define("fed.b"))
	wantError(t, err, bus.ErrUnavailable)
	if errors.Is(err, bus.ErrInDoubt) {
		t.Errorf("%v: nothing was sent to the server", err)
	}
	_, err = w.ledger.Do(t.Context(), "alice", define("fed.b"))
	wantError(t, err, bus.ErrUnavailable)
	if w.ledger.Err() == nil {
		t.Error("Err is nil while it takes no commands")
	}
	if !w.ledger.State().groups["fed.a"] {
		t.Error("the state cannot be read meanwhile")
	}
	if err := os.Rename(away, store); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "it takes commands again", func() bool { return w.ledger.Err() == nil })
	if got := w.do(t, define("fed.b")); got.Revision != 2 {
		t.Errorf("revision %d, want 2", got.Revision)
	}
}

// forge stores a message behind the ledger's back.
func (w *world) forge(t *testing.T, e events.Event) {
	t.Helper()
	js := waittest.Must(jetstream.New(waittest.Must(w.server.Connect(bus.AccountFed))(t)))(t)
	waittest.Must(js.PublishMsg(t.Context(), natsMsg(e)))(t)
}

func TestLedger_findsAForgedEvent(t *testing.T) {
	fact := events.GroupDefined{Group: events.Group{Name: "fed.forged"}}
	tests := map[string]func(last events.Event) events.Event{
		"no event at all": func(events.Event) events.Event { return events.Event{Subject: events.Rules.Subject(fact)} },
		"without the hash": func(last events.Event) events.Event {
			return follow(last, func(e *events.Event) { e.Prev = events.Hash{} })
		},
		"with a wrong revision": func(last events.Event) events.Event { return follow(last, func(e *events.Event) { e.Revision = 9 }) },
		"of half a change set":  func(last events.Event) events.Event { return follow(last, func(e *events.Event) { e.Set.Size = 2 }) },
		"inside a change set": func(last events.Event) events.Event {
			return follow(last, func(e *events.Event) { e.Set = events.Set{Index: 1, Size: 2} })
		},
	}
	for name, forged := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w := open(t, dir)
			last := w.do(t, define("fed.a", "fed.b")).Events[1]
			w.forge(t, forged(last))

			// The running ledger finds it with its next command.
			_, err := w.ledger.Do(t.Context(), "alice", define("fed.c"))
			wantError(t, err, bus.ErrDamaged)
			if errors.Is(err, bus.ErrInDoubt) {
				t.Errorf("%v: the server refused it", err)
			}
			wantBlocked(t, w)
			w.stop()

			// So does one that opens the log.
			w = open(t, dir)
			wantBlocked(t, w)
		})
	}
}

// wantBlocked wants a ledger that shows fed.a and fed.b, and takes nothing.
func wantBlocked(t *testing.T, w *world) {
	t.Helper()
	wantError(t, w.ledger.Err(), bus.ErrDamaged)
	_, err := w.ledger.Do(t.Context(), "alice", define("fed.d"))
	wantError(t, err, bus.ErrDamaged)
	if s := w.ledger.State(); !s.groups["fed.a"] || !s.groups["fed.b"] || len(s.groups) != 2 || !slices.Equal(s.revisions, []uint64{1, 2}) {
		t.Errorf("state %v, want the one before the damage", s)
	}
}

// follow returns a valid event behind last, edited.
func follow(last events.Event, edit func(*events.Event)) events.Event {
	e := last
	e.ID, e.Revision, e.Prev, e.Set = "forged", last.Revision+1, last.Hash(), events.Set{Size: 1}
	edit(&e)
	return e
}
