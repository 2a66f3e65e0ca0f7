package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Bounds of forwarded requests.
const (
	maxForwarded = 64               // at a time; the next ones wait
	partPatience = 30 * time.Second // for the master to take one piece of an answer
)

// Caller is who a forwarded request speaks for.
type Caller struct {
	User string // at the master
	Role string // here: "admin" or "reader"
}

type callerKey struct{}

// CallerFrom returns who a request that the master forwarded speaks for. Any other request has none.
func CallerFrom(ctx context.Context) (Caller, bool) {
	c, ok := ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// WithCaller returns a context for a request that speaks for the given caller.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// serveRequests returns what answers the master's requests by the cluster's own REST handler.
func (a *Agent) serveRequests(ctx context.Context, conn *nats.Conn, group *errgroup.Group) nats.MsgHandler {
	slots := make(chan struct{}, maxForwarded)
	return func(m *nats.Msg) {
		var req events.ForwardedRequest
		if err := json.Unmarshal(m.Data, &req); err != nil {
			a.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "forwarded request not readable", slog.Any(logkey.Err, err))
			return
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		group.Go(func() error {
			defer func() { <-slots }()
			if err := a.serveRequest(ctx, conn, req); err != nil && ctx.Err() == nil {
				a.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "forwarded request cut off",
					slog.String(logkey.Path, req.Target), slog.Any(logkey.Err, err))
			}
			return nil
		})
	}
}

func (a *Agent) serveRequest(ctx context.Context, conn *nats.Conn, req events.ForwardedRequest) error {
	ctx, cancel := context.WithCancel(WithCaller(ctx, Caller{User: req.User, Role: req.Role}))
	defer cancel()
	parts := &parts{ctx: ctx, conn: conn, subject: events.ReplySubject(req.Nonce), cancel: cancel}
	var body io.Reader = http.NoBody
	if req.Length != 0 {
		body = &pulledBody{parts: parts}
	}
	r, err := http.NewRequestWithContext(ctx, req.Method, req.Target, body)
	if err != nil {
		return fmt.Errorf("forwarded request: %w", err)
	}
	r.Header, r.ContentLength, r.RequestURI, r.RemoteAddr = req.Header, req.Length, req.Target, "master"
	if r.Header == nil {
		r.Header = http.Header{}
	}
	w := &partWriter{parts: parts, header: http.Header{}}
	a.cfg.Handler().ServeHTTP(w, r)
	return w.close() //nolint:contextcheck // an http.ResponseWriter has no context; parts has the request's
}

// parts sends pieces to the master, each answered before the next.
type parts struct {
	ctx     context.Context //nolint:containedctx // the life of one request, as in http.Request
	conn    *nats.Conn
	subject string
	cancel  context.CancelFunc
}

func (p *parts) send(part string, data []byte) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(p.ctx, partPatience)
	defer cancel()
	m, err := p.conn.RequestMsgWithContext(ctx, &nats.Msg{Subject: p.subject, Header: nats.Header{events.HeaderPart: {part}}, Data: data})
	if err != nil {
		p.cancel() // the caller at the master is gone: the handler need not go on
		return nil, fmt.Errorf("send %s: %w", part, err)
	}
	if m.Header.Get(events.HeaderPart) == events.PartGone {
		p.cancel()
		return nil, fmt.Errorf("send %s: %w", part, errGone)
	}
	return m, nil
}

// errGone means that nobody waits for the answer at the master.
var errGone = errors.New("the caller at the master is gone")

// pulledBody is the body of a forwarded request, fetched piece by piece.
type pulledBody struct {
	parts *parts
	rest  bytes.Reader
	ended bool
}

// Read implements [io.Reader].
func (b *pulledBody) Read(p []byte) (int, error) {
	for b.rest.Len() == 0 {
		if b.ended {
			return 0, io.EOF
		}
		m, err := b.parts.send(events.PartPull, nil)
		if err != nil {
			return 0, err
		}
		b.rest.Reset(m.Data)
		b.ended = m.Header.Get(events.HeaderPart) == events.PartEnd
	}
	return b.rest.Read(p)
}

// partWriter is the answer to a forwarded request, sent piece by piece.
type partWriter struct {
	parts  *parts
	header http.Header
	status int // 0: the head was not sent
	buffer bytes.Buffer
	err    error
}

// Header implements [http.ResponseWriter].
func (w *partWriter) Header() http.Header { return w.header }

// WriteHeader implements [http.ResponseWriter].
func (w *partWriter) WriteHeader(status int) {
	if w.status != 0 || w.err != nil {
		return
	}
	w.status = status
	data, err := json.Marshal(events.ForwardedHead{Status: status, Header: w.header})
	if err == nil {
		_, err = w.parts.send(events.PartHead, data)
	}
	w.err = err
}

// Write implements [http.ResponseWriter].
func (w *partWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.buffer.Write(p)
	for w.buffer.Len() >= events.MaxPart && w.err == nil {
		_, w.err = w.parts.send(events.PartBody, w.buffer.Next(events.MaxPart))
	}
	return len(p), w.err
}

// Flush implements [http.Flusher].
func (w *partWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	if w.buffer.Len() > 0 && w.err == nil {
		_, w.err = w.parts.send(events.PartBody, w.buffer.Next(w.buffer.Len()))
	}
}

func (w *partWriter) close() error {
	w.WriteHeader(http.StatusOK)
	if w.err != nil {
		return w.err
	}
	_, err := w.parts.send(events.PartEnd, w.buffer.Bytes())
	return err
}
