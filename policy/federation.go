package policy

import (
	"time"

	"github.com/fedhub/fedhub/events"
)

// The reserved groups of a federation.
const (
	// FederalNodes is every node of every cluster.
	FederalNodes = fedPrefix + "nodes"
	// FederalContainers is every container of every cluster.
	FederalContainers = fedPrefix + "containers"
)

// Foundation makes what every federation has from promote on: the reserved groups and the predefined sensors.
// It changes nothing where they exist.
func Foundation() Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		d := newDraft(s, now)
		if err := d.try(FederationGroups()); err != nil {
			return nil, err
		}
		for _, o := range predefinedSensors(now) {
			if _, _, exists := s.Object(o.About()); !exists {
				d.record(o.Defined())
			}
		}
		return d.facts(), nil
	}).guarded()
}

// FederationGroups makes the reserved groups of a federation, which are there from promote on. It changes
// nothing where they exist.
func FederationGroups() Decision {
	return Decision(func(s *State, now time.Time) ([]events.Fact, error) {
		var facts []events.Fact
		for _, g := range []events.Group{
			{Name: FederalContainers, Criteria: []events.Criterion{{Key: "container", Value: "*", Op: opEqual}}},
			{Name: FederalNodes, Criteria: []events.Criterion{{Key: "node", Value: "*", Op: opEqual}}},
		} {
			if _, exists := s.Group(g.Name); exists {
				continue
			}
			g.Reserved, g.CreatedAt, g.ModifiedAt = true, now, now
			facts = append(facts, events.GroupDefined{Group: g})
		}
		return facts, nil
	}).guarded()
}

func isFederalReserved(name string) bool { return name == FederalNodes || name == FederalContainers }
