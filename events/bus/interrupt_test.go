package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// interrupt runs a command of 2,500 events on a ledger of its own, and calls in when the first thousand are
// stored and the second are not. The functions that it gives end the contexts of the caller and of Run.
func (w *world) interrupt(t *testing.T, in func(caller, run context.CancelFunc)) (*bus.Ledger[*names], bus.Receipt, error) {
	t.Helper()
	ctx, caller := context.WithCancel(t.Context())
	defer caller()
	runCtx, run := context.WithCancel(t.Context())
	once := sync.OnceFunc(func() { in(caller, run) })
	l, _ := w.openLedgerOf(runCtx, t, func() *names {
		n := noNames()
		n.hear = func(e events.Event) {
			if e.ID == e.Command+"-1000" {
				once()
			}
		}
		return n
	})
	receipt, err := l.Do(ctx, "alice", define(many("fed", 2500)...))
	return l, receipt, err
}

// wantPart wants the error of a command of which the first change set is stored.
func wantPart(t *testing.T, l *bus.Ledger[*names], receipt bus.Receipt, err error) {
	t.Helper()
	wantError(t, err, bus.ErrPartly)
	if _, ok := errors.AsType[*bus.CommandError](err); !ok {
		t.Errorf("%v does not name its command", err)
	}
	if !strings.Contains(fmt.Sprint(err), "1000 of 2500 events, up to revision 1000") {
		t.Errorf("%v does not say how much is stored", err)
	}
	if receipt.Sets != 0 || receipt.Revision != 0 || len(receipt.Events) != 0 {
		t.Errorf("with an error came a receipt of %d change sets", receipt.Sets)
	}
	if errors.Is(l.Err(), bus.ErrPartly) || errors.Is(l.Err(), bus.ErrInDoubt) {
		t.Errorf("%v speaks of one command to all", l.Err())
	}
	if s := l.State(); !s.groups["fed.0"] || !s.groups["fed.999"] || s.groups["fed.1000"] {
		t.Errorf("%d groups are there, want those of the first change set", len(s.groups))
	}
}

// wantFirstSet wants a folder from which the log opens with the first change set, and goes on.
func wantFirstSet(t *testing.T, dir string) {
	t.Helper()
	w := open(t, dir)
	if n := len(w.ledger.State().groups); n != 1000 || w.ledger.Err() != nil {
		t.Errorf("opened again with %d groups (%v), want 1000", n, w.ledger.Err())
	}
	if got := w.do(t, define(many("fed.again", 1500)...)); got.Revision != 2500 {
		t.Errorf("revision %d, want 2500", got.Revision)
	}
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Error(err)
	}
}

func TestLedger_someoneElseWritesInTheMiddleOfALargeCommand(t *testing.T) {
	w := open(t, t.TempDir())
	l, receipt, err := w.interrupt(t, func(_, _ context.CancelFunc) { w.do(t, define("fed.other")) })
	wantPart(t, l, receipt, err)
	wantError(t, err, bus.ErrConflict)
	if l.Err() != nil || !l.State().groups["fed.other"] {
		t.Errorf("it is at revision %d (%v), want it to go on from what the other wrote", l.Revision(), l.Err())
	}
	if got, err := l.Do(t.Context(), "alice", define("fed.next")); err != nil || got.Revision != 1002 {
		t.Errorf("the next command is at revision %d (%v), want 1002", got.Revision, err)
	}
}

func TestLedger_theStoreGoesInTheMiddleOfALargeCommand(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	store, away := filepath.Join(dir, "store"), filepath.Join(dir, "away")
	l, receipt, err := w.interrupt(t, func(_, _ context.CancelFunc) { move(t, store, away) })
	wantPart(t, l, receipt, err)
	wantError(t, err, bus.ErrUnavailable)
	if errors.Is(err, bus.ErrInDoubt) {
		t.Errorf("%v: nothing more was sent to the server", err)
	}
	_, err = l.Do(t.Context(), "alice", define("fed.next"))
	wantError(t, err, bus.ErrUnavailable)
	move(t, away, store)
	waittest.Until(t, "it takes commands again", func() bool { return l.Err() == nil })
	if got, err := l.Do(t.Context(), "alice", define("fed.next")); err != nil || got.Revision != 1001 {
		t.Errorf("the next command is at revision %d (%v), want 1001", got.Revision, err)
	}
}

func TestLedger_theLogIsDamagedInTheMiddleOfALargeCommand(t *testing.T) {
	w := open(t, t.TempDir())
	l, receipt, err := w.interrupt(t, func(_, _ context.CancelFunc) {
		w.forge(t, events.Event{Subject: events.Rules.Subject(events.GroupRemoved{Name: "fed.forged"})})
	})
	wantPart(t, l, receipt, err)
	wantError(t, err, bus.ErrDamaged)
	wantError(t, l.Err(), bus.ErrDamaged)
}

func TestLedger_theServerGoesInTheMiddleOfALargeCommand(t *testing.T) {
	t.Parallel() // it waits for time-outs
	dir := t.TempDir()
	w := open(t, dir)
	l, receipt, err := w.interrupt(t, func(_, _ context.CancelFunc) { w.server.Close() })
	wantPart(t, l, receipt, err)
	wantError(t, err, bus.ErrUnavailable, bus.ErrInDoubt)
	wantError(t, l.Err(), bus.ErrUnavailable)
	wantFirstSet(t, dir)
}

// TestLedger_isKilledInTheMiddleOfALargeCommand opens the log from the disk of that moment.
func TestLedger_isKilledInTheMiddleOfALargeCommand(t *testing.T) {
	dir, killed := t.TempDir(), t.TempDir()
	w := open(t, dir)
	_, receipt, err := w.interrupt(t, func(_, _ context.CancelFunc) {
		if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
			t.Error(err)
		}
	})
	if err != nil || receipt.Sets != 3 {
		t.Errorf("%d change sets (%v), want 3", receipt.Sets, err)
	}
	wantFirstSet(t, killed)
}

func TestLedger_aCallerWhoGoesInTheMiddleOfALargeCommandStopsNothing(t *testing.T) {
	w := open(t, t.TempDir())
	l, receipt, err := w.interrupt(t, func(caller, _ context.CancelFunc) { caller() })
	if err != nil || receipt.Sets != 3 || l.Revision() != 2500 {
		t.Errorf("%d change sets up to revision %d (%v), want 3 up to 2500", receipt.Sets, l.Revision(), err)
	}
}

func TestLedger_finishesALargeCommandBeforeItStops(t *testing.T) {
	w := open(t, t.TempDir())
	l, receipt, err := w.interrupt(t, func(_, run context.CancelFunc) { run() })
	if err != nil || receipt.Sets != 3 || l.Revision() != 2500 {
		t.Errorf("%d change sets up to revision %d (%v), want 3 up to 2500", receipt.Sets, l.Revision(), err)
	}
	_, err = l.Do(t.Context(), "alice", define("fed.next"))
	wantError(t, err, bus.ErrUnavailable)
}
