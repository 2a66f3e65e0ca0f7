package policy

import (
	"fmt"

	"github.com/fedhub/fedhub/events"
)

var networkKind = &kind{
	object: events.ObjectNetworkRule,
	word:   "rule",
	naming: byNumber,
	ids:    map[Scope]idRange{ScopeLocal: {1, 9_999}, ScopeFederal: {100_001, 109_999}},
	limits: limits{comment: MaxCommentLen, parts: MaxApplications, text: MaxPortsLen},
	parse:  parseConfig[RuleConfig],
	refs: func(o events.Object) []events.About {
		r, _ := o.(events.NetworkRule) //nolint:errcheck // the kind has no others
		return groupsOf(r.From, r.To)
	},
	withID: func(o events.Object, id uint32) events.Object {
		r, _ := o.(events.NetworkRule) //nolint:errcheck // the kind has no others
		r.ID = id
		return r
	},
	rank: func(o events.Object) string {
		r, _ := o.(events.NetworkRule) //nolint:errcheck // the kind has no others
		return r.Rank
	},
	withRank: func(o events.Object, rank string) events.Object {
		r, _ := o.(events.NetworkRule) //nolint:errcheck // the kind has no others
		r.Rank = rank
		return r
	},
	cascade: true,
}

// groupsOf returns which of the names are those of groups, each once.
func groupsOf(names ...string) []events.About {
	var out []events.About
	for i, name := range names {
		if name != "" && !isSpecial(name) && name != endContainers && (i == 0 || name != names[0]) {
			out = append(out, events.About{Kind: events.ObjectGroup, Name: name})
		}
	}
	return out
}

// The actions of a rule.
const (
	ActionAllow = "allow"
	ActionDeny  = "deny"
)

// RuleConfig is what a request says about a network rule.
type RuleConfig struct {
	ID           uint32    `json:"id,omitempty"` // 0: a new rule that takes the next free id
	Comment      *string   `json:"comment,omitempty"`
	From         *string   `json:"from,omitempty"`
	To           *string   `json:"to,omitempty"`
	Ports        *string   `json:"ports,omitempty"`
	Action       *string   `json:"action,omitempty"`
	Applications *[]string `json:"applications,omitempty"`
	Disable      *bool     `json:"disable,omitempty"`
	Priority     *uint32   `json:"priority,omitempty"`
	Claims
}

func (RuleConfig) kind() *kind     { return networkKind }
func (c RuleConfig) about() string { return number(c.ID) }

// bare reports whether c names a rule and says nothing about it. A client that cannot leave fields out
// sends their zero values.
func (c RuleConfig) bare() bool {
	return blank(c.Comment) && blank(c.From) && blank(c.To) && blank(c.Ports) && blank(c.Action) &&
		(c.Applications == nil || len(*c.Applications) == 0) && blank(c.Disable) && blank(c.Priority) && c.Targets == nil
}

func blank[T comparable](value *T) bool {
	var zero T
	return value == nil || *value == zero
}

func (c RuleConfig) onto(old events.Object, s *State) (events.Object, error) {
	r, exists := old.(events.NetworkRule)
	if !exists {
		r.ID = c.ID
	}
	set(&r.Comment, c.Comment)
	set(&r.From, c.From)
	set(&r.To, c.To)
	set(&r.Ports, c.Ports)
	set(&r.Action, c.Action)
	set(&r.Applications, c.Applications)
	set(&r.Disabled, c.Disable)
	set(&r.Priority, c.Priority)
	if err := s.scope.checkEnds(r.From, r.To, s.hasGroup); err != nil {
		return nil, err
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

// Rule returns the network rule with the given id.
func (s *State) Rule(id uint32) (events.NetworkRule, bool) {
	return Get[events.NetworkRule](s, number(id))
}
