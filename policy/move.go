package policy

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// moveRule gives one rule another place. Its time of change stays: it says the same as before.
func moveRule(s *State, m RuleMove) ([]events.Fact, error) {
	if !s.scope.owns(m.ID) {
		return nil, fmt.Errorf("%w: rule %d cannot be moved in the scope %q", ErrNotAllowed, m.ID, s.scope)
	}
	r, exists := s.Rule(m.ID)
	if !exists {
		return nil, fmt.Errorf("rule %d: %w", m.ID, ErrNotFound)
	}
	if err := s.checkAfter(m.After); err != nil {
		return nil, err
	}
	list := slices.Collect(s.Rules())
	from := slices.IndexFunc(list, func(o events.NetworkRule) bool { return o.ID == m.ID })
	at := position(list, m.After)
	if at == from || at == from+1 {
		return nil, nil
	}
	if at > from {
		at--
	}
	list = slices.Insert(slices.Delete(list, from, from+1), at, r)
	ranks, keep := make([]string, len(list)), make([]bool, len(list))
	for i, o := range list {
		ranks[i], keep[i] = o.Rank, i != at
	}
	return rankFacts(s, list, rerank(ranks, keep)), nil
}
