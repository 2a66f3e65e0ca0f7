package main

import (
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/fedhub/fedhub/api"
)

// consoleDevFlag is hidden: it is for those who work on the console, with `make dev`.
const consoleDevFlag = "console-dev"

// devPolicy is the policy for content of a page that Vite serves: it puts scripts and styles into the page,
// evaluates code, and tells of changes over a WebSocket. No built console has it.
const devPolicy = "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; manifest-src 'self'; worker-src 'self' blob:; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// devServer is the flag with the address of a Vite server.
type devServer struct{ url *url.URL }

func (d *devServer) String() string {
	if d.url == nil {
		return ""
	}
	return d.url.String()
}

// Set takes the URL of a server.
func (d *devServer) Set(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Host == "" || u.Path != "" && u.Path != "/" {
		return badUsage("give a URL such as http://127.0.0.1:5173")
	}
	d.url = u
	return nil
}

// Type names the value in usage texts.
func (*devServer) Type() string { return "URL" }

// around hands on to the Vite server what is the console's, if there is one, so that the page has the origin and
// the cookies that it will have. WebSockets go through, too.
func (d *devServer) around(next http.Handler, log *slog.Logger) http.Handler {
	if d.url == nil {
		return next
	}
	vite := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(d.url)
			r.Out.Header.Del("Cookie") // what runs there needs no session
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Set("Content-Security-Policy", devPolicy)
			return nil
		},
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if api.ForInterface(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		vite.ServeHTTP(w, r)
	})
}
