package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// selector reads the group that a target or a rule names and returns the group's name in the scope, or ""
// when it has none. A group that cannot be is refused once, and with it later the rules that need it.
func (r *resourceReader) selector(v *value) string {
	written := v.get("name")
	if written.text == "" {
		r.leave(r.item("group", "", v.line), OutcomeRefused, "it has no name")
		return ""
	}
	r.unknown(v, "name", "criteria", "comment", "name_referral")
	name := r.scope.importedName(written.text)
	item := r.item("group", name, written.line)
	criteria, why := readCriteria(v.get("criteria"))
	if isSpecial(name) || name == endContainers || r.scope == ScopeFederal && isFederalReserved(name) {
		if why != "" || !fixedMembers(criteria) {
			r.leave(item, OutcomeSkipped, "its criteria are not taken: the members of this group are fixed")
		}
		return name
	}
	if why == "" {
		why = r.wrongGroup(name, v, criteria)
	}
	if n, known := r.index[name]; known {
		r.again(n, item, criteria, why)
		return name
	}
	if why != "" {
		r.bad[name] = why
	}
	r.index[name] = len(r.groups)
	r.groups = append(r.groups, wantedGroup{item: item, criteria: criteria, comment: v.get("comment").text})
	return name
}

// wrongGroup says why a group cannot be taken, or "".
func (r *resourceReader) wrongGroup(name string, v *value, criteria []events.Criterion) string {
	err := r.scope.checkName(name)
	if err == nil && v.get("name_referral").text == "true" {
		return "name_referral is not taken by this version; give the group's criteria"
	}
	if err == nil {
		err = checkCriteria(criteria)
	}
	if err == nil {
		err = checkComment(v.get("comment").text)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// again compares another mention of a group with the first.
func (r *resourceReader) again(first int, item ReportItem, criteria []events.Criterion, why string) {
	g := r.groups[first]
	switch _, bad := r.bad[item.Name]; {
	case bad:
	case why != "":
		r.bad[item.Name] = fmt.Sprintf("line %d mentions it again: %s", item.Line, why)
	case !sameMembers(g.criteria, criteria):
		r.bad[item.Name] = fmt.Sprintf("its criteria in line %d are not those in line %d", item.Line, g.item.Line)
	}
}

// importedName returns what a name in a file is called in the scope.
func (s Scope) importedName(name string) string {
	if s != ScopeFederal || isSpecial(name) || strings.HasPrefix(name, fedPrefix) {
		return name
	}
	return fedPrefix + name
}

func readCriteria(list *value) (criteria []events.Criterion, why string) {
	if list.kind != kindList && list.kind != kindNull {
		return nil, "its criteria are not a list"
	}
	for _, v := range list.items {
		for _, f := range v.fields {
			known := slices.Contains([]string{"key", "op", "value"}, f.key)
			if plain := f.value.kind == kindScalar || f.value.kind == kindNull; !known || !plain {
				return nil, fmt.Sprintf("line %d: a criterion has a key, an op and a value, all of them plain", f.line)
			}
		}
		criteria = append(criteria, events.Criterion{Key: v.get("key").text, Value: v.get("value").text, Op: v.get("op").text})
	}
	return criteria, ""
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
