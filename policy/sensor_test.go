package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"

	"github.com/fedhub/fedhub/events"
)

// sensorRule is a rule with one pattern.
func sensorRule(name string, id uint32, value string) events.SensorRule {
	return events.SensorRule{Name: name, ID: id, Patterns: []events.Pattern{{Key: "pattern", Op: "regex", Value: value, Context: "packet"}}}
}

func dlpSensor(name string, rules ...events.SensorRule) events.DLPSensor {
	return events.DLPSensor{Sensor: events.Sensor{Name: name, Rules: rules, Meta: events.Meta{CreatedAt: noon}}}
}

func wafSensor(name string, rules ...events.SensorRule) events.WAFSensor {
	return events.WAFSensor{Sensor: dlpSensor(name, rules...).Sensor}
}

func TestSensorConfig(t *testing.T) {
	old := dlpSensor("fed.mine", sensorRule("a", 20001, "1"), sensorRule("c", 20004, "3"))
	old.Comment = "c"
	with := func(rules ...events.SensorRule) events.DLPSensor {
		o := old
		o.Rules = rules
		return o
	}
	fresh := func(o events.DLPSensor) events.DLPSensor { o.Meta = events.Meta{}; return o }
	for name, tt := range map[string]struct {
		old  events.Object
		when string
		want events.Object
	}{
		"new": {
			when: `{"name":"fed.x","cfg_type":"federal","rules":[
				{"name":"b","id":7,"cfg_type":"federal","patterns":[{"key":"pattern","op":"regex","value":"2"}]},
				{"name":"a","patterns":[{"op":"regex","value":"1","context":"packet"}]}]}`,
			want: fresh(dlpSensor("fed.x", sensorRule("a", 20000, "1"), sensorRule("b", 20002, "2"))),
		},
		"new, empty":  {when: `{"name":"fed.x","comment":"soon","change":[],"delete":[]}`, want: events.DLPSensor{Sensor: events.Sensor{Name: "fed.x", Comment: "soon"}}},
		"nothing":     {old: old, when: `{"name":"fed.mine"}`, want: old},
		"comment":     {old: old, when: `{"comment":""}`, want: func() events.Object { o := old; o.Comment = ""; return o }()},
		"other rules": {old: old, when: `{"rules":[{"name":"c","patterns":[{"op":"regex","value":"4"}]},{"name":"b","patterns":[{"op":"regex","value":"2"}]}]}`, want: with(sensorRule("b", 20000, "2"), sensorRule("c", 20004, "4"))},
		"no rules":    {old: old, when: `{"rules":[]}`, want: with()},
		"change":      {old: old, when: `{"change":[{"name":"c","id":5,"patterns":[{"op":"regex","value":"4"}]},{"name":"b","patterns":[{"op":"regex","value":"2"}]}]}`, want: with(sensorRule("a", 20001, "1"), sensorRule("b", 20000, "2"), sensorRule("c", 20004, "4"))},
		"delete":      {old: old, when: `{"delete":[{"name":"a"}]}`, want: with(sensorRule("c", 20004, "3"))},
		"delete, change": {
			old: old, when: `{"delete":[{"name":"a"}],"change":[{"name":"a","patterns":[{"op":"regex","value":"9"}]}]}`,
			want: with(sensorRule("a", 20001, "9"), sensorRule("c", 20004, "3")),
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, facts{
				old.Defined(), dlpSensor("fed.other", sensorRule("a", 20003, "1")).Defined(), wafSensor("fed.waf", sensorRule("a", 40000, "1")).Defined(),
			})
			got, err := settled(t, dlpSensorKind, tt.old, s, tt.when)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, tt.want)
			same(t, old.Rules, []events.SensorRule{sensorRule("a", 20001, "1"), sensorRule("c", 20004, "3")})
		})
	}
}

func TestSensorConfig_waf(t *testing.T) {
	s := given(t, ScopeLocal, facts{wafSensor("a", sensorRule("a", 40000, "1")).Defined(), dlpSensor("b", sensorRule("a", 40001, "1")).Defined()})
	got, err := settled(t, wafSensorKind, nil, s, `{"name":"x","rules":[{"name":"r","patterns":[{"op":"!regex","value":"a","context":"url"}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, events.WAFSensor{Sensor: events.Sensor{Name: "x", Rules: []events.SensorRule{
		{Name: "r", ID: 40001, Patterns: []events.Pattern{{Key: "pattern", Op: "!regex", Value: "a", Context: "url"}}},
	}}})
	got, err = settled(t, wafSensorKind, got, s, `{"change":[{"name":"s","patterns":[{"op":"regex","value":"b"}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	same(t, len(sensorOf(got).Rules), 2)
}

func TestSensorConfig_refuses(t *testing.T) {
	rules := func(list string) string { return `{"name":"fed.x","rules":[` + list + `]}` }
	rule := func(name string) string {
		return fmt.Sprintf(`{"name":%q,"patterns":[{"op":"regex","value":"a"}]}`, name)
	}
	many := make([]string, 65)
	for i := range many {
		many[i] = rule(fmt.Sprintf("r%d", i))
	}
	mine := dlpSensor("fed.mine", sensorRule("a", 20001, "1"))
	predefined := mine
	predefined.Predefined = true
	for name, tt := range map[string]struct {
		old   events.Object
		when  string
		want  error
		words string
	}{
		"new with changes":       {when: `{"name":"fed.x","change":[` + rule("a") + `]}`, want: ErrInvalid, words: "a new sensor is made with rules"},
		"new with deletions":     {when: `{"name":"fed.x","delete":[{"name":"a"}]}`, want: ErrInvalid, words: "a new sensor is made with rules"},
		"delete what is missing": {old: mine, when: `{"delete":[{"name":"b"}]}`, want: ErrNotFound, words: `rule "b"`},
		"predefined":             {old: predefined, when: `{"comment":"mine"}`, want: ErrReserved, words: "make one of your own"},
		"comment too long":       {when: `{"name":"fed.x","comment":"` + strings.Repeat("a", 257) + `"}`, want: ErrTooLarge, words: "257"},
		"too many rules":         {when: rules(strings.Join(many, ",")), want: ErrTooLarge, words: "65"},
		"rule without a name":    {when: rules(rule("")), want: ErrInvalid, words: "name"},
		"blank in a name":        {when: rules(rule("a b")), want: ErrInvalid, words: `"a b"`},
		"rule's name too long":   {when: rules(rule(strings.Repeat("a", 257))), want: ErrTooLarge, words: "257"},
		"two of one name":        {when: rules(rule("a") + `,{"name":"a","patterns":[{"op":"regex","value":"b"}]}`), want: ErrInvalid, words: "twice"},
		"rule without a pattern": {when: rules(`{"name":"a"}`), want: ErrInvalid, words: "rule 1 of 1: a: invalid policy: it has no pattern"},
		"pattern too long":       {when: rules(`{"name":"a","patterns":[{"op":"regex","value":"` + strings.Repeat("a", 513) + `"}]}`), want: ErrTooLarge, words: "513"},
		"not an expression":      {when: rules(`{"name":"a","patterns":[{"op":"regex","value":"("}]}`), want: ErrInvalid, words: "PCRE"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settled(t, dlpSensorKind, tt.old, NewState(ScopeFederal), tt.when)
			refused(t, err, tt.want, tt.words)
		})
	}
}

func TestSensorConfig_runsOutOfNumbers(t *testing.T) {
	const first, last = 20000, 29999
	s := NewState(ScopeFederal)
	for low := uint32(first); low < last; low += 50 {
		var rules []events.SensorRule
		for id := low; id < low+50 && id < last; id++ {
			rules = append(rules, sensorRule(fmt.Sprintf("r%d", id), id, "a"))
		}
		fold(t, s, dlpSensor(fmt.Sprintf("fed.s%d", low), rules...).Defined())
	}
	one := func(names ...string) string {
		var rules []string
		for _, name := range names {
			rules = append(rules, fmt.Sprintf(`{"name":%q,"patterns":[{"op":"regex","value":"a"}]}`, name))
		}
		return `{"name":"fed.x","rules":[` + strings.Join(rules, ",") + `]}`
	}
	got, err := settled(t, dlpSensorKind, nil, s, one("a"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, sensorOf(got).Rules[0].ID, uint32(last))
	_, err = settled(t, dlpSensorKind, nil, s, one("a", "b"))
	refused(t, err, ErrOutOfIDs, "20000 to 29999")
}

func TestPredefinedSensors(t *testing.T) {
	var names []string
	ids := map[uint32]bool{}
	for _, o := range predefinedSensors(noon) {
		sensor := sensorOf(o)
		names = append(names, sensor.Name)
		if dlpSensorKind.fixed(o) == "" || !sensor.Predefined || sensor.CreatedAt != noon {
			t.Errorf("sensor %+v is not predefined", sensor)
		}
		// What it says, an own sensor may say, too, and would be stored as it stands.
		own := sensor
		own.Predefined = false
		got, err := asked(dlpSensorKind, events.DLPSensor{Sensor: own}, NewState(ScopeFederal), string(stored(events.DLPSensor{Sensor: own})))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, events.DLPSensor{Sensor: own})
		for _, r := range sensor.Rules {
			if ids[r.ID] || r.ID < 35000 || r.ID > 39999 {
				t.Errorf("rule %s has the number %d", r.Name, r.ID)
			}
			ids[r.ID] = true
		}
	}
	same(t, names, []string{"fed.sensor.ssn", "fed.sensor.creditcard"})
	same(t, fixedSensor(dlpSensor("fed.mine")), "")
	same(t, fixedSensor(wafSensor("fed.mine")), "")
	same(t, fixedSensor(events.Group{}), "")
}

func TestPredefinedSensors_find(t *testing.T) {
	patterns := map[string]*regexp2.Regexp{}
	for _, o := range predefinedSensors(noon) {
		for _, r := range sensorOf(o).Rules {
			patterns[r.Name] = regexp2.MustCompile(r.Patterns[0].Value, regexp2.None)
		}
	}
	for text, want := range map[string]string{
		"ssn=123-45-6789&": "ssn", "123 45 6789": "ssn", "123-45 6789": "", "123456789": "", "000-45-6789": "", "666-45-6789": "",
		"900-45-6789": "", "123-00-6789": "", "123-45-0000": "", "1123-45-6789": "", "123-45-67890": "",
		"4111 1111 1111 1111": "visa", "4111111111111111": "visa", "4111-1111 1111 1111": "", "41111111111111111": "",
		"5555-5555-5555-4444": "mastercard", "2223003122003222": "mastercard", "2720990000000000": "mastercard", "2220990000000000": "",
		"378282246310005": "amex", "3782 822463 10005": "amex", "6011 1111 1111 1117": "discover", "6500000000000002": "discover",
		"6445644564456445": "discover", "30569309025904": "diners", "3852 000002 3237": "diners", "3530 1113 3330 0000": "jcb",
	} {
		var found []string
		for name, pattern := range patterns {
			if fits, err := pattern.MatchString(text); err != nil || fits {
				found = append(found, name)
			}
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("in %q there is %q, want %q", text, got, want)
		}
	}
}

func TestSensorConfig_leavesNumbersToARollout(t *testing.T) {
	staged, err := events.Stage("r1", dlpSensor("fed.staged", sensorRule("a", 20000, "1")).Defined())
	if err != nil {
		t.Fatal(err)
	}
	s := given(t, ScopeFederal, facts{staged})
	got, err := settled(t, dlpSensorKind, nil, s, `{"name":"fed.x","rules":[{"name":"a","patterns":[{"op":"regex","value":"a"}]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	same(t, sensorOf(got).Rules[0].ID, uint32(20001))
}

func TestRemove_leavesPredefinedSensors(t *testing.T) {
	s := NewState(ScopeFederal)
	for _, o := range predefinedSensors(noon) {
		fold(t, s, o.Defined())
	}
	_, err := Remove(events.ObjectDLPSensor, "fed.sensor.ssn")(s, noon)
	refused(t, err, ErrReserved, "predefined")
	_, err = Update("fed.sensor.ssn", DLPConfig{SensorConfig{Comment: new("mine")}})(s, noon)
	refused(t, err, ErrReserved, "predefined")
	same(t, len(must(t, s, RemoveAll(events.ObjectDLPSensor))), 0)
}
