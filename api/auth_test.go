package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
)

func TestLogin_answers(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	got := w.ask(t, http.MethodPost, "/v1/auth", `{"password":{"username":"admin","password":"secret of admin"}}`)
	var answer map[string]any
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
		t.Fatal(err)
	}
	session, ok := answer["token"].(map[string]any)
	if !ok {
		t.Fatalf("no session in %s", got.Body)
	}
	for field, want := range map[string]any{"username": "admin", "fullname": "admin", "role": "admin", "server": "", "timeout": 300.0} {
		if session[field] != want {
			t.Errorf("token.%s = %v, want %v", field, session[field], want)
		}
	}
	for field, want := range map[string]any{"need_to_reset_password": false, "password_days_until_expire": -1.0, "password_hours_until_expire": 0.0} {
		if answer[field] != want {
			t.Errorf("%s = %v, want %v", field, answer[field], want)
		}
	}
	if token := session["token"]; strings.Contains(fmt.Sprint(token), "admin") {
		t.Errorf("the token %v is not opaque", token)
	}
}

func TestLogin_refusals(t *testing.T) {
	tests := map[string]struct {
		body         string
		status, code int
	}{
		"wrong password":    {`{"password":{"username":"admin","password":"no"}}`, 401, 3},
		"unknown user":      {`{"password":{"username":"eve","password":"no"}}`, 401, 3},
		"name too long":     {`{"password":{"username":"` + strings.Repeat("x", 257) + `","password":"no"}}`, 401, 3},
		"no name":           {`{"password":{}}`, 400, 6},
		"no body":           {``, 400, 6},
		"not JSON":          {`username=admin`, 400, 6},
		"federation's role": {`{"password":{"username":"ghost","password":"secret of ghost"}}`, 401, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleRemote)
			f.users["ghost"] = cluster.User{Name: "ghost", Role: "fedAdmin"}
			open(t, f).ask(t, http.MethodPost, "/v1/auth", tt.body).want(t, tt.status, tt.code)
		})
	}
}

func TestLogin_newPassword(t *testing.T) {
	f := newFake(cluster.RoleStandalone)
	f.users["admin"] = cluster.User{Name: "admin", Role: "admin", MustSet: true}
	w := open(t, f)
	got := w.ask(t, http.MethodPost, "/v1/auth", `{"password":{"username":"admin","password":"secret of admin"}}`)
	got.wantBody(t, `{"need_to_reset_password":true,"password_days_until_expire":-1,"password_hours_until_expire":0,"token":null}`)

	body := `{"password":{"username":"admin","password":"secret of admin","new_password":"correct horse battery"}}`
	if got = w.ask(t, http.MethodPost, "/v1/auth", body); !strings.Contains(got.Body, `"token":{`) {
		t.Errorf("login with a new password = %d %s, want a session", got.Status, got.Body)
	}
	if len(f.updated) != 1 || *f.updated[0].Password != "correct horse battery" {
		t.Errorf("updates = %+v, want the new password", f.updated)
	}
}

func TestLogin_slowsDownGuessing(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	wrong, right := `{"password":{"username":"admin","password":"no"}}`, `{"password":{"username":"admin","password":"secret of admin"}}`
	for range 6 {
		w.ask(t, http.MethodPost, "/v1/auth", wrong).want(t, 401, 3)
		w.wait(2 * time.Second)
	}
	w.ask(t, http.MethodPost, "/v1/auth", wrong).want(t, 401, 3)
	got := w.ask(t, http.MethodPost, "/v1/auth", right)
	got.want(t, 401, 47)
	if after := got.Header.Get("Retry-After"); after != "4" {
		t.Errorf("Retry-After = %q, want 4", after)
	}
	w.ask(t, http.MethodPost, "/v1/auth", `{"password":{"username":"reader","password":"secret of reader"}}`).want(t, 200, 0)
	w.wait(4 * time.Second)
	w.ask(t, http.MethodPost, "/v1/auth", right).want(t, 200, 0)
}

func TestSession(t *testing.T) {
	tests := map[string]struct {
		change       func(t *testing.T, w *world, token string) string
		status, code int
	}{
		"alive":       {func(_ *testing.T, _ *world, token string) string { return token }, 200, 0},
		"no token":    {func(*testing.T, *world, string) string { return "" }, 401, 3},
		"garbage":     {func(*testing.T, *world, string) string { return "bm90IGEgdG9rZW4" }, 401, 3},
		"altered":     {func(_ *testing.T, _ *world, token string) string { return "A" + token[1:len(token)-1] + "A" }, 401, 3},
		"nearly idle": {func(_ *testing.T, w *world, token string) string { w.wait(300 * time.Second); return token }, 200, 0},
		"idle":        {func(_ *testing.T, w *world, token string) string { w.wait(301 * time.Second); return token }, 408, 3},
		"too old": {func(t *testing.T, w *world, token string) string {
			t.Helper()
			for range 73 {
				w.wait(299 * time.Second)
				w.ask(t, http.MethodPatch, "/v1/auth", "", "X-Auth-Token", token)
			}
			return token
		}, 408, 3},
		"restart": {func(_ *testing.T, w *world, token string) string { w.handler = w.start(); return token }, 408, 3},
		"logged out": {func(t *testing.T, w *world, token string) string {
			t.Helper()
			w.ask(t, http.MethodDelete, "/v1/auth", "", "X-Auth-Token", token).want(t, 200, 0)
			return token
		}, 408, 3},
		"user gone": {func(_ *testing.T, w *world, token string) string { delete(w.users, "reader"); return token }, 401, 3},
		"other key": {func(_ *testing.T, w *world, token string) string {
			w.key = []byte("another key, also of 32 bytes...")
			w.handler = w.start()
			return token
		}, 401, 3},
		"role gone with the federation": {func(_ *testing.T, w *world, token string) string {
			w.users["reader"] = cluster.User{Name: "reader", Role: "fedReader"}
			return token
		}, 401, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(cluster.RoleStandalone))
			token := tt.change(t, w, w.login(t, "reader"))
			w.ask(t, http.MethodGet, "/v1/fed/member", "", "X-Auth-Token", token).want(t, tt.status, tt.code)
			if token != "" {
				w.ask(t, http.MethodGet, "/v1/fed/member", "", "Authorization", "Bearer "+token).want(t, tt.status, tt.code)
			}
		})
	}
}

func TestSession_usersTimeout(t *testing.T) {
	f := newFake(cluster.RoleStandalone)
	f.users["admin"] = cluster.User{Name: "admin", Role: "admin", Timeout: time.Hour}
	w := open(t, f)
	token := w.login(t, "admin")
	w.wait(time.Hour)
	w.ask(t, http.MethodGet, "/v1/fed/member", "", "X-Auth-Token", token).want(t, 200, 0)
}

func TestSession_oldestGivesWay(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	first := w.login(t, "admin")
	other := w.login(t, "reader")
	for range 32 {
		w.wait(time.Second)
		w.login(t, "admin")
	}
	w.ask(t, http.MethodPatch, "/v1/auth", "", "X-Auth-Token", first).want(t, 408, 3)
	w.ask(t, http.MethodPatch, "/v1/auth", "", "X-Auth-Token", other).want(t, 200, 0)
}

func TestUpdateUser(t *testing.T) {
	tests := map[string]struct {
		as, target, body string
		status, code     int
	}{
		"own password":                {"reader", "reader", `{"config":{"password":"secret of reader","new_password":"correct horse"}}`, 200, 0},
		"own password, wrong present": {"reader", "reader", `{"config":{"password":"no","new_password":"correct horse"}}`, 401, 3},
		"own password, none":          {"admin", "admin", `{"config":{"new_password":"correct horse"}}`, 400, 6},
		"own role":                    {"reader", "reader", `{"config":{"role":"admin"}}`, 403, 25},
		"another's password":          {"reader", "admin", `{"config":{"new_password":"correct horse"}}`, 403, 25},
		"as admin":                    {"admin", "reader", `{"config":{"new_password":"correct horse","timeout":600}}`, 200, 0},
		"as admin, a fedAdmin":        {"admin", "fedAdmin", `{"config":{"new_password":"correct horse"}}`, 403, 25},
		"as admin, to fedAdmin":       {"admin", "admin", `{"config":{"role":"fedAdmin"}}`, 403, 25},
		"as fedAdmin":                 {"fedAdmin", "admin", `{"config":{"role":"fedAdmin"}}`, 200, 0},
		"unknown":                     {"admin", "eve", `{"config":{"role":"admin"}}`, 404, 7},
		"other name":                  {"admin", "reader", `{"config":{"username":"eve"}}`, 400, 6},
		"timeout out of range":        {"admin", "reader", `{"config":{"timeout":29}}`, 400, 6},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(cluster.RoleMaster))
			w.as(t, tt.as, http.MethodPatch, "/v1/user/"+tt.target, tt.body).want(t, tt.status, tt.code)
		})
	}
}

func TestUpdateUser_newPasswordEndsOtherSessions(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	own, other := w.login(t, "reader"), w.login(t, "reader")
	body := `{"config":{"password":"secret of reader","new_password":"correct horse"}}`
	w.ask(t, http.MethodPatch, "/v1/user/reader", body, "X-Auth-Token", own).want(t, 200, 0)
	w.ask(t, http.MethodPatch, "/v1/auth", "", "X-Auth-Token", own).want(t, 200, 0)
	w.ask(t, http.MethodPatch, "/v1/auth", "", "X-Auth-Token", other).want(t, 408, 3)
}

func TestUsers(t *testing.T) {
	w := open(t, newFake(cluster.RoleMaster))
	got := w.as(t, "reader", http.MethodGet, "/v1/user", "")
	if !strings.Contains(got.Body, `"global_roles":["admin","reader","fedAdmin","fedReader"]`) || !strings.Contains(got.Body, `"username":"admin"`) {
		t.Errorf("GET /v1/user = %d %s", got.Status, got.Body)
	}
	w.as(t, "reader", http.MethodPost, "/v1/user", `{"user":{"username":"x","password":"correct horse","role":"reader"}}`).want(t, 403, 25)
	w.as(t, "admin", http.MethodPost, "/v1/user", `{"user":{"username":"x","password":"correct horse","role":"reader"}}`).want(t, 200, 0)
	w.as(t, "admin", http.MethodPost, "/v1/user", `{"user":{"username":"x","password":"correct horse","role":"fedReader"}}`).want(t, 403, 25)
	w.as(t, "admin", http.MethodPost, "/v1/user", `{"user":{"username":"","password":"correct horse","role":"reader"}}`).want(t, 400, 6)
	w.as(t, "admin", http.MethodGet, "/v1/user/reader", "").want(t, 200, 0)
	token := w.login(t, "reader")
	w.as(t, "admin", http.MethodDelete, "/v1/user/reader", "").want(t, 200, 0)
	w.ask(t, http.MethodPatch, "/v1/auth", "", "X-Auth-Token", token).want(t, 408, 3)
	w.as(t, "admin", http.MethodGet, "/v1/user/reader", "").want(t, 404, 7)
}
