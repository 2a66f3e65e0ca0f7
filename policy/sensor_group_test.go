package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestSensorGroupConfig(t *testing.T) {
	used := func(name, action, comment string) events.SensorUsed {
		return events.SensorUsed{Name: name, Action: action, Comment: comment}
	}
	old := events.SensorGroup{
		Group: "fed.web", Sensors: []events.SensorUsed{used("fed.a", "deny", "x"), used("fed.c", "allow", "")}, Meta: events.Meta{CreatedAt: noon},
	}
	with := func(sensors ...events.SensorUsed) events.SensorGroup {
		g := old
		g.Sensors = sensors
		return g
	}
	for name, tt := range map[string]struct {
		old  bool
		when string
		want events.SensorGroup
	}{
		"new": {when: `{"name":"fed.web"}`, want: events.SensorGroup{Group: "fed.web", Status: true}},
		"every field": {
			when: `{"name":"fed.web","status":false,"cfg_type":"federal","replace":[{"name":"fed.c","action":"allow","exist":true},{"name":"fed.a","action":"deny","comment":"x"}]}`,
			want: events.SensorGroup{Group: "fed.web", Sensors: old.Sensors},
		},
		"nothing":     {old: true, when: `{"name":"fed.web"}`, want: old},
		"status":      {old: true, when: `{"status":true}`, want: func() events.SensorGroup { g := old; g.Status = true; return g }()},
		"none":        {old: true, when: `{"replace":[]}`, want: with()},
		"add, change": {old: true, when: `{"sensors":[{"name":"fed.c","action":"deny"},{"name":"fed.b","action":"allow"}]}`, want: with(used("fed.a", "deny", "x"), used("fed.b", "allow", ""), used("fed.c", "deny", ""))},
		"delete":      {old: true, when: `{"delete":["fed.c"]}`, want: with(used("fed.a", "deny", "x"))},
		"delete, add": {old: true, when: `{"delete":["fed.c"],"sensors":[{"name":"fed.c","action":"deny"}]}`, want: with(used("fed.a", "deny", "x"), used("fed.c", "deny", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, facts{group("fed.web")})
			for _, kind := range []struct {
				*kind
				of func(events.SensorGroup) events.Object
			}{
				{dlpGroupKind, func(g events.SensorGroup) events.Object { return events.DLPGroup{SensorGroup: g} }},
				{wafGroupKind, func(g events.SensorGroup) events.Object { return events.WAFGroup{SensorGroup: g} }},
			} {
				var was events.Object
				if tt.old {
					was = kind.of(old)
				}
				got, err := settled(t, kind.kind, was, s, tt.when)
				if err != nil {
					t.Fatal(err)
				}
				same(t, got, kind.of(tt.want))
			}
			same(t, old.Sensors, []events.SensorUsed{used("fed.a", "deny", "x"), used("fed.c", "allow", "")})
		})
	}
}

func TestSensorGroupConfig_refuses(t *testing.T) {
	put := func(sensors string) string { return `{"name":"fed.web","sensors":[` + sensors + `]}` }
	many := make([]string, 257)
	for i := range many {
		many[i] = fmt.Sprintf(`{"name":"fed.s%d","action":"deny"}`, i)
	}
	for name, tt := range map[string]struct {
		when  string
		want  error
		words string
	}{
		"local sensor":           {when: put(`{"name":"a","action":"deny"}`), want: ErrInvalid, words: "Federal group must use federal sensor and vice versa!"},
		"local group":            {when: `{"name":"web","sensors":[{"name":"fed.a","action":"deny"}]}`, want: ErrInvalid, words: "Federal group must use federal sensor and vice versa!"},
		"no action":              {when: put(`{"name":"fed.a"}`), want: ErrInvalid, words: "allow or deny"},
		"unknown action":         {when: put(`{"name":"fed.a","action":"alert"}`), want: ErrInvalid, words: "alert"},
		"comment too long":       {when: put(`{"name":"fed.a","action":"deny","comment":"` + strings.Repeat("a", 257) + `"}`), want: ErrTooLarge, words: "257"},
		"twice, and not as one":  {when: put(`{"name":"fed.a","action":"deny"},{"name":"fed.a","action":"allow"}`), want: ErrInvalid, words: "twice"},
		"delete what is missing": {when: `{"name":"fed.web","delete":["fed.a"]}`, want: ErrNotFound, words: `sensor "fed.a"`},
		"too many":               {when: put(strings.Join(many, ",")), want: ErrTooLarge, words: "257"},
		"addresses":              {when: `{"name":"fed.net"}`, want: ErrInvalid, words: "addresses"},
		"nodes":                  {when: `{"name":"fed.nodes"}`, want: ErrInvalid, words: "nodes"},
		"no names":               {when: `{"name":"fed.web","delete":[{"name":"fed.a"}]}`, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, facts{group("fed.web"), addresses("fed.net")})
			for _, k := range []*kind{dlpGroupKind, wafGroupKind} {
				_, err := settled(t, k, nil, s, tt.when)
				refused(t, err, tt.want, tt.words)
			}
		})
	}
}

func TestSensorGroupKinds_speakOfGroupAndSensors(t *testing.T) {
	g := events.SensorGroup{Group: "fed.web", Sensors: []events.SensorUsed{{Name: "fed.a"}, {Name: "fed.b"}}}
	same(t, dlpGroupKind.refs(events.DLPGroup{SensorGroup: g}), []events.About{
		{Kind: events.ObjectGroup, Name: "fed.web"}, {Kind: events.ObjectDLPSensor, Name: "fed.a"}, {Kind: events.ObjectDLPSensor, Name: "fed.b"},
	})
	same(t, wafGroupKind.refs(events.WAFGroup{SensorGroup: g}), []events.About{
		{Kind: events.ObjectGroup, Name: "fed.web"}, {Kind: events.ObjectWAFSensor, Name: "fed.a"}, {Kind: events.ObjectWAFSensor, Name: "fed.b"},
	})
}

func TestSensor_staysWhileAGroupUsesIt(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.web")})
	rules := &[]events.SensorRule{sensorRule("r", 0, "a")}
	uses := SensorGroupConfig{Name: "fed.web", Sensors: []events.SensorUsed{{Name: "fed.a", Action: "deny"}}}
	for _, tt := range []struct {
		sensor, group Config
	}{
		{DLPConfig{SensorConfig{Name: "fed.a", Rules: rules}}, DLPGroupConfig{uses}},
		{WAFConfig{SensorConfig{Name: "fed.a", Rules: rules}}, WAFGroupConfig{uses}},
	} {
		kind := tt.sensor.kind()
		_, err := Put(tt.group)(s, noon)
		refused(t, err, ErrInvalid, `cannot find the `+kind.word+` "fed.a"`)
		must(t, s, Create(tt.sensor))
		must(t, s, Put(tt.group))
		_, err = Remove(kind.object, "fed.a")(s, noon)
		refused(t, err, ErrInUse, tt.group.kind().word+" fed.web")
	}
}

func TestGroup_takesItsProfilesWithIt(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.web"), group("fed.db")})
	for _, c := range []Config{
		ProcessConfig{Group: "fed.web"},
		FileConfig{Group: "fed.web"},
		DLPGroupConfig{SensorGroupConfig{Name: "fed.web"}},
		WAFGroupConfig{SensorGroupConfig{Name: "fed.web"}},
		ProcessConfig{Group: "fed.db"},
		ResponseConfig{
			Group: new("fed.web"), Event: new("event"), Actions: &[]string{"quarantine"},
			Conditions: &[]events.ResponseCondition{{Type: "level", Value: "Info"}},
		},
	} {
		must(t, s, Put(c))
	}
	same(t, len(must(t, s, Remove(events.ObjectGroup, "fed.web"))), 6)
	_, left := Get[events.ProcessProfile](s, "fed.db")
	same(t, left, true)
}
