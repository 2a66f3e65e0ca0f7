package policy

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// wantedGroup is a group as all that the file says of it.
type wantedGroup struct {
	item   ReportItem
	config GroupConfig
	extra  *extension
	told   int    // the line of its criteria; 0: the file has none
	why    string // it is refused
}

// selector reads the group that a target or a rule names and returns the group's name in the scope, or ""
// when it has none. A group that cannot be is refused once, and with it later what needs it.
func (r *resourceReader) selector(v *value) string {
	written := v.get("name")
	if written.text == "" {
		r.leave(r.item(string(events.ObjectGroup), "", v.line), OutcomeRefused, "it has no name")
		return ""
	}
	var s crdSelector
	why := r.decode(v, &s, "original_name")
	name := r.scope.importedName(written.text)
	item := r.item(string(events.ObjectGroup), name, written.line)
	if r.scope.ownGroup(name) && (s.Extra == nil || !s.Extra.Reserved) {
		if why != "" || s.Criteria != nil && !fixedMembers(*s.Criteria) {
			r.leave(item, OutcomeSkipped, "its criteria are not taken: the members of this group are fixed")
		}
		return name
	}
	r.group(item, s.config(name), s.Extra, why)
	return name
}

// config returns what a selector says of a group. One that we wrote says all.
func (s crdSelector) config(name string) GroupConfig {
	c := GroupConfig{
		Name: name, Criteria: s.Criteria, MonitorMetric: s.MonitorMetric, SessionCurrent: s.SessionCurrent,
		SessionRate: s.SessionRate, GroupBandWidth: s.GroupBandWidth, Claims: s.Extra.claims(),
	}
	if s.Comment != "" || s.Extra != nil {
		c.Comment = &s.Comment
	}
	if s.Extra != nil {
		whole(&c.MonitorMetric)
		whole(&c.SessionCurrent)
		whole(&c.SessionRate)
		whole(&c.GroupBandWidth)
	}
	if s.NameReferral {
		c.Criteria = nil
	} else {
		whole(&c.Criteria)
	}
	return c
}

// whole has a field that says nothing say zero.
func whole[T any](value **T) {
	if *value == nil {
		*value = new(T)
	}
}

// group notes what is said of a group.
func (r *resourceReader) group(item ReportItem, c GroupConfig, extra *extension, why string) {
	g, known := r.index[c.Name]
	if !known {
		g = &wantedGroup{item: item, config: c, why: why}
		r.groups, r.index[c.Name] = append(r.groups, g), g
	}
	switch {
	case g.why != "":
		return
	case why != "":
		g.why = fmt.Sprintf("line %d mentions it again: %s", item.Line, why)
	case c.Criteria == nil:
	case g.told == 0:
		g.item, g.told, g.config.Criteria = item, item.Line, c.Criteria
	case !sameMembers(*g.config.Criteria, *c.Criteria):
		g.why = fmt.Sprintf("its criteria in line %d are not those in line %d", item.Line, g.told)
	}
	first(&g.config.Comment, c.Comment)
	first(&g.config.MonitorMetric, c.MonitorMetric)
	first(&g.config.SessionCurrent, c.SessionCurrent)
	first(&g.config.SessionRate, c.SessionRate)
	first(&g.config.GroupBandWidth, c.GroupBandWidth)
	first(&g.config.Targets, c.Targets)
	first(&g.extra, extra)
}

func first[T any](field **T, value *T) {
	if *field == nil {
		*field = value
	}
}

// finishGroups notes the groups of which the file says more than the name.
func (r *resourceReader) finishGroups() {
	for _, g := range r.groups {
		switch said := g.config; {
		case g.why != "":
			r.refuse(groupKind, g.item, g.why)
		case g.told != 0 || said.Comment != nil || said.Targets != nil || said.MonitorMetric != nil ||
			said.SessionCurrent != nil || said.SessionRate != nil || said.GroupBandWidth != nil:
			r.want(g.item, g.config, g.extra)
		}
	}
}

// sameMembers reports whether two lists of criteria choose the same members.
func sameMembers(a, b []events.Criterion) bool {
	return slices.Equal(a, b) || slices.Equal(sortedCriteria(a), sortedCriteria(b))
}

func sortedCriteria(criteria []events.Criterion) []events.Criterion {
	out := slices.SortedFunc(slices.Values(criteria), func(a, b events.Criterion) int {
		return slices.Compare([]string{a.Key, a.Op, a.Value}, []string{b.Key, b.Op, b.Value})
	})
	return slices.Compact(out)
}

// fixedMembers reports whether criteria of a group that needs none say at most what it is anyway.
func fixedMembers(criteria []events.Criterion) bool {
	for _, c := range criteria {
		if c.Value != "*" || c.Op != opEqual || c.Key != "container" && c.Key != "node" {
			return false
		}
	}
	return true
}
