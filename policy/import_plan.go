package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
)

// plan is what an import does to one state.
type plan struct {
	state *State
	now   time.Time
	facts []events.Fact
	items []ReportItem
	err   error
}

func (i *Imported) plan(s *State, now time.Time) *plan {
	p := &plan{state: s, now: now}
	for _, g := range i.groups {
		p.group(g)
	}
	p.rules(i.rules)
	return p
}

func (p *plan) report(item ReportItem, outcome Outcome, reason string) {
	item.Outcome, item.Reason = outcome, reason
	p.items = append(p.items, item)
}

func (p *plan) group(w wantedGroup) {
	old, exists := p.state.Group(w.item.Name)
	if !exists {
		g := events.Group{Name: w.item.Name, Comment: w.comment, Criteria: w.criteria, CreatedAt: p.now, ModifiedAt: p.now}
		p.facts = append(p.facts, events.GroupDefined{Group: g})
		p.report(w.item, OutcomeCreated, "")
		return
	}
	g := old
	if !sameMembers(old.Criteria, w.criteria) {
		g.Criteria = w.criteria
	}
	if w.comment != "" {
		g.Comment = w.comment
	}
	changed := changedAt(p.now, old, g)
	if len(changed) == 0 {
		p.report(w.item, OutcomeUnchanged, "")
		return
	}
	p.facts = append(p.facts, changed...)
	p.report(w.item, OutcomeChanged, "")
}

func (p *plan) rules(wanted []wantedRule) {
	there := make(map[string]bool, p.state.RuleCount())
	for r := range p.state.Rules() {
		there[identity(r)] = true
	}
	pool := newIDPool(p.state)
	var fresh []events.NetworkRule
	for _, w := range wanted {
		if there[identity(w.rule)] {
			p.report(w.item, OutcomeUnchanged, "")
			continue
		}
		if missing, ok := p.missing(w.rule); ok {
			p.report(w.item, OutcomeRefused, fmt.Sprintf("the group %q is not there; promote makes it", missing))
			continue
		}
		id, err := pool.draw()
		if err != nil {
			p.err = err
			p.report(w.item, OutcomeRefused, err.Error())
			continue
		}
		r := w.rule
		r.ID, r.CreatedAt, r.ModifiedAt = id, p.now, p.now
		fresh = append(fresh, r)
		p.report(w.item, OutcomeCreated, "")
	}
	p.facts = append(p.facts, placeAt(p.state, nil, fresh)...)
}

// missing returns a reserved group that the rule speaks of and the state does not have.
func (p *plan) missing(r events.NetworkRule) (string, bool) {
	for _, name := range []string{r.From, r.To} {
		if _, exists := p.state.Group(name); !exists && isFederalReserved(name) {
			return name, true
		}
	}
	return "", false
}

// identity tells rules apart by what they do. No part can contain the separator.
func identity(r events.NetworkRule) string {
	return strings.Join([]string{r.From, r.To, r.Ports, r.Action, strings.Join(r.Applications, ",")}, "\n")
}

// sameMembers reports whether two lists of criteria choose the same members.
func sameMembers(a, b []events.Criterion) bool {
	return slices.Equal(sortedCriteria(a), sortedCriteria(b))
}

func sortedCriteria(criteria []events.Criterion) []events.Criterion {
	out := slices.SortedFunc(slices.Values(criteria), func(a, b events.Criterion) int {
		return slices.Compare([]string{a.Key, a.Op, a.Value}, []string{b.Key, b.Op, b.Value})
	})
	return slices.Compact(out)
}
