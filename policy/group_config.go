package policy

import (
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// GroupConfig is what a request says about a group. A nil field was not sent: a new group takes its zero
// value, an existing one keeps what it has.
type GroupConfig struct {
	Name           string
	Comment        *string
	Criteria       *[]events.Criterion
	CfgType        string // "" stands for the scope's own
	MonitorMetric  *bool
	SessionCurrent *uint32
	SessionRate    *uint32
	GroupBandWidth *uint32
}

// onto returns g with what c says.
func (c GroupConfig) onto(g events.Group) events.Group {
	set(&g.Comment, c.Comment)
	set(&g.MonitorMetric, c.MonitorMetric)
	set(&g.SessionCurrent, c.SessionCurrent)
	set(&g.SessionRate, c.SessionRate)
	set(&g.GroupBandWidth, c.GroupBandWidth)
	if c.Criteria != nil {
		g.Criteria = slices.Clone(*c.Criteria)
	}
	return g
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// changedAt returns the fact that makes old into g, or none when both say the same.
func changedAt(now time.Time, old, g events.Group) []events.Fact {
	if sameGroup(old, g) {
		return nil
	}
	g.ModifiedAt = now
	return []events.Fact{events.GroupDefined{Group: g}}
}

func sameGroup(a, b events.Group) bool {
	return slices.Equal(a.Criteria, b.Criteria) &&
		a.Name == b.Name && a.Comment == b.Comment && a.Reserved == b.Reserved &&
		a.MonitorMetric == b.MonitorMetric && a.SessionCurrent == b.SessionCurrent &&
		a.SessionRate == b.SessionRate && a.GroupBandWidth == b.GroupBandWidth
}
