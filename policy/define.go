package policy

import (
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Create makes the object that c is about; one of an ordered kind comes last. It refuses with [ErrName],
// [ErrReserved], [ErrExists], [ErrInUse], [ErrInvalid], [ErrOutOfIDs] or [ErrTooLarge].
func Create(c Config) Decision { return define(c, mustBeNew).guarded() }

// Update changes the named object as far as c says something; its place in the order stays. It refuses with
// [ErrNotFound], [ErrReserved], [ErrInvalid] or [ErrTooLarge].
func Update(name string, c Config) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		if given := c.about(); given != "" && given != name {
			return nil, fmt.Errorf("%w: Name mismatch: the path says %q and the body %q; an object keeps its name or number",
				ErrInvalid, name, given)
		}
		return put(s, c, name, mustBeThere, now)
	}).guarded()
}

// Put makes the object that c is about or changes it as far as c says something. It refuses as [Create] and
// [Update] do.
func Put(c Config) Decision { return define(c, mayBeEither).guarded() }

// presence is what a decision expects of the object that it is about.
type presence int

const (
	mustBeNew presence = iota
	mustBeThere
	mayBeEither
	fromFile  // either, learned names are names, and the import judges the references
	inChanges // either, and the change set judges the references when all of it is there
)

func define(c Config, want presence) Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) { return put(s, c, c.about(), want, now) }
}

func put(s *State, c Config, name string, want presence, now time.Time) ([]events.Fact, error) {
	k := c.kind()
	old, _, exists := s.Object(events.About{Kind: k.object, Name: name})
	if !exists {
		old = nil
	}
	if want == mustBeNew {
		if err := s.scope.checkNewName(k, name, want); err != nil {
			return nil, err
		}
	}
	switch {
	case !exists && want == mustBeThere:
		return nil, fmt.Errorf("%s %s: %w", k.word, k.quote(name), ErrNotFound)
	case exists && want == mustBeNew && k.naming == byNumber:
		return nil, fmt.Errorf("%w: %s %s; leave the id out to get a free one", ErrInUse, k.word, name)
	case exists && want == mustBeNew:
		return nil, fmt.Errorf("%w: %s %q; change it or choose another name", ErrExists, k.word, name)
	}
	o, err := s.result(c, name, old, want, newIDPool(s, k), now)
	if err != nil {
		return nil, fmt.Errorf("%s%w", k.subject(name), err)
	}
	if exists && sameContent(old, o) {
		return nil, nil
	}
	if !exists && k.rank != nil {
		return placeAt(s, k, nil, []events.Object{o}), nil
	}
	return []events.Fact{o.Defined()}, nil
}

// result returns what the request makes of old, which is nil for a new object, with a number where it needs one.
func (s *State) result(c Config, name string, old events.Object, want presence, pool *idPool, now time.Time) (events.Object, error) {
	k := c.kind()
	meta := events.Meta{CreatedAt: now}
	var err error
	switch {
	case old != nil:
		meta = old.Common()
	case k.naming == byNumber && name != "":
		_, err = pool.read(name)
	default:
		err = s.scope.checkNewName(k, name, want)
	}
	if err != nil {
		return nil, err
	}
	claims := c.claims()
	if err := s.scope.checkCfgType(claims.CfgType); err != nil {
		return nil, err
	}
	if meta.Targets, err = s.scope.targets(claims, meta.Targets); err != nil {
		return nil, err
	}
	o, err := c.onto(old, s)
	if err != nil {
		return nil, err
	}
	if old == nil && k.naming == byNumber {
		id, err := pool.take(name)
		if err != nil {
			return nil, err
		}
		o = k.withID(o, id)
	}
	meta.ModifiedAt = now
	o = o.WithMeta(meta)
	if want == inChanges || want == fromFile {
		return o, nil
	}
	return o, s.checkReferences(o, old)
}

// checkReferences judges whether what o speaks of is there, is something that o can be for, and is in every cluster
// where o is; and the same of what speaks of o, as far as o is not in that as before.
func (s *State) checkReferences(o, before events.Object) error {
	k, targets := kindOf(o.About().Kind), o.Common().Targets
	for _, of := range k.references(o) {
		other, _, there := s.Object(of)
		word := kindOf(of.Kind).word
		switch {
		case !there:
			return fmt.Errorf("%w: cannot find the %s %q; create it first", ErrInvalid, word, of.Name)
		case !reaches(other.Common().Targets, targets):
			return fmt.Errorf("%w: the %s %q has the targets %q and this has %q; what it speaks of must be in all clusters or have the same targets",
				ErrInvalid, word, of.Name, other.Common().Targets, targets)
		}
	}
	if k.naming == byGroup {
		if err := s.checkWorkloads(k, o.About().Name); err != nil {
			return err
		}
	}
	if g, ok := o.(events.Group); ok {
		if err := s.checkBelongings(g); err != nil {
			return err
		}
	}
	if targets == "" || before != nil && before.Common().Targets == targets {
		return nil
	}
	for _, by := range s.Users(o.About()) {
		user, _, _ := s.Object(by)
		if !reaches(targets, user.Common().Targets) {
			return fmt.Errorf("%w: %s %s needs it with the targets %q; change that first", ErrInvalid, kindOf(by.Kind).word, by.Name, user.Common().Targets)
		}
	}
	return nil
}

// fixture says why an object cannot be changed or removed, or "".
func (k *kind) fixture(o events.Object) string {
	if k.fixed == nil {
		return ""
	}
	return k.fixed(o)
}

// quote returns a name as sentences show it.
func (k *kind) quote(name string) string {
	if k.naming == byNumber {
		return name
	}
	return fmt.Sprintf("%q", name)
}

// subject begins a sentence about an object; a new one without a number has none.
func (k *kind) subject(name string) string {
	if name == "" {
		return ""
	}
	return k.word + " " + k.quote(name) + ": "
}
