package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Edit is one wish of a change set: that an object be as Config says, or be gone.
type Edit struct {
	Delete bool
	Kind   events.ObjectKind
	Name   string // which one; may be left out where Config says it, or for a new number
	Config Config // nil with Delete
	After  *int   // place in an ordered kind, as in [RuleInsert]; nil: where it is, or last
}

// ParseEdit reads an edit whose object is in the form of the REST interface. An error wraps [ErrInvalid].
func ParseEdit(remove bool, kind, name string, object json.RawMessage, after *int) (e Edit, err error) {
	e = Edit{Delete: remove, Kind: events.ObjectKind(kind), Name: name, After: after}
	k := kindOf(e.Kind)
	if k == nil {
		return e, fmt.Errorf("%w: there are no objects of the kind %q; use one of %s", ErrInvalid, kind, strings.Join(Kinds(), ", "))
	}
	if after != nil && k.rank == nil {
		return e, fmt.Errorf("%w: a %s has no place in an order; leave out after", ErrInvalid, k.word)
	}
	if remove {
		return e, nil
	}
	if len(object) == 0 {
		return e, fmt.Errorf("%w: the edit of a %s has no object; say how it is to be", ErrInvalid, k.word)
	}
	if e.Config, err = k.parse(object); err != nil || name == "" || e.Config.about() != "" {
		return e, err
	}
	if object, err = k.call(object, name); err == nil {
		e.Config, err = k.parse(object)
	}
	return e, err
}

// call returns a request about an object with the name, which it does not say, in it.
func (k *kind) call(object json.RawMessage, name string) (json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(object, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("%w: a %s is a JSON object", ErrInvalid, k.word)
	}
	var err error
	if k.naming == byNumber {
		id, wrong := strconv.ParseUint(name, 10, 32)
		if wrong != nil {
			return nil, fmt.Errorf("%w: %q is not the number of a %s", ErrInvalid, name, k.word)
		}
		fields["id"], err = json.Marshal(id)
	} else {
		fields[cmp.Or(k.nameKey, "name")], err = json.Marshal(name)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return json.Marshal(fields)
}

// Kinds returns the names of the kinds of objects, in the order in which objects are made.
func Kinds() []string {
	out := make([]string, 0, len(kindTable))
	for _, k := range kindTable {
		out = append(out, string(k.object))
	}
	return out
}

// about returns which object the edit is about, as far as it says.
func (e Edit) about() events.About {
	about := events.About{Kind: e.Kind, Name: e.Name}
	if about.Name == "" && e.Config != nil {
		about.Name = e.Config.about()
	}
	return about
}

// Problem is what is wrong with one edit of a change set.
type Problem struct {
	Index int // of the edit
	About events.About
	Err   error
}

// ChangeError refuses a change set, with all that is wrong in it. It wraps [ErrChange].
type ChangeError struct {
	Problems []Problem
}

// Error implements error.
func (e *ChangeError) Error() string {
	sentences := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		sentences = append(sentences, fmt.Sprintf("edit %d: %v", p.Index+1, p.Err))
	}
	return fmt.Sprintf("%v: %d wrong, nothing was changed: %s", ErrChange, len(e.Problems), list(sentences))
}

// Unwrap makes the error one of [ErrChange].
func (*ChangeError) Unwrap() error { return ErrChange }

// ChangeSet makes all of the edits, or with a [*ChangeError] none. First all is made or changed, groups before
// rules, then placed, then removed, and only then judged whether what it speaks of is there: the order of the
// edits has no meaning but that free numbers and places are given in it. Of an object that several edits are
// about, the last says whether it is removed. What an edit makes or changes does not go with what another removes.
func ChangeSet(edits []Edit) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		c := newChanges(s, now, edits)
		asGiven, byKind := c.orders()
		c.each(byKind, c.define)
		c.each(asGiven, c.move)
		c.each(byKind, c.unmake)
		c.each(byKind, c.judge)
		if len(c.problems) > 0 {
			slices.SortStableFunc(c.problems, func(a, b Problem) int { return cmp.Compare(a.Index, b.Index) })
			return nil, &ChangeError{c.problems}
		}
		return c.facts(), nil
	}).guarded()
}

// changes makes a draft of edits.
type changes struct {
	*draft
	edits    []Edit
	made     map[int]events.About // what an edit made or changed
	last     map[events.About]int // the last edit about an object
	problems []Problem
}

func newChanges(s *State, now time.Time, edits []Edit) *changes {
	c := &changes{draft: newDraft(s, now), edits: edits, made: map[int]events.About{}, last: map[events.About]int{}}
	c.wanted = map[string]bool{}
	for i, e := range edits {
		if about := e.about(); about.Name != "" {
			c.last[about] = i
		}
	}
	return c
}

// orders returns the indexes of the edits: in order, and kind by kind, within which those that ask for a number
// go before those that take any.
func (c *changes) orders() (asGiven, byKind []int) {
	rank := make([]int, len(c.edits))
	for i, e := range c.edits {
		asGiven = append(asGiven, i)
		if rank[i] = 2 * e.phase(); e.about().Name == "" {
			rank[i]++
		}
	}
	byKind = slices.Clone(asGiven)
	slices.SortStableFunc(byKind, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	return asGiven, byKind
}

func (e Edit) phase() int {
	n := slices.Index(kindTable, kindOf(e.Kind))
	if e.Delete {
		return 2*len(kindTable) - n
	}
	return n
}

func (c *changes) each(order []int, step func(i int) error) {
	for _, i := range order {
		if err := step(i); err != nil {
			c.problems = append(c.problems, Problem{Index: i, About: c.edits[i].about(), Err: err})
		}
	}
}

// define makes or changes what an edit is about.
func (c *changes) define(i int) error {
	e, about := c.edits[i], c.edits[i].about()
	if e.Delete {
		return nil
	}
	if given := e.Config.about(); given != "" && given != about.Name {
		return fmt.Errorf("%w: Name mismatch: the edit says %q and its object %q", ErrInvalid, about.Name, given)
	}
	facts, err := put(c.State, e.Config, about.Name, inChanges, c.now)
	if err != nil {
		return err
	}
	for _, f := range facts {
		if _, _, there := c.Object(aboutOf(f)); !there {
			about = aboutOf(f)
		}
		c.record(f)
	}
	c.made[i] = about
	c.wanted[keyOf(about)] = !c.edits[c.lastAbout(i)].Delete
	return nil
}

// lastAbout returns the last edit that is about the same as the given one.
func (c *changes) lastAbout(i int) int {
	if last, named := c.last[c.edits[i].about()]; named {
		return last
	}
	return i
}

// move takes what an edit made to the place that it gives.
func (c *changes) move(i int) error {
	about, made := c.made[i]
	if !made || c.edits[i].After == nil {
		return nil
	}
	o, _, _ := c.Object(about)
	return c.try(moveTo(o, c.edits[i].After))
}

// unmake removes what an edit is to remove.
func (c *changes) unmake(i int) error {
	e, about := c.edits[i], c.edits[i].about()
	if !e.Delete || !c.edits[c.lastAbout(i)].Delete {
		return nil
	}
	if _, _, there := c.Object(about); !there && !c.touched[keyOf(about)] {
		return notFound(about)
	}
	return c.remove(about) // it may have gone with another one
}

// judge judges what an edit made, now that all is there.
func (c *changes) judge(i int) error {
	about, made := c.made[i]
	o, _, there := c.Object(about)
	if !made || !there {
		return nil
	}
	before, _, _ := c.was.Object(about)
	if err := c.checkReferences(o, before); err != nil {
		return fmt.Errorf("%s%w", kindOf(about.Kind).subject(about.Name), err)
	}
	return nil
}

// Restore makes the policy what it was in past, byte for byte.
func Restore(past *State) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		d := newDraft(s, now)
		for _, k := range kindTable {
			for o := range past.Objects(k.object) {
				if is, _, there := s.Object(o.About()); !there || !sameObject(is, o) {
					d.record(o.Defined())
				}
			}
			for o := range s.Objects(k.object) {
				if _, _, there := past.Object(o.About()); !there {
					d.record(o.Removed())
				}
			}
		}
		return d.exactFacts(), nil
	}).guarded()
}
