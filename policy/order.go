package policy

import (
	"fmt"
	"math"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// checkAfter judges whether the object that an "after" names is there.
func (s *State) checkAfter(k *kind, after *int) error {
	if after == nil || *after == 0 {
		return nil
	}
	if id, _ := anchor(*after); !s.has(k, id) {
		return fmt.Errorf("%s %d, which the place is given by: %w", k.word, id, ErrNotFound)
	}
	return nil
}

// anchor returns the number that an "after" other than 0 names, and whether the place is before it. An id that
// nothing can have is returned as 0.
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

func (s *State) has(k *kind, id uint32) bool {
	_, _, exists := s.Object(events.About{Kind: k.object, Name: number(id)})
	return exists
}

// position returns the index in a list in order that an "after" which exists means.
func position(list []events.Object, after *int) int {
	switch {
	case after == nil:
		return len(list)
	case *after == 0:
		return 0
	}
	id, before := anchor(*after)
	i := indexOf(list, id)
	if before {
		return i
	}
	return i + 1
}

func indexOf(list []events.Object, id uint32) int {
	name := number(id)
	return slices.IndexFunc(list, func(o events.Object) bool { return o.About().Name == name })
}

// neighbors returns the ranks between which an "after" that exists lies for an object, which may be in the list
// already. They are "" at the ends.
func (s *State) neighbors(k *kind, after *int, of events.About) (low, high string) {
	var other string // stays so when the place is at an end
	pivot := place{kind: k.object}
	walk := s.order.Ascend
	switch {
	case after == nil:
		pivot.rank, walk = afterAll, s.order.Descend
	case *after != 0:
		id, before := anchor(*after)
		o, _, _ := s.Object(events.About{Kind: k.object, Name: number(id)})
		if pivot = k.place(o); before {
			walk = s.order.Descend
		}
	}
	walk(pivot, func(p place) bool {
		if p.about == pivot.about || p.about == of {
			return true
		}
		if p.kind == k.object {
			other = p.rank
		}
		return false
	})
	switch {
	case after == nil:
		return other, ""
	case *after == 0:
		return "", other
	case *after < 0:
		return other, pivot.rank
	}
	return pivot.rank, other
}

// afterAll is behind every rank: no letter of a rank is that high.
const afterAll = "~"

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
