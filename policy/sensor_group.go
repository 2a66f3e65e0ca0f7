package policy

import (
	"fmt"

	"github.com/fedhub/fedhub/events"
)

// sensorGroupLimits are the same for DLP and WAF. The names and comments of a group's sensors are bounded like
// those of sensors.
var sensorGroupLimits = limits{name: MaxNameLen, parts: 256, text: maxSensorComment}

var dlpGroupKind = &kind{
	object: events.ObjectDLPGroup,
	word:   "dlp group",
	naming: byGroup,
	limits: sensorGroupLimits,
	parse:  parseConfig[DLPGroupConfig],
	refs: func(o events.Object) []events.About {
		g, _ := o.(events.DLPGroup) //nolint:errcheck // the kind has no others
		return sensorsUsed(events.ObjectDLPSensor, g.SensorGroup)
	},
	cascade: true,
}

var wafGroupKind = &kind{
	object: events.ObjectWAFGroup,
	word:   "waf group",
	naming: byGroup,
	limits: sensorGroupLimits,
	parse:  parseConfig[WAFGroupConfig],
	refs: func(o events.Object) []events.About {
		g, _ := o.(events.WAFGroup) //nolint:errcheck // the kind has no others
		return sensorsUsed(events.ObjectWAFSensor, g.SensorGroup)
	},
	cascade: true,
}

// sensorsUsed returns what g speaks of.
func sensorsUsed(kind events.ObjectKind, g events.SensorGroup) []events.About {
	out := []events.About{{Kind: events.ObjectGroup, Name: g.Group}}
	for _, sensor := range g.Sensors {
		out = append(out, events.About{Kind: kind, Name: sensor.Name})
	}
	return out
}

// SensorGroupConfig is what a request says about the sensors of a group. The lists are obeyed in the order in
// which they stand here.
type SensorGroupConfig struct {
	Name    string               `json:"name"`              // of the group
	Status  *bool                `json:"status,omitempty"`  // whether the sensors look at all; at first they do
	Replace *[]events.SensorUsed `json:"replace,omitempty"` // all of its sensors
	Delete  []string             `json:"delete,omitempty"`  // names of sensors that go
	Sensors []events.SensorUsed  `json:"sensors,omitempty"` // sensors that come or are replaced
	Claims
}

// DLPGroupConfig is what a request says about the DLP sensors of a group.
type DLPGroupConfig struct{ SensorGroupConfig }

// WAFGroupConfig is what a request says about the WAF sensors of a group.
type WAFGroupConfig struct{ SensorGroupConfig }

func (DLPGroupConfig) kind() *kind        { return dlpGroupKind }
func (WAFGroupConfig) kind() *kind        { return wafGroupKind }
func (c SensorGroupConfig) about() string { return c.Name }

func (c DLPGroupConfig) onto(old events.Object, s *State) (events.Object, error) {
	was, exists := old.(events.DLPGroup)
	g, err := c.group(dlpGroupKind, was.SensorGroup, exists, s)
	if err != nil {
		return nil, err
	}
	return events.DLPGroup{SensorGroup: g}, nil
}

func (c WAFGroupConfig) onto(old events.Object, s *State) (events.Object, error) {
	was, exists := old.(events.WAFGroup)
	g, err := c.group(wafGroupKind, was.SensorGroup, exists, s)
	if err != nil {
		return nil, err
	}
	return events.WAFGroup{SensorGroup: g}, nil
}

// group returns what the request makes of g.
func (c SensorGroupConfig) group(k *kind, g events.SensorGroup, exists bool, s *State) (events.SensorGroup, error) {
	if !exists {
		g.Group, g.Status = c.Name, true
	}
	set(&g.Status, c.Status)
	if err := s.checkWorkloads(k, g.Group); err != nil {
		return g, err
	}
	gone := make([]events.SensorUsed, 0, len(c.Delete))
	for _, name := range c.Delete {
		gone = append(gone, events.SensorUsed{Name: name})
	}
	var err error
	g.Sensors, err = entries[events.SensorUsed]{
		word: "sensor", most: k.limits.parts,
		key:    func(u events.SensorUsed) string { return u.Name },
		normal: func(u events.SensorUsed) (events.SensorUsed, error) { return u, checkSensorUsed(g.Group, u) },
		all:    c.Replace, gone: gone, put: c.Sensors,
	}.onto(g.Sensors)
	return g, err
}

func checkSensorUsed(group string, u events.SensorUsed) error {
	switch {
	case federal(u.Name) != federal(group):
		return fmt.Errorf("%w: Federal group must use federal sensor and vice versa! Either both %q and %q begin with %q or none",
			ErrInvalid, group, u.Name, fedPrefix)
	case u.Action != ActionAllow && u.Action != ActionDeny:
		return fmt.Errorf("%w: action %q of sensor %q; use %s or %s", ErrInvalid, u.Action, u.Name, ActionAllow, ActionDeny)
	}
	return checkSensorComment(u.Comment)
}
