package policy

import "fmt"

// idPool gives out rule ids.
type idPool struct {
	scope Scope
	state *State
	mine  map[uint32]bool // ids that the running decision uses
	next  uint32          // one above the highest id in use
	gap   uint32          // below it no id is free
}

func newIDPool(s *State) *idPool {
	p := &idPool{
		scope: s.scope,
		state: s,
		mine:  map[uint32]bool{},
		next:  s.scope.ids().first,
		gap:   s.scope.ids().first,
	}
	if highest, _, ok := s.rules.Max(); ok && s.scope.owns(highest) {
		p.next = max(p.next, highest+1)
	}
	return p
}

// reserve keeps an id that the request itself names.
func (p *idPool) reserve(id uint32) error {
	r := p.scope.ids()
	switch {
	case !p.scope.owns(id) && p.scope == ScopeFederal:
		return fmt.Errorf("%w: rule id %d is not federal; use %d to %d, or 0 for the next free one",
			ErrInvalid, id, r.first, r.last)
	case !p.scope.owns(id):
		return fmt.Errorf("%w: rule id %d is reserved; use %d to %d, or 0 for the next free one",
			ErrInvalid, id, r.first, r.last)
	case p.mine[id]:
		return fmt.Errorf("%w: rule id %d is in the request twice", ErrInvalid, id)
	}
	p.mine[id] = true
	p.next = max(p.next, id+1)
	return nil
}

// draw returns one more than the highest id in use, or the lowest free one when that is past the range.
func (p *idPool) draw() (uint32, error) {
	r := p.scope.ids()
	id := p.next
	if id > r.last || p.used(id) {
		for p.gap <= r.last && p.used(p.gap) {
			p.gap++
		}
		id = p.gap
	}
	if id > r.last {
		return 0, fmt.Errorf("%w: all of %d to %d are taken; delete rules first", ErrOutOfIDs, r.first, r.last)
	}
	p.mine[id] = true
	p.next = max(p.next, id+1)
	return id, nil
}

func (p *idPool) used(id uint32) bool {
	return p.mine[id] || p.state.hasRule(id)
}
