package policy

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/fedhub/fedhub/events"
)

func replaceRules(s *State, configs []RuleConfig, now time.Time) ([]events.Fact, error) {
	list, err := replacement(s, configs, now)
	if err != nil {
		return nil, err
	}
	kept := make(map[uint32]bool, len(list))
	for _, r := range list {
		kept[r.ID] = true
	}
	var facts []events.Fact
	for r := range s.Rules() {
		if !kept[r.ID] {
			facts = append(facts, events.NetworkRuleRemoved{ID: r.ID})
		}
	}
	ranks := make([]string, len(list))
	for i, r := range list {
		ranks[i] = r.Rank
	}
	return append(facts, rankFacts(s, list, rerank(ranks, longestAscent(list)))...), nil
}

// replacement returns the rules that the request asks for, each with an id, in order.
func replacement(s *State, configs []RuleConfig, now time.Time) ([]events.NetworkRule, error) {
	pool := newIDPool(s)
	for _, c := range configs {
		if c.ID == 0 {
			continue
		}
		if err := pool.reserve(c.ID); err != nil {
			return nil, err
		}
	}
	list := make([]events.NetworkRule, 0, len(configs))
	for i, c := range configs {
		r, err := replacing(s, c, now)
		if err != nil {
			return nil, fmt.Errorf("rule %d of %d: %w", i+1, len(configs), err)
		}
		if r.ID == 0 {
			if r.ID, err = pool.draw(); err != nil {
				return nil, err
			}
		}
		list = append(list, r)
	}
	return list, nil
}

// replacing returns the rule that stands in the new list for c. What c does not say is as in a new rule,
// unless it says nothing at all.
func replacing(s *State, c RuleConfig, now time.Time) (events.NetworkRule, error) {
	old, exists := s.Rule(c.ID)
	switch {
	case c.ID != 0 && c.bare() && !exists:
		return old, fmt.Errorf("rule %d, of which only the id is given: %w", c.ID, ErrNotFound)
	case c.ID != 0 && c.bare():
		return old, s.scope.checkCfgType(c.CfgType)
	case !exists:
		return c.onto(events.NetworkRule{ID: c.ID, CreatedAt: now, ModifiedAt: now}, s.scope, s.hasGroup)
	}
	base := events.NetworkRule{ID: old.ID, Rank: old.Rank, CreatedAt: old.CreatedAt, ModifiedAt: old.ModifiedAt}
	r, err := c.onto(base, s.scope, s.hasGroup)
	if err == nil && !sameContent(old, r) {
		r.ModifiedAt = now
	}
	return r, err
}

// longestAscent marks a longest possible choice of rules of the list whose places, as they are, already
// ascend: these need no new rank. Rules without a rank are never chosen.
func longestAscent(list []events.NetworkRule) []bool {
	var tails []int // tails[n] ends the ascent of length n+1 that ends lowest
	before := make([]int, len(list))
	for i, r := range list {
		before[i] = -1
		if r.Rank == "" {
			continue
		}
		n := sort.Search(len(tails), func(n int) bool { return list[tails[n]].Rank >= r.Rank })
		if n > 0 {
			before[i] = tails[n-1]
		}
		tails = append(slices.Clip(tails[:min(n, len(tails))]), append([]int{i}, tails[min(n+1, len(tails)):]...)...)
	}
	keep := make([]bool, len(list))
	if len(tails) == 0 {
		return keep
	}
	for i := tails[len(tails)-1]; i >= 0; i = before[i] {
		keep[i] = true
	}
	return keep
}
