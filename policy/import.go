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
	OutcomeSkipped   Outcome = "skipped" // this version has no place for it, or it is there twice
	OutcomeRefused   Outcome = "refused" // it is wrong, or what it needs is
)

// ReportItem says what becomes of one part of an imported file.
type ReportItem struct {
	Kind    string // that of an object, as in [events.ObjectKind], or what the file calls the part
	Name    string
	File    string
	Line    int // from 1
	Outcome Outcome
	Reason  string // empty for what is taken
}

// Imported is what a file asks for. It does not change and knows no state: its Plan may be asked against any.
type Imported struct {
	scope  Scope
	wanted map[*kind][]wanted
	wrong  map[events.About]bool // objects of which the file says something wrong
	left   []ReportItem          // what is not taken, whatever the state
}

// wanted is an object that the file defines.
type wanted struct {
	item   ReportItem
	config Config
	extra  *extension     // nil: nothing that only an export says
	needs  []events.About // what it speaks of
}

// Import reads policy from YAML or JSON: one document or several. It takes NeuVector's custom resources, lists of
// them, and what its REST interface answers and takes. What they say of one object becomes that object;
// network rules become rules in the order of the file, of each resource the ingress rules first, as NeuVector takes
// them. Names get the prefix "fed." in the federal scope; "containers" becomes the reserved group fed.containers.
// Numbers of objects are not taken, except from what [Export] wrote.
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
		r.document(d)
	}
	return r.finish()
}

// Plan returns the facts that make one change set of everything that is taken, and what becomes of every part, in
// the order of the file. A second import changes nothing:
//
//   - An object that goes by a name, or belongs to a group, becomes what the file says of it. What the file does
//     not say stays, and a group that has the wanted members stays untouched.
//   - A network rule is there when one leads from and to the same groups with the same ports, applications and
//     action. An admission or response rule is there when one says the same. New rules come last, in the order of
//     the file.
//   - What [Export] wrote keeps its number, place and times where it is new. A rule whose number another rule has
//     gets a free one. Between rules that are there, a new one goes where the file has it.
//   - What is made by promote is skipped where it differs.
//
// Plan refuses with [ErrOutOfIDs], and with [ErrNotAllowed] on a state of another scope than the one that the file
// was read for; the report is then what it can be.
func (i *Imported) Plan(s *State, now time.Time) ([]events.Fact, []ReportItem, error) {
	var report []ReportItem
	facts, err := Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		if s.scope != i.scope {
			return nil, fmt.Errorf("%w: the file was read for %q and this is %q", ErrNotAllowed, i.scope, s.scope)
		}
		p := i.plan(s, now)
		report = i.report(p)
		return p.facts(), p.err
	}).guarded()(s, now)
	return facts, report, err
}

// Decision returns the decision that Plan makes.
func (i *Imported) Decision() Decision {
	return func(s *State, now time.Time) ([]events.Fact, error) {
		facts, _, err := i.Plan(s, now)
		return facts, err
	}
}

// Report returns what the Decision does, part by part and in the order of the file, when it is taken on s.
func (i *Imported) Report(s *State) []ReportItem { return i.report(i.plan(s, time.Time{})) }

func (i *Imported) report(p *planner) []ReportItem {
	items := slices.Concat(i.left, p.items)
	slices.SortStableFunc(items, func(a, b ReportItem) int { return cmp.Compare(a.Line, b.Line) })
	return items
}
