package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Promote makes federated rules of a cluster's own: copies of the network or admission rules with the given
// numbers, last in the federated order, with the groups that they speak of and what belongs to those: their
// profiles, and the sensors that look at them. What is called web becomes fed.web; what the federation has
// under that name already is used when it says the same. The error wraps [ErrPromote].
func Promote(local *State, kind events.ObjectKind, ids []uint32) Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		p := promotion{draft: newDraft(s, now), local: local}
		for _, id := range ids {
			if err := p.rule(events.About{Kind: kind, Name: number(id)}); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrPromote, err)
			}
		}
		return p.facts(), nil
	}).guarded()
}

// promotion copies objects of a cluster's own policy into a draft of the federated one.
type promotion struct {
	*draft
	local *State
}

func (p *promotion) rule(about events.About) error {
	o, _, there := p.local.Object(about)
	if !there {
		return notFound(about)
	}
	k := kindOf(about.Kind)
	for _, of := range k.references(o) {
		if err := p.copy(of); err != nil {
			return err
		}
	}
	id, err := newIDPool(p.State, k).draw()
	if err != nil {
		return err
	}
	comment := "promoted from rule " + about.Name
	switch r := o.(type) {
	case events.NetworkRule:
		r.ID, r.From, r.To, r.Comment = id, promotedEnd(r.From), promotedEnd(r.To), comment
		o = r
	case events.AdmissionRule:
		r.ID, r.Comment = id, comment
		o = r
	default:
		return fmt.Errorf("%w: a %s cannot be promoted; only network and admission rules can", ErrInvalid, k.word)
	}
	o = o.WithMeta(events.Meta{CreatedAt: p.now, ModifiedAt: p.now})
	if err := p.checkReferences(o, nil); err != nil {
		return err
	}
	if k.rank == nil {
		p.record(o.Defined())
		return nil
	}
	for _, f := range placeAt(p.State, k, nil, []events.Object{o}) {
		p.record(f)
	}
	return nil
}

// copy copies a group or a sensor, and what belongs to a group.
func (p *promotion) copy(about events.About) error {
	o, _, there := p.local.Object(about)
	if !there {
		return notFound(about)
	}
	k := kindOf(about.Kind)
	o = promoted(o).WithMeta(events.Meta{CreatedAt: p.now, ModifiedAt: p.now})
	old, _, exists := p.Object(o.About())
	if k.naming == byName {
		if err := p.scope.checkName(k, o.About().Name); err != nil {
			return err
		}
	}
	if err := p.numberSensor(o, old); err != nil {
		return err
	}
	switch {
	case !exists:
		p.record(o.Defined())
	case !sameContent(old, o):
		return fmt.Errorf("%w: the federation has a %s %q which says something else than %q here; rename one of them",
			ErrExists, k.word, o.About().Name, about.Name)
	}
	if k != groupKind {
		return nil
	}
	for _, by := range p.local.Users(about) {
		if user := kindOf(by.Kind); user.naming != byGroup {
			continue // a rule is promoted by itself
		}
		belonging, _, _ := p.local.Object(by)
		for _, of := range kindOf(by.Kind).references(belonging) {
			if of.Kind == events.ObjectGroup {
				continue
			}
			if err := p.copy(of); err != nil {
				return err
			}
		}
		if err := p.copy(by); err != nil {
			return err
		}
	}
	return nil
}

// numberSensor gives the rules of a sensor that is about to be copied the numbers of the federation's.
func (p *promotion) numberSensor(o, old events.Object) error {
	rules := sensorOf(o).Rules
	if rules == nil {
		return nil
	}
	var had []events.SensorRule
	if old != nil {
		had = sensorOf(old).Rules
	}
	return p.numberRules(kindOf(o.About().Kind), rules, had)
}

// promoted returns what an object of a cluster's own is called and speaks of as one of the federation.
func promoted(o events.Object) events.Object {
	switch o := o.(type) {
	case events.Group:
		o.Name, o.Reserved = fedPrefix+o.Name, false
		return o
	case events.ProcessProfile:
		o.Group, o.Mode = fedPrefix+o.Group, ""
		return o
	case events.FileProfile:
		o.Group = fedPrefix + o.Group
		return o
	case events.DLPSensor:
		o.Name, o.Predefined, o.Rules = fedPrefix+o.Name, false, slices.Clone(o.Rules)
		return o
	case events.WAFSensor:
		o.Name, o.Predefined, o.Rules = fedPrefix+o.Name, false, slices.Clone(o.Rules)
		return o
	case events.DLPGroup:
		o.Group, o.Sensors = fedPrefix+o.Group, promotedSensors(o.Sensors)
		return o
	case events.WAFGroup:
		o.Group, o.Sensors = fedPrefix+o.Group, promotedSensors(o.Sensors)
		return o
	}
	return o
}

func promotedSensors(used []events.SensorUsed) []events.SensorUsed {
	out := slices.Clone(used)
	for i := range out {
		out[i].Name = fedPrefix + out[i].Name
	}
	return out
}

func promotedEnd(name string) string {
	switch {
	case name == endContainers:
		return FederalContainers
	case isSpecial(name):
		return name
	}
	return fedPrefix + name
}
