package policy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/fedhub/fedhub/events"
)

// draft is a state that a decision changes step by step. It has no digest.
type draft struct {
	*State
	was     *State
	now     time.Time
	touched map[string]bool
	order   []events.About  // what was touched, each once
	wanted  map[string]bool // what must not go with something else
}

func newDraft(s *State, now time.Time) *draft {
	d := &draft{State: s.Clone(), was: s, now: now, touched: map[string]bool{}}
	d.classes = btree.Map[string, *class]{}
	d.reached.Store(nil)
	return d
}

// try takes a decision on the draft as it is.
func (d *draft) try(decide Decision) error {
	facts, err := decide(d.State, d.now)
	if err != nil {
		return err
	}
	for _, f := range facts {
		d.record(f)
	}
	return nil
}

// record makes one fact about an object true in the draft.
func (d *draft) record(f events.Fact) {
	switch f := f.(type) { //nolint:gochecksumtype // decisions about objects make no others
	case events.Definition:
		d.touch(f.Object().About())
		d.put(f.Object(), d.was.revision, "")
	case events.Removal:
		d.touch(f.About())
		d.drop(f.About())
	}
}

func (d *draft) touch(about events.About) {
	if key := keyOf(about); !d.touched[key] {
		d.touched[key] = true
		d.order = append(d.order, about)
	}
}

// facts returns what the draft comes to: a fact for each object that says something else than it did, or stands
// elsewhere.
func (d *draft) facts() []events.Fact { return d.differences(sameInPlace) }

// exactFacts returns a fact for each object that is not stored as it was, and be it the time of its change.
func (d *draft) exactFacts() []events.Fact { return d.differences(sameObject) }

func (d *draft) differences(same func(before, after events.Object) bool) []events.Fact {
	var out []events.Fact
	for _, about := range d.order {
		before, _, was := d.was.Object(about)
		after, _, is := d.Object(about)
		switch {
		case is && (!was || !same(before, after)):
			out = append(out, after.Defined())
		case was && !is:
			out = append(out, before.Removed())
		}
	}
	sortFacts(out)
	return out
}

// sortFacts puts facts about objects into an order in which no step speaks of what is not there: what is
// defined in the order of the kinds, then what is removed in the reverse. Facts about one kind stay in order.
func sortFacts(facts []events.Fact) {
	slices.SortStableFunc(facts, func(a, b events.Fact) int { return cmp.Compare(phase(a), phase(b)) })
}

func phase(f events.Fact) int {
	if d, ok := f.(events.Definition); ok {
		return slices.Index(kindTable, kindOf(d.Object().About().Kind))
	}
	if r, ok := f.(events.Removal); ok {
		return 2*len(kindTable) - slices.Index(kindTable, kindOf(r.About().Kind))
	}
	return len(kindTable) * 2
}

// sameObject reports whether two objects are stored as the same bytes.
func sameObject(a, b events.Object) bool { return bytes.Equal(stored(a), stored(b)) }

// sameContent reports whether two objects say the same, wherever they stand in their list and whenever they
// were made.
func sameContent(a, b events.Object) bool {
	k := kindOf(a.About().Kind)
	if k.rank != nil {
		a, b = k.withRank(a, ""), k.withRank(b, "")
	}
	targets := func(o events.Object) events.Object { return o.WithMeta(events.Meta{Targets: o.Common().Targets}) }
	return sameObject(targets(a), targets(b))
}

// sameInPlace reports whether two objects say the same and stand at the same place.
func sameInPlace(a, b events.Object) bool {
	k := kindOf(a.About().Kind)
	return k.place(a) == k.place(b) && sameContent(a, b)
}

func stored(o events.Object) []byte {
	data, err := json.Marshal(o)
	if err != nil {
		panic(err) // objects are plain data
	}
	return data
}
