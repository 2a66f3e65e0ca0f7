package policy

import (
	"fmt"
	"sort"
	"time"

	"github.com/fedhub/fedhub/events"
)

// ReplaceRules makes the list of network rules the one that is given: rules that it does not have are deleted,
// those with the id 0 are new, and those that have nothing but an id stay as they are. Facts are only made for
// what changes, and the fewest possible rules get a new rank.
func ReplaceRules(configs []RuleConfig) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		list, err := replacement(s, configs, now)
		if err != nil {
			return nil, err
		}
		kept := make(map[events.About]bool, len(list))
		for _, o := range list {
			kept[o.About()] = true
		}
		var facts []events.Fact
		for o := range s.Objects(networkKind.object) {
			if !kept[o.About()] {
				facts = append(facts, o.Removed())
			}
		}
		ranks := make([]string, len(list))
		for i, o := range list {
			ranks[i] = networkKind.rank(o)
		}
		return append(facts, rankFacts(s, networkKind, list, rerank(ranks, longestAscent(ranks)))...), nil
	}).guarded()
}

// replacement returns the rules that the request asks for, each with an id, in order.
func replacement(s *State, configs []RuleConfig, now time.Time) ([]events.Object, error) {
	pool := newIDPool(s, networkKind)
	for _, c := range configs {
		if c.ID == 0 {
			continue
		}
		if err := pool.reserve(c.ID); err != nil {
			return nil, err
		}
	}
	list := make([]events.Object, 0, len(configs))
	for i, c := range configs {
		o, err := replacing(s, c, pool, now)
		if err != nil {
			return nil, fmt.Errorf("rule %d of %d: %w", i+1, len(configs), err)
		}
		list = append(list, o)
	}
	return list, nil
}

// replacing returns the rule that stands in the new list for c. What c does not say is as in a new rule,
// unless it says nothing at all.
func replacing(s *State, c RuleConfig, pool *idPool, now time.Time) (events.Object, error) {
	was, exists := s.Rule(c.ID)
	switch {
	case c.ID != 0 && c.bare() && !exists:
		return nil, fmt.Errorf("rule %d, of which only the id is given: %w", c.ID, ErrNotFound)
	case c.ID != 0 && c.bare():
		return was, s.scope.checkCfgType(c.CfgType)
	case c.ID == 0:
		return s.result(c, "", nil, mustBeNew, pool, now)
	}
	base := events.NetworkRule{ID: c.ID, Meta: events.Meta{CreatedAt: now}}
	if exists {
		base.Rank, base.CreatedAt, base.Targets = was.Rank, was.CreatedAt, was.Targets
	}
	o, err := s.result(c, c.about(), base, mustBeThere, pool, now)
	if err == nil && exists && sameContent(was, o) {
		return was, nil
	}
	return o, err
}

// longestAscent marks a longest possible choice of rules of the list whose places, as they are, already
// ascend: these need no new rank. Rules without a rank are never chosen.
func longestAscent(ranks []string) []bool {
	var tails []int // tails[n] ends the ascent of length n+1 that ends lowest
	before := make([]int, len(ranks))
	for i, rank := range ranks {
		before[i] = -1
		if rank == "" {
			continue
		}
		n := sort.Search(len(tails), func(n int) bool { return ranks[tails[n]] >= rank })
		if n > 0 {
			before[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		} else {
			tails[n] = i
		}
	}
	keep := make([]bool, len(ranks))
	if len(tails) == 0 {
		return keep
	}
	for i := tails[len(tails)-1]; i >= 0; i = before[i] {
		keep[i] = true
	}
	return keep
}
