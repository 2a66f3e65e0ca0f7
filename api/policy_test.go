package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
)

// What appendix A of the reference writes.
const (
	webGroup = `{"config":{"name":"fed.web","cfg_type":"federal","criteria":[{"key":"label","value":"x","op":"="}]}}`
	webRule  = `{"insert":{"after":0,"rules":[{"id":0,"from":"fed.web","to":"external","ports":"tcp/443",` +
		`"applications":["SSL"],"action":"allow","cfg_type":"federal"}]}}`
	localGroup = `{"config":{"name":"shop","cfg_type":"user_created","criteria":[{"key":"label","value":"y","op":"="}]}}`
)

func TestPolicy_onTheMaster(t *testing.T) {
	w := open(t, newFake(cluster.RoleMaster))
	got := w.as(t, "fedAdmin", http.MethodPost, "/v1/group", webGroup)
	got.wantBody(t, "")
	if rev, cmd := got.Header.Get("X-Fedhub-Revision"), got.Header.Get("X-Fedhub-Command"); rev != "1" || cmd != "cmd-1" {
		t.Errorf("revision %q and command %q, want 1 and cmd-1", rev, cmd)
	}
	w.as(t, "fedAdmin", http.MethodPost, "/v1/group", localGroup).wantBody(t, "")
	w.as(t, "fedAdmin", http.MethodPatch, "/v1/policy/rule?scope=fed", webRule).wantBody(t, "")
	w.as(t, "admin", http.MethodPatch, "/v1/policy/rule", strings.NewReplacer("fed.web", "shop", "federal", "user_created").Replace(webRule)).wantBody(t, "")

	w.as(t, "reader", http.MethodGet, "/v1/policy/rule?scope=fed", "").wantBody(t, `{"rules":[`+wireWebRule+`]}`)
	w.as(t, "reader", http.MethodGet, "/v1/policy/rule/100001", "").wantBody(t, `{"rule":`+wireWebRule+`}`)
	if diff := cmp.Diff([]uint32{100001, 1}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1/policy/rule", ""))); diff != "" {
		t.Errorf("rules, federated ones first, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{1}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1/policy/rule?scope=local", ""))); diff != "" {
		t.Errorf("local rules, -want +got:\n%s", diff)
	}
	if got := w.as(t, "reader", http.MethodGet, "/v1/group", ""); !strings.Contains(got.Body, `"policy_rules":[100001]`) ||
		strings.Index(got.Body, `"fed.web"`) > strings.Index(got.Body, `"shop"`) {
		t.Errorf("groups = %s, want fed.web with its rule's id before shop", got.Body)
	}
}

// TestPolicy_goNeuvector: it always sends "rules" and "delete", one of them null.
func TestPolicy_goNeuvector(t *testing.T) {
	w := open(t, newFake(cluster.RoleMaster))
	w.as(t, "fedAdmin", http.MethodPost, "/v1/group", webGroup).wantBody(t, "")
	w.as(t, "fedAdmin", http.MethodPatch, "/v1//policy/rule?scope=fed", webRule).wantBody(t, "")
	w.as(t, "fedAdmin", http.MethodPatch, "/v1//policy/rule?scope=fed",
		`{"rules":[{"id":0,"from":"external","to":"fed.web","ports":"any","action":"deny","applications":null,"unknown":1},{"id":100001}],"delete":null}`).wantBody(t, "")
	if diff := cmp.Diff([]uint32{100002, 100001}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1//policy/rule?scope=fed", ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	w.as(t, "fedAdmin", http.MethodPatch, "/v1//policy/rule?scope=fed", `{"rules":null,"delete":[100001]}`).wantBody(t, "")
	w.as(t, "fedAdmin", http.MethodPatch, "/v1//policy/rule?scope=fed", `{"move":{"after":0,"id":100002}}`).wantBody(t, "")
	if diff := cmp.Diff([]uint32{100002}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1//policy/rule", ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	w.as(t, "fedAdmin", http.MethodDelete, "/v1//policy/rule?scope=fed", "").wantBody(t, "")
	w.as(t, "fedAdmin", http.MethodDelete, "/v1//group/fed.web", "").wantBody(t, "")
	w.as(t, "fedAdmin", http.MethodGet, "/v1//group/fed.web", "").want(t, 404, 7)
}

func TestPolicy_refusals(t *testing.T) {
	const master, remote, standalone = cluster.RoleMaster, cluster.RoleRemote, cluster.RoleStandalone
	tests := map[string]struct {
		at                       cluster.Role
		as, method, target, body string
		status, code             int
	}{
		"federated group, reader":          {master, "fedReader", "POST", "/v1/group", webGroup, 403, 25},
		"federated group, admin":           {master, "admin", "POST", "/v1/group", webGroup, 403, 25},
		"federated group on a remote":      {remote, "admin", "POST", "/v1/group", webGroup, 400, 46},
		"federated group by name, remote":  {remote, "admin", "PATCH", "/v1/group/fed.web", webGroup, 400, 46},
		"federated delete on a remote":     {remote, "admin", "DELETE", "/v1/group/fed.web", "", 400, 46},
		"federated rule on a remote":       {remote, "admin", "DELETE", "/v1/policy/rule/100001", "", 400, 46},
		"federated rules on a remote":      {remote, "admin", "PATCH", "/v1/policy/rule?scope=fed", webRule, 400, 46},
		"federated import on a remote":     {remote, "admin", "POST", "/v1/fed/policy/import", "", 400, 46},
		"federated rules on a standalone":  {standalone, "admin", "PATCH", "/v1/policy/rule?scope=fed", webRule, 400, 6},
		"federated group on a standalone":  {standalone, "admin", "POST", "/v1/group", webGroup, 400, 6},
		"federated type, local name":       {master, "fedAdmin", "POST", "/v1/group", strings.Replace(webGroup, "fed.web", "web", 1), 400, 15},
		"local type, federated name":       {master, "fedAdmin", "POST", "/v1/group", strings.Replace(webGroup, "federal", "user_created", 1), 400, 15},
		"no criteria":                      {standalone, "admin", "POST", "/v1/group", `{"config":{"name":"shop"}}`, 400, 6},
		"bad scope":                        {standalone, "admin", "GET", "/v1/policy/rule?scope=galaxy", "", 400, 6},
		"bad scope of a write":             {standalone, "admin", "DELETE", "/v1/policy/rule?scope=galaxy", "", 400, 6},
		"id is no number":                  {standalone, "admin", "GET", "/v1/policy/rule/first", "", 400, 6},
		"unknown rule":                     {standalone, "admin", "GET", "/v1/policy/rule/7", "", 404, 7},
		"unknown rule to change":           {standalone, "admin", "PATCH", "/v1/policy/rule/7", `{"config":{"id":7,"comment":"x"}}`, 404, 7},
		"unknown group":                    {standalone, "admin", "GET", "/v1/group/shop", "", 404, 7},
		"unknown group to change":          {standalone, "admin", "PATCH", "/v1/group/shop", localGroup, 404, 7},
		"local write by a reader":          {standalone, "reader", "POST", "/v1/group", localGroup, 403, 25},
		"local rules may be written there": {remote, "admin", "POST", "/v1/group", localGroup, 200, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(tt.at))
			w.as(t, tt.as, tt.method, tt.target, tt.body).want(t, tt.status, tt.code)
		})
	}
	w := open(t, newFake(cluster.RoleStandalone))
	w.as(t, "admin", http.MethodPost, "/v1/group", localGroup).want(t, 200, 0)
	w.as(t, "admin", http.MethodPost, "/v1/group", localGroup).want(t, 400, 13)
}

func ruleIDs(t *testing.T, r reply) []uint32 {
	t.Helper()
	var answer struct {
		Rules []struct{ ID uint32 }
	}
	if err := json.Unmarshal([]byte(r.Body), &answer); err != nil {
		t.Fatalf("%s: %v", r.Body, err)
	}
	var out []uint32
	for _, rule := range answer.Rules {
		out = append(out, rule.ID)
	}
	return out
}
