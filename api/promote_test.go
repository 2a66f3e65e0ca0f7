package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

func (f *fake) PromoteRules(ctx context.Context, actor string, kind events.ObjectKind, ids []uint32) (cluster.Receipt, error) {
	return f.Change(ctx, cluster.Change{Actor: actor, Scope: policy.ScopeFederal, Decide: policy.Promote(f.local, kind, ids)})
}

const (
	promoteRules     = "/v1/policy/rules/promote"
	promoteAdmission = "/v1/admission/rule/promote"
)

func TestPromote_rules(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.furnish(t, f.local, "")
	f.found(t)
	w := open(t, f)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/group", strings.ReplaceAll(webGroup, "fed.web", "fed.front")).want(t, 200, 0)
	w.as(t, "fedAdmin", http.MethodPatch, "/v1/policy/rule?scope=fed", strings.ReplaceAll(webRule, "fed.web", "fed.front")).want(t, 200, 0)
	got := w.as(t, "fedAdmin", http.MethodPost, promoteRules, `{"request":{"ids":[1]}}`)
	got.wantBody(t, "")
	if got.Header.Get("X-Fedhub-Revision") == "" || got.Header.Get("X-Fedhub-Command") == "" {
		t.Errorf("headers %v lack the revision or the command", got.Header)
	}
	if diff := cmp.Diff([]uint32{100001, 100002, 1}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1/policy/rule", ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	for target, part := range map[string]string{
		"/v1/policy/rule/100002":      `"comment":"promoted from rule 1"`,
		"/v1/group/fed.web":           `"policy_rules":[{`,
		"/v1/process_profile/fed.web": `"name":"nginx"`,
		"/v1/file_monitor/fed.web":    `"filter":"/etc/nginx/*"`,
		"/v1/dlp/group/fed.web":       `"name":"fed.card"`,
		"/v1/waf/sensor/fed.sqli":     `"groups":["fed.web"]`,
	} {
		if got := w.as(t, "reader", http.MethodGet, target, ""); !strings.Contains(got.Body, part) {
			t.Errorf("%s = %s, want %s in it", target, got.Body, part)
		}
	}
	w.as(t, "fedAdmin", http.MethodPost, promoteAdmission, `{"request":{"ids":[1000]}}`).wantBody(t, "")
	if got := w.as(t, "reader", http.MethodGet, "/v1/admission/rule/100001", ""); !strings.Contains(got.Body, `"comment":"promoted from rule 1000"`) {
		t.Errorf("admission rule = %s", got.Body)
	}
}

func TestPromote_refusals(t *testing.T) {
	const master, remote, standalone = cluster.RoleMaster, cluster.RoleRemote, cluster.RoleStandalone
	refuse(t, map[string]refusal{
		"no body":               {master, "fedAdmin", "POST", promoteRules, "", 400, 6},
		"no rules":              {master, "fedAdmin", "POST", promoteRules, `{"request":{"ids":[]}}`, 400, 6},
		"no number":             {master, "fedAdmin", "POST", promoteRules, `{"request":{"ids":["1"]}}`, 400, 6},
		"unknown rule":          {master, "fedAdmin", "POST", promoteRules, `{"request":{"ids":[1,2]}}`, 500, 49},
		"federated rule":        {master, "fedAdmin", "POST", promoteRules, `{"request":{"ids":[100001]}}`, 500, 49},
		"unknown admission":     {master, "fedAdmin", "POST", promoteAdmission, `{"request":{"ids":[7]}}`, 500, 49},
		"no admission rules":    {master, "fedAdmin", "POST", promoteAdmission, `{}`, 400, 6},
		"admin":                 {master, "admin", "POST", promoteRules, `{"request":{"ids":[1]}}`, 403, 25},
		"reader":                {master, "fedReader", "POST", promoteAdmission, `{"request":{"ids":[1000]}}`, 403, 25},
		"remote":                {remote, "admin", "POST", promoteRules, `{"request":{"ids":[1]}}`, 403, 25},
		"standalone":            {standalone, "admin", "POST", promoteRules, `{"request":{"ids":[1]}}`, 403, 25},
		"standalone, admission": {standalone, "admin", "POST", promoteAdmission, `{"request":{"ids":[1000]}}`, 403, 25},
	})
}
