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

// checkName judges the name of a group that may be there or come from a file.
func (s Scope) checkName(name string) error {
	switch {
	case len(name) > MaxNameLen:
		return fmt.Errorf("%w: a name of %d bytes; at most %d are allowed", ErrName, len(name), MaxNameLen)
	case !nameShape.MatchString(name):
		return fmt.Errorf("%w: %q; begin with a letter or a digit and use only letters, digits and . : _ -", ErrName, name)
	case s == ScopeFederal && (!strings.HasPrefix(name, fedPrefix) || name == fedPrefix):
		return fmt.Errorf("%w: %q; the name of a federated group is %q and at least one character more",
			ErrName, name, fedPrefix)
	case s == ScopeLocal && strings.HasPrefix(name, fedPrefix):
		return fmt.Errorf("%w: %q; names that begin with %q belong to the federation", ErrName, name, fedPrefix)
	case isSpecial(name) || name == endContainers:
		return fmt.Errorf("%w: %q has a meaning of its own in rules; choose another name", ErrName, name)
	}
	return nil
}

// checkNewName judges the name of a group that a user makes.
func (s Scope) checkNewName(name string) error {
	if err := s.checkName(name); err != nil {
		return err
	}
	switch {
	case slices.Contains([]string{FederalNodes, FederalContainers}, name):
		return fmt.Errorf("%w: group %q is made by promote; choose another name", ErrReserved, name)
	case s == ScopeLocal && strings.HasPrefix(name, learnedPrefix):
		return fmt.Errorf("%w: %q; names that begin with %q belong to learned groups", ErrName, name, learnedPrefix)
	}
	return nil
}
