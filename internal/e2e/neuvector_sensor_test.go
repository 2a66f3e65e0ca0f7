package e2e_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// aSensorRule is a rule that a sensor may have.
const aSensorRule = `{"name":"r","patterns":[{"key":"pattern","op":"regex","value":"secret-[0-9]+","context":"body"}]}`

// sensorRule returns a rule of the given name that looks for one pattern.
func sensorRule(name, pattern string) string {
	return fmt.Sprintf(`{"name":%q,"patterns":[{"key":"pattern","op":"regex","value":%q}]}`, name, pattern)
}

func newSensor(name, cfgType string, rules ...string) string {
	return fmt.Sprintf(`{"config":{"name":%q,"cfg_type":%q,"rules":[%s]}}`, name, cfgType, strings.Join(rules, ","))
}

// TestNeuvectorSensor asks what may become of sensors: of either kind, in both scopes.
func TestNeuvectorSensor(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	for kind, first := range map[string]uint32{"dlp": 20000, "waf": 40000} {
		sensors := "/v1/" + kind + "/sensor"
		for prefix, cfgType := range map[string]string{"fed.": "federal", "": "user_created"} {
			name := prefix + "cards"
			one := sensors + "/" + name
			does := func(what string) string { return kind + " " + name + ": " + what }
			sendAll(t, master, []request{
				{does("made by changes"), http.MethodPost, sensors, fmt.Sprintf(`{"config":{"name":%q,"change":[%s]}}`, name, aSensorRule), isWrong},
				{does("made"), http.MethodPost, sensors, newSensor(name, cfgType, sensorRule("visa", "4[0-9]{15}"), sensorRule("amex", "34[0-9]*")), isDone},
				{does("made twice"), http.MethodPost, sensors, newSensor(name, cfgType, aSensorRule), isTaken},
				{does("a rule more, and one changed"), http.MethodPatch, one, fmt.Sprintf(`{"config":{"name":%q,"change":[%s,%s]}}`, name,
					sensorRule("visa", "4[0-9]{3}"), sensorRule("jcb", "35[0-9]{14}")), isDone},
				{does("a rule less"), http.MethodPatch, one, fmt.Sprintf(`{"config":{"name":%q,"delete":[{"name":"amex"}],"comment":"c"}}`, name), isDone},
				{does("another name"), http.MethodPatch, one, `{"config":{"name":"other","comment":"c"}}`, isWrong},
				{does("that is not there"), http.MethodPatch, one + "-2", fmt.Sprintf(`{"config":{"name":"%s-2","comment":"c"}}`, name), isMissing},
			})
			var got wire.OneSensor
			readInto(t, master, one, &got)
			pattern := func(value string) []events.Pattern {
				return []events.Pattern{{Key: "pattern", Op: "regex", Value: value, Context: "packet"}}
			}
			want := wire.Sensor{Name: name, CfgType: cfgType, Comment: "c", Groups: []string{}, Rules: []wire.SensorEntry{
				{Name: "jcb", ID: first + 2, CfgType: cfgType, Patterns: pattern("35[0-9]{14}")},
				{Name: "visa", ID: first + 1, CfgType: cfgType, Patterns: pattern("4[0-9]{3}")},
			}}
			if diff := cmp.Diff(want, got.Sensor); diff != "" {
				t.Errorf("%s (-want +got):\n%s", does("read"), diff)
			}
			isDone.check(t, does("deleted"), master.Call(http.MethodDelete, one, nil))
			isMissing.check(t, does("deleted again"), master.Call(http.MethodDelete, one, nil))
		}
	}
}

// TestNeuvectorSensor_refused asks what a sensor may be called and have, and what the sensors of every federation allow.
func TestNeuvectorSensor_refused(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	long, many := strings.Repeat("a", 257), make([]string, 17)
	for i := range many {
		many[i] = fmt.Sprintf(`{"key":"pattern","op":"regex","value":"p%d"}`, i)
	}
	withPatterns := func(patterns ...string) string {
		return newSensor("fed.tried", "federal", fmt.Sprintf(`{"name":"r","patterns":[%s]}`, strings.Join(patterns, ",")))
	}
	half := fmt.Sprintf(`{"key":"pattern","op":"regex","value":"%s"}`, strings.Repeat("b", 512))
	for _, kind := range []string{"dlp", "waf"} {
		sensors := "/v1/" + kind + "/sensor"
		sendAll(t, master, []request{
			{kind + ", federated without the prefix", http.MethodPost, sensors, newSensor("cards", "federal", aSensorRule), isBadName},
			{kind + ", own with the prefix", http.MethodPost, sensors, newSensor("fed.cards", "user_created", aSensorRule), isBadName},
			{kind + ", nothing but the prefix", http.MethodPost, sensors, newSensor("fed.", "federal", aSensorRule), isBadName},
			{kind + ", long name", http.MethodPost, sensors, newSensor(long, "", aSensorRule), isBadName},
			{kind + ", long comment", http.MethodPost, sensors, fmt.Sprintf(`{"config":{"name":"x","comment":%q,"rules":[%s]}}`, long, aSensorRule), isWrong},
			{kind + ", long name of a rule", http.MethodPost, sensors, newSensor("x", "", sensorRule(long, "x1")), isWrong},
			{kind + ", no pattern", http.MethodPost, sensors, withPatterns(), isWrong},
			{kind + ", too many patterns", http.MethodPost, sensors, withPatterns(many...), isWrong},
			{kind + ", long pattern", http.MethodPost, sensors, newSensor("x", "", sensorRule("r", strings.Repeat("b", 513))), isWrong},
			{kind + ", patterns too long together", http.MethodPost, sensors, withPatterns(half, half, many[0]), isWrong},
			{kind + ", no regular expression", http.MethodPost, sensors, newSensor("x", "", sensorRule("r", "(")), isWrong},
			{kind + ", another key", http.MethodPost, sensors, withPatterns(`{"key":"text","op":"regex","value":"x1"}`), isWrong},
			{kind + ", another operator", http.MethodPost, sensors, withPatterns(`{"key":"pattern","op":"=","value":"x1"}`), isWrong},
			{kind + ", another context", http.MethodPost, sensors, withPatterns(`{"key":"pattern","op":"regex","value":"x1","context":"footer"}`), isWrong},
		})
	}
	for _, name := range []string{"fed.sensor.ssn", "fed.sensor.creditcard"} {
		sendAll(t, master, []request{
			{name + " changed", http.MethodPatch, "/v1/dlp/sensor/" + name, fmt.Sprintf(`{"config":{"name":%q,"comment":"c"}}`, name), isWrong},
			{name + " deleted", http.MethodDelete, "/v1/dlp/sensor/" + name, "", isWrong},
		})
		var got wire.OneSensor
		readInto(t, master, "/v1/dlp/sensor/"+name, &got)
		for _, r := range got.Sensor.Rules {
			if !got.Sensor.Predefine || r.ID < 35000 || r.ID > 39999 {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
	if got := fieldsOf(t, master, "/v1/waf/sensor", "sensors", "name"); got != "" {
		t.Errorf("waf sensors that nobody made: %s", got)
	}
}

// TestNeuvectorSensorGroup asks what binds sensors to groups: of either kind, in both scopes.
func TestNeuvectorSensorGroup(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPost, "/v1/group", groupText("fed.far", "", `[{"key":"address","op":"=","value":"10.0.0.1"}]`), nil)
	master.Must(http.MethodPost, "/v1/group", groupText("far", "", `[{"key":"address","op":"=","value":"10.0.0.1"}]`), nil)
	const crossed = "Federal group must use federal sensor and vice versa!"
	for _, kind := range []string{"dlp", "waf"} {
		sensors, groups := "/v1/"+kind+"/sensor", "/v1/"+kind+"/group/"
		for _, name := range []string{"fed.a", "fed.b", "a", "b"} {
			master.Must(http.MethodPost, sensors, newSensor(name, "", aSensorRule), nil)
		}
		for prefix, other := range map[string]string{"fed.": "", "": "fed."} {
			group, a, b := prefix+"one", prefix+"a", prefix+"b"
			bind := func(does, field, value string, want refusal) {
				t.Helper()
				body := fmt.Sprintf(`{"config":{"name":%q,%q:%s}}`, group, field, value)
				want.check(t, kind+" "+group+": "+does, master.Call(http.MethodPatch, groups+group, body))
			}
			wantUsed := func(does, want string) {
				t.Helper()
				var got wire.OneSensorGroup
				readInto(t, master, groups+group, &got)
				if uses := usedBy(got); uses != want {
					t.Errorf("%s %s: %s it uses %q; want %q", kind, group, does, uses, want)
				}
			}
			wantUsed("at first", "true")
			bind("one", "sensors", used(a, "deny"), isDone)
			bind("another", "sensors", used(b, "allow"), isDone)
			wantUsed("with both", fmt.Sprintf("true %s:deny %s:allow", a, b))
			bind("the first one anew", "sensors", used(a, "allow"), isDone)
			bind("one less", "delete", fmt.Sprintf("[%q]", b), isDone)
			bind("switched off", "status", "false", isDone)
			wantUsed("switched off", fmt.Sprintf("false %s:allow", a))
			bind("all anew", "replace", used(b, "deny"), isDone)
			wantUsed("all anew", fmt.Sprintf("false %s:deny", b))
			bind("of the other scope", "sensors", used(other+"a", "deny"), isWrong.saying(crossed))
			bind("that is not there", "sensors", used(prefix+"gone", "deny"), isWrong)
			bind("no action", "sensors", used(a, "watch"), isWrong)
			sendAll(t, master, []request{
				{"no group", http.MethodPatch, groups + prefix + "gone", fmt.Sprintf(`{"config":{"name":"%sgone","status":true}}`, prefix), isMissing},
				{"another group", http.MethodPatch, groups + group, fmt.Sprintf(`{"config":{"name":"%stwo","status":true}}`, prefix), isWrong},
				{"addresses", http.MethodPatch, groups + prefix + "far", fmt.Sprintf(`{"config":{"sensors":%s}}`, used(a, "deny")), isWrong},
				{"sensor in use", http.MethodDelete, sensors + "/" + b, "", isInUse},
				{"sensor not in use", http.MethodDelete, sensors + "/" + a, "", isDone},
			})
			if got := fieldsOf(t, master, sensors, "sensors", "groups"); !strings.Contains(got, "["+group+"]") {
				t.Errorf("%s: no sensor says that %s uses it: %s", kind, group, got)
			}
		}
	}
}

// used returns a list with one sensor, as JSON.
func used(name, action string) string { return fmt.Sprintf(`[{"name":%q,"action":%q}]`, name, action) }

// usedBy returns what a group of either kind says in a few words.
func usedBy(g wire.OneSensorGroup) string {
	one := g.DlpGroup
	if one == nil {
		one = g.WafGroup
	}
	out := []string{strconv.FormatBool(one.Status)}
	for _, s := range one.Sensors {
		out = append(out, s.Name+":"+s.Action)
	}
	return strings.Join(out, " ")
}
