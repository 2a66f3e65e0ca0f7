package api

import (
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
)

// TestAccess_total compares the table with the contract, both ways.
func TestAccess_total(t *testing.T) {
	want := map[string]bool{}
	for route := range contractRoutes(t) {
		want[route] = true
	}
	got := map[string]bool{}
	for route := range access {
		got[route] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("openapi.yaml (-) and the access table (+) differ:\n%s", diff)
	}
}

// TestAccess_open holds the list of what a stranger may ask.
func TestAccess_open(t *testing.T) {
	open := map[string]bool{}
	for route, n := range access {
		if n.level == forEveryone {
			open[route] = true
		}
	}
	want := map[string]bool{"POST /v1/auth": true, "GET /v1/fed/healthcheck": true}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("routes without a session, -want +got:\n%s", diff)
	}
	for route, isOpen := range contractRoutes(t) {
		if isOpen != open[route] {
			t.Errorf("%s: openapi.yaml says open %t, the access table %t", route, isOpen, open[route])
		}
	}
}

func TestLevels(t *testing.T) {
	const roles = "admin reader fedAdmin fedReader stranger"
	tests := map[string]struct {
		level level
		at    cluster.Role
		want  string
	}{
		"nobody":              {forNobody, cluster.RoleMaster, ""},
		"users":               {forUsers, cluster.RoleMaster, roles},
		"readers":             {forReaders, cluster.RoleMaster, "admin reader fedAdmin fedReader"},
		"admins":              {forAdmins, cluster.RoleMaster, "admin fedAdmin"},
		"owners of a master":  {forOwners, cluster.RoleMaster, "fedAdmin"},
		"owners of a remote":  {forOwners, cluster.RoleRemote, "admin fedAdmin"},
		"federation's reader": {forFedReaders, cluster.RoleMaster, "fedAdmin fedReader"},
		"federation's admin":  {forFedAdmins, cluster.RoleMaster, "fedAdmin"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for role := range strings.FieldsSeq(roles) {
				if tt.level.allows(role, tt.at) {
					got = append(got, role)
				}
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// contractRoutes returns the routes of openapi.yaml as the router names them, and whether each is open.
func contractRoutes(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]any `yaml:"paths"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for path, item := range doc.Paths {
		path = strings.NewReplacer("{path}", "*", "{", ":", "}", "").Replace(path)
		for method, operation := range item {
			if method == "parameters" || method == "description" {
				continue
			}
			fields, ok := operation.(map[string]any)
			if !ok {
				t.Fatalf("%s %s is no operation", method, path)
			}
			security, stated := fields["security"].([]any)
			out[strings.ToUpper(method)+" "+path] = stated && len(security) == 0
		}
	}
	return out
}
