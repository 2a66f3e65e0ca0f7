package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Move gives one object of an ordered kind another place. Its time of change stays: it says the same as
// before. It refuses with [ErrNotAllowed] when the object belongs to another scope, and with [ErrNotFound].
func Move(kind events.ObjectKind, id uint32, after *int) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		k := kindOf(kind)
		if !k.owns(s.scope, id) {
			return nil, fmt.Errorf("%w: %s %d cannot be moved in the scope %q", ErrNotAllowed, k.word, id, s.scope)
		}
		if !s.has(k, id) {
			return nil, fmt.Errorf("%s %d: %w", k.word, id, ErrNotFound)
		}
		o, _, _ := s.Object(events.About{Kind: kind, Name: number(id)})
		return moveTo(o, after)(s, now)
	}).guarded()
}

// moveTo gives an object that is there a place that is there.
func moveTo(o events.Object, after *int) Decision {
	return func(s *State, _ time.Time) ([]events.Fact, error) {
		k := kindOf(o.About().Kind)
		if err := s.checkAfter(k, after); err != nil {
			return nil, err
		}
		if after != nil && *after != 0 {
			if id, _ := anchor(*after); number(id) == o.About().Name {
				return nil, nil
			}
		}
		low, high := s.neighbors(k, after, o.About())
		was := k.rank(o)
		if low < was && (was < high || high == "") {
			return nil, nil
		}
		if ranks, ok := spread(low, high, 1); ok && was != low && was != high {
			return rankFacts(s, k, []events.Object{o}, ranks), nil
		}
		return makeRoom(s, o, after), nil
	}
}

// makeRoom moves an object to where its neighbors may have to move, too.
func makeRoom(s *State, o events.Object, after *int) []events.Fact {
	k := kindOf(o.About().Kind)
	list := slices.Collect(s.Objects(k.object))
	from := slices.IndexFunc(list, func(other events.Object) bool { return other.About() == o.About() })
	at := position(list, after)
	if at == from || at == from+1 {
		return nil
	}
	if at > from {
		at--
	}
	list = slices.Insert(slices.Delete(list, from, from+1), at, o)
	ranks, keep := make([]string, len(list)), make([]bool, len(list))
	for i, other := range list {
		ranks[i], keep[i] = k.rank(other), i != at
	}
	return rankFacts(s, k, list, rerank(ranks, keep))
}
