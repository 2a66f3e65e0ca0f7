package events_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// envelope returns an event with every field filled.
func envelope() events.Event {
	return events.Event{
		ID: "c1-0", Source: "/clusters/" + berlin, Kind: events.KindGroupRemoved, Subject: "fed.rules.0.1.group.fed=2Eweb",
		At: noon, Actor: "alice", Command: "c1", Revision: 7, Set: events.Set{Index: 1, Size: 3}, Prev: events.Hash{0xab, 31: 0xcd},
		Data: json.RawMessage(`{"name":"fed.web"}`),
	}
}

func TestEvent_headerIsPinned(t *testing.T) {
	got, err := json.MarshalIndent(envelope().Header(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	pin(t, "envelope/header.json", got)
}

// TestEvent_hashIsPinned pins the chain's hash: an auditor of any later version computes the same.
func TestEvent_hashIsPinned(t *testing.T) {
	pin(t, "envelope/hash.txt", []byte(envelope().Hash().String()))
}

func TestEvent_theFirstOfALogHasNoHashOfOneBefore(t *testing.T) {
	e := envelope()
	e.Revision, e.Prev = 1, events.Hash{}
	if h := e.Header(); h["ce-prevhash"] != nil {
		t.Errorf("prevhash is %q, want none", h["ce-prevhash"])
	}
	got, err := events.Parse(e.Header(), e.Data)
	if err != nil || !got.Prev.IsZero() {
		t.Errorf("Prev %q (%v), want none", got.Prev, err)
	}
}

// anyEvent draws an event that the ledger could write.
func anyEvent() *rapid.Generator[events.Event] {
	return rapid.Custom(func(t *rapid.T) events.Event {
		size := rapid.IntRange(1, events.MaxSetSize).Draw(t, "size")
		prev := events.Hash{}
		copy(prev[:], rapid.SliceOfN(rapid.Byte(), 0, len(prev)).Draw(t, "prev"))
		return events.Event{
			ID:      rapid.StringN(1, 80, -1).Draw(t, "id"),
			Source:  rapid.String().Draw(t, "source"),
			Kind:    events.Kind(rapid.StringN(1, 40, -1).Draw(t, "kind")),
			Subject: rapid.StringN(1, 80, -1).Draw(t, "subject"),
			At: time.Unix(rapid.Int64Range(0, 253402300799).Draw(t, "seconds"),
				rapid.Int64Range(0, 999999999).Draw(t, "nanoseconds")).UTC(),
			Actor:    rapid.String().Draw(t, "actor"),
			Command:  rapid.String().Draw(t, "command"),
			Revision: rapid.Uint64Range(1, math.MaxInt64).Draw(t, "revision"),
			Set:      events.Set{Index: rapid.IntRange(0, size-1).Draw(t, "index"), Size: size},
			Prev:     prev,
			Data:     rapid.SliceOf(rapid.Byte()).Draw(t, "data"),
		}
	})
}

func TestParse_readsWhatHeaderWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyEvent().Draw(t, "event")
		got, err := events.Parse(want.Header(), want.Data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("read back otherwise (-written +read):\n%s", diff)
		}
		if got.Hash() != want.Hash() {
			t.Fatal("the hash changed on the way")
		}
	})
}

func TestParse_takesAnyZone(t *testing.T) {
	h := envelope().Header()
	h["ce-time"] = []string{"2026-05-01T14:00:00.123456789+02:00"}
	got, err := events.Parse(h, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.At != noon {
		t.Errorf("time %v, want %v", got.At, noon)
	}
}

func TestParse_refuses(t *testing.T) {
	tests := map[string]struct {
		header, value string // the header that is replaced; an empty value removes it
		want          string // what the error names
	}{
		"no spec version":               {"ce-specversion", "", "ce-specversion"},
		"another spec version":          {"ce-specversion", "0.3", "ce-specversion"},
		"no id":                         {"ce-id", "", "id"},
		"no type":                       {"ce-type", "", "type"},
		"no subject":                    {"ce-subject", "", "subject"},
		"no time":                       {"ce-time", "", "ce-time"},
		"a time that is none":           {"ce-time", "noon", "ce-time"},
		"no revision":                   {"ce-revision", "", "ce-revision"},
		"revision 0":                    {"ce-revision", "0", "revision"},
		"a negative revision":           {"ce-revision", "-1", "ce-revision"},
		"a revision over 63 bits":       {"ce-revision", "9223372036854775808", "ce-revision"},
		"no place in the set":           {"ce-setindex", "", "ce-setindex"},
		"a place that is no number":     {"ce-setindex", "first", "ce-setindex"},
		"a place behind the set":        {"ce-setindex", "3", "place 3"},
		"no size":                       {"ce-setsize", "", "ce-setsize"},
		"size 0":                        {"ce-setsize", "0", "change set of 0"},
		"a size over what NATS takes":   {"ce-setsize", "1001", "change set of 1001"},
		"a size that would wrap around": {"ce-setsize", "9223372036854775807", "change set of"},
		"a short hash":                  {"ce-prevhash", "abcd", "ce-prevhash"},
		"a hash that is not hex":        {"ce-prevhash", strings.Repeat("g", 64), "ce-prevhash"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			h := maps.Clone(envelope().Header())
			if h[tt.header] = []string{tt.value}; tt.value == "" {
				delete(h, tt.header)
			}
			got, err := events.Parse(h, nil)
			wantError(t, err, events.ErrEnvelope)
			if err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %q does not speak of %q", err, tt.want)
			}
			if diff := cmp.Diff(events.Event{}, got); diff != "" {
				t.Errorf("with an error came an event:\n%s", diff)
			}
		})
	}
	t.Run("no header at all", func(t *testing.T) {
		_, err := events.Parse(nil, nil)
		wantError(t, err, events.ErrEnvelope)
	})
	t.Run("a header without a value", func(t *testing.T) {
		_, err := events.Parse(map[string][]string{"ce-specversion": {}}, nil)
		wantError(t, err, events.ErrEnvelope)
	})
}

// FuzzParse feeds Parse what a stranger could send. What it takes, it writes again as it was.
func FuzzParse(f *testing.F) {
	lines := func(h map[string][]string) string {
		var b strings.Builder
		for k, v := range h {
			fmt.Fprintf(&b, "%s: %s\n", k, v[0])
		}
		return b.String()
	}
	f.Add(lines(envelope().Header()), []byte(`{"name":"fed.web"}`))
	f.Add("ce-specversion: 1.0\n", []byte(nil))
	f.Add("ce-setsize: -1\nce-setindex: 18446744073709551615\n", []byte(nil))
	f.Fuzz(func(t *testing.T, text string, data []byte) {
		h := map[string][]string{}
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			h[name] = append(h[name], value)
		}
		e, err := events.Parse(h, data)
		if err != nil {
			if !errors.Is(err, events.ErrEnvelope) {
				t.Errorf("error %v does not wrap ErrEnvelope", err)
			}
			return
		}
		if e.Set.Index < 0 || e.Set.Index >= e.Set.Size || e.SetEnd() < e.Revision {
			t.Errorf("took event %d of %d at revision %d, set end %d", e.Set.Index, e.Set.Size, e.Revision, e.SetEnd())
		}
		again, err := events.Parse(e.Header(), e.Data)
		if err != nil {
			t.Fatalf("not readable when written again: %v", err)
		}
		if again.Hash() != e.Hash() {
			t.Errorf("written again it is another event: %v, was %v", again, e)
		}
	})
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}
