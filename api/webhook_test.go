package api_test

import (
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

const (
	fedHook   = `{"cfg_type":"federal","enable":true,"name":"fed.hook","targets":"","type":"Slack","url":"https://example.com/hook","use_proxy":false}`
	localHook = `{"cfg_type":"user_created","enable":true,"name":"hook","targets":"","type":"Slack","url":"https://example.com/hook","use_proxy":false}`
)

func TestSystemConfig(t *testing.T) {
	const local, federal = `"config":{"cluster_name":"primary","webhooks":[` + localHook + `]}`, `"fed_config":{"webhooks":[` + fedHook + `]}`
	w := furnished(t, cluster.RoleRemote)
	for _, target := range []string{"/v1/system/config", "/v2/system/config"} {
		w.play(t,
			step{as: "reader", method: "GET", target: target, want: `{` + local + `,` + federal + `}`},
			step{as: "reader", method: "GET", target: target + "?scope=fed", want: `{` + federal + `}`},
			step{as: "reader", method: "GET", target: target + "?scope=local", want: `{` + local + `}`},
			step{as: "reader", method: "GET", target: target + "?scope=x", status: 400, code: 6},
		)
	}
	open(t, newFake(cluster.RoleStandalone)).play(t, step{
		as: "reader", method: "GET", target: "/v1/system/config",
		want: `{"config":{"cluster_name":"primary","webhooks":[]},"fed_config":{"webhooks":[]}}`,
	})
}

func TestWebhook(t *testing.T) {
	const root, read = "/v1/system/config/webhook", "/v1/system/config?scope=fed"
	const bell = `{"cfg_type":"federal","enable":true,"name":"fed.bell","targets":"","type":"","url":"http://bell/","use_proxy":false}`
	const silent = `{"cfg_type":"federal","enable":false,"name":"fed.bell","targets":"","type":"Teams","url":"http://bell/","use_proxy":true}`
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "fedAdmin", method: "POST", target: root, body: `{"config":{"name":"fed.bell","url":"http://bell/"}}`},
		step{as: "reader", method: "GET", target: read, want: `{"fed_config":{"webhooks":[` + bell + `,` + fedHook + `]}}`},
		step{
			as: "fedAdmin", method: "PATCH", target: root + "/fed.bell",
			body: `{"config":{"name":"fed.bell","url":"http://bell/","enable":false,"use_proxy":true,"type":"Teams","cfg_type":"federal"}}`,
		},
		step{as: "reader", method: "GET", target: read, want: `{"fed_config":{"webhooks":[` + silent + `,` + fedHook + `]}}`},
		step{as: "fedAdmin", method: "DELETE", target: root + "/fed.bell?scope=fed"},
		step{as: "reader", method: "GET", target: read, want: `{"fed_config":{"webhooks":[` + fedHook + `]}}`},
		step{as: "fedAdmin", method: "DELETE", target: root + "/fed.hook?scope=fed", status: 400, code: 16}, // a response rule uses it
	)
}

// TestSystemConfig_webhooks: the list of a scope becomes the one that is sent.
func TestSystemConfig_webhooks(t *testing.T) {
	const target, read = "/v2/system/config", "/v2/system/config?scope=fed"
	const bell = `{"cfg_type":"federal","enable":true,"name":"fed.bell","targets":"","type":"","url":"http://bell/","use_proxy":false}`
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "fedAdmin", method: "PATCH", target: target + "?scope=fed", body: `{"fed_config":{"webhooks":[` + fedHook + `,{"name":"fed.bell","url":"http://bell/"}]}}`},
		step{as: "reader", method: "GET", target: read, want: `{"fed_config":{"webhooks":[` + bell + `,` + fedHook + `]}}`},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"fed_config":{"webhooks":[{"name":"fed.bell"}]}}`, status: 400, code: 6}, // fed.hook is used
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"fed_config":{"webhooks":[{"name":"fed.hook"}]}}`},
		step{as: "reader", method: "GET", target: read, want: `{"fed_config":{"webhooks":[` + fedHook + `]}}`},
		step{as: "admin", method: "DELETE", target: "/v1/response/rule"},
		step{as: "admin", method: "PATCH", target: target, body: `{"config_v2":{"webhooks":[]}}`},
		step{as: "admin", method: "PATCH", target: target, body: `{"config":{"webhooks":[{"name":"bell","url":"http://bell/","enable":false}]}}`},
		step{as: "reader", method: "GET", target: target + "?scope=local", want: `{"config":{"cluster_name":"primary","webhooks":[` +
			`{"cfg_type":"user_created","enable":false,"name":"bell","targets":"","type":"","url":"http://bell/","use_proxy":false}]}}`},
		// Other settings, and no list, leave the webhooks alone.
		step{as: "admin", method: "PATCH", target: target, body: `{"config_v2":{"misc_cfg":{"cluster_name":"x"}}}`},
		step{as: "admin", method: "PATCH", target: target, body: `{}`},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"fed_config":{"webhooks":null}}`},
		step{as: "reader", method: "GET", target: read, want: `{"fed_config":{"webhooks":[` + fedHook + `]}}`},
	)
}

func TestWebhook_refusals(t *testing.T) {
	const master, root, list = cluster.RoleMaster, "/v1/system/config/webhook", "/v2/system/config"
	refuse(t, map[string]refusal{
		"no body":              {master, "admin", "POST", root, "", 400, 6},
		"wrong type":           {master, "admin", "POST", root, `{"config":{"name":"a","enable":"on"}}`, 400, 6},
		"no url":               {master, "admin", "POST", root, `{"config":{"name":"a"}}`, 400, 6},
		"there already":        {master, "admin", "POST", root, `{"config":{"name":"hook","url":"http://a/"}}`, 400, 13},
		"name of cluster":      {master, "fedAdmin", "POST", root + "?scope=fed", `{"config":{"name":"a","url":"http://a/"}}`, 400, 15},
		"name of federation":   {master, "admin", "POST", root + "?scope=local", `{"config":{"name":"fed.a","url":"http://a/"}}`, 400, 15},
		"type of cluster":      {master, "fedAdmin", "POST", root + "?scope=fed", `{"config":{"name":"fed.a","url":"http://a/","cfg_type":"user_created"}}`, 400, 6},
		"no scope":             {master, "admin", "POST", root + "?scope=x", `{"config":{"name":"a","url":"http://a/"}}`, 400, 6},
		"change unknown":       {master, "admin", "PATCH", root + "/a", `{"config":{"enable":true}}`, 404, 7},
		"change another":       {master, "admin", "PATCH", root + "/hook", `{"config":{"name":"a"}}`, 400, 6},
		"change in no scope":   {master, "admin", "PATCH", root + "/hook?scope=x", `{"config":{}}`, 400, 6},
		"change elsewhere":     {master, "fedAdmin", "PATCH", root + "/hook?scope=fed", `{"config":{"enable":false}}`, 404, 7},
		"delete unknown":       {master, "admin", "DELETE", root + "/a", "", 404, 7},
		"delete in no scope":   {master, "admin", "DELETE", root + "/hook?scope=x", "", 400, 6},
		"delete used":          {master, "admin", "DELETE", root + "/hook", "", 400, 16},
		"list, no body":        {master, "admin", "PATCH", list, "", 400, 6},
		"list, wrong type":     {master, "admin", "PATCH", list, `{"config":{"webhooks":{}}}`, 400, 6},
		"list, bad webhook":    {master, "admin", "PATCH", list, `{"config":{"webhooks":[{"name":"hook"},{"name":"b","url":"b"}]}}`, 400, 6},
		"list, used one gone":  {master, "admin", "PATCH", list, `{"config":{"webhooks":[]}}`, 400, 6},
		"list, no scope":       {master, "admin", "PATCH", list + "?scope=x", `{"config":{"webhooks":[]}}`, 400, 6},
		"list, other scope":    {master, "fedAdmin", "PATCH", list + "?scope=fed", `{"config":{"webhooks":[]}}`, 400, 6},
		"list, other scope, 2": {master, "fedAdmin", "PATCH", list + "?scope=local", `{"fed_config":{"webhooks":[]}}`, 400, 6},
		"lists of both":        {master, "fedAdmin", "PATCH", list, `{"config":{"webhooks":[]},"fed_config":{"webhooks":[]}}`, 400, 6},
		"empty list, fed":      {master, "admin", "PATCH", list + "?scope=fed", `{}`, 403, 25},
	})
}
