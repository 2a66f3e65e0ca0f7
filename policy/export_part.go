package policy

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// Part is what [ExportPart] takes out of a policy.
type Part struct {
	Kind           events.ObjectKind // groups, sensors, admission rules, response rules or webhooks
	Names          []string          // of what is taken, numbers as texts; nil: all of the kind
	AdmissionState bool              // with admission rules: the admission state, too
}

// partKinds are the kinds whose objects have resources of their own, or with others of the kind.
var partKinds = []events.ObjectKind{
	events.ObjectGroup, events.ObjectAdmissionRule, events.ObjectResponseRule,
	events.ObjectDLPSensor, events.ObjectWAFSensor, events.ObjectWebhook,
}

// ExportPart is [Export] for a part of a state, in YAML and as one document: NeuVector reads no more of a file with
// groups. That is a list of resources; where NeuVector has but one for all objects of the kind, it stands alone.
//
// Groups come with their profiles, their sensors and the network rules that lead to or from them; all groups come
// with all network rules.
//
// It refuses other kinds with [ErrInvalid] and names that the state does not have with [ErrNotFound].
func ExportPart(s *State, p Part) ([]byte, error) {
	if !slices.Contains(partKinds, p.Kind) {
		return nil, fmt.Errorf("%w: %q is not exported apart; use one of %q", ErrInvalid, p.Kind, partKinds)
	}
	for _, name := range p.Names {
		if _, _, is := s.Object(events.About{Kind: p.Kind, Name: name}); !is {
			return nil, fmt.Errorf("%s %q: %w", kindOf(p.Kind).word, name, ErrNotFound)
		}
	}
	list := p.resources(s)
	if alone := p.Kind == events.ObjectAdmissionRule || p.Kind == events.ObjectWebhook; alone && len(list) == 1 {
		return writeYAML(list)
	}
	return writeYAMLList(list)
}

func (p Part) resources(s *State) []resource {
	var chosen map[string]bool
	if p.Names != nil {
		chosen = map[string]bool{}
		for _, name := range p.Names {
			chosen[name] = true
		}
	}
	if p.Kind == events.ObjectGroup { // out of the whole state: its rules tell of other groups
		e := exporter{State: s, rules: map[string]*groupRules{}, chosen: chosen}
		return e.groups()
	}
	e := exporter{State: NewState(s.scope)}
	for o := range s.Objects(p.Kind) {
		if chosen == nil || chosen[o.About().Name] {
			e.put(o, 0, "")
		}
	}
	if a, ok := Get[events.AdmissionState](s, events.AdmissionState{}.About().Name); ok && p.AdmissionState {
		e.put(a, 0, "")
	}
	return e.resources()
}

// writeYAMLList writes resources as one document.
func writeYAMLList(resources []resource) ([]byte, error) {
	list, err := writeJSON(resources)
	if err != nil {
		return nil, err
	}
	document, err := readOwnJSON(list)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = appendYAML(&out, document)
	return out.Bytes(), err
}
