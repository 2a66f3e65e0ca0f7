package hub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// livenessEvery is how often a forwarded request asks whether the cluster is still heard from.
const livenessEvery = time.Second

// forwardedHeaders are the request headers that reach the remote; the caller's token does not.
var forwardedHeaders = []string{"Accept", "Accept-Encoding", "Content-Encoding", "Content-Type", "X-Transaction-Id", "Last-Event-Id"}

// Forward sends a REST request to a member, as the given user with the given role there, and copies the
// answer to w as it comes. Bodies travel in pieces, both ways. It ends with ctx, and with
// [ErrClusterUnreachable] when the cluster is not heard from; when that happens in the middle of the
// answer, the answer is cut off.
func (h *Hub) Forward(ctx context.Context, cluster string, req events.ForwardedRequest, body io.Reader, w http.ResponseWriter) error {
	began := h.cfg.Now()
	s, err := h.Summary(cluster)
	if err != nil {
		return err
	}
	if s.Status == StatusDisconnected || s.Status == StatusJoined {
		return fmt.Errorf("%q is %s: %w", s.Name, s.Status, ErrClusterUnreachable)
	}
	header := map[string][]string{}
	for _, name := range forwardedHeaders {
		if v := http.Header(req.Header).Values(name); len(v) > 0 {
			header[name] = v
		}
	}
	req.Nonce, req.Header = nuid.Next(), header
	subject := events.UpAccount(s.Account, events.ReplySubject(req.Nonce))
	replies := h.forwards.expect(subject)
	defer h.forwards.forget(subject) // the remote's next part finds nobody, and it stops
	data, err := json.Marshal(req)
	if err != nil {
		return fmt.Errorf("forward to %q: %w", s.Name, err)
	}
	if err := h.conn.Publish(events.CtlAccount(s.Account, events.SubjectRequest), data); err != nil {
		return fmt.Errorf("forward to %q: %w", s.Name, err)
	}
	for {
		m, err := h.nextPart(ctx, cluster, began, replies)
		if err != nil {
			return err
		}
		if end, err := copyPart(m, body, w); end || err != nil {
			return err
		}
	}
}

// forwards are the requests that wait for a remote, by the subject of their answers.
type forwards struct {
	mu      sync.Mutex
	waiting map[string]chan *nats.Msg
}

// expect returns where the parts of an answer come. A remote sends one, and the next when that is answered.
func (f *forwards) expect(subject string) <-chan *nats.Msg {
	f.mu.Lock()
	defer f.mu.Unlock()
	parts := make(chan *nats.Msg, 1)
	f.waiting[subject] = parts
	return parts
}

func (f *forwards) forget(subject string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.waiting, subject)
}

// takePart hands a part to the request that waits for it, or tells the remote that nobody does.
func (h *Hub) takePart(ctx context.Context, m *nats.Msg) {
	h.forwards.mu.Lock()
	parts := h.forwards.waiting[m.Subject]
	h.forwards.mu.Unlock()
	select {
	case parts <- m:
	default:
		if err := m.RespondMsg(&nats.Msg{Header: nats.Header{events.HeaderPart: {events.PartGone}}}); err != nil {
			h.cfg.Logger.LogAttrs(ctx, slog.LevelDebug, "answer not sent", slog.Any(logkey.Err, err))
		}
	}
}

// nextPart waits for the remote, as long as it is heard from on the connection that there was when the request
// began: another one has not carried it.
func (h *Hub) nextPart(ctx context.Context, cluster string, began time.Time, replies <-chan *nats.Msg) (*nats.Msg, error) {
	look := time.NewTicker(livenessEvery)
	defer look.Stop()
	for {
		select {
		case m := <-replies:
			return m, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-look.C:
		}
		s, err := h.Summary(cluster)
		if err != nil {
			return nil, err
		}
		if s.Status == StatusDisconnected || s.LinkSince.After(began) {
			return nil, fmt.Errorf("%q: %w", s.Name, ErrClusterUnreachable)
		}
	}
}

// copyPart does what one message of the remote says, and reports whether it was the last.
func copyPart(m *nats.Msg, body io.Reader, w http.ResponseWriter) (end bool, err error) {
	answer := &nats.Msg{Header: nats.Header{}}
	switch part := m.Header.Get(events.HeaderPart); part {
	case events.PartPull:
		piece := make([]byte, events.MaxPart)
		n, err := io.ReadFull(body, piece)
		answer.Data = piece[:n]
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			answer.Header.Set(events.HeaderPart, events.PartEnd)
		} else if err != nil {
			return true, fmt.Errorf("forward: read the request: %w", err)
		}
	case events.PartHead:
		var head events.ForwardedHead
		if err := json.Unmarshal(m.Data, &head); err != nil || head.Status < 100 || head.Status > 599 {
			return true, fmt.Errorf("forward: %w: the answer's head cannot be read", ErrClusterUnreachable)
		}
		for name, values := range head.Header {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		w.WriteHeader(head.Status)
	case events.PartBody, events.PartEnd:
		if _, err := w.Write(m.Data); err != nil {
			return true, fmt.Errorf("forward: write the answer: %w", err)
		}
		if err := http.NewResponseController(w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return true, fmt.Errorf("forward: write the answer: %w", err)
		}
		end = part == events.PartEnd
	default:
		return true, fmt.Errorf("forward: part %q is unknown to this version", part)
	}
	if err := m.RespondMsg(answer); err != nil {
		return true, fmt.Errorf("forward: %w", err)
	}
	return end, nil
}
