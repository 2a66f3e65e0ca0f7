package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
)

// allYAML has something of every kind, for either scope.
const allYAML = `apiVersion: neuvector.com/v1
kind: NvConfigSecurityRule
metadata: {name: fed}
spec: {config: {webhooks: [{name: hook, url: https://example.com/a, enable: true, use_proxy: false, type: Slack}]}}
---
apiVersion: neuvector.com/v1
kind: NvDlpSecurityRule
metadata: {name: cards}
spec: {sensor: {name: cards, rules: [{name: card, patterns: [{key: pattern, op: regex, value: "[0-9]{16}", context: body}]}]}}
---
apiVersion: neuvector.com/v1
kind: NvWafSecurityRule
metadata: {name: shells}
spec: {sensor: {name: shells, rules: [{name: shell, patterns: [{key: pattern, op: regex, value: "/bin/sh", context: url}]}]}}
---
apiVersion: neuvector.com/v1
kind: NvClusterSecurityRule
metadata: {name: web}
spec:
  target: {selector: {name: web, criteria: [{key: label, op: "=", value: web}]}}
  ingress:
  - {action: allow, applications: [HTTP], name: web-ingress-0, ports: any, selector: {name: front, criteria: [{key: label, op: "=", value: front}]}}
  process: [{action: allow, name: nginx, path: /usr/sbin/nginx}]
  dlp: {status: true, settings: [{name: cards, action: deny}]}
---
apiVersion: neuvector.com/v1
kind: NvAdmissionControlSecurityRule
metadata: {name: local}
spec:
  config: {enable: true, mode: protect, client_mode: service}
  rules:
  - {action: deny, criteria: [{name: runAsRoot, op: "=", value: "true"}]}
  - {action: deny, criteria: [{name: runAsPrivileged, op: "=", value: "true"}]}
---
apiVersion: neuvector.com/v1
kind: NvResponseRuleSecurityRule
metadata: {name: one}
spec: {rule: {policy_name: default, event: event, conditions: [{type: level, value: Warning}], actions: [webhook], webhooks: [hook]}}
`

// filled returns a master with something of every kind in both policies.
func filled(t *testing.T) *world {
	t.Helper()
	w := open(t, newFake(cluster.RoleMaster))
	for _, scope := range []string{"fed", "local"} {
		got := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import?scope="+scope, allYAML)
		got.want(t, 200, 0)
		if strings.Contains(got.Body, `"refused"`) || strings.Contains(got.Body, `"skipped"`) {
			t.Fatal(got.Body)
		}
	}
	return w
}

func TestFileExport(t *testing.T) {
	w := filled(t)
	tests := map[string]struct {
		path, body  string
		name        string
		has, hasNot string // words, with a space between
	}{
		"all groups":              {"group?scope=fed", `{}`, "cfgFedGroupsExport.yaml", "List fed.web fed.front nginx fed.cards", "NvDlp NvAdmission"},
		"a group":                 {"group?scope=fed", `{"groups":["fed.web"],"policy_mode":"Monitor","use_name_referral":true}`, "cfgFedGroupsExport.yaml", "fed.web fed.web-ingress-0 nginx", "fed.front-egress-0"},
		"a group that others use": {"group?scope=fed", `{"groups":["fed.front"]}`, "cfgFedGroupsExport.yaml", "fed.front fed.front-egress-0", "nginx"},
		"a local group":           {"group", `{"groups":["web"]}`, "cfgGroupsExport.yaml", "web-ingress-0", "fed."},
		"a group of either":       {"group?scope=local", `{"groups":["web","fed.web"]}`, "cfgGroupsExport.yaml", "web-ingress-0", "fed."},
		"admission rules":         {"admission?scope=fed", `{}`, "cfgFedAdmissionRulesExport.yaml", "NvAdmissionControlSecurityRule runAsRoot runAsPrivileged", "List client_mode"},
		"an admission rule":       {"admission?scope=fed", `{"ids":[100001]}`, "cfgFedAdmissionRulesExport.yaml", "runAsRoot", "runAsPrivileged"},
		"the admission state":     {"admission?scope=fed", `{"ids":[],"export_config":true}`, "cfgFedAdmissionRulesExport.yaml", "client_mode: protect", "runAsRoot"},
		"local admission":         {"admission", `{"ids":null,"export_config":true}`, "cfgAdmissionRulesExport.yaml", "protect runAsRoot", "100001"},
		"response rules":          {"response/rule?scope=fed", `{"ids":[100001]}`, "cfgFedResponseRulesExport.yaml", "List NvResponse fed.hook", "NvConfig"},
		"local response rules":    {"response/rule", `{}`, "cfgResponseRulesExport.yaml", "NvResponse hook", "fed."},
		"none of a scope":         {"response/rule", `{"ids":[100001]}`, "cfgResponseRulesExport.yaml", "List", "NvResponse"},
		"DLP sensors":             {"dlp?scope=fed", `{"names":["fed.cards"]}`, "cfgFedDlpExport.yaml", "List fed.cards", "NvWaf"},
		"WAF sensors":             {"waf", `{"names":null,"remote_export_options":null}`, "cfgWafExport.yaml", "List shells", "NvDlp fed."},
		"webhooks":                {"fed_config", `{}`, "cfgFedSystemConfigExport.yaml", "NvConfigSecurityRule fed.hook", "List"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.as(t, "reader", http.MethodPost, "/v1/file/"+tt.path, tt.body)
			got.want(t, 200, 0)
			if kind, as := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"); kind != "application/yaml" || as != `attachment; filename="`+tt.name+`"` {
				t.Errorf("Content-Type %q, Content-Disposition %q", kind, as)
			}
			for word := range strings.FieldsSeq(tt.has) {
				if !strings.Contains(got.Body, word) {
					t.Errorf("%q is not in\n%s", word, got.Body)
				}
			}
			for word := range strings.FieldsSeq(tt.hasNot) {
				if strings.Contains(got.Body, word) {
					t.Errorf("%q is in\n%s", word, got.Body)
				}
			}
		})
	}
	for _, a := range w.audited {
		if strings.HasPrefix(a.Path, "/v1/file/") {
			t.Errorf("%s is in the audit log, and changed nothing", a.Path)
		}
	}
}

func TestFileExport_refusals(t *testing.T) {
	tests := map[string]struct {
		at           cluster.Role
		path, body   string
		status, code int
	}{
		"federated, at a remote":      {cluster.RoleRemote, "group?scope=fed", `{}`, 403, 4},
		"federated, standalone":       {cluster.RoleStandalone, "dlp?scope=fed", `{}`, 403, 4},
		"webhooks, at a remote":       {cluster.RoleRemote, "fed_config", `{}`, 403, 4},
		"local, at a remote":          {cluster.RoleRemote, "waf?scope=local", `{}`, 200, 0},
		"a scope that is none":        {cluster.RoleMaster, "waf?scope=all", `{}`, 400, 6},
		"a group that is not there":   {cluster.RoleMaster, "group?scope=fed", `{"groups":["fed.x"]}`, 404, 7},
		"a rule that is not there":    {cluster.RoleMaster, "admission?scope=fed", `{"ids":[100009]}`, 404, 7},
		"an empty list":               {cluster.RoleMaster, "response/rule?scope=fed", `{"ids":[]}`, 400, 6},
		"an empty list of groups":     {cluster.RoleMaster, "group", `{"groups":[]}`, 400, 6},
		"no body":                     {cluster.RoleMaster, "group", ``, 400, 6},
		"into a repository elsewhere": {cluster.RoleMaster, "dlp", `{"remote_export_options":{"remote_repository_nickname":"default"}}`, 400, 6},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			open(t, newFake(tt.at)).as(t, "reader", http.MethodPost, "/v1/file/"+tt.path, tt.body).want(t, tt.status, tt.code)
		})
	}
	open(t, newFake(cluster.RoleMaster)).ask(t, http.MethodPost, "/v1/file/group", `{}`).want(t, 401, 3)
}

// fileKinds are the paths of exports, and of the imports of the same, in an order in which they can be imported.
var fileKinds = []struct{ from, to, body string }{
	{"fed_config", "fed", `{}`},
	{"dlp", "dlp", `{}`},
	{"waf", "waf", `{}`},
	{"group", "group", `{}`},
	{"admission", "admission", `{"export_config":true}`},
	{"response/rule", "response/rule", `{}`},
}

// TestFileExport_imported: the exports of one master, one by one, make another the same.
func TestFileExport_imported(t *testing.T) {
	from, to := filled(t), open(t, newFake(cluster.RoleMaster))
	for _, kind := range fileKinds {
		file := from.as(t, "reader", http.MethodPost, "/v1/file/"+kind.from+"?scope=fed", kind.body).Body
		to.as(t, "fedAdmin", http.MethodPost, "/v1/file/"+kind.to+"/config?scope=fed", file).want(t, 206, 0)
	}
	export := func(w *world) string { return w.as(t, "reader", http.MethodGet, "/v1/fed/policy/export", "").Body }
	if diff := cmp.Diff(export(from), export(to)); diff != "" {
		t.Errorf("exported (-) and after the imports (+):\n%s", diff)
	}
}
