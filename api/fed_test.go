package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
)

// TestPromote_goNeuvector is what go-neuvector does: a path with "//", and the same session afterwards.
func TestPromote_goNeuvector(t *testing.T) {
	f := newFake(cluster.RoleStandalone)
	var asked cluster.Promotion
	f.promote = func(p cluster.Promotion) error {
		asked = p
		f.member.Role = cluster.RoleMaster
		f.users["admin"] = cluster.User{Name: "admin", Role: "fedAdmin"}
		return nil
	}
	w := open(t, f)
	token := w.login(t, "admin")
	w.ask(t, http.MethodPost, "/v1/fed/demote", "", "X-Auth-Token", token).want(t, 403, 25)

	body := `{"name":"primary","master_rest_info":{"server":"10.0.0.1","port":11443},"user":"admin"}`
	got := w.ask(t, http.MethodPost, "/v1//fed/promote", body, "X-Auth-Token", token)
	got.wantBody(t, `{"deploy_repo_scan_data":false,"fed_role":"master","master_cluster":{"disabled":false,`+
		`"id":"0123456789abcdef0123456789abcdef","name":"","rest_info":{"port":11443,"server":"10.0.0.1"},`+
		`"rest_version":"","secret":"","status":"","user":""}}`)
	want := cluster.Promotion{Actor: "admin", Name: "primary", Address: events.RestInfo{Server: "10.0.0.1", Port: 11443}}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("promotion, -want +got:\n%s", diff)
	}

	w.ask(t, http.MethodPost, "/v1//fed/promote", body, "X-Auth-Token", token).want(t, 400, 4)
	got = w.ask(t, http.MethodPost, "/v1//fed/demote", "", "X-Auth-Token", token)
	got.wantBody(t, "")
}

func TestMember(t *testing.T) {
	remote := cluster.Summary{
		ID: "fedcba9876543210fedcba9876543210", Name: "worker1", Role: cluster.RoleRemote, Status: cluster.StatusSynced,
		Address: events.RestInfo{Server: "10.0.0.2", Port: 10443}, KubernetesUID: "hidden",
	}
	master := newFake(cluster.RoleMaster)
	master.member.Remotes = []cluster.Summary{remote}
	joint := newFake(cluster.RoleRemote)
	joint.member.Master = &cluster.Summary{ID: "m", Name: "primary", Status: "connected", Address: events.RestInfo{Server: "10.0.0.1", Port: 11443}}
	joint.member.Remotes = []cluster.Summary{remote}

	const worker = `"joint_clusters":[{"disabled":false,"id":"fedcba9876543210fedcba9876543210","k8s_uid":"","name":"worker1",` +
		`"proxy_required":false,"rest_info":{"port":10443,"server":"10.0.0.2"},"rest_version":"v1","secret":"","status":"synced","user":""}],` +
		`"local_rest_info":{"port":11443,"server":"10.0.0.1"},`
	tests := map[string]struct {
		fake *fake
		want string
	}{
		"standalone": {newFake(cluster.RoleStandalone), `{"deploy_repo_scan_data":false,"fed_role":"","joint_clusters":null,` +
			`"local_rest_info":{"port":11443,"server":"10.0.0.1"},"use_proxy":""}`},
		"master": {master, `{"deploy_repo_scan_data":false,"fed_role":"master",` + worker +
			`"master_cluster":{"disabled":false,"id":"0123456789abcdef0123456789abcdef","name":"primary",` +
			`"rest_info":{"port":11443,"server":"10.0.0.1"},"rest_version":"v1","secret":"","status":"active","user":""},"use_proxy":""}`},
		"remote": {joint, `{"deploy_repo_scan_data":false,"fed_role":"joint",` + worker +
			`"master_cluster":{"disabled":false,"id":"m","name":"primary","rest_info":{"port":11443,"server":"10.0.0.1"},` +
			`"rest_version":"v1","secret":"","status":"connected","user":""},"use_proxy":""}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, tt.fake)
			w.as(t, "reader", http.MethodGet, "/v1/fed/member", "").wantBody(t, tt.want)
		})
	}
}

func TestJoin(t *testing.T) {
	f := newFake(cluster.RoleStandalone)
	var asked cluster.JoinRequest
	f.join = func(r cluster.JoinRequest) error { asked = r; return nil }
	w := open(t, f)
	body := `{"name":"worker","join_token":"eyJ","server":"10.0.0.9","port":443,"joint_rest_info":{"server":"10.0.0.2","port":10443}}`
	w.as(t, "admin", http.MethodPost, "/v1/fed/join", body).wantBody(t, "")
	want := cluster.JoinRequest{
		Actor: "admin", Token: "eyJ", Name: "worker",
		Server: events.RestInfo{Server: "10.0.0.9", Port: 443}, Address: events.RestInfo{Server: "10.0.0.2", Port: 10443},
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("request, -want +got:\n%s", diff)
	}
	for name, body := range map[string]string{ //nolint:gosec // G101: no credentials
		"no token":  `{"name":"worker"}`,
		"bad port":  `{"join_token":"eyJ","joint_rest_info":{"server":"x","port":65536}}`,
		"no server": `{"join_token":"eyJ","port":443}`,
	} {
		t.Run(name, func(t *testing.T) { w.as(t, "admin", http.MethodPost, "/v1/fed/join", body).want(t, 400, 6) })
	}
}

func TestJoin_refusals(t *testing.T) {
	tests := map[events.RefusalCode]struct{ status, code int }{
		events.RefusedTokenMalformed:    {400, 62},
		events.RefusedTokenTampered:     {417, 63},
		events.RefusedTokenExpired:      {417, 39},
		events.RefusedTokenRevoked:      {417, 60},
		events.RefusedTokenSpent:        {417, 61},
		events.RefusedTokenUnknown:      {417, 64},
		events.RefusedMasterUnreachable: {500, 66},
		events.RefusedMasterUnproven:    {502, 65},
		events.RefusedNameTaken:         {409, 41},
		events.RefusedVersionTooOld:     {426, 43},
		events.RefusedClock:             {412, 67},
		events.RefusedUnavailable:       {503, 71},
	}
	for code, tt := range tests {
		t.Run(string(code), func(t *testing.T) {
			f := newFake(cluster.RoleStandalone)
			f.join = func(cluster.JoinRequest) error {
				return fmt.Errorf("join: %w", events.Refusal{Code: code, Message: "a sentence about it"})
			}
			got := open(t, f).as(t, "admin", http.MethodPost, "/v1/fed/join", `{"join_token":"eyJ"}`)
			got.want(t, tt.status, tt.code)
			if !strings.Contains(got.Body, "a sentence about it") {
				t.Errorf("answer %s does not say why", got.Body)
			}
		})
	}
}

func TestLeave(t *testing.T) {
	f := newFake(cluster.RoleRemote)
	forced := false
	f.leave = func(force bool) error { forced = force; return nil }
	w := open(t, f)
	w.as(t, "admin", http.MethodPost, "/v1/fed/leave", "").want(t, 400, 6)
	w.as(t, "admin", http.MethodPost, "/v1/fed/leave", `{"force":true}`).wantBody(t, "")
	if !forced {
		t.Error("force did not arrive")
	}
	w.as(t, "admin", http.MethodPost, "/v1/fed/leave", `{"force":"yes"}`).want(t, 400, 6)
	w.as(t, "reader", http.MethodPost, "/v1/fed/leave", `{"force":true}`).want(t, 403, 25)
}

func TestRemoveCluster(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.kick = func(id string) error { return fmt.Errorf("cluster %q: %w", id, hub.ErrClusterUnknown) }
	open(t, f).as(t, "fedAdmin", http.MethodDelete, "/v1/fed/cluster/x", "").want(t, 400, 7)
	f.kick = nil
	open(t, f).as(t, "fedAdmin", http.MethodDelete, "/v1/fed/cluster/x/", "").wantBody(t, "")
	open(t, f).as(t, "admin", http.MethodDelete, "/v1/fed/cluster/x", "").want(t, 403, 25)
}

func TestConfigure(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	var asked cluster.Settings
	f.configure = func(s cluster.Settings) error { asked = s; return nil }
	w := open(t, f)
	w.as(t, "fedAdmin", http.MethodPatch, "/v1/fed/config", `{"poll_interval":2,"use_proxy":"","rest_info":{"server":"a","port":1}}`).wantBody(t, "")
	empty, address := "", events.RestInfo{Server: "a", Port: 1}
	if diff := cmp.Diff(cluster.Settings{Actor: "fedAdmin", UseProxy: &empty, Address: &address}, asked); diff != "" {
		t.Errorf("settings, -want +got:\n%s", diff)
	}
	w.as(t, "admin", http.MethodPatch, "/v1/fed/config", `{"name":"x"}`).want(t, 403, 25)
	f.configure = func(cluster.Settings) error { return fmt.Errorf("%w: name", cluster.ErrFixed) }
	w.as(t, "fedAdmin", http.MethodPatch, "/v1/fed/config", `{"name":"x"}`).want(t, 400, 39)
}

func TestView(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.summaries = append(f.summaries, cluster.Summary{ID: "r1", Role: cluster.RoleRemote})
	w := open(t, f)
	w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/view/r1", "").wantBody(t, `{"compatible":true}`)
	w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/view/r2", "").wantBody(t, `{"compatible":false}`)
}

func TestHealthcheck(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	w := open(t, f)
	w.ask(t, http.MethodGet, "/v1/fed/healthcheck", "").wantBody(t, "")
	f.health = bus.ErrDiskFull
	w.ask(t, http.MethodGet, "/v1/fed/healthcheck", "").want(t, 500, 73)
	f.member.Role = cluster.RoleRemote
	w.ask(t, http.MethodGet, "/v1/fed/healthcheck", "").want(t, 503, 4)
}

func TestVersion(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	w.as(t, "reader", http.MethodGet, "/v1/version", "").wantBody(t,
		`{"fed_role":"","id":"0123456789abcdef0123456789abcdef","name":"primary","rest_version":"v1","version":"1.2.3"}`)
	w.ask(t, http.MethodGet, "/v1/version", "").want(t, 401, 3)
}

// TestOrder_ofChecks is NeuVector's: first the token, then the permission, then the role, then the body.
func TestOrder_ofChecks(t *testing.T) {
	w := open(t, newFake(cluster.RoleRemote))
	w.ask(t, http.MethodPost, "/v1/fed/promote", "{").want(t, 401, 3)
	w.as(t, "reader", http.MethodPost, "/v1/fed/promote", "{").want(t, 403, 25)
	w.as(t, "admin", http.MethodPost, "/v1/fed/promote", "{").want(t, 400, 4)
	w.member.Role = cluster.RoleStandalone
	w.as(t, "admin", http.MethodPost, "/v1/fed/promote", "{").want(t, 400, 6)
	w.as(t, "admin", http.MethodPost, "/v1/fed/promote", "").want(t, 400, 6)
}

func TestUnknownError_isBare(t *testing.T) {
	f := newFake(cluster.RoleStandalone)
	f.promote = func(cluster.Promotion) error { return errors.New("seed SUAM... is wrong") }
	w := open(t, f)
	got := w.as(t, "admin", http.MethodPost, "/v1/fed/promote", "{}")
	got.want(t, 500, 55)
	id := got.Header.Get("X-Request-Id")
	if strings.Contains(got.Body, "SUAM") || id == "" || !strings.Contains(got.Body, id) {
		t.Errorf("answer = %s, want only request id %s", got.Body, id)
	}
	if n := strings.Count(w.log.String(), "\n"); n != 1 || !strings.Contains(w.log.String(), id) {
		t.Errorf("log has %d lines, want one with the request id:\n%s", n, w.log)
	}
	f.promote = func(cluster.Promotion) error { panic("boom") }
	w.as(t, "admin", http.MethodPost, "/v1/fed/promote", "{}").want(t, 500, 55)
}

func TestLogErrors_nameTheCommand(t *testing.T) {
	tests := map[string]struct {
		err          error
		status, code int
		retry        string
	}{
		"full disk":         {bus.ErrDiskFull, 507, 72, ""},
		"in doubt":          {bus.ErrInDoubt, 503, 77, "1"},
		"full and in doubt": {errors.Join(bus.ErrDiskFull, bus.ErrInDoubt), 503, 77, "1"},
		"starting":          {bus.ErrUnavailable, 503, 73, "1"},
		"conflict":          {bus.ErrConflict, 409, 74, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleMaster)
			f.change = func(cluster.Change) error { return &bus.CommandError{Command: "01CMD", Err: tt.err} }
			got := open(t, f).as(t, "fedAdmin", http.MethodPost, "/v1/group", webGroup)
			got.want(t, tt.status, tt.code)
			var problem struct{ Message string }
			if err := json.Unmarshal([]byte(got.Body), &problem); err != nil || !strings.Contains(problem.Message, "01CMD") {
				t.Errorf("message %q does not name the command", problem.Message)
			}
			if got.Header.Get("Retry-After") != tt.retry {
				t.Errorf("Retry-After = %q, want %q", got.Header.Get("Retry-After"), tt.retry)
			}
		})
	}
}
