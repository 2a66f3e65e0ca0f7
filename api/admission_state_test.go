package api_test

import (
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

func TestAdmissionState(t *testing.T) {
	const target, federal = "/v1/admission/state", "/v1/admission/state?scope=fed"
	const unset = `{"state":{"adm_client_mode":"service","cfg_type":"CFG","default_action":"allow","defined":false,"enable":false,` +
		`"failure_policy":"ignore","mode":"monitor","targets":""}}`
	w := open(t, newFake(cluster.RoleMaster))
	w.play(t,
		step{as: "reader", method: "GET", target: target, want: fill(unset, "CFG", "user_created")},
		step{as: "reader", method: "GET", target: federal, want: fill(unset, "CFG", "federal")},
		step{as: "fedAdmin", method: "PATCH", target: target, body: `{"state":{"enable":true,"mode":"protect","default_action":"deny",` +
			`"failure_policy":"fail","adm_client_mode":"url","cfg_type":"federal"}}`},
		step{as: "reader", method: "GET", target: federal, want: `{"state":{"adm_client_mode":"service","cfg_type":"federal",` +
			`"default_action":"deny","defined":true,"enable":true,"failure_policy":"fail","mode":"protect","targets":""}}`},
		step{as: "reader", method: "GET", target: target, want: fill(unset, "CFG", "user_created")},
		step{as: "admin", method: "PATCH", target: target, body: `{"state":{"enable":true}}`}, // the rest is as before
		step{as: "reader", method: "GET", target: target + "?scope=local", want: `{"state":{"adm_client_mode":"service","cfg_type":"user_created",` +
			`"default_action":"allow","defined":true,"enable":true,"failure_policy":"ignore","mode":"monitor","targets":""}}`},
	)
}

func TestAdmissionState_refusals(t *testing.T) {
	const master, target = cluster.RoleMaster, "/v1/admission/state"
	refuse(t, map[string]refusal{
		"unknown mode":       {master, "admin", "PATCH", target, `{"state":{"mode":"panic"}}`, 400, 6},
		"wrong type":         {master, "admin", "PATCH", target, `{"state":{"enable":"yes"}}`, 400, 6},
		"no body":            {master, "admin", "PATCH", target, "", 400, 6},
		"scopes differ":      {master, "admin", "PATCH", target + "?scope=local", `{"state":{"enable":false,"cfg_type":"federal"}}`, 400, 6},
		"scopes differ, fed": {master, "fedAdmin", "PATCH", target + "?scope=fed", `{"state":{"enable":false,"cfg_type":"user_created"}}`, 400, 6},
		"targets of a local": {master, "admin", "PATCH", target, `{"state":{"targets":"env=prod"}}`, 400, 6},
		"no scope":           {master, "admin", "PATCH", target + "?scope=x", `{"state":{}}`, 400, 6},
		"read in no scope":   {master, "reader", "GET", target + "?scope=x", "", 400, 6},
	})
}
