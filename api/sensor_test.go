package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

// sensorKinds are the two kinds of sensor: the part of their paths, a sensor of the furniture, and the number
// that the next new rule gets in a furnished federation.
var sensorKinds = map[string]struct{ there, next string }{
	"dlp": {"fed.card", "20001"},
	"waf": {"fed.sqli", "40001"},
}

func TestSensor(t *testing.T) {
	const sensor = `{"sensor":{"cfg_type":"federal","comment":"COMMENT","groups":[GROUPS],"name":"fed.id","predefine":false,"rules":[RULES],"targets":""}}`
	const rule = `{"cfg_type":"federal","id":ID,"name":"NAME","patterns":[{"key":"pattern","op":"regex","value":"[0-9]{9}","context":"body"}]}`
	const pattern = `"patterns":[{"key":"pattern","op":"regex","value":"[0-9]{9}","context":"body"}]`
	for kind, k := range sensorKinds {
		t.Run(kind, func(t *testing.T) {
			root := "/v1/" + kind
			one := root + "/sensor/fed.id"
			rules := fill(rule, "ID", k.next, "NAME", "nine")
			w := furnished(t, cluster.RoleMaster)
			w.play(t,
				step{
					as: "fedAdmin", method: "POST", target: root + "/sensor",
					body: `{"config":{"name":"fed.id","rules":[{"name":"nine",` + pattern + `}],"comment":"c","cfg_type":"federal"}}`,
				},
				step{as: "reader", method: "GET", target: one, want: fill(sensor, "COMMENT", "c", "GROUPS", "", "RULES", rules)},
				step{
					as: "fedAdmin", method: "PATCH", target: root + "/group/fed.web",
					body: `{"config":{"name":"fed.web","replace":[{"name":"fed.id","action":"allow","comment":""}]}}`,
				},
				step{as: "fedAdmin", method: "PATCH", target: one, body: `{"config":{"name":"fed.id","change":[{"name":"more",` + pattern + `}]}}`},
			)
			both := fill(rule, "ID", next(k.next), "NAME", "more") + "," + rules
			w.play(t,
				step{as: "reader", method: "GET", target: one, want: fill(sensor, "COMMENT", "c", "GROUPS", `"fed.web"`, "RULES", both)},
				step{as: "fedAdmin", method: "DELETE", target: one, status: 400, code: 16}, // the group uses it
				step{as: "fedAdmin", method: "PATCH", target: root + "/group/fed.web", body: `{"config":{"delete":["fed.id"]}}`},
				step{as: "fedAdmin", method: "PATCH", target: one, body: `{"config":{"delete":[{"name":"nine"}],"comment":""}}`},
				step{
					as: "reader", method: "GET", target: one,
					want: fill(sensor, "COMMENT", "", "GROUPS", "", "RULES", fill(rule, "ID", next(k.next), "NAME", "more")),
				},
			)
			if got := w.as(t, "reader", http.MethodGet, root+"/rule?scope=fed", ""); strings.Count(got.Body, `"cfg_type":"federal"`) != 2 || !strings.HasPrefix(got.Body, `{"rules":[{`) {
				t.Errorf("rules = %s, want that of each sensor", got.Body)
			}
			w.play(t,
				step{as: "fedAdmin", method: "DELETE", target: one},
				step{as: "reader", method: "GET", target: one, status: 404, code: 7},
			)
		})
	}
}

// TestSensor_predefined: a federation begins with sensors that stay as they are.
func TestSensor_predefined(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.found(t)
	w := open(t, f)
	got := w.as(t, "reader", http.MethodGet, "/v1/dlp/sensor/fed.sensor.ssn", "")
	if !strings.Contains(got.Body, `"predefine":true`) || !strings.Contains(got.Body, `"id":35000`) {
		t.Errorf("sensor = %s, want a predefined one with the rule 35000", got.Body)
	}
	w.play(t,
		step{as: "fedAdmin", method: "PATCH", target: "/v1/dlp/sensor/fed.sensor.ssn", body: `{"config":{"comment":"c"}}`, status: 400, code: 6},
		step{as: "fedAdmin", method: "DELETE", target: "/v1/dlp/sensor/fed.sensor.ssn", status: 400, code: 6},
	)
}

func TestSensor_refusals(t *testing.T) {
	const master = cluster.RoleMaster
	for kind, k := range sensorKinds {
		local := strings.TrimPrefix(k.there, "fed.")
		target := "/v1/" + kind + "/sensor"
		refuse(t, map[string]refusal{
			kind + ", no body":            {master, "admin", "POST", target, "", 400, 6},
			kind + ", no name":            {master, "admin", "POST", target, `{"config":{}}`, 400, 15},
			kind + ", rules no list":      {master, "admin", "POST", target, `{"config":{"name":"a","rules":{}}}`, 400, 6},
			kind + ", made by change":     {master, "admin", "POST", target, `{"config":{"name":"a","change":[{"name":"r","patterns":[]}]}}`, 400, 6},
			kind + ", no pattern":         {master, "admin", "POST", target, `{"config":{"name":"a","rules":[{"name":"r","patterns":[]}]}}`, 400, 6},
			kind + ", there already":      {master, "admin", "POST", target, `{"config":{"name":"` + local + `","rules":[]}}`, 400, 13},
			kind + ", name of federation": {master, "admin", "POST", target, `{"config":{"name":"fed.a","rules":[],"cfg_type":"user_created"}}`, 400, 15},
			kind + ", name of cluster":    {master, "fedAdmin", "POST", target, `{"config":{"name":"a","rules":[],"cfg_type":"federal"}}`, 400, 15},
			kind + ", change unknown":     {master, "admin", "PATCH", target + "/a", `{"config":{"comment":"c"}}`, 404, 7},
			kind + ", change another":     {master, "admin", "PATCH", target + "/" + local, `{"config":{"name":"a"}}`, 400, 6},
			kind + ", unknown rule":       {master, "admin", "PATCH", target + "/" + local, `{"config":{"delete":[{"name":"r"}]}}`, 404, 7},
			kind + ", read unknown":       {master, "reader", "GET", target + "/fed.a", "", 404, 7},
			kind + ", delete unknown":     {master, "admin", "DELETE", target + "/a", "", 404, 7},
			kind + ", delete used":        {master, "admin", "DELETE", target + "/" + local, "", 400, 16},
		})
	}
}
