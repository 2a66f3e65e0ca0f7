package api

import (
	"net/http"
	"net/url"
	"path"
)

// cleanPath takes "//", "." and a "/" at the end out of the path before the router sees it. Clients put
// paths together in ways that leave them there, and not all follow a redirect with method and body.
//
// The router gets the path as it was escaped, so that each segment is unescaped once, where it is read.
func cleanPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		escaped := path.Clean("/" + r.URL.EscapedPath())
		plain, err := url.PathUnescape(escaped)
		if err != nil {
			plain = escaped
		}
		cleaned, u := *r, *r.URL
		u.Path, u.RawPath = plain, escaped
		cleaned.URL = &u
		next.ServeHTTP(w, &cleaned)
	})
}
