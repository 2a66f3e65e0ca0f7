package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// CreateGroup makes a group. It refuses with [ErrName], [ErrReserved], [ErrExists], [ErrInvalid] or
// [ErrTooLarge].
func CreateGroup(c GroupConfig) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		if err := s.scope.checkNewName(c.Name); err != nil {
			return nil, err
		}
		if _, exists := s.Group(c.Name); exists {
			return nil, fmt.Errorf("%w: %q; change it or choose another name", ErrExists, c.Name)
		}
		if c.Criteria == nil {
			c.Criteria = &[]events.Criterion{}
		}
		if err := c.check(s.scope); err != nil {
			return nil, fmt.Errorf("group %q: %w", c.Name, err)
		}
		g := c.onto(events.Group{Name: c.Name, CreatedAt: now, ModifiedAt: now})
		return []events.Fact{events.GroupDefined{Group: g}}, nil
	}).bounded()
}

// UpdateGroup changes the named group as far as c says something. It refuses with [ErrNotFound],
// [ErrInvalid], [ErrTooLarge], and with [ErrReserved] when it would give a reserved group other members.
func UpdateGroup(name string, c GroupConfig) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		old, exists := s.Group(name)
		if !exists {
			return nil, fmt.Errorf("group %q: %w", name, ErrNotFound)
		}
		if c.Name != "" && c.Name != name {
			return nil, fmt.Errorf("%w: the name in the path is %q and in the body %q; a group keeps its name",
				ErrInvalid, name, c.Name)
		}
		if old.Reserved && c.Criteria != nil && !slices.Equal(*c.Criteria, old.Criteria) {
			return nil, fmt.Errorf("%w: the criteria of group %q cannot be changed", ErrReserved, name)
		}
		if err := c.check(s.scope); err != nil {
			return nil, fmt.Errorf("group %q: %w", name, err)
		}
		return changedAt(now, old, c.onto(old)), nil
	}).bounded()
}

// DeleteGroup removes the named group and, in the same change set, the rules that lead from or to it. It
// refuses with [ErrNotFound], [ErrReserved] or [ErrTooLarge].
func DeleteGroup(name string) Decision {
	return Decision(func(s *State, _ time.Time) ([]events.Fact, error) {
		g, exists := s.Group(name)
		switch {
		case !exists:
			return nil, fmt.Errorf("group %q: %w", name, ErrNotFound)
		case g.Reserved:
			return nil, fmt.Errorf("%w: group %q cannot be deleted", ErrReserved, name)
		}
		var facts []events.Fact
		for _, r := range s.RulesOf(name) {
			facts = append(facts, events.NetworkRuleRemoved{ID: r.ID})
		}
		return append(facts, events.GroupRemoved{Name: name}), nil
	}).bounded()
}

// check judges everything but the name.
func (c GroupConfig) check(scope Scope) error {
	if err := scope.checkCfgType(c.CfgType); err != nil {
		return err
	}
	if c.Comment != nil {
		if err := checkComment(*c.Comment); err != nil {
			return err
		}
	}
	if c.Criteria == nil {
		return nil
	}
	return checkCriteria(*c.Criteria)
}
