package policy

import (
	"iter"
	"slices"
	"sync"

	"github.com/tidwall/btree"

	"github.com/fedhub/fedhub/events"
)

// State is the folded policy of one scope. Any number of goroutines may read it and [State.Clone] it at the
// same time; while one calls [State.Apply], no other may use that same State. Values that it returns share
// their slices with it and must not be changed.
type State struct {
	scope    Scope
	revision uint64

	cloning sync.Mutex // guards the trees' copy marks, which a Clone of a shared State writes
	seen    btree.Map[string, uint64]
	groups  btree.Map[string, events.Group]
	rules   btree.Map[uint32, events.NetworkRule]
	order   *btree.BTreeG[place]
	users   *btree.BTreeG[use]
	digest  digest
}

// place is where a rule stands in the order.
type place struct {
	rank string
	id   uint32
}

// use says that a rule speaks of a group.
type use struct {
	group string
	rule  uint32
}

// NewState returns the empty policy of a scope, at revision 0.
func NewState(scope Scope) *State {
	noLocks := btree.Options{NoLocks: true}
	return &State{
		scope: scope,
		order: btree.NewBTreeGOptions(place.before, noLocks),
		users: btree.NewBTreeGOptions(use.before, noLocks),
	}
}

// Clone returns a State that changes independently of s. It takes constant time: both share what neither
// has changed since.
func (s *State) Clone() *State {
	s.cloning.Lock()
	defer s.cloning.Unlock()
	return &State{
		scope:    s.scope,
		revision: s.revision,
		seen:     *s.seen.Copy(),
		groups:   *s.groups.Copy(),
		rules:    *s.rules.Copy(),
		order:    s.order.Copy(),
		users:    s.users.Copy(),
		digest:   s.digest,
	}
}

// Scope returns whose policy it is.
func (s *State) Scope() Scope { return s.scope }

// Revision returns the highest revision that was applied, or 0.
func (s *State) Revision() uint64 { return s.revision }

// Group returns the named group.
func (s *State) Group(name string) (events.Group, bool) { return s.groups.Get(name) }

// Groups returns every group, sorted by name.
func (s *State) Groups() iter.Seq[events.Group] {
	return func(yield func(events.Group) bool) {
		s.groups.Scan(func(_ string, g events.Group) bool { return yield(g) })
	}
}

// GroupCount returns how many groups there are, reserved ones included.
func (s *State) GroupCount() int { return s.groups.Len() }

// RuleCount returns how many network rules there are.
func (s *State) RuleCount() int { return s.rules.Len() }

// Rule returns the network rule with the given id.
func (s *State) Rule(id uint32) (events.NetworkRule, bool) { return s.rules.Get(id) }

// Rules returns every network rule in the order in which they apply: by rank, then by id.
func (s *State) Rules() iter.Seq[events.NetworkRule] {
	return func(yield func(events.NetworkRule) bool) {
		s.order.Scan(func(p place) bool {
			r, _ := s.rules.Get(p.id)
			return yield(r)
		})
	}
}

// RulesOf returns the rules that lead from or to the named group, in order. The group need not exist:
// rules also speak of names such as "external".
func (s *State) RulesOf(group string) []events.NetworkRule {
	var out []events.NetworkRule
	s.users.Ascend(use{group: group}, func(u use) bool {
		if u.group != group {
			return false
		}
		r, _ := s.rules.Get(u.rule)
		out = append(out, r)
		return true
	})
	slices.SortFunc(out, compareRules)
	return out
}

func (p place) before(q place) bool {
	if p.rank != q.rank {
		return p.rank < q.rank
	}
	return p.id < q.id
}

func (u use) before(v use) bool {
	if u.group != v.group {
		return u.group < v.group
	}
	return u.rule < v.rule
}

func compareRules(a, b events.NetworkRule) int {
	p, q := place{a.Rank, a.ID}, place{b.Rank, b.ID}
	switch {
	case p.before(q):
		return -1
	case q.before(p):
		return 1
	}
	return 0
}
