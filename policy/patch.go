package policy

import (
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
)

// RulesPatch is a change to the list of network rules. Only the first part that is not nil counts, in the
// order of the fields; a patch of nothing changes nothing.
type RulesPatch struct {
	Move   *RuleMove
	Insert *RuleInsert
	Rules  *[]RuleConfig // the whole list of the scope from now on
	Delete []uint32      // ids
}

// RuleMove takes a rule to another place.
type RuleMove struct {
	After *int // as in [RuleInsert]
	ID    uint32
}

// RuleInsert puts rules into the list, side by side.
type RuleInsert struct {
	After *int // nil: last; 0: first; an id: behind that rule; the negative of an id: before it
	Rules []RuleConfig
}

// PatchRules changes the list of network rules: see [Move], [Insert] and [ReplaceRules]. A deletion removes
// all of the rules or, with [ErrNotFound], none.
func PatchRules(p RulesPatch) Decision {
	switch {
	case p.Move != nil:
		return Move(events.ObjectNetworkRule, p.Move.ID, p.Move.After)
	case p.Insert != nil:
		return Insert(p.Insert.After, p.Insert.Rules)
	case p.Rules != nil:
		return ReplaceRules(*p.Rules)
	}
	all := make([]events.About, 0, len(p.Delete))
	for _, id := range p.Delete {
		all = append(all, events.About{Kind: events.ObjectNetworkRule, Name: number(id)})
	}
	return removeObjects(all).guarded()
}

// Replicate puts a copy of a network rule, changed as far as c says something, before it. It refuses as
// [Insert] does, and with [ErrNotFound].
func Replicate(id uint32, c RuleConfig) Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) {
		was, exists := s.Rule(id)
		if !exists {
			return nil, fmt.Errorf("rule %d: %w", id, ErrNotFound)
		}
		c.ID = 0
		inherit(&c.Comment, &was.Comment)
		inherit(&c.From, &was.From)
		inherit(&c.To, &was.To)
		inherit(&c.Ports, &was.Ports)
		inherit(&c.Action, &was.Action)
		inherit(&c.Applications, &was.Applications)
		inherit(&c.Disable, &was.Disabled)
		inherit(&c.Priority, &was.Priority)
		inherit(&c.Targets, &was.Targets)
		before := -int(id)
		return Insert(&before, []RuleConfig{c})(s, now)
	}
}

// inherit has a field that a request does not say be as it was.
func inherit[T any](field **T, was *T) {
	if *field == nil {
		*field = was
	}
}
