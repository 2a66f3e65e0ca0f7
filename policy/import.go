package policy

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Outcome says what becomes of a part of an imported file.
type Outcome string

// The outcomes.
const (
	OutcomeCreated   Outcome = "created"
	OutcomeChanged   Outcome = "changed"
	OutcomeUnchanged Outcome = "unchanged"
	OutcomeSkipped   Outcome = "skipped" // this version has no place for it
	OutcomeRefused   Outcome = "refused" // it is wrong, or what it needs is
)

// ReportItem says what becomes of one part of an imported file.
type ReportItem struct {
	Kind    string // "group", "rule", "process", or what else the file calls it
	Name    string
	File    string
	Line    int // from 1
	Outcome Outcome
	Reason  string // empty for what is taken
}

// Imported is what a file asks for. It does not change and knows no state: its Decision and its Report may be
// asked against any.
type Imported struct {
	scope  Scope
	groups []wantedGroup
	rules  []wantedRule
	left   []ReportItem // what is not taken, whatever the state
}

// wantedGroup is a group that the file defines.
type wantedGroup struct {
	item     ReportItem
	criteria []events.Criterion
	comment  string
}

// wantedRule is a rule that the file defines, in normal form and without id and rank.
type wantedRule struct {
	item ReportItem
	rule events.NetworkRule
}

// Import reads NeuVector's custom resources NvSecurityRule and NvClusterSecurityRule from YAML or JSON: one
// document or several, resources, lists of them, or both. Their targets and selectors become groups, their
// ingress and egress rules become network rules: resource by resource in the order
// of the file, and of each resource the ingress rules first, as NeuVector takes them. Names get the prefix "fed." in the
// federal scope; "containers" becomes the reserved group fed.containers.
//
// What the file asks for and this version does not do, or what is wrong with one object, is in the report;
// the other objects are taken. An error wraps [ErrImport] or [ErrTooLarge], means that the file cannot be read
// at all, and names the file and, where there is one, the line.
func Import(file string, data []byte, scope Scope) (*Imported, error) {
	documents, err := readDocuments(file, data)
	if err != nil {
		return nil, err
	}
	r := newResourceReader(file, scope)
	for _, d := range documents {
		r.resource(d)
	}
	return r.finish()
}

// Decision returns what makes one change set of everything that is taken. Groups that have the wanted
// members and rules that are there stay untouched, so a second import changes nothing; a rule is there when
// one leads from and to the same groups with the same ports, applications and action. New rules come last,
// in the order of the file. It refuses with [ErrOutOfIDs], [ErrTooLarge], and with [ErrNotAllowed] on a state of
// another scope than the one that the file was read for.
func (i *Imported) Decision() Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		if s.scope != i.scope {
			return nil, fmt.Errorf("%w: the file was read for %q and this is %q", ErrNotAllowed, i.scope, s.scope)
		}
		p := i.plan(s, now)
		return p.facts, p.err
	}).bounded()
}

// Report returns what the Decision does, part by part and in the order of the file, when it is taken on s.
func (i *Imported) Report(s *State) []ReportItem {
	items := append(slices.Clone(i.left), i.plan(s, time.Time{}).items...)
	slices.SortStableFunc(items, func(a, b ReportItem) int { return cmp.Compare(a.Line, b.Line) })
	return items
}
