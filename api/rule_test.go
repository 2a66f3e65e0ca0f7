package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
)

func TestRule(t *testing.T) {
	const list, one = "/v1/policy/rule?scope=fed", "/v1/policy/rule/100001"
	const changed = `{"action":"deny","applications":["any"],"cfg_type":"federal","comment":"c","created_timestamp":1795348800,"disable":true,` +
		`"from":"fed.web","id":100001,"last_match_timestamp":0,"last_modified_timestamp":1795348800,"learned":false,"match_counter":0,` +
		`"ports":"udp/53","priority":7,"targets":"","to":"external"}`
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "reader", method: "GET", target: one, want: `{"rule":` + wireWebRule + `}`},
		step{as: "fedAdmin", method: "PATCH", target: one, body: `{"config":{"id":100001,"comment":"c","ports":"udp/53","action":"deny",` +
			`"applications":[],"disable":true,"cfg_type":"federal","priority":7},"replicate":false}`},
		step{as: "reader", method: "GET", target: one, want: `{"rule":` + changed + `}`},
		step{as: "fedAdmin", method: "PATCH", target: list, body: webRule}, // comes first
		step{as: "fedAdmin", method: "PATCH", target: list, body: `{"insert":{"after":-100001,"rules":[{"id":100007,"from":"fed.web","to":"fed.web",` +
			`"ports":"any","action":"allow"}]}}`},
	)
	if diff := cmp.Diff([]uint32{100002, 100007, 100001}, ruleIDs(t, w.as(t, "reader", http.MethodGet, list, ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	w.play(t,
		step{as: "fedAdmin", method: "PATCH", target: list, body: `{"move":{"id":100002},"delete":[100001]}`}, // only the first part counts
		step{as: "fedAdmin", method: "DELETE", target: "/v1/policy/rule/100007"},
	)
	if diff := cmp.Diff([]uint32{100001, 100002}, ruleIDs(t, w.as(t, "reader", http.MethodGet, list, ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
}

func TestRule_refusals(t *testing.T) {
	const master, list, one = cluster.RoleMaster, "/v1/policy/rule", "/v1/policy/rule/1"
	insert := func(fields string) string {
		return `{"insert":{"rules":[{"from":"web","to":"external","ports":"any","action":"allow",` + fields + `}]}}`
	}
	refuse(t, map[string]refusal{
		"no body":              {master, "admin", "PATCH", list, "", 400, 6},
		"rules no list":        {master, "admin", "PATCH", list, `{"rules":{}}`, 400, 6},
		"no scope":             {master, "admin", "PATCH", list + "?scope=x", `{"rules":[]}`, 400, 6},
		"type of federation":   {master, "admin", "PATCH", list, insert(`"cfg_type":"federal"`), 400, 6},
		"type of cluster":      {master, "fedAdmin", "PATCH", list + "?scope=fed", insert(`"cfg_type":"user_created"`), 400, 6},
		"number of federation": {master, "admin", "PATCH", list, insert(`"id":100009`), 400, 6},
		"number taken":         {master, "admin", "PATCH", list, insert(`"id":1`), 400, 16},
		"unknown group":        {master, "admin", "PATCH", list, insert(`"from":"nobody"`), 400, 6},
		"unknown place":        {master, "admin", "PATCH", list, `{"insert":{"after":9,` + insert(`"x":1`)[len(`{"insert":{`):], 404, 7},
		"move unknown":         {master, "admin", "PATCH", list, `{"move":{"id":9}}`, 404, 7},
		"move of federation":   {master, "admin", "PATCH", list, `{"move":{"id":100001,"after":0}}`, 400, 4},
		"replace unknown":      {master, "admin", "PATCH", list, `{"rules":[{"id":9}]}`, 404, 7},
		"delete of federation": {master, "admin", "PATCH", list, `{"delete":[1,100001]}`, 400, 4},
		"change another":       {master, "admin", "PATCH", one, `{"config":{"id":2}}`, 400, 6},
		"change, bad ports":    {master, "admin", "PATCH", one, `{"config":{"id":1,"ports":"tcp/x"}}`, 400, 6},
		"change unknown":       {master, "admin", "PATCH", "/v1/policy/rule/9", `{"config":{"id":9}}`, 404, 7},
		"remove unknown":       {master, "admin", "DELETE", "/v1/policy/rule/9", "", 404, 7},
		"remove no number":     {master, "admin", "DELETE", "/v1/policy/rule/x", "", 400, 6},
		"read unknown":         {master, "reader", "GET", "/v1/policy/rule/100009", "", 404, 7},
	})
}
