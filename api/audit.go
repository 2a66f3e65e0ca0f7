package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/events"
)

// auditor records who asked what, and what came of it.
type auditor interface {
	Audit(ctx context.Context, actor string, f events.Audited)
}

// The topics of the audit log.
const (
	topicRest    = "rest"
	topicLogin   = "login"
	topicForward = "forward"
)

// audit answers errors, so that it knows what the answer was, and records the request.
func (s *server) audit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		r := c.Request()
		known := callOf(r.Context())
		topic := topicOf(r.Method, c.Path())
		if topic == "" || known.actor() == "" || errors.Is(err, errBlocked) {
			return nil
		}
		// The record is made whether or not the client still waits.
		s.controller.Audit(context.WithoutCancel(r.Context()), known.actor(), events.Audited{
			Topic:  topic,
			Method: r.Method,
			Path:   r.URL.Path,
			Status: c.Response().Status,
			Code:   known.code,
			Client: known.client,
			Error:  known.failure,
		})
		return nil
	}
}

// topicOf returns the topic that a request is recorded under, or "" for one that changes nothing. A request
// without a valid session is not recorded, nor is a login that was not even tried because its user has to
// wait: a stranger could fill the disk with them.
func topicOf(method, route string) string {
	switch {
	case route == "/v1/auth" && method != http.MethodPatch:
		return topicLogin
	case strings.HasPrefix(route, "/v1/fed/cluster/:id/"):
		return topicForward
	case method == http.MethodGet,
		method == http.MethodPatch && route == "/v1/auth",
		method == http.MethodPost && slices.Contains(readerPosts, route):
		return ""
	}
	return topicRest
}
