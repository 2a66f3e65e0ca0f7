package policy

import (
	"fmt"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Remove removes an object and, in the same change set, what goes with it: the rules and profiles of a group.
// It refuses with [ErrNotFound], with [ErrReserved], and with [ErrInUse] when something speaks of it that stays.
func Remove(kind events.ObjectKind, name string) Decision {
	return removeObjects([]events.About{{Kind: kind, Name: name}}).guarded()
}

// RemoveAll removes every object of a kind that the system did not make.
func RemoveAll(kind events.ObjectKind) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		k, all := kindOf(kind), []events.About(nil)
		for o := range s.Objects(kind) {
			if k.fixture(o) == "" {
				all = append(all, o.About())
			}
		}
		return removeObjects(all)(s, now)
	}).guarded()
}

// removeObjects removes the given objects, all or none.
func removeObjects(all []events.About) Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) {
		d := newDraft(s, now)
		for _, about := range all {
			if _, _, there := s.Object(about); !there {
				return nil, notFound(about)
			}
			if err := d.remove(about); err != nil {
				return nil, err
			}
		}
		return d.facts(), nil
	}
}

// remove removes an object, if it is there, and what goes with it.
func (d *draft) remove(about events.About) error {
	o, _, there := d.Object(about)
	if !there {
		return nil
	}
	k := kindOf(about.Kind)
	if why := k.fixture(o); why != "" {
		return fmt.Errorf("%w: %s", ErrReserved, why)
	}
	var stay []string
	for _, by := range d.Users(about) {
		user := kindOf(by.Kind)
		if k.keeps || !user.cascade || d.wanted[keyOf(by)] {
			stay = append(stay, user.word+" "+by.Name)
			continue
		}
		if err := d.remove(by); err != nil {
			return err
		}
	}
	if len(stay) > 0 {
		return fmt.Errorf("%w: %s %q is used by %s; change or delete that first", ErrInUse, k.word, about.Name, list(stay))
	}
	d.record(o.Removed())
	return nil
}

func notFound(about events.About) error {
	k := kindOf(about.Kind)
	return fmt.Errorf("%s %s: %w", k.word, k.quote(about.Name), ErrNotFound)
}

// list returns the first few of many names.
func list(names []string) string {
	const few = 5
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}
