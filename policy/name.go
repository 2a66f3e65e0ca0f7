package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The shapes of names, as in NeuVector.
var (
	nameShape = regexp.MustCompile(`^[a-zA-Z0-9]+[.:a-zA-Z0-9_-]*$`)
	keyShape  = regexp.MustCompile(`^[/a-zA-Z0-9]+[/.:a-zA-Z0-9_-]*$`)
)

// learnedPrefix begins the names of groups that NeuVector makes for what it sees running.
const learnedPrefix = "nv."

// checkName judges the name of an object of a kind that goes by names, whoever made it.
func (s Scope) checkName(k *kind, name string) error {
	switch {
	case len(name) > k.limits.name:
		return fmt.Errorf("%w: a name of %d bytes; at most %d are allowed", ErrName, len(name), k.limits.name)
	case !nameShape.MatchString(name):
		return fmt.Errorf("%w: %q; begin with a letter or a digit and use only letters, digits and . : _ -", ErrName, name)
	case s == ScopeFederal && (!federal(name) || name == fedPrefix):
		return fmt.Errorf("%w: %q; the name of a federated %s is %q and at least one character more", ErrName, name, k.word, fedPrefix)
	case s == ScopeLocal && federal(name):
		return fmt.Errorf("%w: %q; names that begin with %q belong to the federation", ErrName, name, fedPrefix)
	case k == groupKind && (isSpecial(name) || name == endContainers):
		return fmt.Errorf("%w: %q has a meaning of its own in rules; choose another name", ErrName, name)
	}
	return nil
}

// checkNewName judges the name of an object that is about to be made.
func (s Scope) checkNewName(k *kind, name string, want presence) error {
	if k.naming != byName {
		return nil // a number is taken from the pool, and a group must be there
	}
	if err := s.checkName(k, name); err != nil || want == fromFile {
		return err
	}
	switch {
	case k == groupKind && slices.Contains([]string{FederalNodes, FederalContainers}, name):
		return fmt.Errorf("%w: group %q is made by promote; choose another name", ErrReserved, name)
	case k == groupKind && s == ScopeLocal && strings.HasPrefix(name, learnedPrefix):
		return fmt.Errorf("%w: %q; names that begin with %q belong to learned groups", ErrName, name, learnedPrefix)
	}
	return nil
}
