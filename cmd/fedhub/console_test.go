package main

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fedhub/fedhub/internal/waittest"
)

// smallConsole stands for the console that is built in.
var smallConsole = fstest.MapFS{
	"index.html":    {Data: []byte(`<meta name="csp-nonce" content="__CSP_NONCE__">`)},
	"assets/a-1.js": {Data: []byte(strings.Repeat("console.log(1);", 200))},
}

// browser returns a client that trusts the controller as the operator's browser does.
func (c controller) browser(t *testing.T) *http.Client {
	t.Helper()
	to := connection{caFile: filepath.Join(c.dir, restKeys, "ca.pem")}
	transport := waittest.Must(to.transport())(t)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// fetched is what a controller answered.
type fetched struct {
	proto  string
	status int
	header http.Header
	body   string
}

// fetch asks the controller for a path, with headers written as "Name: value".
func (c controller) fetch(t *testing.T, method, path, body string, header ...string) fetched {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "https://"+c.rest+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	answer, err := c.browser(t).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() //nolint:errcheck // read to its end
	text := string(waittest.Must(io.ReadAll(answer.Body))(t))
	return fetched{proto: answer.Proto, status: answer.StatusCode, header: answer.Header, body: text}
}

// TestServe_console opens the console as a browser does: over HTTP/2, with a session in a cookie.
func TestServe_console(t *testing.T) {
	c := startController(t, "berlin")
	for path, cache := range map[string]string{"/groups/fed.shop": "no-cache", "/assets/a-1.js": "public, max-age=31536000, immutable"} {
		got := c.fetch(t, http.MethodGet, path, "")
		if got.proto != "HTTP/2.0" || got.status != http.StatusOK || got.body == "" || got.header.Get("Cache-Control") != cache {
			t.Errorf("%s = %s %d, %d bytes, cache %q", path, got.proto, got.status, len(got.body), got.header.Get("Cache-Control"))
		}
		for name, want := range map[string]string{
			"Strict-Transport-Security": "max-age=", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "no-referrer", "Content-Security-Policy": "frame-ancestors 'none'", "Permissions-Policy": "camera=()",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if value := got.header.Get(name); !strings.Contains(value, want) {
				t.Errorf("%s: %s is %q, which should have %q", path, name, value, want)
			}
		}
	}

	const own = "Sec-Fetch-Site: same-origin"
	login := c.fetch(t, http.MethodPost, "/v1/auth", `{"password":{"username":"admin","password":"`+fakePassword+`"}}`, own)
	cookies := (&http.Response{Header: login.header}).Cookies()
	if login.status != http.StatusOK || len(cookies) != 1 {
		t.Fatalf("login = %d %s with cookies %v", login.status, login.body, cookies)
	}
	cookie := "Cookie: " + cookies[0].Name + "=" + cookies[0].Value
	if got := c.fetch(t, http.MethodGet, "/v1/auth", "", own, cookie); got.status != http.StatusOK || !strings.Contains(got.body, `"username":"admin"`) {
		t.Errorf("with the cookie: %d %s", got.status, got.body)
	}
	if got := c.fetch(t, http.MethodGet, "/v1/auth", "", cookie); got.status != http.StatusForbidden {
		t.Errorf("with the cookie, from elsewhere: %d %s", got.status, got.body)
	}
	huge := "Cookie: " + cookies[0].Name + "=" + strings.Repeat("A", maxHeaderBytes/2)
	if got := c.fetch(t, http.MethodGet, "/v1/auth", "", own, huge); got.status != http.StatusUnauthorized {
		t.Errorf("with a huge cookie: %d %s", got.status, got.body)
	}
}

// newVite returns what stands for a Vite server: it serves a page, and echoes what comes over an upgraded
// connection.
func newVite(t *testing.T, cookies chan<- string) *httptest.Server {
	t.Helper()
	vite := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			cookies <- r.Header.Get("Cookie")
			w.Header().Set("Content-Security-Policy", "default-src 'self'")
			w.Header().Set("X-Asked", r.URL.RequestURI())
			_, _ = io.WriteString(w, "vite") //nolint:errcheck // the client sees it
			return
		}
		conn, both, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close() }()                                                                                  //nolint:errcheck // the client sees it
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n") //nolint:errcheck // as above
		_, _ = io.Copy(conn, both)                                                                                           //nolint:errcheck // as above
	}))
	t.Cleanup(vite.Close)
	return vite
}

// TestServe_consoleDev works on the console through a controller: what is the page's comes from Vite, what is
// the interface's from the controller.
func TestServe_consoleDev(t *testing.T) {
	cookies := make(chan string, 1)
	c := newController(t)
	c.start(t, "berlin", "--console-dev", newVite(t, cookies).URL)
	got := c.fetch(t, http.MethodGet, "/src/main.tsx?t=1", "", "Cookie: __Host-fedhub=secret")
	if got.body != "vite" || got.header.Get("X-Asked") != "/src/main.tsx?t=1" || got.header.Get("Content-Security-Policy") != devPolicy {
		t.Errorf("page = %d %s with the policy %q", got.status, got.body, got.header.Get("Content-Security-Policy"))
	}
	if sent := <-cookies; sent != "" {
		t.Errorf("Vite got the cookie %q", sent)
	}
	for path, want := range map[string]int{"/v1/nothing": http.StatusNotFound, "//v1/auth": http.StatusUnauthorized, "/healthz": http.StatusOK} {
		if got := c.fetch(t, http.MethodGet, path, ""); got.status != want || strings.Contains(got.body, "vite") {
			t.Errorf("%s = %d %s, want %d from the controller", path, got.status, got.body, want)
		}
	}

	conn, err := (&tls.Dialer{Config: c.browser(t).Transport.(*http.Transport).TLSClientConfig}).DialContext(t.Context(), "tcp", c.rest) //nolint:errcheck // it is one
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()                                                                                    //nolint:errcheck // nothing is lost
	_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+c.rest+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n") //nolint:errcheck // the answer tells
	answers := bufio.NewReader(conn)
	status := waittest.Must(answers.ReadString('\n'))(t)
	for line := status; line != "\r\n"; line = waittest.Must(answers.ReadString('\n'))(t) {
		continue // until the headers end
	}
	_, _ = io.WriteString(conn, "hello\n") //nolint:errcheck // the answer tells
	if line := waittest.Must(answers.ReadString('\n'))(t); !strings.HasPrefix(status, "HTTP/1.1 101 ") || line != "hello\n" {
		t.Errorf("upgrade = %q, then %q", status, line)
	}
}
