package policy

import (
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

// PatchRules changes the list of rules.
//
//   - A move refuses with [ErrNotAllowed] when the rule belongs to another scope, and with [ErrNotFound].
//   - An insertion refuses with [ErrNotFound] when the place is unknown, [ErrInUse] when an id is taken,
//     [ErrOutOfIDs], [ErrInvalid] or [ErrTooLarge].
//   - A list in Rules replaces the scope's: rules that it does not have are deleted, those with the id 0 are
//     new, and those that have nothing but an id stay as they are. Facts are only made for what changes, and
//     the fewest possible rules get a new rank.
//   - A deletion removes all of the rules or, with [ErrNotFound], none.
func PatchRules(p RulesPatch) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		switch {
		case p.Move != nil:
			return moveRule(s, *p.Move)
		case p.Insert != nil:
			return insertRules(s, *p.Insert, now)
		case p.Rules != nil:
			return replaceRules(s, *p.Rules, now)
		}
		return deleteRules(p.Delete)(s, now)
	}).bounded()
}
