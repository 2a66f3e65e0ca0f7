package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
)

// rootRule is how appendix A of the reference makes an admission rule.
const rootRule = `{"config":{"category":"Kubernetes","cfg_type":"federal","rule_type":"deny","criteria":[{"name":"runAsRoot","op":"=","value":"true"}]}}`

func TestAdmissionRule(t *testing.T) {
	const made = `{"category":"Kubernetes","cfg_type":"federal","comment":"","containers":[],"created_timestamp":1795348800,` +
		`"criteria":[{"name":"runAsRoot","op":"=","value":"true"}],"critical":false,"disable":false,"id":100002,` +
		`"last_modified_timestamp":1795348800,"rule_mode":"","rule_type":"deny","targets":""}`
	const changed = `{"category":"Kubernetes","cfg_type":"federal","comment":"c","containers":["init_containers"],"created_timestamp":1795348800,` +
		`"criteria":[{"name":"namespace","op":"containsAny","value":"dev"}],"critical":false,"disable":true,"id":100002,` +
		`"last_modified_timestamp":1795348800,"rule_mode":"","rule_type":"exception","targets":""}`
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "fedAdmin", method: "POST", target: "/v1/admission/rule", body: rootRule, want: `{"rule":` + made + `}`},
		step{as: "reader", method: "GET", target: "/v1/admission/rule/100002", want: `{"rule":` + made + `}`},
		step{as: "fedAdmin", method: "PATCH", target: "/v1/admission/rule", body: `{"config":{"id":100002,"category":"Kubernetes","comment":"c",` +
			`"criteria":[{"name":"namespace","op":"containsAny","value":"dev"}],"disable":true,"actions":null,"cfg_type":"federal",` +
			`"rule_type":"exception","containers":["init_containers"]}}`},
		step{as: "reader", method: "GET", target: "/v1/admission/rule/100002", want: `{"rule":` + changed + `}`},
	)
	if diff := cmp.Diff([]uint32{100001, 100002, 1000}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1/admission/rules", ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	w.play(t,
		step{as: "fedAdmin", method: "DELETE", target: "/v1/admission/rule/100002"},
		step{as: "fedAdmin", method: "DELETE", target: "/v1/admission/rule/100002", status: 404, code: 7},
		step{as: "fedAdmin", method: "DELETE", target: "/v1/admission/rules?scope=fed"},
		step{as: "reader", method: "GET", target: "/v1/admission/rules?scope=fed", want: `{"rules":[]}`},
		step{as: "reader", method: "GET", target: "/v1/admission/rule/1000"},
	)
}

// TestAdmissionRule_number: a new rule gets a number of its own, whatever the request says.
func TestAdmissionRule_number(t *testing.T) {
	w := furnished(t, cluster.RoleMaster)
	with := func(id string) string {
		return `{"config":{"id":` + id + rootRule[len(`{"config":{"category":"Kubernetes"`):]
	}
	w.play(t,
		step{as: "fedAdmin", method: "POST", target: "/v1/admission/rule", body: with("7")},
		step{as: "reader", method: "GET", target: "/v1/admission/rule/100002"},
		step{as: "reader", method: "GET", target: "/v1/admission/rule/7", status: 404, code: 7},
		step{as: "fedAdmin", method: "POST", target: "/v1/admission/rule", body: with("100002"), status: 400, code: 6},
		step{as: "fedAdmin", method: "POST", target: "/v1/admission/rule", body: with("1000"), status: 400, code: 6}, // a local one
	)
	// What somebody else makes in between has its number, and the answer tells the other one.
	w.conflict = func() {
		w.as(t, "fedAdmin", http.MethodPost, "/v1/admission/rule", rootRule).want(t, 200, 0)
	}
	got := w.as(t, "fedAdmin", http.MethodPost, "/v1/admission/rule", rootRule)
	if stored := w.as(t, "reader", http.MethodGet, "/v1/admission/rule/100004", ""); got.Body != stored.Body || got.Status != 200 {
		t.Errorf("answer %s, stored is %s", got.Body, stored.Body)
	}
	if got.Header.Get("X-Fedhub-Revision") == "" || got.Header.Get("X-Fedhub-Command") == "" {
		t.Errorf("headers %v lack the revision or the command", got.Header)
	}
}

func TestAdmissionRule_refusals(t *testing.T) {
	const master = cluster.RoleMaster
	refuse(t, map[string]refusal{
		"no body":            {master, "fedAdmin", "POST", "/v1/admission/rule", "", 400, 6},
		"no config":          {master, "admin", "POST", "/v1/admission/rule", `{}`, 400, 6},
		"criteria no list":   {master, "admin", "POST", "/v1/admission/rule", `{"config":{"criteria":{}}}`, 400, 6},
		"unknown criterion":  {master, "admin", "POST", "/v1/admission/rule", `{"config":{"rule_type":"deny","criteria":[{"name":"mood","op":"=","value":"good"}]}}`, 400, 6},
		"mode of exception":  {master, "admin", "POST", "/v1/admission/rule", `{"config":{"rule_type":"exception","rule_mode":"protect","criteria":[{"name":"runAsRoot","op":"=","value":"true"}]}}`, 400, 6},
		"cfg_type of a crd":  {master, "admin", "POST", "/v1/admission/rule", `{"config":{"rule_type":"deny","cfg_type":"ground","criteria":[{"name":"runAsRoot","op":"=","value":"true"}]}}`, 400, 6},
		"change without id":  {master, "admin", "PATCH", "/v1/admission/rule", `{"config":{"comment":"c"}}`, 404, 7},
		"federal without id": {master, "admin", "PATCH", "/v1/admission/rule", `{"config":{"comment":"c","cfg_type":"federal"}}`, 403, 25},
		"change unknown":     {master, "admin", "PATCH", "/v1/admission/rule", `{"config":{"id":1001,"comment":"c"}}`, 404, 7},
		"change of scope":    {master, "admin", "PATCH", "/v1/admission/rule", `{"config":{"id":1000,"cfg_type":"federal"}}`, 400, 6},
		"read unknown":       {master, "reader", "GET", "/v1/admission/rule/100009", "", 404, 7},
		"read no number":     {master, "reader", "GET", "/v1/admission/rule/one", "", 400, 6},
		"delete unknown":     {master, "admin", "DELETE", "/v1/admission/rule/1001", "", 404, 7},
		"delete in no scope": {master, "admin", "DELETE", "/v1/admission/rules?scope=x", "", 400, 6},
	})
}
