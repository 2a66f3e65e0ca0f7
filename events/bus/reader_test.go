package bus_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
)

func natsMsg(e events.Event) *nats.Msg {
	m := &nats.Msg{Subject: e.Subject, Data: e.Data}
	if e.ID != "" {
		m.Header = nats.Header(e.Header())
	}
	return m
}

// fill stores n groups in change sets of at most 500.
func (w *world) fill(tb testing.TB, n int) {
	tb.Helper()
	var list []string
	for i := range n {
		if list = append(list, fmt.Sprintf("fed.g%d", i)); len(list) == 500 || i == n-1 {
			w.do(tb, define(list...))
			list = nil
		}
	}
}

// TestReader_stateOfMoreSubjectsThanOneAnswerHolds: one Direct Get answers for 1,024 subjects.
func TestReader_stateOfMoreSubjectsThanOneAnswerHolds(t *testing.T) {
	w := open(t, t.TempDir())
	const objects = 2500
	w.fill(t, objects)
	tests := map[string]struct {
		upTo    uint64
		objects int
		at      uint64
	}{
		"now":           {objects: objects, at: objects},
		"at the end":    {upTo: objects, objects: objects, at: objects},
		"in the past":   {upTo: 1500, objects: 1500, at: 1500},
		"within bounds": {upTo: 500, objects: 500, at: 500},
		"at the start":  {upTo: 1, objects: 1, at: 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, at, err := w.ledger.Reader().State(t.Context(), events.Rules.Filter(), tt.upTo)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, e := range got {
				seen[e.Subject] = true
			}
			if len(got) != tt.objects || len(seen) != tt.objects || at != tt.at {
				t.Errorf("%d events of %d objects at revision %d, want %d at %d", len(got), len(seen), at, tt.objects, tt.at)
			}
		})
	}
}

func TestReader_read(t *testing.T) {
	w := open(t, t.TempDir())
	w.fill(t, 1500)
	tests := map[string]struct {
		from  uint64
		limit int
		want  int
	}{
		"everything":             {from: 1, limit: 2000, want: 1500},
		"more than one answer":   {from: 1, limit: 1200, want: 1200},
		"from the middle":        {from: 1001, limit: 2000, want: 500},
		"a few":                  {from: 10, limit: 3, want: 3},
		"the last one":           {from: 1500, limit: 10, want: 1},
		"behind the end":         {from: 1501, limit: 10},
		"far behind the end":     {from: 1 << 40, limit: 10},
		"none":                   {from: 1},
		"exactly one whole page": {from: 1, limit: 1000, want: 1000},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := w.ledger.Reader().Read(t.Context(), tt.from, tt.limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != tt.want {
				t.Fatalf("%d events, want %d", len(got), tt.want)
			}
			for i, e := range got {
				if e.Revision != tt.from+uint64(i) {
					t.Fatalf("event %d has revision %d", i, e.Revision)
				}
			}
		})
	}
}

func TestReader_anEmptyLog(t *testing.T) {
	w := open(t, t.TempDir())
	r := w.ledger.Reader()
	if last, err := r.Last(t.Context(), events.Rules.Filter()); last != nil || err != nil {
		t.Errorf("last %v (%v), want none", last, err)
	}
	if got, at, err := r.State(t.Context(), events.Rules.Filter(), 0); len(got) != 0 || at != 0 || err != nil {
		t.Errorf("state of %d at %d (%v), want none", len(got), at, err)
	}
	if got, err := r.Read(t.Context(), 1, 10); len(got) != 0 || err != nil {
		t.Errorf("%d events (%v), want none", len(got), err)
	}
}

func TestReader_last(t *testing.T) {
	w := open(t, t.TempDir())
	w.do(t, define("fed.a", "fed.b"))
	got, err := w.ledger.Reader().Last(t.Context(), events.Rules.Subject(events.GroupRemoved{Name: "fed.a"}))
	if err != nil || got == nil || got.Revision != 1 {
		t.Errorf("last of fed.a: %v (%v), want revision 1", got, err)
	}
}
