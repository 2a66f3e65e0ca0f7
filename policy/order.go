package policy

import (
	"fmt"
	"math"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// checkAfter judges whether the rule that an "after" names is there.
func (s *State) checkAfter(after *int) error {
	if after == nil || *after == 0 {
		return nil
	}
	if id, _ := anchor(*after); !s.hasRule(id) {
		return fmt.Errorf("rule %d, which the place is given by: %w", id, ErrNotFound)
	}
	return nil
}

// anchor returns the rule that an "after" other than 0 names, and whether the place is before it. An id that
// no rule can have is returned as 0.
func anchor(after int) (id uint32, before bool) {
	n := int64(after)
	if n < 0 {
		n, before = -n, true
	}
	if n < 0 || n > math.MaxUint32 {
		return 0, before
	}
	return uint32(n), before
}

func (s *State) hasRule(id uint32) bool {
	_, exists := s.Rule(id)
	return exists
}

// position returns the index in a list in order that an "after" which exists means.
func position(rules []events.NetworkRule, after *int) int {
	switch {
	case after == nil:
		return len(rules)
	case *after == 0:
		return 0
	}
	id, before := anchor(*after)
	i := slices.IndexFunc(rules, func(r events.NetworkRule) bool { return r.ID == id })
	if before {
		return i
	}
	return i + 1
}

// neighbors returns the ranks between which an "after" that exists lies. They are "" at the ends.
func (s *State) neighbors(after *int) (low, high string) {
	switch {
	case after == nil:
		last, _ := s.order.Max()
		return last.rank, ""
	case *after == 0:
		first, _ := s.order.Min()
		return "", first.rank
	}
	id, before := anchor(*after)
	r, _ := s.Rule(id)
	here := place{r.Rank, r.ID}
	other := "" // stays so when the place is at an end
	next := func(p place) bool {
		if p == here {
			return true
		}
		other = p.rank
		return false
	}
	if before {
		s.order.Descend(here, next)
	} else {
		s.order.Ascend(here, next)
	}
	if before {
		return other, here.rank
	}
	return here.rank, other
}

// rerank gives ranks to a list that is in its final order. Rules that keep is true for have a rank already
// and hold it if they can. The answer has the rank of every rule.
func rerank(ranks []string, keep []bool) []string {
	out, held := make([]string, len(ranks)), make([]bool, len(ranks))
	copy(out, ranks)
	for i := range held {
		held[i] = keep[i] && validRank(ranks[i])
	}
	for i := 0; i < len(out); {
		if held[i] {
			i++
			continue
		}
		low, high := i, i+1
		for high < len(out) && !held[high] {
			high++
		}
		low, high = fillGap(out, held, low, high)
		for j := low; j < high; j++ {
			held[j] = true
		}
		i = high
	}
	return out
}

// fillGap ranks the rules from low up to high between their neighbors, taking in neighbors on both sides
// until the ranks are short enough. It returns what it ranked.
func fillGap(out []string, held []bool, low, high int) (first, end int) {
	for reach := 1; ; reach *= 2 {
		a, b := "", ""
		if low > 0 {
			a = out[low-1]
		}
		end = high
		for end < len(out) && !held[end] {
			end++
		}
		if end < len(out) {
			b = out[end]
		}
		high = end
		ranks, ok := spread(a, b, high-low)
		if ok {
			copy(out[low:high], ranks)
			return low, high
		}
		low, high = max(0, low-reach), min(len(out), high+reach)
	}
}

// spread returns n ranks between a and b, or false when one would be longer than [MaxRankLen] or the two
// leave no room.
func spread(a, b string, n int) ([]string, bool) {
	if a != "" && !validRank(a) || b != "" && !validRank(b) || a != "" && b != "" && a >= b {
		return nil, false
	}
	ranks := ranksBetween(a, b, n)
	for _, r := range ranks {
		if len(r) > MaxRankLen {
			return nil, false
		}
	}
	return ranks, true
}
