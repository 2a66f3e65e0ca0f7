package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/policy"
)

// TestClient goes through the generated client, which the command line uses.
func TestClient(t *testing.T) {
	w := open(t, newFake(cluster.RoleMaster))
	srv := httptest.NewServer(w.handler)
	t.Cleanup(srv.Close)
	token := ""
	client, err := wire.NewClientWithResponses(srv.URL+"/", wire.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+token)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()

	login, err := client.LoginWithResponse(ctx, wire.Credentials{Password: wire.Password{Username: "fedAdmin", Password: passwordOf("fedAdmin")}})
	if err != nil || login.JSON200 == nil || login.JSON200.Token == nil {
		t.Fatalf("login = %+v, %v", login, err)
	}
	refused, err := client.GetSummaryWithResponse(ctx)
	if err != nil || refused.JSONDefault == nil || refused.JSONDefault.Code != 3 {
		t.Errorf("summary without a session = %s, %v", refused.Body, err)
	}
	token = login.JSON200.Token.Token
	summary, err := client.GetSummaryWithResponse(ctx)
	if err != nil || summary.JSON200 == nil || len(summary.JSON200.Clusters) != 1 {
		t.Errorf("summary = %s, %v", summary.Body, err)
	}
	report, err := client.ImportPolicyWithBodyWithResponse(ctx, &wire.ImportPolicyParams{}, "application/yaml", strings.NewReader(shopYAML))
	if err != nil || report.JSON200 == nil || report.JSON200.Rules != 1 {
		t.Errorf("import = %s, %v", report.Body, err)
	}
	rule, err := client.GetRuleWithResponse(ctx, 100001)
	if err != nil || rule.JSON200 == nil || rule.JSON200.Rule.To != "fed.shop" {
		t.Errorf("rule = %s, %v", rule.Body, err)
	}
	admission, err := client.CreateAdmissionRuleWithResponse(ctx, wire.AdmissionRuleWrite{Config: wire.AdmissionConfig{
		RuleType: new("deny"), Criteria: &[]wire.AdmissionCriterion{{Name: "runAsRoot", Op: "=", Value: "true"}},
		Claims: policy.Claims{CfgType: "federal"},
	}})
	if err != nil || admission.JSON200 == nil || admission.JSON200.Rule.ID != 100001 || admission.HTTPResponse.Header.Get("X-Fedhub-Revision") != "5" {
		t.Errorf("admission rule = %s, %v", admission.Body, err)
	}
	gone, err := client.DeleteGroupWithResponse(ctx, "fed.shop") // with its rule and its process profile
	if err != nil || gone.StatusCode() != http.StatusOK || gone.HTTPResponse.Header.Get("X-Fedhub-Revision") != "8" {
		t.Errorf("delete = %d %s, %v", gone.StatusCode(), gone.Body, err)
	}
}
