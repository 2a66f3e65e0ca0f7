package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

const (
	cookieName = "__Host-fedhub-0123456789ab" // of the fake cluster
	fromPage   = "Sec-Fetch-Site: same-origin"
)

// askAs sends a request with headers that are written as "Name: value"; one may be there twice.
func (w *world) askAs(t *testing.T, method, path, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return send(t, w.handler, r)
}

// cookies returns the cookies that an answer sets.
func (r reply) cookies() []*http.Cookie { return (&http.Response{Header: r.Header}).Cookies() }

// browse logs in as the console's page does, and returns the header with the cookie.
func (w *world) browse(t *testing.T, name string) string {
	t.Helper()
	got := w.askAs(t, http.MethodPost, "/v1/auth", `{"password":{"username":"`+name+`","password":"`+passwordOf(name)+`"}}`, fromPage)
	set := got.cookies()
	if got.Status != http.StatusOK || len(set) != 1 {
		t.Fatalf("login as %s = %d with %d cookies", name, got.Status, len(set))
	}
	return "Cookie: " + set[0].Name + "=" + set[0].Value
}

// wantCookieGone expects that an answer takes the cookie away, or that it leaves it.
func (r reply) wantCookieGone(t *testing.T, want bool) {
	t.Helper()
	set := r.cookies()
	gone := len(set) == 1 && set[0].Name == cookieName && set[0].Value == "" && set[0].MaxAge < 0 && set[0].Path == "/" && set[0].Secure
	if gone != want || !want && len(set) != 0 {
		t.Errorf("the answer %d sets %v; takes the cookie away %t, want %t", r.Status, set, gone, want)
	}
}

func TestCookie_login(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	body := `{"password":{"username":"admin","password":"secret of admin"}}`
	got := w.askAs(t, http.MethodPost, "/v1/auth", body, fromPage)
	set := got.Header.Values("Set-Cookie")
	if len(set) != 1 {
		t.Fatalf("cookies = %q, want one", set)
	}
	pair, attributes, _ := strings.Cut(set[0], "; ")
	if attributes != "Path=/; HttpOnly; Secure; SameSite=Strict" {
		t.Errorf("the cookie's attributes are %q", attributes)
	}
	token, named := strings.CutPrefix(pair, cookieName+"=")
	if !named || len(token) < 40 || strings.Contains(got.Body, token) || !strings.Contains(got.Body, `"token":""`) || !strings.Contains(got.Body, `"role":"admin"`) {
		t.Errorf("cookie %q; the body must say who it is, and not the token: %s", pair, got.Body)
	}
	w.ask(t, http.MethodGet, "/v1/fed/member", "", "X-Auth-Token", token).want(t, 200, 0) // it is a token like any other
	for _, site := range []string{"", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: none"} {
		plain := w.askAs(t, http.MethodPost, "/v1/auth", body, site)
		if plain.Status != http.StatusOK || len(plain.cookies()) != 0 || strings.Contains(plain.Body, `"token":""`) {
			t.Errorf("login with %q = %d, cookies %v, %s; want a token and no cookie", site, plain.Status, plain.cookies(), plain.Body)
		}
	}
	wrong := w.askAs(t, http.MethodPost, "/v1/auth", `{"password":{"username":"admin","password":"no"}}`, fromPage)
	wrong.want(t, 401, 3)
	wrong.wantCookieGone(t, false)
}

// TestCookie_requests plays what pages, links and scripts can make a browser send.
func TestCookie_requests(t *testing.T) {
	tests := map[string]struct {
		header       string // lines; COOKIE and TOKEN stand for those of a session
		status, code int
		gone         bool
	}{
		"own page":                         {"COOKIE\nSec-Fetch-Site: same-origin", 200, 0, false},
		"no cookie":                        {"Sec-Fetch-Site: same-origin", 401, 3, false},
		"no header":                        {"COOKIE", 403, 4, false},
		"another site":                     {"COOKIE\nSec-Fetch-Site: cross-site", 403, 4, false},
		"another host of the site":         {"COOKIE\nSec-Fetch-Site: same-site", 403, 4, false},
		"address bar":                      {"COOKIE\nSec-Fetch-Site: none", 403, 4, false},
		"empty header":                     {"COOKIE\nSec-Fetch-Site: ", 403, 4, false},
		"other letters":                    {"COOKIE\nSec-Fetch-Site: Same-Origin", 403, 4, false},
		"list":                             {"COOKIE\nSec-Fetch-Site: same-origin, cross-site", 403, 4, false},
		"header twice":                     {"COOKIE\nSec-Fetch-Site: same-origin\nSec-Fetch-Site: cross-site", 403, 4, false},
		"token":                            {"X-Auth-Token: TOKEN", 200, 0, false},
		"token and cookie, another site":   {"COOKIE\nX-Auth-Token: TOKEN\nSec-Fetch-Site: cross-site", 200, 0, false},
		"token and cookie":                 {"COOKIE\nX-Auth-Token: TOKEN", 200, 0, false},
		"bearer and cookie":                {"COOKIE\nAuthorization: Bearer TOKEN", 200, 0, false},
		"wrong token and cookie":           {"COOKIE\nX-Auth-Token: x\nSec-Fetch-Site: same-origin", 401, 3, false},
		"other authorization":              {"COOKIE\nAuthorization: Basic eDp5\nSec-Fetch-Site: same-origin", 401, 3, false},
		"empty token and cookie":           {"COOKIE\nX-Auth-Token: \nSec-Fetch-Site: same-origin", 200, 0, false},
		"two cookies":                      {"COOKIE\nCookie: __Host-fedhub-0123456789ab=x\nSec-Fetch-Site: same-origin", 401, 3, true},
		"two cookies, the wrong one first": {"Cookie: __Host-fedhub-0123456789ab=x\nCOOKIE\nSec-Fetch-Site: same-origin", 401, 3, true},
		"two cookies in a line":            {"COOKIE; __Host-fedhub-0123456789ab=x\nSec-Fetch-Site: same-origin", 401, 3, true},
		"the same cookie twice":            {"COOKIE\nCOOKIE\nSec-Fetch-Site: same-origin", 401, 3, true},
		"others' cookies beside it":        {"Cookie: a=b\nCOOKIE; fedhub=x; __host-fedhub=y\nSec-Fetch-Site: same-origin", 200, 0, false},
		"huge cookie":                      {"Cookie: __Host-fedhub-0123456789ab=" + strings.Repeat("A", 1<<20) + "\nSec-Fetch-Site: same-origin", 401, 3, true},
		"empty cookie":                     {"Cookie: __Host-fedhub-0123456789ab=\nSec-Fetch-Site: same-origin", 401, 3, true},
		"altered cookie":                   {"COOKIEx\nSec-Fetch-Site: same-origin", 401, 3, true},
		"garbage":                          {"Cookie: __Host-fedhub-0123456789ab=\x00\"\nSec-Fetch-Site: same-origin", 401, 3, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(cluster.RoleMaster))
			cookie, token := w.browse(t, "fedAdmin"), w.login(t, "fedAdmin")
			header := strings.Split(strings.NewReplacer("COOKIE", cookie, "TOKEN", token).Replace(tt.header), "\n")
			for method, path := range map[string]string{http.MethodGet: "/v1/fed/join_token", http.MethodPatch: "/v1/auth"} { // a read that mints
				got := w.askAs(t, method, path, "", header...)
				got.want(t, tt.status, tt.code)
				got.wantCookieGone(t, tt.gone)
			}
			if got := w.askAs(t, http.MethodPost, "/v1/group", webGroup, header...); got.Status != tt.status {
				t.Errorf("POST /v1/group = %d %s, want %d", got.Status, got.Body, tt.status)
			}
			wrote := len(w.audited) > 2 // beside the two logins
			if wrote != (tt.status == http.StatusOK) {
				t.Errorf("audited: %+v; refused requests must leave nothing there", w.audited)
			}
		})
	}
}

// TestCookie_ends expects that the cookie goes when the session does.
func TestCookie_ends(t *testing.T) {
	tests := map[string]struct {
		end          func(t *testing.T, w *world, cookie string) // what happens before the request
		method, path string
		body         string
		status, code int
		gone         bool
	}{
		"idle":      {func(_ *testing.T, w *world, _ string) { w.wait(301 * time.Second) }, "GET", "/v1/auth", "", 408, 3, true},
		"restart":   {func(_ *testing.T, w *world, _ string) { w.handler = w.start() }, "GET", "/v1/fed/member", "", 408, 3, true},
		"user gone": {func(_ *testing.T, w *world, _ string) { delete(w.users, "admin") }, "GET", "/v1/auth", "", 401, 3, true},
		"logout":    {nil, "DELETE", "/v1/auth", "", 200, 0, true},
		"logged out": {func(t *testing.T, w *world, cookie string) {
			t.Helper()
			w.askAs(t, http.MethodDelete, "/v1/auth", "", fromPage, cookie).want(t, 200, 0)
		}, "GET", "/v1/auth", "", 408, 3, true},
		"logout by another page": {nil, "GET", "/v1/auth", "", 200, 0, false},
		"password changed elsewhere": {func(t *testing.T, w *world, _ string) {
			t.Helper()
			w.as(t, "fedAdmin", http.MethodPatch, "/v1/user/admin", `{"config":{"new_password":"correct horse"}}`).want(t, 200, 0)
		}, "PATCH", "/v1/auth", "", 408, 3, true},
		"own password":     {nil, "PATCH", "/v1/user/admin", `{"config":{"password":"secret of admin","new_password":"correct horse"}}`, 200, 0, false},
		"a user by itself": {nil, "DELETE", "/v1/user/admin", "", 200, 0, true},
		"denied":           {nil, "GET", "/v1/fed/join_token", "", 403, 25, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(cluster.RoleMaster))
			cookie := w.browse(t, "admin")
			if tt.end != nil {
				tt.end(t, w, cookie)
			}
			got := w.askAs(t, tt.method, tt.path, tt.body, fromPage, cookie)
			got.want(t, tt.status, tt.code)
			got.wantCookieGone(t, tt.gone)
		})
	}
}

// TestCookie_newPassword logs in with a new password: it ends the old sessions and begins one.
func TestCookie_newPassword(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	old := w.browse(t, "admin")
	body := `{"password":{"username":"admin","password":"secret of admin","new_password":"correct horse battery"}}`
	got := w.askAs(t, http.MethodPost, "/v1/auth", body, fromPage, old)
	set := got.cookies()
	if len(set) != 1 || set[0].Value == "" {
		t.Fatalf("cookies = %v, want that of a new session", set)
	}
	w.askAs(t, http.MethodGet, "/v1/auth", "", fromPage, "Cookie: "+cookieName+"="+set[0].Value).want(t, 200, 0)
	w.askAs(t, http.MethodGet, "/v1/auth", "", fromPage, old).want(t, 408, 3)
}

func TestGetSession(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.users["fedAdmin"] = cluster.User{Name: "fedAdmin", FullName: "Ada", Role: "fedAdmin", Timeout: time.Hour}
	w := open(t, f)
	var login, again struct{ Token, Session map[string]any }
	for _, step := range []struct {
		got  reply
		into any
	}{
		{w.askAs(t, http.MethodPost, "/v1/auth", `{"password":{"username":"fedAdmin","password":"secret of fedAdmin"}}`, fromPage), &login},
		{w.askAs(t, http.MethodGet, "/v1/auth", "", fromPage, w.browse(t, "fedAdmin")), &again},
	} {
		if err := json.Unmarshal([]byte(step.got.Body), step.into); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(login.Token, again.Session); diff != "" || again.Session["fullname"] != "Ada" || again.Session["timeout"] != 3600.0 {
		t.Errorf("the session differs from that of the login, -login +now:\n%s", diff)
	}
	if got := w.as(t, "reader", http.MethodGet, "/v1/auth", ""); !strings.Contains(got.Body, `"token":""`) || !strings.Contains(got.Body, `"username":"reader"`) {
		t.Errorf("GET /v1/auth = %s", got.Body)
	}
	w.ask(t, http.MethodGet, "/v1/auth", "").want(t, 401, 3)
	for _, a := range f.audited {
		if a.Method == http.MethodGet {
			t.Errorf("a look at the session is recorded: %+v", a)
		}
	}
}

// TestCookie_audit: guessing through the page is recorded, and slowed down, like any other.
func TestCookie_audit(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	for range 5 {
		w.askAs(t, http.MethodPost, "/v1/auth", `{"password":{"username":"admin","password":"no"}}`, fromPage).want(t, 401, 3)
	}
	right := `{"password":{"username":"admin","password":"secret of admin"}}`
	w.askAs(t, http.MethodPost, "/v1/auth", right, fromPage).want(t, 401, 47)
	w.wait(time.Minute)
	cookie := w.browse(t, "admin")
	w.askAs(t, http.MethodPost, "/v1/group", webGroup, fromPage, cookie)
	w.askAs(t, http.MethodDelete, "/v1/auth", "", fromPage, cookie)
	if len(w.audited) != 8 {
		t.Fatalf("audited %d requests, want 8: %+v", len(w.audited), w.audited)
	}
	want := audited{"admin", events.Audited{Topic: "login", Method: "DELETE", Path: "/v1/auth", Status: 200, Client: "192.0.2.1"}}
	if diff := cmp.Diff(want, w.audited[7]); diff != "" {
		t.Errorf("the logout, -want +got:\n%s", diff)
	}
}

// TestForward_headers: a remote gets nothing of the browser's session, and sets nothing for this server.
func TestForward_headers(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	var sent http.Header
	f.forward = func(_ string, _ cluster.Caller, w http.ResponseWriter, r *http.Request) error {
		sent = r.Header.Clone()
		for name, value := range map[string]string{
			"Set-Cookie": cookieName + "=planted; Path=/; Secure", "Content-Security-Policy": "default-src *", "Content-Type": "text/html",
			"Access-Control-Allow-Origin": "*", "Clear-Site-Data": "*", "X-Content-Type-Options": "", "X-Fedhub-Revision": "7", "Refresh": "0;url=/",
		} {
			w.Header().Set(name, value)
		}
		w.WriteHeader(http.StatusOK)
		_, err := io.WriteString(w, "<script>alert(1)</script>")
		return err
	}
	w := open(t, f)
	got := w.askAs(t, http.MethodGet, "/v1/fed/cluster/r1/v1/group", "", fromPage, w.browse(t, "fedAdmin"))
	got.want(t, 200, 0)
	if sent.Get("Cookie") != "" {
		t.Errorf("the remote got the cookie %q", sent.Get("Cookie"))
	}
	for name, want := range map[string]string{
		"Set-Cookie": "", "Access-Control-Allow-Origin": "", "Clear-Site-Data": "", "Refresh": "", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"Content-Type":            "text/html", "X-Fedhub-Revision": "7",
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s = %q, want %q", name, value, want)
		}
	}
	w.askAs(t, http.MethodGet, "/v1/fed/cluster/r1/v1/group", "", "Sec-Fetch-Site: cross-site", w.browse(t, "fedAdmin")).want(t, 403, 4)
}
