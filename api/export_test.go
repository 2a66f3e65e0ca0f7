package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/cluster"
)

func TestExport(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	w.change(t, changeBody(editAPI))
	export := func(query string) reply { return w.as(t, "reader", http.MethodGet, "/v1/fed/policy/export"+query, "") }
	tests := map[string]struct {
		query, contentType, name string
		has, lacks               string
	}{
		"as it is now":  {"", "application/yaml", "fed-policy-2.yaml", "api", "nothing"},
		"as YAML":       {"?scope=fed&format=yaml", "application/yaml", "fed-policy-2.yaml", "api", "nothing"},
		"as JSON":       {"?format=json", "application/json", "fed-policy-2.json", `"`, "nothing"},
		"as it was":     {"?revision=1", "application/yaml", "fed-policy-1.yaml", "web", "api"},
		"local":         {"?scope=local", "application/yaml", "local-policy-0.yaml", "", "web"},
		"local as JSON": {"?scope=local&format=json", "application/json", "local-policy-0.json", "", "web"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := export(tt.query)
			got.want(t, 200, 0)
			if kind, as := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition"); kind != tt.contentType || as != `attachment; filename="`+tt.name+`"` {
				t.Errorf("Content-Type %q, Content-Disposition %q", kind, as)
			}
			if body := strings.ReplaceAll(got.Body, "apiVersion", ""); !strings.Contains(body, tt.has) || strings.Contains(body, tt.lacks) {
				t.Errorf("body = %s, want %q in it and not %q", got.Body, tt.has, tt.lacks)
			}
		})
	}
	export("?format=xml").want(t, 400, 6)
	export("?scope=galaxy").want(t, 400, 6)
	export("?scope=local&revision=1").want(t, 400, 6)
	export("?revision=3").want(t, 404, 7)
}

// TestExport_imported: what one master exports, another can import.
func TestExport_imported(t *testing.T) {
	from, to := open(t, newMaster()), open(t, newFake(cluster.RoleMaster))
	from.change(t, changeBody(strings.ReplaceAll(editWeb+","+editNet, `,"targets":"env=prod"`, "")))
	file := from.as(t, "reader", http.MethodGet, "/v1/fed/policy/export", "").Body
	to.as(t, "fedAdmin", http.MethodPost, "/v1/fed/policy/import", file).want(t, 200, 0)
	if got := to.as(t, "reader", http.MethodGet, "/v1/fed/policy/export", "").Body; got != file {
		t.Errorf("exported\n%s\nand after an import\n%s", file, got)
	}
}
