package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

const (
	wireWebRule = `{"action":"allow","applications":["SSL"],"cfg_type":"federal","comment":"","created_timestamp":1795348800,"disable":false,` +
		`"from":"fed.web","id":100001,"last_match_timestamp":0,"last_modified_timestamp":1795348800,"learned":false,"match_counter":0,` +
		`"ports":"tcp/443","priority":0,"targets":"","to":"external"}`
	wireWebResponse = `{"actions":["webhook"],"cfg_type":"federal","comment":"","conditions":[{"type":"level","value":"Critical"}],` +
		`"created_timestamp":1795348800,"disable":false,"event":"event","group":"fed.web","id":100001,"last_modified_timestamp":1795348800,` +
		`"targets":"","webhooks":["fed.hook"]}`
)

func TestGroup_rules(t *testing.T) {
	w := furnished(t, cluster.RoleMaster)
	const group = `{"baseline_profile":"","cfg_type":"federal","comment":"",` +
		`"created_timestamp":1795348800,"creater_domains":[],"criteria":[{"key":"label","value":"x","op":"="}],"domain":"","group_band_width":0,` + //nolint:misspell // their spelling
		`"group_sess_cur":0,"group_sess_rate":0,"kind":"container","last_modified_timestamp":1795348800,"learned":false,"members":[],` +
		`"monitor_metric":false,"name":"fed.web","not_scored":false,"platform_role":"","policy_rules":[RULE],"reserved":false,"response_rules":[RESPONSE],"targets":""}`
	full := strings.NewReplacer("RULE", wireWebRule, "RESPONSE", wireWebResponse).Replace(group)
	brief := strings.NewReplacer("RULE", "100002,100001", "RESPONSE", "100002,100001").Replace(group)
	w.play(t,
		step{as: "reader", method: "GET", target: "/v1/group/fed.web", want: `{"group":` + full + `}`},
		// Rules stand in their order, not in that of their numbers.
		step{as: "fedAdmin", method: "PATCH", target: "/v1/policy/rule?scope=fed", body: webRule},
		step{as: "fedAdmin", method: "PATCH", target: "/v1/response/rule", body: `{"insert":{"after":0,"rules":[{"group":"fed.web",` +
			`"event":"event","conditions":[{"type":"name","value":"x"}],"actions":["quarantine"],"cfg_type":"federal"}]}}`},
	)
	if got := w.as(t, "reader", http.MethodGet, "/v1/group?scope=fed", ""); !strings.Contains(got.Body, brief) {
		t.Errorf("groups = %s\nwant in it\n%s", got.Body, brief)
	}
	w.play(t,
		step{as: "fedAdmin", method: "DELETE", target: "/v1/group/fed.web"}, // and all that speaks of it
		step{as: "reader", method: "GET", target: "/v1/policy/rule?scope=fed", want: `{"rules":[]}`},
		step{as: "reader", method: "GET", target: "/v1/response/rule?scope=fed", want: `{"rules":[]}`},
		step{as: "reader", method: "GET", target: "/v1/process_profile/fed.web", status: 404, code: 7},
		step{as: "reader", method: "GET", target: "/v1/dlp/group?scope=fed", want: `{"dlp_groups":[]}`},
	)
}

func TestGroup_kinds(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.furnish(t, f.federal, "fed.")
	f.found(t)
	w := open(t, f)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/group",
		`{"config":{"name":"fed.edge","criteria":[{"key":"node","value":"edge*","op":"="}]}}`).want(t, 200, 0)
	for name, want := range map[string]string{
		"fed.web": "container", "fed.net": "address", "fed.nodes": "node", "fed.containers": "container",
		"fed.edge": "container", // containers of some nodes
	} {
		got := w.as(t, "reader", http.MethodGet, "/v1/group/"+name, "")
		if !strings.Contains(got.Body, `"kind":"`+want+`"`) {
			t.Errorf("%s = %s, want the kind %s", name, got.Body, want)
		}
	}
	w.play(t,
		step{as: "fedAdmin", method: "DELETE", target: "/v1/group/fed.nodes", status: 400, code: 6},
		step{as: "fedAdmin", method: "PATCH", target: "/v1/group/fed.nodes", body: `{"config":{"comment":"ours"}}`},
	)
}

func TestGroup_refusals(t *testing.T) {
	const master, target = cluster.RoleMaster, "/v1/group"
	refuse(t, map[string]refusal{
		"no body":            {master, "admin", "PATCH", target + "/web", "", 400, 6},
		"no name":            {master, "admin", "POST", target, `{"config":{"criteria":[{"key":"a","value":"b","op":"="}]}}`, 400, 15},
		"wrong type":         {master, "admin", "PATCH", target + "/web", `{"config":{"group_sess_cur":-1}}`, 400, 6},
		"there already":      {master, "admin", "POST", target, `{"config":{"name":"web","criteria":[{"key":"a","value":"b","op":"="}]}}`, 400, 13},
		"no criteria":        {master, "admin", "PATCH", target + "/web", `{"config":{"criteria":[]}}`, 400, 6},
		"another name":       {master, "admin", "PATCH", target + "/web", `{"config":{"name":"net"}}`, 400, 6},
		"another type":       {master, "admin", "PATCH", target + "/web", `{"config":{"cfg_type":"federal"}}`, 400, 6},
		"targets of a local": {master, "admin", "PATCH", target + "/web", `{"config":{"targets":"env=prod"}}`, 400, 6},
		"targets of users":   {master, "fedAdmin", "PATCH", target + "/fed.web", `{"config":{"targets":"env=prod"}}`, 400, 6}, // rules speak of it
		"change unknown":     {master, "fedAdmin", "PATCH", target + "/fed.x", `{"config":{"comment":"c"}}`, 404, 7},
		"delete unknown":     {master, "admin", "DELETE", target + "/x", "", 404, 7},
		"read in no scope":   {master, "reader", "GET", target + "?scope=x", "", 400, 6},
	})
}
