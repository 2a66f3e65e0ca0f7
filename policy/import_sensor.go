package policy

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

func isSensor(k *kind) bool { return k == dlpSensorKind || k == wafSensorKind }

// ruleNumbers gives out the numbers of the rules of one kind of sensor.
type ruleNumbers struct {
	span idRange
	used map[uint32]bool
	next uint32 // below it none is free
}

func (p *planner) ruleNumbers(k *kind) *ruleNumbers {
	n := p.numbers[k]
	if n == nil {
		span := sensorRuleIDs[k.object]
		n = &ruleNumbers{span: span, used: p.usedRuleIDs(k), next: span.first}
		p.numbers[k] = n
	}
	return n
}

// draw returns the wanted number if it is free, or the lowest that is.
func (n *ruleNumbers) draw(wanted uint32) (uint32, bool) {
	id := wanted
	if id < n.span.first || id > n.span.last || n.used[id] {
		for n.used[n.next] {
			n.next++
		}
		id = n.next
	}
	n.used[id] = true
	return id, id <= n.span.last
}

// numbered gives the rules of a sensor their numbers: those that they had, otherwise those that the file gives
// them, otherwise free ones.
func (p *planner) numbered(w wanted, o, old events.Object) (events.Object, error) {
	k := w.config.kind()
	sensor, numbers := sensorOf(o), p.ruleNumbers(k)
	has, asked := map[string]uint32{}, map[string]uint32{}
	if old != nil {
		for _, r := range sensorOf(old).Rules {
			has[r.Name] = r.ID
		}
	}
	for _, r := range sensorRules(w.config) {
		asked[r.Name] = r.ID
	}
	sensor.Rules = slices.Clone(sensor.Rules)
	for i := range sensor.Rules {
		r, ok := &sensor.Rules[i], true
		if r.ID = has[r.Name]; r.ID == 0 {
			r.ID, ok = numbers.draw(asked[r.Name])
		}
		if !ok {
			return nil, fmt.Errorf("%w: all of %d to %d are taken; delete rules of a %s first",
				ErrOutOfIDs, numbers.span.first, numbers.span.last, k.word)
		}
	}
	if k == wafSensorKind {
		return events.WAFSensor{Sensor: sensor}, nil
	}
	return events.DLPSensor{Sensor: sensor}, nil
}

// sensorRules returns the rules that a file gives a sensor.
func sensorRules(c Config) []events.SensorRule {
	var rules *[]events.SensorRule
	switch c := c.(type) {
	case DLPConfig:
		rules = c.Rules
	case WAFConfig:
		rules = c.Rules
	}
	if rules == nil {
		return nil
	}
	return *rules
}

func unnumbered(s events.Sensor) events.Sensor {
	s.Rules = slices.Clone(s.Rules)
	for i := range s.Rules {
		s.Rules[i].ID = 0
	}
	return s
}
