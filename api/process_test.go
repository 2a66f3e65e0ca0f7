package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
)

func TestProcessProfile(t *testing.T) {
	const target = "/v1/process_profile/fed.web"
	const entry = `{"action":"ACTION","allow_update":UPDATE,"cfg_type":"federal","created_timestamp":1795348800,"group":"fed.web",` +
		`"last_modified_timestamp":1795348800,"name":"NAME","path":"PATH","uid":0,"user":"","uuid":""}`
	profile := func(flags, baseline, list string) string {
		return `{"process_profile":{"alert_disabled":` + flags + `,"baseline":"` + baseline + `","cfg_type":"federal","group":"fed.web","hash_enabled":` + flags +
			`,"mode":"","process_list":[` + list + `],"targets":""}}`
	}
	nginx := fill(entry, "ACTION", "allow", "UPDATE", "false", "NAME", "nginx", "PATH", "/usr/sbin/nginx")
	sh := fill(entry, "ACTION", "deny", "UPDATE", "true", "NAME", "sh", "PATH", "*")
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "reader", method: "GET", target: target, want: profile("false", "zero-drift", nginx)},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"process_profile_config":{"group":"fed.web","alert_disabled":true,"hash_enabled":true,` +
			`"baseline":"basic","process_change_list":[{"name":"sh","path":"*","action":"deny","group":"fed.web","allow_update":true}]}}`},
		step{as: "reader", method: "GET", target: target, want: profile("true", "basic", nginx+","+sh)},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"process_profile_config":{"process_delete_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"allow"}]}}`},
		step{as: "reader", method: "GET", target: target, want: profile("true", "basic", sh)},
	)
}

// TestProfiles_ofEveryGroup: a group has its profiles from the first moment, though nothing is stored.
func TestProfiles_ofEveryGroup(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.found(t)
	w := open(t, f)
	w.play(t,
		step{as: "fedAdmin", method: "POST", target: "/v1/group", body: webGroup},
		step{as: "reader", method: "GET", target: "/v1/process_profile/fed.web", want: `{"process_profile":{"alert_disabled":false,` +
			`"baseline":"zero-drift","cfg_type":"federal","group":"fed.web","hash_enabled":false,"mode":"","process_list":[],"targets":""}}`},
		step{as: "reader", method: "GET", target: "/v1/file_monitor/fed.web", want: `{"profile":{"cfg_type":"federal",` +
			`"filters":[],"group":"fed.web","targets":""}}`},
		step{as: "reader", method: "GET", target: "/v1/dlp/group/fed.web", want: `{"dlp_group":{"cfg_type":"federal",` +
			`"name":"fed.web","sensors":[],"status":true,"targets":""}}`},
		step{as: "reader", method: "GET", target: "/v1/waf/group/fed.web", want: `{"waf_group":{"cfg_type":"federal",` +
			`"name":"fed.web","sensors":[],"status":true,"targets":""}}`},
		step{as: "reader", method: "GET", target: "/v1/dlp/group", want: `{"dlp_groups":[]}`},
		step{as: "reader", method: "GET", target: "/v1/waf/group", want: `{"waf_groups":[]}`},
		step{as: "fedAdmin", method: "POST", target: "/v1/group", body: `{"config":{"name":"fed.net",` +
			`"criteria":[{"key":"address","value":"10.0.0.0/8","op":"="}]}}`},
		step{as: "admin", method: "POST", target: "/v1/group", body: localGroup},
	)
	groups := func(target string) []string {
		var answer struct {
			Processes []struct{ Group string } `json:"process_profiles"`
			Files     []struct{ Group string } `json:"profiles"`
		}
		if err := json.Unmarshal([]byte(w.as(t, "reader", http.MethodGet, target, "").Body), &answer); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, p := range append(answer.Processes, answer.Files...) {
			out = append(out, p.Group)
		}
		return out
	}
	for _, target := range []string{"/v1/process_profile", "/v1/file_monitor"} {
		if diff := cmp.Diff([]string{"fed.containers", "fed.web", "shop"}, groups(target)); diff != "" {
			t.Errorf("%s: groups of containers, -want +got:\n%s", target, diff)
		}
	}
	// Processes run on nodes as well. Once somebody has said something about them, the list has it.
	w.as(t, "fedAdmin", http.MethodPatch, "/v1/process_profile/fed.nodes",
		`{"process_profile_config":{"process_change_list":[{"name":"nc","action":"deny"}]}}`).want(t, 200, 0)
	if diff := cmp.Diff([]string{"fed.containers", "fed.nodes", "fed.web"}, groups("/v1/process_profile?scope=fed")); diff != "" {
		t.Errorf("groups with a profile, -want +got:\n%s", diff)
	}
}

func TestProcessProfile_refusals(t *testing.T) {
	const master, target = cluster.RoleMaster, "/v1/process_profile/web"
	refuse(t, map[string]refusal{
		"no body":           {master, "admin", "PATCH", target, "", 400, 6},
		"list no list":      {master, "admin", "PATCH", target, `{"process_profile_config":{"process_change_list":7}}`, 400, 6},
		"another group":     {master, "admin", "PATCH", target, `{"process_profile_config":{"group":"net","baseline":"basic"}}`, 400, 6},
		"unknown baseline":  {master, "admin", "PATCH", target, `{"process_profile_config":{"baseline":"none"}}`, 400, 6},
		"deny all":          {master, "admin", "PATCH", target, `{"process_profile_config":{"process_change_list":[{"name":"*","path":"*","action":"deny"}]}}`, 400, 6},
		"unknown entry":     {master, "admin", "PATCH", target, `{"process_profile_config":{"process_delete_list":[{"name":"sh"}]}}`, 404, 7},
		"mode, federated":   {master, "fedAdmin", "PATCH", "/v1/process_profile/fed.web", `{"process_profile_config":{"mode":"Protect"}}`, 400, 6},
		"type of others":    {master, "admin", "PATCH", target, `{"process_profile_config":{"cfg_type":"federal"}}`, 400, 6},
		"unknown group":     {master, "admin", "PATCH", "/v1/process_profile/nobody", `{"process_profile_config":{"baseline":"basic"}}`, 404, 7},
		"group of others":   {master, "fedAdmin", "PATCH", "/v1/process_profile/fed.x", `{"process_profile_config":{"baseline":"basic"}}`, 404, 7},
		"addresses":         {master, "admin", "PATCH", "/v1/process_profile/net", `{"process_profile_config":{"baseline":"basic"}}`, 400, 6},
		"unknown group, to": {master, "reader", "GET", "/v1/process_profile/nobody", "", 404, 7},
	})
}
