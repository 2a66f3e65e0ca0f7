package policy

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

var groupKind = &kind{
	object: events.ObjectGroup,
	word:   "group",
	naming: byName,
	limits: limits{name: MaxNameLen, comment: MaxCommentLen, parts: MaxCriteria, text: MaxCriterionLen},
	parse:  parseConfig[GroupConfig],
	fixed: func(o events.Object) string {
		if g, ok := o.(events.Group); ok && g.Reserved {
			return fmt.Sprintf("group %q cannot be deleted", g.Name)
		}
		return ""
	},
}

// GroupConfig is what a request says about a group.
type GroupConfig struct {
	Name           string              `json:"name"`
	Comment        *string             `json:"comment,omitempty"`
	Criteria       *[]events.Criterion `json:"criteria,omitempty"`
	MonitorMetric  *bool               `json:"monitor_metric,omitempty"`
	SessionCurrent *uint32             `json:"group_sess_cur,omitempty"`
	SessionRate    *uint32             `json:"group_sess_rate,omitempty"`
	GroupBandWidth *uint32             `json:"group_band_width,omitempty"`
	Claims
}

func (GroupConfig) kind() *kind     { return groupKind }
func (c GroupConfig) about() string { return c.Name }

func (c GroupConfig) onto(old events.Object, _ *State) (events.Object, error) {
	g, exists := old.(events.Group)
	if !exists {
		g.Name = c.Name
	}
	if g.Reserved && c.Criteria != nil && !slices.Equal(*c.Criteria, g.Criteria) {
		return nil, fmt.Errorf("%w: the criteria of group %q cannot be changed", ErrReserved, g.Name)
	}
	set(&g.Comment, c.Comment)
	set(&g.MonitorMetric, c.MonitorMetric)
	set(&g.SessionCurrent, c.SessionCurrent)
	set(&g.SessionRate, c.SessionRate)
	set(&g.GroupBandWidth, c.GroupBandWidth)
	if c.Criteria != nil {
		g.Criteria = slices.Clone(*c.Criteria)
	}
	if err := checkComment(g.Comment); err != nil {
		return nil, err
	}
	if c.Criteria != nil || !exists {
		if err := checkCriteria(g.Criteria); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// checkBelongings refuses addresses to a group that has profiles or sensors: those are of workloads.
func (s *State) checkBelongings(g events.Group) error {
	if len(g.Criteria) == 0 || g.Criteria[0].Key != keyAddress {
		return nil
	}
	for _, k := range kindTable {
		if k.naming != byGroup {
			continue
		}
		if _, _, there := s.Object(events.About{Kind: k.object, Name: g.Name}); there {
			return fmt.Errorf("%w: it has a %s, which only a group of workloads can have; delete that first, or make another group for the addresses",
				ErrInvalid, k.word)
		}
	}
	return nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// Group returns the named group.
func (s *State) Group(name string) (events.Group, bool) { return Get[events.Group](s, name) }

func (s *State) hasGroup(name string) bool {
	_, exists := s.Group(name)
	return exists
}
