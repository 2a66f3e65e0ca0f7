package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// auditor records who asked what, and what came of it.
type auditor interface {
	Audit(ctx context.Context, actor string, f events.Audited)
	// Audited returns what was recorded, newest first.
	Audited(ctx context.Context, q cluster.AuditQuery) (cluster.AuditPage, error)
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

			Command: commandOf(c.Response().Header(), err),
		})
		return nil
	}
}

// commandOf returns the id of the command that a request became: the one that the answer shows, or the one that its
// error is about, of which a part may be stored. A forwarded request has the one that it became at the other cluster.
func commandOf(answer http.Header, err error) string {
	if failed, ok := errors.AsType[*bus.CommandError](err); ok {
		return failed.Command
	}
	return answer.Get("X-Fedhub-Command")
}

// topicOf returns the topic that a request is recorded under, or "" for one that changes nothing. A request
// without a valid session is not recorded, nor is a login that was not even tried because its user has to
// wait: a stranger could fill the disk with them.
func topicOf(method, route string) string {
	switch {
	case route == "/v1/auth" && method != http.MethodPatch && method != http.MethodGet:
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

// maxAudit is the size of the largest page of records.
const maxAudit = 500

// ListAudit answers GET /v1/fed/audit.
func (s *server) ListAudit(ctx context.Context, req wire.ListAuditRequestObject) (wire.ListAuditResponseObject, error) {
	p := req.Params
	limit, err := pageSize(p.Limit, defaultPage, maxAudit)
	if err != nil {
		return nil, err
	}
	page, err := s.controller.Audited(ctx, cluster.AuditQuery{
		Before: deref(p.Before), Limit: limit, Actor: deref(p.Actor), Command: deref(p.Command), Until: deref(p.Until),
	})
	if err != nil {
		return nil, err
	}
	out := wire.ListAudit200JSONResponse{Records: make([]wire.AuditRecord, 0, len(page.Records)), Next: page.Next}
	for _, r := range page.Records {
		out.Records = append(out.Records, wire.AuditRecord{
			ID: r.ID, Time: r.At.UTC(), Actor: r.Actor, Topic: r.Topic, Method: r.Method, Path: r.Path,
			Status: r.Status, Client: r.Client, Error: r.Error, Command: r.Command,
		})
	}
	return out, nil
}
