package policy

import (
	"cmp"
	"iter"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/tidwall/btree"

	"github.com/fedhub/fedhub/events"
)

// State is the folded policy of one scope: all of it, or the part that a [events.View] gives a cluster. Any
// number of goroutines may read it and [State.Clone] it at the same time; while one calls [State.Apply], no
// other may use that same State. Values that it returns share their slices with it and must not be changed.
type State struct {
	scope    Scope
	revision uint64
	changed  uint64       // the newest revision that changed an object
	view     *events.View // what is kept; nil: everything

	cloning  sync.Mutex // guards the trees' copy marks, which a Clone of a shared State writes
	objects  btree.Map[string, *entry]
	order    *btree.BTreeG[place]
	uses     *btree.BTreeG[use]
	classes  btree.Map[string, *class] // by selector
	seen     btree.Map[string, uint64] // newest revision of each subject, also of what is gone
	staged   btree.Map[string, staged] // by object
	rollouts btree.Map[string, events.Rollout]

	reached atomic.Pointer[reached]
}

// entry is an object that is there.
type entry struct {
	object   events.Object
	revision uint64
	subject  string // of its newest event; "" in a draft
}

// place is where an object stands in the list of its kind.
type place struct {
	kind  events.ObjectKind
	rank  string
	about events.About
	entry *entry // that stands there, in a state's order; nil elsewhere
}

// use says that an object speaks of another.
type use struct {
	of, by events.About
}

// NewState returns the empty policy of a scope, at revision 0.
func NewState(scope Scope) *State {
	noLocks := btree.Options{NoLocks: true}
	return &State{
		scope: scope,
		order: btree.NewBTreeGOptions(place.before, noLocks),
		uses:  btree.NewBTreeGOptions(use.before, noLocks),
	}
}

// Clone returns a State that changes independently of s. It takes constant time: both share what neither
// has changed since.
func (s *State) Clone() *State {
	s.cloning.Lock()
	defer s.cloning.Unlock()
	out := &State{
		scope:    s.scope,
		revision: s.revision,
		changed:  s.changed,
		view:     s.view,
		objects:  *s.objects.Copy(),
		order:    s.order.Copy(),
		uses:     s.uses.Copy(),
		classes:  *s.classes.Copy(),
		seen:     *s.seen.Copy(),
		staged:   *s.staged.Copy(),
		rollouts: *s.rollouts.Copy(),
	}
	out.reached.Store(s.reached.Load())
	return out
}

// Scope returns whose policy it is.
func (s *State) Scope() Scope { return s.scope }

// Revision returns the highest revision that was applied, or 0.
func (s *State) Revision() uint64 { return s.revision }

// Object returns the object that about names, and the revision of its newest event.
func (s *State) Object(about events.About) (events.Object, uint64, bool) {
	e, ok := s.objects.Get(keyOf(about))
	if !ok {
		return nil, 0, false
	}
	return e.object, e.revision, true
}

// Objects returns every object of a kind: in the order in which they apply where the kind has one, otherwise
// by number or name.
func (s *State) Objects(kind events.ObjectKind) iter.Seq[events.Object] {
	return func(yield func(events.Object) bool) {
		for o := range s.Versions(kind) {
			if !yield(o) {
				return
			}
		}
	}
}

// Version identifies an object as it is. Where two are equal, also in different states, it is the same object and has
// not been written in between.
type Version struct{ of *entry }

// Versions is [State.Objects] with the version of each object.
func (s *State) Versions(kind events.ObjectKind) iter.Seq2[events.Object, Version] {
	return func(yield func(events.Object, Version) bool) {
		s.order.Ascend(place{kind: kind}, func(p place) bool {
			return p.kind == kind && yield(p.entry.object, Version{p.entry})
		})
	}
}

// Users returns what speaks of the object that about names, by kind and then by number or name. Names such as
// "external", which rules use and which are no objects, have none.
func (s *State) Users(about events.About) []events.About {
	var out []events.About
	s.uses.Ascend(use{of: about}, func(u use) bool {
		if u.of != about {
			return false
		}
		out = append(out, u.by)
		return true
	})
	return out
}

// Get returns the object of type O with the given name.
func Get[O events.Object](s *State, name string) (O, bool) {
	var object O
	found, _, ok := s.Object(events.About{Kind: object.About().Kind, Name: name})
	if ok {
		object, ok = found.(O)
	}
	return object, ok
}

// All returns every object of type O, in the order of [State.Objects].
func All[O events.Object](s *State) iter.Seq[O] {
	return func(yield func(O) bool) {
		var kind O
		for o := range s.Objects(kind.About().Kind) {
			if typed, ok := o.(O); ok && !yield(typed) {
				return
			}
		}
	}
}

// Count returns how many objects of type O there are.
func Count[O events.Object](s *State) int {
	var object O
	kind := string(object.About().Kind)
	return s.below(kind+afterNames) - s.below(kind+"/")
}

// below returns how many objects have a key below the given one.
func (s *State) below(key string) int {
	return sort.Search(s.objects.Len(), func(i int) bool {
		at, _, _ := s.objects.GetAt(i)
		return at >= key
	})
}

// put makes o the object of its name.
func (s *State) put(o events.Object, revision uint64, subject string) {
	about := o.About()
	s.drop(about)
	e := &entry{object: o, revision: revision, subject: subject}
	s.objects.Set(keyOf(about), e)
	k := kindOf(about.Kind)
	at := k.place(o)
	at.entry = e
	s.order.Set(at)
	for _, of := range k.references(o) {
		s.uses.Set(use{of: of, by: about})
	}
}

// drop removes an object, if it is there.
func (s *State) drop(about events.About) {
	was, ok := s.objects.Delete(keyOf(about))
	if !ok {
		return
	}
	k := kindOf(about.Kind)
	s.order.Delete(k.place(was.object))
	for _, of := range k.references(was.object) {
		s.uses.Delete(use{of: of, by: about})
	}
	if was.subject != "" {
		s.unseal(was)
	}
}

func (k *kind) place(o events.Object) place {
	p := place{kind: k.object, about: o.About()}
	if k.rank != nil {
		p.rank = k.rank(o)
	}
	return p
}

func (k *kind) references(o events.Object) []events.About {
	if k.refs == nil {
		return nil
	}
	return k.refs(o)
}

// keyOf returns the key of an object: its own, and no other's. The keys of a kind sort by number or name.
func keyOf(about events.About) string {
	if isNumbered(about.Kind) {
		return string(about.Kind) + "/" + string(rankDigits[min(len(about.Name), maxDigits+1)]) + about.Name
	}
	return string(about.Kind) + "/" + about.Name
}

// maxDigits is how many digits a number of 32 bits has at most.
const maxDigits = 10

// afterNames stands behind every name in the keys of a kind.
const afterNames = "/\xff"

// lastOf returns the object of a kind with the highest number, or the last name.
func (s *State) lastOf(k *kind) (events.Object, bool) {
	var last events.Object
	s.objects.Descend(string(k.object)+afterNames, func(_ string, e *entry) bool {
		last = e.object
		return false
	})
	return last, last != nil && last.About().Kind == k.object
}

func (p place) before(q place) bool {
	return cmp.Or(cmp.Compare(p.kind, q.kind), cmp.Compare(p.rank, q.rank), compareAbout(p.about, q.about)) < 0
}

func (u use) before(v use) bool {
	return cmp.Or(compareAbout(u.of, v.of), compareAbout(u.by, v.by)) < 0
}

// compareAbout orders objects by kind, and those of a kind by number or name.
func compareAbout(a, b events.About) int {
	if a.Kind == b.Kind && isNumbered(a.Kind) {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	}
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

func isNumbered(kind events.ObjectKind) bool {
	k := kindOf(kind)
	return k != nil && k.naming == byNumber
}
