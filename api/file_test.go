package api_test

import (
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

func TestFileProfile(t *testing.T) {
	const target = "/v1/file_monitor/fed.web"
	const entry = `{"applications":APPS,"behavior":"HOW","cfg_type":"federal","created_timestamp":1795348800,"filter":"FILTER","group":"fed.web",` +
		`"last_modified_timestamp":1795348800,"recursive":DEEP}`
	profile := func(list string) string {
		return `{"profile":{"cfg_type":"federal","filters":[` + list + `],"group":"fed.web","targets":""}}`
	}
	nginx := fill(entry, "APPS", `["nginx"]`, "HOW", "block_access", "FILTER", "/etc/nginx/*", "DEEP", "true")
	hosts := fill(entry, "APPS", `[]`, "HOW", "monitor_change", "FILTER", "/etc/hosts", "DEEP", "false")
	changed := fill(entry, "APPS", `[]`, "HOW", "monitor_change", "FILTER", "/etc/nginx/*", "DEEP", "false")
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "reader", method: "GET", target: target, want: profile(nginx)},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"config":{"add_filters":[{"filter":"/etc/hosts","recursive":false,` +
			`"behavior":"monitor_change","applications":null,"group":"fed.web"}]}}`},
		step{as: "reader", method: "GET", target: target, want: profile(hosts + "," + nginx)},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"config":{"group":"fed.web","delete_filters":[{"filter":"/etc/hosts"}],` +
			`"update_filters":[{"filter":"/etc/nginx/*","behavior":"monitor_change","applications":[]}]}}`},
		step{as: "reader", method: "GET", target: target, want: profile(changed)},
	)
}

func TestFileProfile_refusals(t *testing.T) {
	const master, target = cluster.RoleMaster, "/v1/file_monitor/web"
	refuse(t, map[string]refusal{
		"no body":         {master, "admin", "PATCH", target, "", 400, 6},
		"wrong type":      {master, "admin", "PATCH", target, `{"config":{"add_filters":[{"filter":1}]}}`, 400, 6},
		"bad filter":      {master, "admin", "PATCH", target, `{"config":{"add_filters":[{"filter":"etc","behavior":"block_access"}]}}`, 400, 6},
		"filter is there": {master, "admin", "PATCH", target, `{"config":{"add_filters":[{"filter":"/etc/nginx/*","behavior":"block_access"}]}}`, 400, 6},
		"unknown filter":  {master, "admin", "PATCH", target, `{"config":{"delete_filters":[{"filter":"/etc"}]}}`, 404, 7},
		"another group":   {master, "admin", "PATCH", target, `{"config":{"group":"fed.web"}}`, 400, 6},
		"unknown group":   {master, "admin", "PATCH", "/v1/file_monitor/nobody", `{"config":{}}`, 404, 7},
		"addresses":       {master, "admin", "PATCH", "/v1/file_monitor/net", `{"config":{}}`, 400, 6},
		"read unknown":    {master, "reader", "GET", "/v1/file_monitor/fed.nobody", "", 404, 7},
	})
}
