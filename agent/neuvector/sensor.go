package neuvector

import (
	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// maxSensorComment is how many bytes NeuVector takes as the comment of a sensor.
const maxSensorComment = 256

// sensors takes the sensors of one scope.
func (p *planner) sensors(s *policy.State) {
	for o := range policy.All[events.DLPSensor](s) {
		p.sensor(kindDLP, o.Sensor, o.About())
	}
	for o := range policy.All[events.WAFSensor](s) {
		p.sensor(kindWAF, o.Sensor, o.About())
	}
}

func (p *planner) sensor(kind apply.Kind, s events.Sensor, about events.About) {
	name := resourceName(s.Name) // NeuVector wants one name for the resource and for the sensor
	out := sensor{Name: name, Comment: sign(s.Name, s.Comment), Rules: make([]sensorRule, 0, len(s.Rules))}
	if len(out.Comment) > maxSensorComment {
		out.Comment = s.Comment
	}
	for _, r := range s.Rules {
		out.Rules = append(out.Rules, sensorRule{Name: r.Name, Patterns: list(r.Patterns)})
	}
	p.add(kind, name, sensorSpec{out}, []events.About{about})
}
