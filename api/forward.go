package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// forwarder sends requests to other clusters.
type forwarder interface {
	// Forward answers w with what the cluster answers to r, whose path is the one at the cluster. An error
	// means that nothing was written to w, or that the answer broke off.
	Forward(ctx context.Context, cluster string, as cluster.Caller, w http.ResponseWriter, r *http.Request) error
}

// forwardMethods are the methods that can be forwarded.
var forwardMethods = []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete}

// ownHeaders are about the connection to this server or about its session: they are not forwarded.
var ownHeaders = []string{
	"X-Auth-Token", "X-Auth-Apikey", "Authorization", "Cookie", "Connection", "Keep-Alive", "Proxy-Authenticate",
	"Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip",
}

// forward sends a request to a remote cluster, as the caller's role there.
func (s *server) forward(c echo.Context) error {
	rest, err := url.PathUnescape(c.Param("*"))
	if err != nil || !plainPath(rest) {
		return badRequest("the path behind the cluster's id must be a plain path such as v1/policy/rule")
	}
	id, err := url.PathUnescape(c.Param("id"))
	if err != nil {
		return badRequest("the cluster's id is not well escaped")
	}
	who := callOf(c.Request().Context()).who
	as := cluster.Caller{User: who.name, Role: roleAdmin}
	if who.role == roleFedReader {
		as.Role = roleReader
	}
	r := forwardedRequest(c.Request(), "/"+rest)
	if err := forwardable(as.Role, r.Method, r.URL); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Del("Content-Type") // what the cluster answers counts
	h.Del("Cache-Control")
	own := h.Clone()
	c.Response().Before(func() { keepOwn(h, own) })
	err = s.controller.Forward(r.Context(), id, as, c.Response(), r)
	if errors.Is(err, hub.ErrClusterUnknown) {
		return errNoCluster
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLong
	}
	return err
}

func forwardedRequest(r *http.Request, path string) *http.Request {
	out := r.Clone(r.Context())
	out.URL.Path, out.URL.RawPath, out.RequestURI = path, "", ""
	for _, name := range ownHeaders {
		out.Header.Del(name)
	}
	return out
}

// plainPath reports whether every reader of the path finds the same segments in it.
func plainPath(path string) bool {
	if strings.ContainsAny(path, "\\\x00%;?#") {
		return false
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// importPaths take objects from a file; forwarded, they may only make local ones.
var importPaths = []string{
	"/v1/file/config", "/v1/file/group/config", "/v1/file/admission/config", "/v1/file/waf/config", "/v1/file/dlp/config",
	"/v1/file/response/rule/config", "/v1/file/fed/config", "/v1/file/compliance/profile/config",
	"/v1/file/vulnerability/profile/config",
}

// readerPosts are the POST requests that change nothing.
var readerPosts = []string{
	"/v1/file/group", "/v1/file/admission", "/v1/file/waf", "/v1/file/dlp", "/v1/file/response/rule", "/v1/file/fed_config",
	"/v1/file/compliance/profile", "/v1/file/vulnerability/profile", "/v1/vulasset", "/v1/assetvul", "/v2/workload",
}

// forwardedFed are the routes below /v1/fed that a remote answers for its own policy and its own log. What of them
// is the master's to do, a remote refuses by its role.
var forwardedFed = []string{
	"POST /v1/fed/change",
	"POST /v1/fed/policy/import",
	"GET /v1/fed/policy",
	"GET /v1/fed/policy/export",
	"GET /v1/fed/events",
	"GET /v1/fed/audit",
}

// forwardable refuses what is not for other clusters to ask. The master asks it before a request leaves and
// the remote again when it comes. The role is the one that the caller has at the remote.
func forwardable(role, method string, u *url.URL) error {
	path := strings.TrimRight(u.Path, "/")
	entry := method == http.MethodPost || method == http.MethodDelete
	switch {
	case under(path, "/v1/fed") && path != "/v1/fed/member" && !slices.Contains(forwardedFed, method+" "+path),
		entry && (under(path, "/v1/auth") || under(path, "/v1/fed_auth")),
		method == http.MethodPost && under(path, "/v1/user") && strings.HasSuffix(path, "/password"),
		method == http.MethodPost && slices.Contains(importPaths, path) && u.Query().Get("scope") != string(policy.ScopeLocal):
		return errForward
	case role == roleAdmin,
		method == http.MethodGet,
		method == http.MethodPatch && path == "/v1/auth",
		method == http.MethodPost && slices.Contains(readerPosts, path):
		return nil
	}
	return errDenied
}

func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }
