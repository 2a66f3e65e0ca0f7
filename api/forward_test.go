package api_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/hub"
)

func TestForward(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	type seen struct {
		ID, Method, Path, Query, Body, Token, Encoding string
		As                                             cluster.Caller
	}
	var got seen
	f.forward = func(id string, as cluster.Caller, w http.ResponseWriter, r *http.Request) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		got = seen{
			id, r.Method, r.URL.Path, r.URL.RawQuery, string(body),
			r.Header.Get("X-Auth-Token") + r.Header.Get("Cookie") + r.Header.Get("Authorization"), r.Header.Get("Accept-Encoding"), as,
		}
		w.Header().Add("Content-Type", "text/plain")
		w.WriteHeader(http.StatusTeapot)
		_, err = io.WriteString(w, strings.Repeat("x", 2000))
		return err
	}
	w := open(t, f)
	answer := w.ask(t, http.MethodPut, "/v1/fed/cluster/r1/v1//policy/rule?scope=local", "a body",
		"X-Auth-Token", w.login(t, "fedAdmin"), "Cookie", "c", "Authorization", "a", "Accept-Encoding", "gzip")
	if answer.Status != http.StatusTeapot || answer.Body != strings.Repeat("x", 2000) {
		t.Errorf("answer = %d with %d bytes, want what the remote said", answer.Status, len(answer.Body))
	}
	if diff := cmp.Diff([]string{"text/plain"}, answer.Header.Values("Content-Type")); diff != "" {
		t.Errorf("Content-Type, -want +got:\n%s", diff)
	}
	want := seen{"r1", "PUT", "/v1/policy/rule", "scope=local", "a body", "", "gzip", cluster.Caller{User: "fedAdmin", Role: "admin"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("forwarded, -want +got:\n%s", diff)
	}
	w.as(t, "fedReader", http.MethodGet, "/v1/fed/cluster/r1/v1/group", "")
	if diff := cmp.Diff(cluster.Caller{User: "fedReader", Role: "reader"}, got.As); diff != "" {
		t.Errorf("caller, -want +got:\n%s", diff)
	}
}

// forwardRules is who may forward what; "deny" is 403 code 4 and "role" 403 code 25.
var forwardRules = map[string]struct{ as, method, path, want string }{
	"member":                {"fedReader", "GET", "/v1/fed/member", "pass"},
	"other fed":             {"fedAdmin", "POST", "/v1/fed/leave", "deny"},
	"its own change":        {"fedAdmin", "POST", "/v1/fed/change", "pass"},
	"its change, reader":    {"fedReader", "POST", "/v1/fed/change", "role"},
	"its own export":        {"fedReader", "GET", "/v1/fed/policy/export?scope=local", "pass"},
	"its own events":        {"fedReader", "GET", "/v1/fed/events", "pass"},
	"its streams":           {"fedAdmin", "GET", "/v1/fed/live", "deny"},
	"change by get":         {"fedAdmin", "GET", "/v1/fed/change", "deny"},
	"fed itself":            {"fedAdmin", "GET", "/v1/fed", "deny"},
	"fed through slashes":   {"fedAdmin", "POST", "/v1//fed/leave/", "deny"},
	"login":                 {"fedAdmin", "POST", "/v1/auth", "deny"},
	"login at a server":     {"fedAdmin", "POST", "/v1/auth/ldap", "deny"},
	"logout":                {"fedAdmin", "DELETE", "/v1/auth", "deny"},
	"keep-alive":            {"fedReader", "PATCH", "/v1/auth", "pass"},
	"password":              {"fedAdmin", "POST", "/v1/user/admin/password", "deny"},
	"import":                {"fedAdmin", "POST", "/v1/file/group/config?scope=fed", "deny"},
	"import without scope":  {"fedAdmin", "POST", "/v1/file/group/config", "deny"},
	"import of local":       {"fedAdmin", "POST", "/v1/file/group/config?scope=local", "pass"},
	"import of responses":   {"fedAdmin", "POST", "/v1/file/response/rule/config?scope=fed", "deny"},
	"import of webhooks":    {"fedAdmin", "POST", "/v1/file/fed/config", "deny"},
	"import, reader":        {"fedReader", "POST", "/v1/file/dlp/config?scope=local", "role"},
	"write":                 {"fedAdmin", "PATCH", "/v1/policy/rule", "pass"},
	"write, reader":         {"fedReader", "PATCH", "/v1/policy/rule", "role"},
	"delete, reader":        {"fedReader", "DELETE", "/v1/group/x", "role"},
	"export, reader":        {"fedReader", "POST", "/v1/file/group", "pass"},
	"export of webhooks":    {"fedReader", "POST", "/v1/file/fed_config", "pass"},
	"read, reader":          {"fedReader", "GET", "/v1/policy/rule", "pass"},
	"read, plain admin":     {"admin", "GET", "/v1/policy/rule", "role"},
	"dots":                  {"fedAdmin", "GET", "/%2e%2e/v1/auth", "bad"},
	"escaped slash":         {"fedAdmin", "GET", "/v1%2f%2fgroup", "bad"},
	"escaped backslash":     {"fedAdmin", "GET", "/v1%5cgroup", "bad"},
	"escaped zero":          {"fedAdmin", "GET", "/v1/group%00", "bad"},
	"escaped twice":         {"fedAdmin", "GET", "/v1/%252e%252e/fed", "bad"},
	"escaped fed":           {"fedAdmin", "POST", "/v1/%66ed/leave", "deny"},
	"a method of its own":   {"fedAdmin", "TRACE", "/v1/group", "405"},
	"escaped slash, to fed": {"fedAdmin", "POST", "/v1%2ffed%2fleave", "deny"},
}

func TestForward_filter(t *testing.T) {
	for name, tt := range forwardRules {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleMaster)
			passed := false
			f.forward = func(string, cluster.Caller, http.ResponseWriter, *http.Request) error { passed = true; return nil }
			got := open(t, f).as(t, tt.as, tt.method, "/v1/fed/cluster/r1"+tt.path, "")
			switch tt.want {
			case "pass":
				got.want(t, 200, 0)
			case "deny":
				got.want(t, 403, 4)
			case "role":
				got.want(t, 403, 25)
			case "bad":
				got.want(t, 400, 6)
			case "405":
				got.want(t, 405, 2)
			}
			if passed != (tt.want == "pass") {
				t.Errorf("passed = %t", passed)
			}
		})
	}
}

func TestForward_refusals(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	w := open(t, f)
	f.forward = func(id string, _ cluster.Caller, _ http.ResponseWriter, _ *http.Request) error {
		return fmt.Errorf("cluster %q: %w", id, hub.ErrClusterUnknown)
	}
	w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/cluster/x/v1/group", "").want(t, 400, 37)
	f.forward = func(id string, _ cluster.Caller, _ http.ResponseWriter, _ *http.Request) error {
		return fmt.Errorf("cluster %q: %w", id, hub.ErrClusterUnreachable)
	}
	w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/cluster/x/v1/group", "").want(t, 500, 38)
	f.member.Role = cluster.RoleRemote
	w.as(t, "admin", http.MethodGet, "/v1/fed/cluster/x/v1/group", "").want(t, 403, 25)
}

// TestForwarded is the other end: what a remote lets a caller do whom the master vouches for.
func TestForwarded(t *testing.T) {
	tests := map[string]struct {
		role, method, path, body string
		status, code             int
	}{
		"reads":                      {"reader", "GET", "/v1/policy/rule", "", 200, 0},
		"member":                     {"reader", "GET", "/v1/fed/member", "", 200, 0},
		"writes local policy":        {"admin", "POST", "/v1/group", localGroup, 200, 0},
		"reader writes":              {"reader", "POST", "/v1/group", localGroup, 403, 25},
		"writes federated policy":    {"admin", "POST", "/v1/group", webGroup, 400, 46},
		"logs in":                    {"admin", "POST", "/v1/auth", `{"password":{"username":"admin","password":"secret of admin"}}`, 403, 4},
		"changes federated policy":   {"admin", "POST", "/v1/fed/change", `{"edits":[{"op":"upsert","kind":"group","object":{"name":"fed.web","criteria":[]}}]}`, 400, 46},
		"changes local policy":       {"admin", "POST", "/v1/fed/change", `{"scope":"local","edits":[{"op":"upsert","kind":"group","object":{"name":"web","criteria":[{"key":"image","op":"=","value":"nginx"}]}}]}`, 200, 0},
		"leaves":                     {"admin", "POST", "/v1/fed/leave", `{"force":true}`, 403, 4},
		"forwards":                   {"admin", "GET", "/v1/fed/cluster/r2/v1/group", "", 403, 4},
		"a namesake's own password":  {"reader", "PATCH", "/v1/user/admin", `{"config":{"password":"secret of admin","new_password":"x"}}`, 403, 25},
		"without a role, nothing":    {"", "GET", "/v1/policy/rule", "", 403, 25},
		"keeps a session it has not": {"reader", "PATCH", "/v1/auth", "", 200, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(cluster.RoleRemote))
			ctx := agent.WithCaller(t.Context(), cluster.Caller{User: "admin", Role: tt.role})
			r := httptest.NewRequestWithContext(ctx, tt.method, tt.path, strings.NewReader(tt.body))
			send(t, w.remote, r).want(t, tt.status, tt.code)
			for _, a := range w.audited {
				if a.Actor != "admin@master" && a.Actor != "" {
					t.Errorf("audited as %q, want admin@master", a.Actor)
				}
			}
		})
	}
}
