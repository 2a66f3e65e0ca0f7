package bus_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// openCopy opens a copy on the server of w.
func (w *world) openCopy(tb testing.TB) *bus.CopyLog {
	tb.Helper()
	return waittest.Must(bus.OpenCopy(tb.Context(), w.conn))(tb)
}

// place returns what says that a copy goes up to the given revision.
func place(tb testing.TB, revision uint64) *events.Event {
	tb.Helper()
	fact := events.ViewTaken{View: events.View{Labels: events.Labels{"env": "prod"}}}
	return &events.Event{
		ID: fmt.Sprintf("place-%d", revision), Source: "/clusters/test", Kind: fact.Kind(), Subject: events.Copy.Subject(fact),
		At: clock().UTC(), Revision: revision, Set: events.Set{Size: 1}, Data: waittest.Must(json.Marshal(fact))(tb),
	}
}

func rulesSubject(group string) string {
	return events.Rules.Subject(events.GroupRemoved{Name: group})
}

func keep(tb testing.TB, log *bus.CopyLog, k bus.Keepsake) {
	tb.Helper()
	if err := log.Store(tb.Context(), k); err != nil {
		tb.Fatal(err)
	}
}

// wantKept wants exactly these events in the copy, and that it opens with them again.
func (w *world) wantKept(t *testing.T, want ...events.Event) {
	t.Helper()
	kept := waittest.Must(w.openCopy(t).Load(t.Context()))(t)
	order := func(a, b events.Event) int { return cmp.Compare(a.ID, b.ID) }
	if diff := diff.Diff(slices.SortedFunc(slices.Values(want), order), slices.SortedFunc(slices.Values(kept), order), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("it keeps something else (-want +kept):\n%s", diff)
	}
}

func TestCopyLog_keepsTheNewestOfEachSubject(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.openCopy(t)
	first := w.do(t, define("fed.a", "fed.b", "fed.c")).Events
	second := w.do(t, func(*names, time.Time) ([]events.Fact, error) {
		return []events.Fact{events.GroupRemoved{Name: "fed.b"}}, nil
	}).Events
	keep(t, log, bus.Keepsake{Events: first, Place: place(t, 3)})
	at4 := place(t, 4)
	for range 2 { // the second time as after an answer that was lost
		keep(t, log, bus.Keepsake{Events: second, Place: at4})
		w.wantKept(t, first[0], first[2], second[0], *at4)
	}

	// Two of one subject in one batch are in order, too.
	both := w.do(t, func(*names, time.Time) ([]events.Fact, error) {
		return []events.Fact{events.GroupRemoved{Name: "fed.c"}, events.GroupDefined{Group: events.Group{Name: "fed.c"}}}, nil
	}).Events
	keep(t, log, bus.Keepsake{Events: both})
	w.wantKept(t, first[0], second[0], both[1], *at4)

	if err := log.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.wantKept(t)
}

func TestCopyLog_drops(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.openCopy(t)
	all := w.do(t, define("fed.a", "fed.b", "fed.c")).Events
	at3, at9 := place(t, 3), place(t, 9)
	tests := map[string]struct {
		k    bus.Keepsake
		want []events.Event
	}{
		"nothing":                      {want: []events.Event{all[0], all[1], all[2], *at3}},
		"one":                          {k: bus.Keepsake{Drop: []string{rulesSubject("fed.b")}}, want: []events.Event{all[0], all[2], *at3}},
		"what is not there":            {k: bus.Keepsake{Drop: []string{rulesSubject("fed.x")}}, want: []events.Event{all[0], all[1], all[2], *at3}},
		"one, and is somewhere else":   {k: bus.Keepsake{Drop: []string{rulesSubject("fed.a")}, Place: at9}, want: []events.Event{all[1], all[2], *at9}},
		"one that is also kept":        {k: bus.Keepsake{Events: all[:1], Drop: []string{rulesSubject("fed.a")}}, want: []events.Event{all[0], all[1], all[2], *at3}},
		"one twice, and keeps another": {k: bus.Keepsake{Events: all[:1], Drop: []string{rulesSubject("fed.b"), rulesSubject("fed.b")}}, want: []events.Event{all[0], all[2], *at3}},
		"all of them":                  {k: bus.Keepsake{Drop: []string{all[0].Subject, all[1].Subject, all[2].Subject}, Place: at9}, want: []events.Event{*at9}},
		"is somewhere else":            {k: bus.Keepsake{Place: at9}, want: []events.Event{all[0], all[1], all[2], *at9}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if err := log.Replace(t.Context(), bus.Keepsake{Events: all, Place: at3}); err != nil {
				t.Fatal(err)
			}
			keep(t, log, tt.k)
			w.wantKept(t, tt.want...)
		})
	}
}

func TestCopyLog_replace(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.openCopy(t)
	all := w.do(t, define("fed.a", "fed.b", "fed.c")).Events
	at3, at9 := place(t, 3), place(t, 9)
	for _, tt := range []struct {
		given, k bus.Keepsake
	}{
		{k: bus.Keepsake{Events: all[:2]}},
		{given: bus.Keepsake{Events: all, Place: at3}, k: bus.Keepsake{Events: all[1:], Place: at9}},
		{given: bus.Keepsake{Events: all, Place: at3}, k: bus.Keepsake{Events: all, Place: at3}},
		{given: bus.Keepsake{Events: all, Place: at3}, k: bus.Keepsake{Place: at9}},
		{given: bus.Keepsake{Events: all, Place: at3}, k: bus.Keepsake{Events: all[:1]}},
		{given: bus.Keepsake{Events: all, Place: at3}},
		{},
	} {
		keep(t, log, tt.given)
		if err := log.Replace(t.Context(), tt.k); err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(tt.k.Events)
		if tt.k.Place != nil {
			want = append(want, *tt.k.Place)
		}
		w.wantKept(t, want...)
	}
}

func TestCopyLog_takesWholeStates(t *testing.T) {
	w := open(t, t.TempDir())
	const objects = 2300
	w.fill(t, objects)
	state, _, err := w.ledger.Reader().State(t.Context(), events.Rules.Filter(), 0)
	if err != nil {
		t.Fatal(err)
	}
	log := w.openCopy(t)
	keep(t, log, bus.Keepsake{Events: state, Place: place(t, objects)})
	if err := log.Replace(t.Context(), bus.Keepsake{Events: state[300:], Place: place(t, objects)}); err != nil {
		t.Fatal(err)
	}
	if kept := waittest.Must(log.Load(t.Context()))(t); len(kept) != objects-300+1 {
		t.Errorf("%d events kept, want %d and the place", len(kept), objects-300)
	}
	var drop []string
	for _, e := range state[300:1500] {
		drop = append(drop, e.Subject)
	}
	at := place(t, objects)
	keep(t, log, bus.Keepsake{Drop: drop, Place: at})
	w.wantKept(t, append(slices.Clone(state[1500:]), *at)...)
}

// TestCopyLog_claimsOnlyWhatItKeeps stops a change where something is dropped: the place is still the former one.
func TestCopyLog_claimsOnlyWhatItKeeps(t *testing.T) {
	changes := map[string]func(*bus.CopyLog, context.Context, bus.Keepsake) error{
		"store":   (*bus.CopyLog).Store,
		"replace": (*bus.CopyLog).Replace,
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			w := open(t, t.TempDir())
			log := w.openCopy(t)
			all := w.do(t, define("fed.a", "fed.b", "fed.c")).Events
			at2, at3 := place(t, 2), place(t, 3)
			keep(t, log, bus.Keepsake{Events: all[:2], Place: at2})
			js := waittest.Must(jetstream.New(w.conn))(t)
			cfg := waittest.Must(js.Stream(t.Context(), string(events.Copy)))(t).CachedInfo().Config
			cfg.DenyPurge = true
			waittest.Must(js.UpdateStream(t.Context(), cfg))(t)

			if err := change(log, t.Context(), bus.Keepsake{Events: all[2:], Drop: []string{rulesSubject("fed.a")}, Place: at3}); err == nil {
				t.Error("it dropped what may not be dropped")
			}
			kept := waittest.Must(log.Load(t.Context()))(t)
			if diff := diff.Diff([]events.Event{all[0], all[1], *at2, all[2]}, kept); diff != "" {
				t.Errorf("it keeps something else (-want +kept):\n%s", diff)
			}
		})
	}
}

// TestCopyLog_storesThePlaceLast looks at what is on disk: with its events when it can, behind what is dropped.
func TestCopyLog_storesThePlaceLast(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.openCopy(t)
	all := w.do(t, define(many("fed", 1500)...)).Events
	stream := waittest.Must(waittest.Must(jetstream.New(w.conn))(t).Stream(t.Context(), string(events.Copy)))(t)
	last := func() (at, before *jetstream.RawStreamMsg) {
		end := waittest.Must(stream.Info(t.Context()))(t).State.LastSeq
		return waittest.Must(stream.GetMsg(t.Context(), end))(t), waittest.Must(stream.GetMsg(t.Context(), end-1))(t)
	}
	tests := map[string]struct {
		k        bus.Keepsake
		together bool
	}{
		"a change set":         {k: bus.Keepsake{Events: all[:10]}, together: true},
		"the largest":          {k: bus.Keepsake{Events: all[:1000]}},
		"more than one":        {k: bus.Keepsake{Events: all}, together: true},
		"something is dropped": {k: bus.Keepsake{Events: all[:10], Drop: []string{all[11].Subject}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.k.Place = place(t, 1500)
			keep(t, log, tt.k)
			at, before := last()
			if at.Subject != tt.k.Place.Subject {
				t.Errorf("the last is on %s, want %s", at.Subject, tt.k.Place.Subject)
			}
			batch := at.Header.Get("Nats-Batch-Id")
			if together := batch != "" && batch == before.Header.Get("Nats-Batch-Id"); together != tt.together {
				t.Errorf("it is in the batch %q behind %q, want both in one: %t", batch, before.Header.Get("Nats-Batch-Id"), tt.together)
			}
		})
	}
}

// TestCopyLog_refusesAPlaceThatIsNone: what cannot be read back would hide all the rest.
func TestCopyLog_refusesAPlaceThatIsNone(t *testing.T) {
	w := open(t, t.TempDir())
	log := w.openCopy(t)
	all := w.do(t, define("fed.a")).Events
	for name, spoil := range map[string]func(*events.Event){
		"no revision":   func(e *events.Event) { e.Revision = 0 },
		"no id":         func(e *events.Event) { e.ID = "" },
		"no subject":    func(e *events.Event) { e.Subject = "" },
		"no change set": func(e *events.Event) { e.Set = events.Set{} },
	} {
		t.Run(name, func(t *testing.T) {
			at := place(t, 1)
			spoil(at)
			wantError(t, log.Store(t.Context(), bus.Keepsake{Events: all, Place: at}), events.ErrEnvelope)
			wantError(t, log.Replace(t.Context(), bus.Keepsake{Events: all, Place: at}), events.ErrEnvelope)
			w.wantKept(t)
		})
	}
}
