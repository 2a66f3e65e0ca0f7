package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Insert makes objects of an ordered kind and puts them into its list, side by side. It refuses with
// [ErrNotFound] when the place is unknown, [ErrInUse] when a number is taken, [ErrOutOfIDs], [ErrInvalid] or
// [ErrTooLarge].
func Insert[C Config](after *int, configs []C) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		var blank C
		k := blank.kind()
		if err := s.checkAfter(k, after); err != nil {
			return nil, err
		}
		pool, err := reserved(s, configs)
		if err != nil {
			return nil, err
		}
		fresh := make([]events.Object, 0, len(configs))
		for i, c := range configs {
			o, err := s.result(c, c.about(), nil, mustBeNew, pool, now)
			if err != nil {
				return nil, fmt.Errorf("%s %d of %d: %w", k.word, i+1, len(configs), err)
			}
			fresh = append(fresh, o)
		}
		return placeAt(s, k, after, fresh), nil
	}).guarded()
}

// reserved returns a pool from which the numbers are taken that new objects ask for.
func reserved[C Config](s *State, configs []C) (*idPool, error) {
	var blank C
	k := blank.kind()
	pool := newIDPool(s, k)
	for _, c := range configs {
		name := c.about()
		if name == "" {
			continue
		}
		if _, _, exists := s.Object(events.About{Kind: k.object, Name: name}); exists {
			return nil, fmt.Errorf("%w: %s id %s; leave it out to get a free one", ErrInUse, k.word, name)
		}
		id, err := pool.read(name)
		if err == nil {
			err = pool.reserve(id)
		}
		if err != nil {
			return nil, err
		}
	}
	return pool, nil
}

// placeAt returns the facts that put objects which s does not have at a place that exists, and for those that
// had to make room.
func placeAt(s *State, k *kind, after *int, fresh []events.Object) []events.Fact {
	if len(fresh) == 0 {
		return nil
	}
	low, high := s.neighbors(k, after, fresh[0].About())
	if ranks, ok := spread(low, high, len(fresh)); ok {
		return rankFacts(s, k, fresh, ranks)
	}
	list := slices.Collect(s.Objects(k.object))
	list = slices.Insert(list, position(list, after), fresh...)
	ranks, keep := make([]string, len(list)), make([]bool, len(list))
	for i, o := range list {
		_, _, keep[i] = s.Object(o.About())
		ranks[i] = k.rank(o)
	}
	return rankFacts(s, k, list, rerank(ranks, keep))
}

// rankFacts returns a fact for each object of the list that is new, or says or ranks differently from s.
func rankFacts(s *State, k *kind, list []events.Object, ranks []string) []events.Fact {
	var facts []events.Fact
	for i, o := range list {
		o = k.withRank(o, ranks[i])
		old, _, exists := s.Object(o.About())
		if !exists || k.rank(old) != ranks[i] || !sameContent(old, o) {
			facts = append(facts, o.Defined())
		}
	}
	return facts
}
