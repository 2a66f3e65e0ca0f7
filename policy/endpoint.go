package policy

import (
	"fmt"
	"regexp"
	"strings"
)

// The names that rules speak of without a group of that name.
const (
	endExternal   = "external"
	endNodes      = "nodes"
	endContainers = "containers"
	endIngress    = "Workload:ingress"

	hostPrefix     = "Host:"
	workloadPrefix = "Workload:"
)

// hostShape is what stands behind "Host:": an address or a node's name.
var hostShape = regexp.MustCompile(`^[a-zA-Z0-9:]+[.:a-zA-Z0-9_-]*$`)

// isSpecial reports whether the name is an end of rules that is no group of workloads.
func isSpecial(name string) bool {
	return name == endExternal || name == endNodes || name == endIngress ||
		strings.HasPrefix(name, hostPrefix) || strings.HasPrefix(name, workloadPrefix)
}

// checkEnd judges one end of a rule; exists knows the groups.
func (s Scope) checkEnd(side, name string, exists func(string) bool) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: the rule has no %q group", ErrInvalid, side)
	case len(name) > MaxNameLen:
		return fmt.Errorf("%w: the name of the %q group has %d bytes; at most %d are allowed",
			ErrInvalid, side, len(name), MaxNameLen)
	case isSpecial(name):
		return checkOwner(side, name)
	case s == ScopeLocal && name == endContainers:
		return nil
	case s == ScopeFederal && name == endContainers:
		return fmt.Errorf("%w: a federated rule cannot be applied to group %q; use %q", ErrInvalid, name, FederalContainers)
	case s == ScopeFederal && !strings.HasPrefix(name, fedPrefix):
		return fmt.Errorf("%w: %q group %q is not federated; name a group that begins with %q", ErrInvalid, side, name, fedPrefix)
	case !exists(name):
		return fmt.Errorf("%w: cannot find the %q group %q; create it first", ErrInvalid, side, name)
	}
	return nil
}

func checkOwner(side, name string) error {
	if host, ok := strings.CutPrefix(name, hostPrefix); ok && !hostShape.MatchString(host) {
		return fmt.Errorf("%w: %q group %q; behind %q comes an address or a node's name", ErrInvalid, side, name, hostPrefix)
	}
	if workload, ok := strings.CutPrefix(name, workloadPrefix); ok && name != endIngress && !isAddress(workload) {
		return fmt.Errorf("%w: %q group %q; behind %q comes an address or %q", ErrInvalid, side, name, workloadPrefix, "ingress")
	}
	return nil
}

// checkEnds judges both ends of a rule.
func (s Scope) checkEnds(from, to string, exists func(string) bool) error {
	if err := s.checkEnd("from", from, exists); err != nil {
		return err
	}
	if err := s.checkEnd("to", to, exists); err != nil {
		return err
	}
	if isSpecial(from) && isSpecial(to) {
		return fmt.Errorf("%w: the groups %q and %q are both special; at least one end must be a group of workloads",
			ErrInvalid, from, to)
	}
	return nil
}
