package api_test

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
)

const (
	scriptPath = "/assets/index-Bx3kP9aa.js"
	pageText   = `<meta name="csp-nonce" content="__CSP_NONCE__"><script type="module" src="` + scriptPath + `"></script>`
)

// builtConsole is what Vite makes, in small.
func builtConsole() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":       {},
		"index.html":     {Data: []byte(pageText)},
		"favicon.svg":    {Data: []byte("<svg/>")},
		scriptPath[1:]:   {Data: []byte(strings.Repeat("console.log(1);", 200))},
		"assets/a.woff2": {Data: []byte("font")},
	}
}

// openConsole returns a server that serves the given console, too.
func openConsole(t *testing.T, files fstest.MapFS) *world {
	t.Helper()
	w := open(t, newFake(cluster.RoleMaster))
	w.handler = api.New(api.Config{
		Controller: w.fake, Version: "1.2.3", Logger: slog.New(slog.NewJSONHandler(w.log, nil)), Now: w.now, Closing: w.closing,
		Console: files,
	})
	return w
}

func TestConsole_paths(t *testing.T) {
	const page, script = "text/html; charset=utf-8", "text/javascript; charset=utf-8"
	const plain, data = "text/plain; charset=utf-8", "application/json"
	const fresh, forever = "no-cache", "public, max-age=31536000, immutable"
	tests := map[string]struct {
		method, path string
		status       int
		contentType  string
		cache        string
	}{
		"root":                         {"GET", "/", 200, page, fresh},
		"the page by its name":         {"GET", "/index.html", 200, page, fresh},
		"deep link":                    {"GET", "/policy/rules", 200, page, fresh},
		"deep link to a name":          {"GET", "/groups/fed.shop", 200, page, fresh},
		"deep link, looks like a file": {"GET", "/groups/fed.js", 200, page, fresh},
		"deep link, head":              {"HEAD", "/policy/rules", 200, page, fresh},
		"slashes":                      {"GET", "//policy//rules/", 200, page, fresh},
		"much like the interface":      {"GET", "/v1x/group", 200, page, fresh},
		"script":                       {"GET", scriptPath, 200, script, forever},
		"script, head":                 {"HEAD", scriptPath, 200, script, forever},
		"script, slashes":              {"GET", "//assets/x/.." + scriptPath[len("/assets"):], 200, script, forever},
		"font":                         {"GET", "/assets/a.woff2", 200, "font/woff2", forever},
		"icon":                         {"GET", "/favicon.svg", 200, "image/svg+xml", fresh},
		"script of another version":    {"GET", "/assets/index-old.js", 404, plain, fresh},
		"folder of assets":             {"GET", "/assets/none", 404, plain, fresh},
		"no such icon":                 {"GET", "/favicon.ico", 404, plain, fresh},
		"hidden file":                  {"GET", "/.gitkeep", 404, plain, fresh},
		"escaped dots":                 {"GET", "/assets/%2e%2e/index.html", 404, plain, fresh},
		"interface":                    {"GET", "/v1/nothing", 404, data, fresh},
		"interface, itself":            {"GET", "/v1", 404, data, fresh},
		"interface, second version":    {"GET", "/v2/workload", 404, data, fresh},
		"interface, through slashes":   {"GET", "//v1//nothing/", 404, data, fresh},
		"interface, other method":      {"DELETE", "/v1/fed/member", 405, data, fresh},
		"interface, no session":        {"GET", "/v1/fed/member", 401, data, fresh},
		"writing to the page":          {"POST", "/policy/rules", 404, data, fresh},
	}
	w := openConsole(t, builtConsole())
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.ask(t, tt.method, tt.path, "")
			h := got.Header
			if got.Status != tt.status || h.Get("Content-Type") != tt.contentType || h.Get("Cache-Control") != tt.cache {
				t.Errorf("answer = %d %q, cache %q; want %d %q, cache %q", got.Status, h.Get("Content-Type"), h.Get("Cache-Control"), tt.status, tt.contentType, tt.cache)
			}
			if isHead := tt.method == http.MethodHead; isHead != (got.Body == "") || isHead && h.Get("Content-Length") == "" {
				t.Errorf("%s has a body of %d bytes, and Content-Length %q", tt.method, len(got.Body), h.Get("Content-Length"))
			}
		})
	}
}

func TestConsole_headers(t *testing.T) {
	w := openConsole(t, builtConsole())
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	}
	for _, path := range []string{"/", scriptPath, "/assets/none", "/v1/nothing"} {
		answer := w.ask(t, http.MethodGet, path, "")
		got := map[string]string{}
		for name := range want {
			got[name] = answer.Header.Get(name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", path, diff)
		}
		if !strings.Contains(answer.Header.Get("Permissions-Policy"), "camera=()") {
			t.Errorf("%s: Permissions-Policy is %q", path, answer.Header.Get("Permissions-Policy"))
		}
		if policy := answer.Header.Get("Content-Security-Policy"); path != "/" && strings.Contains(policy, "script-src") {
			t.Errorf("%s is no page, and may run scripts: %q", path, policy)
		}
	}
}

// TestConsole_nonce expects a nonce of its own in each page, the same in the policy for content.
func TestConsole_nonce(t *testing.T) {
	w := openConsole(t, builtConsole())
	seen := map[string]bool{}
	for range 3 {
		got := w.ask(t, http.MethodGet, "/groups", "")
		policy := got.Header.Get("Content-Security-Policy")
		found := regexp.MustCompile(`style-src 'self' 'nonce-([^']+)';`).FindStringSubmatch(policy)
		if found == nil || len(found[1]) < 22 || seen[found[1]] {
			t.Fatalf("the policy %q has no nonce of its own", policy)
		}
		seen[found[1]] = true
		if want := strings.ReplaceAll(pageText, "__CSP_NONCE__", found[1]); got.Body != want {
			t.Errorf("page = %s, want %s", got.Body, want)
		}
		want := "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + found[1] + "'; img-src 'self' data:; font-src 'self'; " +
			"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
		if policy != want {
			t.Errorf("policy = %q, want %q", policy, want)
		}
	}
}

func TestConsole_gzip(t *testing.T) {
	w := openConsole(t, builtConsole())
	plain := w.ask(t, http.MethodGet, scriptPath, "")
	tests := map[string]struct {
		path, accept string
		packed       bool
		vary         string
	}{
		"gzip":       {scriptPath, "gzip, deflate, br", true, "Accept-Encoding"},
		"letters":    {scriptPath, "br;q=1, GZIP ; q=0.5", true, "Accept-Encoding"},
		"refused":    {scriptPath, "gzip;q=0, br", false, "Accept-Encoding"},
		"garbage":    {scriptPath, "gzip;q=x", false, "Accept-Encoding"},
		"other":      {scriptPath, "br", false, "Accept-Encoding"},
		"none":       {scriptPath, "", false, "Accept-Encoding"},
		"dense font": {"/assets/a.woff2", "gzip", false, ""},
		"page":       {"/", "gzip", false, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.ask(t, http.MethodGet, tt.path, "", "Accept-Encoding", tt.accept)
			if packed := got.Header.Get("Content-Encoding") == "gzip"; packed != tt.packed || got.Header.Get("Vary") != tt.vary {
				t.Errorf("packed %t, Vary %q; want %t, %q", packed, got.Header.Get("Vary"), tt.packed, tt.vary)
			}
			if !tt.packed {
				return
			}
			r, err := gzip.NewReader(strings.NewReader(got.Body))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil || string(text) != plain.Body || len(got.Body) >= len(plain.Body)/2 {
				t.Errorf("%d packed bytes become %d, want %d: %v", len(got.Body), len(text), len(plain.Body), err)
			}
		})
	}
}

// TestConsole_notBuilt is what a program says that was built without it: to people, not to clients.
func TestConsole_notBuilt(t *testing.T) {
	w := openConsole(t, fstest.MapFS{".gitkeep": {}})
	for _, path := range []string{"/", "/policy/rules", "/assets/x.js"} {
		got := w.ask(t, http.MethodGet, path, "")
		if got.Status != http.StatusNotFound || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.Contains(got.Body, "make web") {
			t.Errorf("%s = %d %q %s", path, got.Status, got.Header.Get("Content-Type"), got.Body)
		}
	}
	w.as(t, "reader", http.MethodGet, "/v1/fed/member", "").want(t, 200, 0)
}

// TestConsole_forwarded: a remote answers its master as an interface only.
func TestConsole_forwarded(t *testing.T) {
	w := openConsole(t, builtConsole())
	w.ask(t, http.MethodGet, "/", "").want(t, 200, 0)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	send(t, w.remote, r).want(t, 404, 1)
}
