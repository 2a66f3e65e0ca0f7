package policy

import (
	"fmt"
	"sort"
	"strconv"

	"github.com/fedhub/fedhub/events"
)

// idPool gives out the numbers of a kind.
type idPool struct {
	kind  *kind
	state *State
	span  idRange
	mine  map[uint32]bool // numbers that the running decision uses
	next  uint32          // one above the highest number in use
	gap   uint32          // below it no number is free
}

func newIDPool(s *State, k *kind) *idPool {
	span := k.ids[s.scope]
	p := &idPool{kind: k, state: s, span: span, mine: map[uint32]bool{}, next: span.first, gap: span.first}
	if last, ok := s.lastOf(k); ok {
		p.pass(last.About())
	}
	if last, ok := s.lastStaged(k); ok {
		p.pass(last)
	}
	return p
}

// pass has the next number be above that of an object.
func (p *idPool) pass(about events.About) {
	if id, err := strconv.ParseUint(about.Name, 10, 32); err == nil && p.kind.owns(p.state.scope, uint32(id)) {
		p.next = max(p.next, uint32(id)+1)
	}
}

// reservedFederalID counts as federal and is never given out.
const reservedFederalID = 100_000

// owns reports whether an object of the kind with the given number belongs to the scope.
func (k *kind) owns(s Scope, id uint32) bool {
	r := k.ids[s]
	return id >= r.first && id <= r.last || s == ScopeFederal && id == reservedFederalID
}

// take returns the number that a new object gets: the one that the request names, or the next free one.
func (p *idPool) take(name string) (uint32, error) {
	if name == "" {
		return p.draw()
	}
	id, err := p.read(name)
	if err != nil || p.mine[id] {
		return id, err
	}
	return id, p.reserve(id)
}

// read returns the number that a request writes as name.
func (p *idPool) read(name string) (uint32, error) {
	id, err := strconv.ParseUint(name, 10, 32)
	if err != nil || number(uint32(id)) != name {
		return 0, fmt.Errorf("%w: %q is not the number of a %s; write it in digits, without zeros before it", ErrInvalid, name, p.kind.word)
	}
	return uint32(id), nil
}

// reserve keeps a number that the request itself names.
func (p *idPool) reserve(id uint32) error {
	switch {
	case !p.kind.owns(p.state.scope, id) && p.state.scope == ScopeFederal:
		return fmt.Errorf("%w: %s id %d is not federal; use %d to %d, or 0 for the next free one",
			ErrInvalid, p.kind.word, id, p.span.first, p.span.last)
	case !p.kind.owns(p.state.scope, id):
		return fmt.Errorf("%w: %s id %d is reserved; use %d to %d, or 0 for the next free one",
			ErrInvalid, p.kind.word, id, p.span.first, p.span.last)
	case p.mine[id]:
		return fmt.Errorf("%w: %s id %d is in the request twice", ErrInvalid, p.kind.word, id)
	}
	p.mine[id] = true
	p.next = max(p.next, id+1)
	return nil
}

// draw returns one more than the highest number in use, or the lowest free one when that is past the range. A
// number that a rollout has on its way is in use.
func (p *idPool) draw() (uint32, error) {
	id := p.next
	if id > p.span.last || p.used(id) {
		for p.gap <= p.span.last && p.used(p.gap) {
			p.gap = max(p.gap+1, p.state.firstFree(p.kind, p.gap))
		}
		id = p.gap
	}
	if id > p.span.last {
		return 0, fmt.Errorf("%w: all of %d to %d are taken; delete a %s first", ErrOutOfIDs, p.span.first, p.span.last, p.kind.word)
	}
	p.mine[id] = true
	p.next = max(p.next, id+1)
	return id, nil
}

func (p *idPool) used(id uint32) bool {
	_, onItsWay := p.state.staged.Get(keyOf(events.About{Kind: p.kind.object, Name: number(id)}))
	return p.mine[id] || onItsWay || p.state.has(p.kind, id)
}

// firstFree returns the lowest number from the given one on that no object of the kind has.
func (s *State) firstFree(k *kind, from uint32) uint32 {
	low := s.below(keyOf(events.About{Kind: k.object, Name: number(from)}))
	taken := sort.Search(s.objects.Len()-low, func(i int) bool {
		key, _, _ := s.objects.GetAt(low + i)
		return key != keyOf(events.About{Kind: k.object, Name: number(from + uint32(i))}) //nolint:gosec // G115: far below
	})
	return from + uint32(taken) //nolint:gosec // G115: the same
}
