package events_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// chain returns a log of change sets of the given sizes.
func chain(sizes ...int) []events.Event {
	var out []events.Event
	var prev events.Hash
	for command, size := range sizes {
		for i := range size {
			revision := uint64(len(out)) + 1
			e := events.Event{
				ID: "c" + strconv.Itoa(command) + "-" + strconv.Itoa(i), Source: "/clusters/" + berlin, Kind: events.KindGroupRemoved,
				Subject: "fed.rules.0.1.group.g" + strconv.FormatUint(revision, 10), At: noon.Add(time.Duration(len(out)) * time.Second),
				Actor: "alice", Command: "c" + strconv.Itoa(command), Revision: revision, Set: events.Set{Index: i, Size: size}, Prev: prev,
				Data: json.RawMessage(`{"name":"g` + strconv.FormatUint(revision, 10) + `"}`),
			}
			prev = e.Hash()
			out = append(out, e)
		}
	}
	return out
}

// check runs a log through a chain and returns the revision it got to, and why not further.
func check(log []events.Event) (events.Chain, error) {
	var c events.Chain
	for _, e := range log {
		if err := c.Check(e); err != nil {
			return c, err
		}
	}
	return c, nil
}

func TestChain(t *testing.T) {
	edit := func(i int, f func(*events.Event)) func([]events.Event) []events.Event {
		return func(log []events.Event) []events.Event { f(&log[i]); return log }
	}
	tests := map[string]struct {
		tamper func([]events.Event) []events.Event // of four events: sets of one, two and one
		want   error
		good   uint64 // the revision before the damage
		torn   bool
	}{
		"whole log":           {good: 4},
		"empty log":           {tamper: func([]events.Event) []events.Event { return nil }},
		"edited data":         {tamper: edit(1, func(e *events.Event) { e.Data = []byte(`{"name":"x"}`) }), want: events.ErrBroken, good: 2, torn: true},
		"edited time":         {tamper: edit(0, func(e *events.Event) { e.At = e.At.Add(1) }), want: events.ErrBroken, good: 1},
		"edited actor":        {tamper: edit(2, func(e *events.Event) { e.Actor = "mallory" }), want: events.ErrBroken, good: 3},
		"edited kind":         {tamper: edit(2, func(e *events.Event) { e.Kind = events.KindGroupDefined }), want: events.ErrBroken, good: 3},
		"edited subject":      {tamper: edit(0, func(e *events.Event) { e.Subject += "x" }), want: events.ErrBroken, good: 1},
		"edited source":       {tamper: edit(0, func(e *events.Event) { e.Source = "/clusters/x" }), want: events.ErrBroken, good: 1},
		"edited id":           {tamper: edit(0, func(e *events.Event) { e.ID = "c9-0" }), want: events.ErrBroken, good: 1},
		"edited command":      {tamper: edit(0, func(e *events.Event) { e.Command = "c9" }), want: events.ErrBroken, good: 1},
		"edited last event":   {tamper: edit(3, func(e *events.Event) { e.Actor = "mallory" }), good: 4}, // its hash is in the next one: checkpoints see that
		"text moved over":     {tamper: edit(0, func(e *events.Event) { e.ID, e.Source = e.ID+"/", e.Source[1:] }), want: events.ErrBroken, good: 1},
		"first event dropped": {tamper: func(log []events.Event) []events.Event { return log[1:] }, want: events.ErrBroken},
		"event dropped":       {tamper: func(log []events.Event) []events.Event { return slices.Delete(log, 0, 1) }, want: events.ErrBroken},
		"set dropped":         {tamper: func(log []events.Event) []events.Event { return slices.Delete(log, 1, 3) }, want: events.ErrBroken, good: 1},
		"swapped":             {tamper: func(log []events.Event) []events.Event { log[2], log[3] = log[3], log[2]; return log }, want: events.ErrBroken, good: 2, torn: true},
		"one event twice":     {tamper: func(log []events.Event) []events.Event { return slices.Insert(log, 1, log[0]) }, want: events.ErrBroken, good: 1},
		"set torn at the end": {tamper: func(log []events.Event) []events.Event { return log[:2] }, good: 2, torn: true},
		"set torn inside": {tamper: func(log []events.Event) []events.Event {
			torn := chain(1, 2, 1)[:2]
			e := log[3]
			e.Revision, e.Prev = 3, torn[1].Hash()
			return append(torn, e)
		}, want: events.ErrBroken, good: 2, torn: true},
		"place in the set changed":  {tamper: edit(1, func(e *events.Event) { e.Set.Index = 1 }), want: events.ErrBroken, good: 1},
		"size of the set changed":   {tamper: edit(2, func(e *events.Event) { e.Set.Size = 3 }), want: events.ErrBroken, good: 2, torn: true},
		"a first event with a hash": {tamper: edit(0, func(e *events.Event) { e.Prev = events.Hash{1} }), want: events.ErrBroken},
		"renumbered":                {tamper: edit(1, func(e *events.Event) { e.Revision = 5 }), want: events.ErrBroken, good: 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			log := chain(1, 2, 1)
			if tt.tamper != nil {
				log = tt.tamper(log)
			}
			c, err := check(log)
			wantError(t, err, tt.want)
			if c.Revision() != tt.good {
				t.Errorf("good up to revision %d, want %d", c.Revision(), tt.good)
			}
			if c.Complete() == tt.torn {
				t.Errorf("Complete = %t, want %t", c.Complete(), !tt.torn)
			}
		})
	}
}

func TestChain_goesOnAfterARefusal(t *testing.T) {
	log := chain(1, 2, 1)
	var c events.Chain
	if err := c.Check(log[0]); err != nil {
		t.Fatal(err)
	}
	before := c
	wantError(t, c.Check(log[2]), events.ErrBroken)
	if c != before {
		t.Error("a refused event changed the chain")
	}
	for _, e := range log[1:] {
		if err := c.Check(e); err != nil {
			t.Fatal(err)
		}
	}
	if c.Head() != log[3].Hash() {
		t.Error("the head is not the hash of the newest event")
	}
}

// TestEvent_Hash_coversEveryField edits each field of any event: none may keep the hash.
func TestEvent_Hash_coversEveryField(t *testing.T) {
	edits := map[string]func(*events.Event){
		"id":       func(e *events.Event) { e.ID += "x" },
		"source":   func(e *events.Event) { e.Source += "x" },
		"kind":     func(e *events.Event) { e.Kind += "x" },
		"subject":  func(e *events.Event) { e.Subject += "x" },
		"time":     func(e *events.Event) { e.At = e.At.Add(1) },
		"actor":    func(e *events.Event) { e.Actor += "x" },
		"command":  func(e *events.Event) { e.Command += "x" },
		"revision": func(e *events.Event) { e.Revision++ },
		"index":    func(e *events.Event) { e.Set.Index++ },
		"size":     func(e *events.Event) { e.Set.Size++ },
		"prev":     func(e *events.Event) { e.Prev[31]++ },
		"data":     func(e *events.Event) { e.Data = append(slices.Clone(e.Data), ' ') },
	}
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent().Draw(t, "event")
		for field, edit := range edits {
			other := e
			if edit(&other); other.Hash() == e.Hash() {
				t.Errorf("another %s has the same hash", field)
			}
		}
	})
}

func TestEvent_SetEnd(t *testing.T) {
	for _, e := range chain(1, 3, 2) {
		want := map[string]uint64{"c0": 1, "c1": 4, "c2": 6}[e.Command]
		if got := e.SetEnd(); got != want {
			t.Errorf("revision %d: the set ends at %d, want %d", e.Revision, got, want)
		}
		if e.Set.Last() != (e.Revision == want) {
			t.Errorf("revision %d: Last = %t", e.Revision, e.Set.Last())
		}
	}
}

func TestHash_text(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want, got events.Hash
		copy(want[:], rapid.SliceOfN(rapid.Byte(), 0, len(want)).Draw(t, "hash"))
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		got = events.Hash{1}
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Fatalf("%q was read as %v (%v), want %v", text, got, err, want)
		}
	})
}
