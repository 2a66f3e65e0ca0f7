package policy

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/fedhub/fedhub/events"
)

// planner makes a draft of what a file asks for.
type planner struct {
	*draft
	file       *Imported
	blocked    map[events.About]string // why an object cannot be as the file says
	frozen     bool                    // objects that others speak of keep their targets
	refused    map[events.About]bool
	foundation map[events.About]events.Object
	numbers    map[*kind]*ruleNumbers
	items      []ReportItem
	err        error
}

// plan takes the file's objects kind by kind. Whether what others speak of still reaches them shows only at the end:
// then it begins anew without what does not.
func (i *Imported) plan(s *State, now time.Time) *planner {
	p := i.attempt(s, now, map[events.About]string{}, false)
	for _, frozen := range []bool{false, true} {
		stranded := p.stranded()
		if len(stranded) == 0 {
			break
		}
		maps.Copy(stranded, p.blocked)
		p = i.attempt(s, now, stranded, frozen)
	}
	return p
}

func (i *Imported) attempt(s *State, now time.Time, blocked map[events.About]string, frozen bool) *planner {
	p := &planner{
		draft: newDraft(s, now), file: i, blocked: blocked, frozen: frozen, refused: map[events.About]bool{},
		foundation: map[events.About]events.Object{}, numbers: map[*kind]*ruleNumbers{},
	}
	if s.scope == ScopeFederal {
		p.lay(now)
	}
	for _, k := range kindTable {
		if k.naming == byNumber {
			p.rules(k, i.wanted[k])
			continue
		}
		for _, w := range i.wanted[k] {
			p.one(w)
		}
	}
	return p
}

// lay notes what only promote makes.
func (p *planner) lay(now time.Time) {
	facts, err := Foundation()(NewState(ScopeFederal), now)
	if err != nil {
		p.err = err
	}
	for _, f := range facts {
		if d, ok := f.(events.Definition); ok {
			p.foundation[d.Object().About()] = d.Object()
		}
	}
}

func (p *planner) report(w wanted, outcome Outcome, reason string) {
	p.items = append(p.items, w.item.because(outcome, reason))
}

func (p *planner) refuse(w wanted, why string) {
	if w.config.kind().naming != byNumber {
		p.refused[w.about()] = true
	}
	p.report(w, OutcomeRefused, why)
}

// fail refuses w, and all of the import when there is no number left.
func (p *planner) fail(w wanted, err error) {
	if errors.Is(err, ErrOutOfIDs) {
		p.err = err
	}
	p.refuse(w, err.Error())
}

func (w wanted) about() events.About {
	return events.About{Kind: w.config.kind().object, Name: w.config.about()}
}

// lacking says which refused object w needs, or "".
func (p *planner) lacking(w wanted) string {
	for _, of := range w.needs {
		_, blocked := p.blocked[of]
		switch _, _, is := p.Object(of); {
		case blocked || p.refused[of] || p.file.wrong[of]:
			return fmt.Sprintf("its %s %q is refused", kindOf(of.Kind).word, of.Name)
		case !is && p.foundation[of] != nil:
			return fmt.Sprintf("the %s %q is not there; promote makes it", kindOf(of.Kind).word, of.Name)
		}
	}
	return ""
}

// one takes an object that goes by a name, belongs to a group, or is the only one of its kind.
func (p *planner) one(w wanted) {
	k, about := w.config.kind(), w.about()
	old, _, exists := p.Object(about)
	made := p.foundation[about]
	why, blocked := p.blocked[about]
	switch lacking := p.lacking(w); {
	case blocked:
		p.refuse(w, why)
	case lacking != "":
		p.refuse(w, lacking)
	case exists && k.fixture(old) != "":
		p.fixed(w, old)
	case made != nil && !exists:
		p.lost(w, made)
	case exists:
		p.change(w, old)
	default:
		p.create(w)
	}
}

// normal returns what the file makes of an object, which is nil for a new one.
func (p *planner) normal(w wanted, old events.Object) (events.Object, error) {
	c := w.config
	if g, is := c.(GroupConfig); is && old != nil && g.Criteria != nil {
		if was, _ := old.(events.Group); sameMembers(was.Criteria, *g.Criteria) { //nolint:errcheck // a group has no other kind
			g.Criteria = nil
			c = g
		}
	}
	state := p.State
	if isSensor(c.kind()) {
		state = NewState(p.scope) // the rules get their numbers afterwards
	}
	o, err := state.result(c, c.about(), old, fromFile, nil, p.now)
	if err == nil && isSensor(c.kind()) {
		o, err = p.numbered(w, o, old)
	}
	if err == nil {
		err = p.checkReferences(o, o)
	}
	return o, err
}

func (p *planner) create(w wanted) {
	o, err := p.normal(w, nil)
	if err != nil {
		p.fail(w, err)
		return
	}
	p.record(w.extra.dated(o).Defined())
	p.report(w, OutcomeCreated, "")
}

// dated returns a new object with the times that an extension, which may be nil, gives it.
func (e *extension) dated(o events.Object) events.Object {
	meta := o.Common()
	if e != nil && e.CreatedAt != nil {
		meta.CreatedAt = *e.CreatedAt
	}
	if e != nil && e.ModifiedAt != nil {
		meta.ModifiedAt = *e.ModifiedAt
	}
	return o.WithMeta(meta)
}

func (p *planner) change(w wanted, old events.Object) {
	o, err := p.normal(w, old)
	switch {
	case err != nil:
		p.fail(w, err)
	case sameContent(old, o):
		p.report(w, OutcomeUnchanged, "")
	case p.frozen && o.Common().Targets != old.Common().Targets && w.config.kind().naming == byName:
		p.refuse(w, "its targets cannot be changed together with those of what speaks of it; change them one by one")
	default:
		p.record(o.Defined())
		p.report(w, OutcomeChanged, "")
	}
}

// fixed compares what the file says with an object that cannot be changed by a file.
func (p *planner) fixed(w wanted, old events.Object) {
	if p.alike(w, old) {
		p.report(w, OutcomeUnchanged, "")
		return
	}
	p.report(w, OutcomeSkipped, fmt.Sprintf("the %s is made by promote, and a file does not change it", w.config.kind().word))
}

// lost makes an object of the foundation that an export has and the state does not.
func (p *planner) lost(w wanted, made events.Object) {
	switch {
	case w.extra == nil || !w.extra.Reserved:
		p.refuse(w, "it is not there; promote makes it")
	case isSensor(w.config.kind()) && p.alike(w, made):
		p.record(w.extra.dated(made).Defined())
		p.report(w, OutcomeCreated, "")
	case isSensor(w.config.kind()):
		p.refuse(w, "it is not the one that promote makes")
	default:
		o, err := p.normal(w, made)
		if err != nil {
			p.fail(w, err)
			return
		}
		p.record(w.extra.dated(o).Defined())
		p.report(w, OutcomeCreated, "")
	}
}

// alike reports whether the file says of an object of the foundation what it is.
func (p *planner) alike(w wanted, o events.Object) bool {
	if !isSensor(w.config.kind()) {
		now, err := p.normal(w, o)
		return err == nil && sameContent(o, now)
	}
	now, err := NewState(p.scope).result(w.config, w.config.about(), nil, fromFile, nil, p.now)
	if err != nil {
		return false
	}
	was, is := sensorOf(o), sensorOf(now)
	was.Predefined = false
	return sameContent(events.DLPSensor{Sensor: unnumbered(was)}, events.DLPSensor{Sensor: unnumbered(is)})
}

// stranded returns the objects whose new targets do not reach what speaks of them.
func (p *planner) stranded() map[events.About]string {
	out := map[events.About]string{}
	for _, about := range p.order {
		o, _, is := p.Object(about)
		before, _, was := p.was.Object(about)
		if !is || !was {
			continue
		}
		if err := p.checkReferences(o, before); err != nil {
			out[about] = err.Error()
		}
	}
	return out
}
