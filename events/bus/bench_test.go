package bus_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// redefine decides on one group that may be there.
func redefine(name string) func(*names, time.Time) ([]events.Fact, error) {
	return func(*names, time.Time) ([]events.Fact, error) {
		return []events.Fact{events.GroupDefined{Group: events.Group{Name: name}}}, nil
	}
}

func perSecond(b *testing.B, events int) {
	b.Helper()
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkAppend_alone is one caller: a sync to disk for each command.
func BenchmarkAppend_alone(b *testing.B) {
	w := open(b, b.TempDir())
	n := 0
	for b.Loop() {
		if _, err := w.ledger.Do(b.Context(), "alice", redefine("fed.a")); err != nil {
			b.Fatal(err)
		}
		n++
	}
	perSecond(b, n)
}

// BenchmarkAppend_together is many callers, who share syncs.
func BenchmarkAppend_together(b *testing.B) {
	w := open(b, b.TempDir())
	b.SetParallelism(64)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := w.ledger.Do(context.Background(), "alice", redefine("fed.a")); err != nil {
				b.Error(err)
				return
			}
		}
	})
	perSecond(b, b.N)
}

// BenchmarkAppend_set is one change set of a thousand events.
func BenchmarkAppend_set(b *testing.B) {
	w := open(b, b.TempDir())
	facts := make([]events.Fact, events.MaxSetSize)
	for i := range facts {
		facts[i] = events.GroupDefined{Group: events.Group{Name: fmt.Sprintf("fed.%d", i)}}
	}
	n := 0
	for b.Loop() {
		if _, err := w.ledger.Do(b.Context(), "alice", func(*names, time.Time) ([]events.Fact, error) { return facts, nil }); err != nil {
			b.Fatal(err)
		}
		n += len(facts)
	}
	perSecond(b, n)
}

const stored = 10_000

// BenchmarkReplay reads, checks and folds a whole log, as at every start.
func BenchmarkReplay(b *testing.B) {
	w := open(b, b.TempDir())
	w.fill(b, stored)
	n := 0
	for b.Loop() {
		l, stop := w.openLedger(b)
		if l.Revision() != stored {
			b.Fatalf("revision %d", l.Revision())
		}
		stop()
		n += stored
	}
	perSecond(b, n)
}

// BenchmarkFold checks and folds events that are in memory.
func BenchmarkFold(b *testing.B) {
	w := open(b, b.TempDir())
	w.fill(b, stored)
	log := waittest.Must(w.ledger.Reader().Read(b.Context(), 1, stored))(b)
	n := 0
	for b.Loop() {
		state, chain := noNames(), events.Chain{}
		for _, e := range log {
			if err := chain.Check(e); err != nil {
				b.Fatal(err)
			}
			state.Apply(e)
		}
		n += len(log)
	}
	perSecond(b, n)
}

// BenchmarkState asks for the newest event of every object.
func BenchmarkState(b *testing.B) {
	w := open(b, b.TempDir())
	w.fill(b, stored)
	n := 0
	for b.Loop() {
		got, _, err := w.ledger.Reader().State(b.Context(), events.Rules.Filter(), 0)
		if err != nil || len(got) != stored {
			b.Fatalf("%d objects (%v)", len(got), err)
		}
		n += len(got)
	}
	perSecond(b, n)
}
