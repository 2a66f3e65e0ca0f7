package policy

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
)

// maxSensorComment is the longest comment of a sensor, and of its use by a group, in bytes.
const maxSensorComment = 256

// sensorLimits are those of NeuVector, which has none for the rules of a sensor.
var sensorLimits = limits{name: 256, comment: maxSensorComment, parts: 64, text: 512}

var dlpSensorKind = &kind{
	object: events.ObjectDLPSensor,
	word:   "dlp sensor",
	naming: byName,
	limits: sensorLimits,
	parse:  parseConfig[DLPConfig],
	fixed:  fixedSensor,
	keeps:  true,
}

var wafSensorKind = &kind{
	object: events.ObjectWAFSensor,
	word:   "waf sensor",
	naming: byName,
	limits: sensorLimits,
	parse:  parseConfig[WAFConfig],
	fixed:  fixedSensor,
	keeps:  true,
}

// The numbers that the rules of sensors get. An enforcer knows a rule by its number, so a rule keeps it.
var (
	sensorRuleIDs = map[events.ObjectKind]idRange{
		events.ObjectDLPSensor: {20_000, 29_999},
		events.ObjectWAFSensor: {40_000, 50_000},
	}
	predefinedRuleIDs = idRange{35_000, 39_999} // of the federation's own DLP sensors
)

// SensorConfig is what a request says about a sensor. The lists are obeyed in the order in which they stand
// here; a rule is told from others of its sensor by its name. Numbers of rules are not the client's to say.
type SensorConfig struct {
	Name    string               `json:"name"`
	Comment *string              `json:"comment,omitempty"`
	Rules   *[]events.SensorRule `json:"rules,omitempty"`  // all of its rules
	Delete  []events.SensorRule  `json:"delete,omitempty"` // rules that go
	Change  []events.SensorRule  `json:"change,omitempty"` // rules that come or are replaced
	Claims
}

// DLPConfig is what a request says about a DLP sensor.
type DLPConfig struct{ SensorConfig }

// WAFConfig is what a request says about a WAF sensor.
type WAFConfig struct{ SensorConfig }

func (DLPConfig) kind() *kind        { return dlpSensorKind }
func (WAFConfig) kind() *kind        { return wafSensorKind }
func (c SensorConfig) about() string { return c.Name }

func (c DLPConfig) onto(old events.Object, s *State) (events.Object, error) {
	was, exists := old.(events.DLPSensor)
	sensor, err := c.sensor(dlpSensorKind, was.Sensor, exists, s)
	if err != nil {
		return nil, err
	}
	return events.DLPSensor{Sensor: sensor}, nil
}

func (c WAFConfig) onto(old events.Object, s *State) (events.Object, error) {
	was, exists := old.(events.WAFSensor)
	sensor, err := c.sensor(wafSensorKind, was.Sensor, exists, s)
	if err != nil {
		return nil, err
	}
	return events.WAFSensor{Sensor: sensor}, nil
}

// sensor returns what the request makes of o, a sensor of kind k.
func (c SensorConfig) sensor(k *kind, o events.Sensor, exists bool, s *State) (events.Sensor, error) {
	switch {
	case o.Predefined:
		return o, fmt.Errorf("%w: sensor %q is predefined and cannot be changed; make one of your own", ErrReserved, o.Name)
	case !exists && len(c.Delete)+len(c.Change) > 0:
		return o, fmt.Errorf("%w: a new sensor is made with rules; there is nothing to change or delete yet", ErrInvalid)
	case !exists:
		o.Name = c.Name
	}
	set(&o.Comment, c.Comment)
	if err := checkSensorComment(o.Comment); err != nil {
		return o, err
	}
	rules, err := entries[events.SensorRule]{
		word: "rule", most: sensorLimits.parts, normal: normalSensorRule,
		key: func(r events.SensorRule) string { return r.Name },
		all: c.Rules, gone: c.Delete, put: c.Change,
	}.onto(o.Rules)
	if err != nil {
		return o, err
	}
	err = s.numberRules(k, rules, o.Rules)
	o.Rules = rules
	return o, err
}

func normalSensorRule(r events.SensorRule) (events.SensorRule, error) {
	r.ID = 0
	switch {
	case len(r.Name) > sensorLimits.name:
		return r, fmt.Errorf("%w: the name of a rule has %d bytes; at most %d are allowed",
			ErrTooLarge, len(r.Name), sensorLimits.name)
	case !nameShape.MatchString(r.Name):
		return r, fmt.Errorf("%w: the rule's name %q; begin with a letter or a digit and use only letters, digits and . : _ -",
			ErrInvalid, r.Name)
	}
	var err error
	if r.Patterns, err = normalPatterns(r.Patterns, sensorLimits.text); err != nil {
		return r, fmt.Errorf("%s: %w", r.Name, err)
	}
	return r, nil
}

func checkSensorComment(comment string) error {
	if len(comment) > maxSensorComment {
		return fmt.Errorf("%w: a comment of %d bytes; at most %d are kept", ErrTooLarge, len(comment), maxSensorComment)
	}
	return checkComment(comment)
}

// numberRules gives each of a sensor's rules its number: the one that a rule of its name had, or the lowest that no
// rule of the kind has.
func (s *State) numberRules(k *kind, rules, was []events.SensorRule) error {
	span := sensorRuleIDs[k.object]
	next, used := span.first, map[uint32]bool(nil)
	for i := range rules {
		r := &rules[i]
		if at := slices.IndexFunc(was, func(w events.SensorRule) bool { return w.Name == r.Name }); at >= 0 {
			r.ID = was[at].ID
			continue
		}
		if used == nil {
			used = s.usedRuleIDs(k)
		}
		for used[next] {
			next++
		}
		if next > span.last {
			return fmt.Errorf("%w: all of %d to %d are taken; delete rules of a %s first",
				ErrOutOfIDs, span.first, span.last, k.word)
		}
		r.ID = next
		next++
	}
	return nil
}

// usedRuleIDs returns the numbers that rules of all sensors of kind k have, or will have when a rollout is
// through.
func (s *State) usedRuleIDs(k *kind) map[uint32]bool {
	used := map[uint32]bool{}
	note := func(o events.Object) {
		for _, r := range sensorOf(o).Rules {
			used[r.ID] = true
		}
	}
	for o := range s.Objects(k.object) {
		note(o)
	}
	s.staged.Scan(func(_ string, st staged) bool {
		if d, ok := st.fact.(events.Definition); ok && d.Object().About().Kind == k.object {
			note(d.Object())
		}
		return true
	})
	return used
}

// sensorOf returns the sensor of either kind that o is.
func sensorOf(o events.Object) events.Sensor {
	switch o := o.(type) {
	case events.DLPSensor:
		return o.Sensor
	case events.WAFSensor:
		return o.Sensor
	}
	return events.Sensor{}
}

func fixedSensor(o events.Object) string {
	if sensor := sensorOf(o); sensor.Predefined {
		return fmt.Sprintf("sensor %q is predefined and cannot be deleted", sensor.Name)
	}
	return ""
}
