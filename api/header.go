package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
)

// sharedHeaders are set on every answer, of the interface and of the console.
var sharedHeaders = map[string]string{
	"Cache-Control":                "no-cache",
	"Strict-Transport-Security":    "max-age=31536000; includeSubDomains",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
}

// dataPolicy is the policy for content of what is no page: a browser that shows it runs nothing of it, whoever
// wrote it.
const dataPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pagePolicy is the policy for content of the console's page: nothing from elsewhere, no script in the page
// itself, and of style elements those with the nonce.
func pagePolicy(nonce string) string {
	return "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce + "'; img-src 'self' data:; " +
		"font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
}

// setHeaders sets what every answer of the interface has.
func setHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		setShared(h)
		h.Set("Content-Type", "application/json")
		return next(c)
	}
}

func setShared(h http.Header) {
	for name, value := range sharedHeaders {
		h.Set(name, value)
	}
	h.Set("Content-Security-Policy", dataPolicy)
}

// remoteHeaders are those that a remote's answer may set. The browser takes an answer for this server's own:
// a remote must not set cookies here, nor say what may run.
var remoteHeaders = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type", "Retry-After", "Vary",
	"X-Fedhub-Command", "X-Fedhub-Revision", "X-Transaction-Id",
}

// keepOwn takes out of h what a remote must not set, and puts back what own said of it.
func keepOwn(h, own http.Header) {
	for name := range h {
		if !slices.Contains(remoteHeaders, name) {
			delete(h, name)
		}
	}
	for name, values := range own {
		if !slices.Contains(remoteHeaders, name) {
			h[name] = values
		}
	}
}
