package policy

import (
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
)

// UpdateRule changes the rule with the given id as far as c says something; its place stays. It refuses
// with [ErrNotFound], [ErrInvalid] or [ErrTooLarge].
func UpdateRule(id uint32, c RuleConfig) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		old, exists := s.Rule(id)
		if !exists {
			return nil, fmt.Errorf("rule %d: %w", id, ErrNotFound)
		}
		if c.ID != 0 && c.ID != id {
			return nil, fmt.Errorf("%w: the id in the path is %d and in the body %d; a rule keeps its id", ErrInvalid, id, c.ID)
		}
		r, err := c.onto(old, s.scope, s.hasGroup)
		if err != nil {
			return nil, fmt.Errorf("rule %d: %w", id, err)
		}
		if sameContent(old, r) {
			return nil, nil
		}
		r.ModifiedAt = now
		return []events.Fact{events.NetworkRuleDefined{Rule: r}}, nil
	}).bounded()
}

// DeleteRule removes the rule with the given id. It refuses with [ErrNotFound].
func DeleteRule(id uint32) Decision { return deleteRules([]uint32{id}).bounded() }

// DeleteAllRules removes every rule of the scope. It refuses with [ErrTooLarge] when they do not fit into
// one change set.
func DeleteAllRules() Decision {
	return Decision(func(s *State, _ time.Time) ([]events.Fact, error) {
		var facts []events.Fact
		for r := range s.Rules() {
			facts = append(facts, events.NetworkRuleRemoved{ID: r.ID})
		}
		return facts, nil
	}).bounded()
}

// deleteRules removes the given rules, all or none.
func deleteRules(ids []uint32) Decision {
	return func(s *State, _ time.Time) ([]events.Fact, error) {
		var facts []events.Fact
		done := make(map[uint32]bool, len(ids))
		for _, id := range ids {
			if _, exists := s.Rule(id); !exists {
				return nil, fmt.Errorf("rule %d: %w", id, ErrNotFound)
			}
			if !done[id] {
				facts = append(facts, events.NetworkRuleRemoved{ID: id})
			}
			done[id] = true
		}
		return facts, nil
	}
}
