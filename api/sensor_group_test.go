package api_test

import (
	"strings"
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

func TestSensorGroup(t *testing.T) {
	for kind, k := range sensorKinds {
		t.Run(kind, func(t *testing.T) {
			target := "/v1/" + kind + "/group/fed.web"
			group := func(status, sensors string) string {
				return `{"cfg_type":"federal","name":"fed.web","sensors":[` + sensors + `],"status":` + status + `,"targets":""}`
			}
			one := func(group string) string { return `{"` + kind + `_group":` + group + `}` }
			denied := `{"name":"` + k.there + `","action":"deny"}`
			allowed := `{"name":"` + k.there + `","action":"allow","comment":"c"}`
			w := furnished(t, cluster.RoleMaster)
			w.play(t,
				step{as: "reader", method: "GET", target: target, want: one(group("true", denied))},
				step{as: "fedAdmin", method: "PATCH", target: target, body: `{"config":{"name":"fed.web","status":false,"sensors":[` + allowed + `]}}`},
				step{as: "reader", method: "GET", target: target, want: one(group("false", allowed))},
				step{as: "reader", method: "GET", target: "/v1/" + kind + "/group?scope=fed", want: `{"` + kind + `_groups":[` + group("false", allowed) + `]}`},
				step{as: "fedAdmin", method: "PATCH", target: target, body: `{"config":{"replace":[]}}`},
				step{as: "reader", method: "GET", target: target, want: one(group("false", ""))},
				// A group for which nothing is stored takes its first sensor in the same way.
				step{as: "fedAdmin", method: "POST", target: "/v1/group", body: strings.ReplaceAll(webGroup, "fed.web", "fed.db")},
				step{as: "fedAdmin", method: "PATCH", target: strings.Replace(target, "fed.web", "fed.db", 1), body: `{"config":{"sensors":[` + denied + `]}}`},
				step{
					as: "reader", method: "GET", target: strings.Replace(target, "fed.web", "fed.db", 1),
					want: strings.Replace(one(group("true", denied)), "fed.web", "fed.db", 1),
				},
			)
		})
	}
}

func TestSensorGroup_refusals(t *testing.T) {
	const master = cluster.RoleMaster
	for kind, k := range sensorKinds {
		local := strings.TrimPrefix(k.there, "fed.")
		target := "/v1/" + kind + "/group"
		refuse(t, map[string]refusal{
			kind + ", no body":          {master, "admin", "PATCH", target + "/web", "", 400, 6},
			kind + ", wrong type":       {master, "admin", "PATCH", target + "/web", `{"config":{"status":"on"}}`, 400, 6},
			kind + ", another group":    {master, "admin", "PATCH", target + "/web", `{"config":{"name":"net","status":true}}`, 400, 6},
			kind + ", federated sensor": {master, "admin", "PATCH", target + "/web", `{"config":{"sensors":[{"name":"` + k.there + `","action":"deny"}]}}`, 400, 6},
			kind + ", local sensor":     {master, "fedAdmin", "PATCH", target + "/fed.web", `{"config":{"sensors":[{"name":"` + local + `","action":"deny"}]}}`, 400, 6},
			kind + ", unknown sensor":   {master, "admin", "PATCH", target + "/web", `{"config":{"sensors":[{"name":"x","action":"deny"}]}}`, 400, 6},
			kind + ", unused sensor":    {master, "admin", "PATCH", target + "/web", `{"config":{"delete":["x"]}}`, 404, 7},
			kind + ", unknown group":    {master, "admin", "PATCH", target + "/nobody", `{"config":{"status":true}}`, 404, 7},
			kind + ", addresses":        {master, "admin", "PATCH", target + "/net", `{"config":{"status":true}}`, 400, 6},
			kind + ", read unknown":     {master, "reader", "GET", target + "/nobody", "", 404, 7},
		})
	}
}
