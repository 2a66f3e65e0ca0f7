package api_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

func TestPaths(t *testing.T) {
	tests := map[string]struct {
		method, path string
		status, code int
	}{
		"as written":       {"GET", "/v1/fed/member", 200, 0},
		"two slashes":      {"GET", "/v1//fed/member", 200, 0},
		"many slashes":     {"GET", "//v1///fed//member", 200, 0},
		"slash at the end": {"GET", "/v1/fed/member/", 200, 0},
		"dots":             {"GET", "/v1/x/../fed/member", 200, 0},
		"unknown":          {"GET", "/v1/fed/members", 404, 1},
		"root":             {"GET", "/", 404, 1},
		"other method":     {"DELETE", "/v1/fed/member", 405, 2},
		"other letters":    {"GET", "/V1/fed/member", 404, 1},
	}
	w := open(t, newFake(cluster.RoleStandalone))
	token := w.login(t, "reader")
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w.ask(t, tt.method, tt.path, "", "X-Auth-Token", token).want(t, tt.status, tt.code)
		})
	}
	w.ask(t, http.MethodGet, "/v1/nothing", "").want(t, 404, 1)
	got := w.ask(t, http.MethodGet, "/v1/nothing", "")
	if want := `{"code":1,"error":"URL not found","message":"URL not found"}`; got.Body != want {
		t.Errorf("answer = %s, want %s", got.Body, want)
	}
}

func TestBodies(t *testing.T) {
	tests := map[string]struct {
		body         string
		status, code int
		message      string
	}{
		"unknown fields":  {`{"config":{"name":"shop","criteria":[{"key":"a","value":"b","op":"=","x":1}],"y":{}},"z":[]}`, 200, 0, ""},
		"wrong type":      {`{"config":{"name":5}}`, 400, 6, `\"config.name\" cannot be a number`},
		"wrong deep type": {`{"config":{"criteria":[{"key":true}]}}`, 400, 6, `\"config.criteria.key\" cannot be a bool`},
		"number too big":  {`{"config":{"name":"a","group_sess_cur":4294967296}}`, 400, 6, `config.group_sess_cur`},
		"broken":          {`{"config":`, 400, 6, "unexpected end"},
		"two":             {`{} {}`, 400, 6, "byte 4"},
		"empty":           {``, 400, 6, "empty"},
		"too long":        {`"` + strings.Repeat("x", 16<<20) + `"`, 413, 6, "too long"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := open(t, newFake(cluster.RoleStandalone)).as(t, "admin", http.MethodPost, "/v1/group", tt.body)
			got.want(t, tt.status, tt.code)
			if !strings.Contains(got.Body, tt.message) {
				t.Errorf("answer %s does not say %s", got.Body, tt.message)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	w := open(t, newFake(cluster.RoleStandalone))
	want := map[string]string{
		"Cache-Control": "no-cache", "Content-Type": "application/json", "X-Content-Type-Options": "nosniff",
		"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
	}
	for _, path := range []string{"/v1/fed/member", "/v1/nothing"} {
		got := map[string]string{}
		answer := w.ask(t, http.MethodGet, path, "")
		for name := range want {
			got[name] = answer.Header.Get(name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", path, diff)
		}
		if !strings.Contains(answer.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || answer.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v lack the content policy or the request id", path, answer.Header)
		}
	}
}

func TestGzip(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	w := open(t, f)
	short := w.ask(t, http.MethodGet, "/v1/fed/summary", "", "X-Auth-Token", w.login(t, "reader"), "Accept-Encoding", "gzip")
	if enc := short.Header.Get("Content-Encoding"); enc != "" {
		t.Errorf("a short answer has Content-Encoding %q", enc)
	}
	refused := w.ask(t, http.MethodGet, "/v1/fed/summary", "", "Accept-Encoding", "gzip")
	refused.want(t, 401, 3)
	if enc := refused.Header.Get("Content-Encoding"); enc != "" {
		t.Errorf("a refusal has Content-Encoding %q", enc)
	}
	for range 20 {
		f.summaries = append(f.summaries, f.summaries[0])
	}
	plain := w.ask(t, http.MethodGet, "/v1/fed/summary", "", "X-Auth-Token", w.login(t, "reader"))
	packed := w.ask(t, http.MethodGet, "/v1/fed/summary", "", "X-Auth-Token", w.login(t, "reader"), "Accept-Encoding", "gzip")
	if enc := packed.Header.Get("Content-Encoding"); enc != "gzip" {
		t.Fatalf("a long answer has Content-Encoding %q, want gzip", enc)
	}
	r, err := gzip.NewReader(strings.NewReader(packed.Body))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain.Body, strings.TrimSpace(string(body))); diff != "" {
		t.Errorf("plain and packed answers differ:\n%s", diff)
	}
}

func TestAudit(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.forward = func(string, cluster.Caller, http.ResponseWriter, *http.Request) error { return nil }
	w := open(t, f)
	token := w.login(t, "fedAdmin")
	head := []string{"X-Auth-Token", token}
	w.ask(t, http.MethodGet, "/v1/group", "", head...)                                      // reads are not recorded
	w.ask(t, http.MethodPost, "/v1/group", webGroup)                                        // nor strangers
	w.ask(t, http.MethodPatch, "/v1/auth", "", head...)                                     // nor keep-alives
	w.ask(t, http.MethodPost, "/v1/group", webGroup, head...)                               // a write
	w.ask(t, http.MethodPost, "/v1/group", webGroup, head...)                               // a refused one
	w.ask(t, http.MethodGet, "/v1/fed/cluster/r1/v1/group", "", head...)                    // a forwarded read
	w.ask(t, http.MethodPost, "/v1/auth", `{"password":{"username":"eve","password":"x"}}`) // a refused login

	login := events.Audited{Topic: "login", Method: "POST", Path: "/v1/auth", Status: 200, Client: "192.0.2.1"}
	write := events.Audited{Topic: "rest", Method: "POST", Path: "/v1/group", Status: 200, Client: "192.0.2.1", Command: "cmd-1"}
	again := write
	again.Command, again.Status, again.Code, again.Error = "", 400, 13, `already exists: group "fed.web"; change it or choose another name`
	forward := events.Audited{Topic: "forward", Method: "GET", Path: "/v1/fed/cluster/r1/v1/group", Status: 200, Client: "192.0.2.1"}
	refused := login
	refused.Status, refused.Code, refused.Error = 401, 3, "wrong user name or password"
	want := []audited{{"fedAdmin", login}, {"fedAdmin", write}, {"fedAdmin", again}, {"fedAdmin", forward}, {"eve", refused}}
	if diff := cmp.Diff(want, w.audited); diff != "" {
		t.Errorf("audit, -want +got:\n%s", diff)
	}
}

// TestAudit_clientGone holds that a request whose client did not wait is no failure of ours.
func TestAudit_clientGone(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	w := open(t, f)
	token := w.login(t, "fedAdmin")
	ctx, leave := context.WithCancel(t.Context())
	f.change = func(cluster.Change) error {
		leave()
		return fmt.Errorf("decide: %w", ctx.Err())
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/group", strings.NewReader(webGroup))
	r.Header.Set("X-Auth-Token", token)
	send(t, w.handler, r)
	newest := w.audited[len(w.audited)-1]
	if newest.Status != 499 || newest.Error != "the client went away before there was an answer" {
		t.Errorf("audited as %d: %q", newest.Status, newest.Error)
	}
}
