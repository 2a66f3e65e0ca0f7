package policy

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// The actions of a rule.
const (
	ActionAllow = "allow"
	ActionDeny  = "deny"
)

// RuleConfig is what a request says about a network rule. A nil field was not sent.
type RuleConfig struct {
	ID           uint32 // 0: a new rule that takes the next free id
	Comment      *string
	From         *string
	To           *string
	Ports        *string
	Action       *string
	Applications *[]string
	Disable      *bool
	CfgType      string // "" stands for the scope's own
	Priority     *uint32
}

// bare reports whether c names a rule and says nothing about it. A client that cannot leave fields out
// sends their zero values.
func (c RuleConfig) bare() bool {
	return blank(c.Comment) && blank(c.From) && blank(c.To) && blank(c.Ports) && blank(c.Action) &&
		(c.Applications == nil || len(*c.Applications) == 0) && blank(c.Disable) && blank(c.Priority)
}

func blank[T comparable](value *T) bool {
	var zero T
	return value == nil || *value == zero
}

// onto returns r with what c says, in normal form. It judges all of the result but the groups' existence,
// which exists knows.
func (c RuleConfig) onto(r events.NetworkRule, scope Scope, exists func(string) bool) (events.NetworkRule, error) {
	if err := scope.checkCfgType(c.CfgType); err != nil {
		return r, err
	}
	set(&r.Comment, c.Comment)
	set(&r.From, c.From)
	set(&r.To, c.To)
	set(&r.Ports, c.Ports)
	set(&r.Action, c.Action)
	set(&r.Applications, c.Applications)
	set(&r.Disabled, c.Disable)
	set(&r.Priority, c.Priority)
	if err := scope.checkEnds(r.From, r.To, exists); err != nil {
		return r, err
	}
	return normalRule(r)
}

// normalRule judges what a rule says by itself and puts it into normal form.
func normalRule(r events.NetworkRule) (events.NetworkRule, error) {
	if err := checkComment(r.Comment); err != nil {
		return r, err
	}
	if r.Action != ActionAllow && r.Action != ActionDeny {
		return r, fmt.Errorf("%w: action %q; use %s or %s", ErrInvalid, r.Action, ActionAllow, ActionDeny)
	}
	if r.Priority > MaxPriority {
		return r, fmt.Errorf("%w: priority %d is out of range; use 0 to %d", ErrInvalid, r.Priority, MaxPriority)
	}
	var err error
	if r.Ports, err = normalPorts(r.Ports); err != nil {
		return r, err
	}
	r.Applications, err = normalApplications(r.Applications)
	return r, err
}

// sameContent reports whether two rules say the same, wherever they stand and whenever they were made.
func sameContent(a, b events.NetworkRule) bool {
	return slices.Equal(a.Applications, b.Applications) &&
		a.Comment == b.Comment && a.From == b.From && a.To == b.To && a.Ports == b.Ports &&
		a.Action == b.Action && a.Disabled == b.Disabled && a.Priority == b.Priority
}
