package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

func insertRules(s *State, in RuleInsert, now time.Time) ([]events.Fact, error) {
	if err := s.checkAfter(in.After); err != nil {
		return nil, err
	}
	pool := newIDPool(s)
	for _, c := range in.Rules {
		if c.ID == 0 {
			continue
		}
		if _, exists := s.Rule(c.ID); exists {
			return nil, fmt.Errorf("%w: rule id %d; leave it out to get a free one", ErrInUse, c.ID)
		}
		if err := pool.reserve(c.ID); err != nil {
			return nil, err
		}
	}
	fresh := make([]events.NetworkRule, 0, len(in.Rules))
	for i, c := range in.Rules {
		r, err := c.onto(events.NetworkRule{ID: c.ID, CreatedAt: now, ModifiedAt: now}, s.scope, s.hasGroup)
		if err != nil {
			return nil, fmt.Errorf("rule %d of %d: %w", i+1, len(in.Rules), err)
		}
		if r.ID == 0 {
			if r.ID, err = pool.draw(); err != nil {
				return nil, err
			}
		}
		fresh = append(fresh, r)
	}
	return placeAt(s, in.After, fresh), nil
}

// placeAt returns the facts that put rules which s does not have at a place that exists, and for the rules
// that had to make room.
func placeAt(s *State, after *int, fresh []events.NetworkRule) []events.Fact {
	if len(fresh) == 0 {
		return nil
	}
	low, high := s.neighbors(after)
	if ranks, ok := spread(low, high, len(fresh)); ok {
		return rankFacts(s, fresh, ranks)
	}
	list := slices.Collect(s.Rules())
	list = slices.Insert(list, position(list, after), fresh...)
	ranks, keep := make([]string, len(list)), make([]bool, len(list))
	for i, r := range list {
		_, keep[i] = s.Rule(r.ID)
		ranks[i] = r.Rank
	}
	return rankFacts(s, list, rerank(ranks, keep))
}

// rankFacts returns a fact for each rule of the list that is new, or says or ranks differently from s.
func rankFacts(s *State, list []events.NetworkRule, ranks []string) []events.Fact {
	var facts []events.Fact
	for i, r := range list {
		r.Rank = ranks[i]
		old, exists := s.Rule(r.ID)
		if !exists || old.Rank != r.Rank || !sameContent(old, r) {
			facts = append(facts, events.NetworkRuleDefined{Rule: r})
		}
	}
	return facts
}
