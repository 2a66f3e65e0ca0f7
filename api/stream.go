package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// The bounds of event streams.
const (
	// keepAlive is how often a stream shows that it is alive: half of the idle time that proxies commonly allow.
	keepAlive = 15 * time.Second
	// maxStreams bounds the streams of all kinds that are open at once; a browser opens one for all of its tabs.
	maxStreams = 256
	// maxWrite is how long a reader may let a stream wait before it is cut off.
	maxWrite = 30 * time.Second
)

// streamed writes an answer as it comes.
type streamed func(w http.ResponseWriter) error

// VisitStreamEventsResponse implements [wire.StreamEventsResponseObject].
func (f streamed) VisitStreamEventsResponse(w http.ResponseWriter) error { return f(w) }

// StreamEvents answers GET /v1/fed/events/stream. The stream ends with the session, with the server, or when
// the reader goes.
func (s *server) StreamEvents(ctx context.Context, req wire.StreamEventsRequestObject) (wire.StreamEventsResponseObject, error) {
	after := deref(req.Params.After)
	if last := deref(req.Params.LastEventID); last != "" {
		after = last
	}
	if after == "" {
		var err error
		if after, err = s.newestCursor(ctx); err != nil {
			return nil, err
		}
	}
	return s.streaming(func(w http.ResponseWriter) error { return s.stream(ctx, after, w) })
}

// streaming takes one of the places that there are for streams until run is done.
func (s *server) streaming(run streamed) (streamed, error) {
	select {
	case s.streams <- struct{}{}:
	default:
		return nil, errStreams
	}
	return func(w http.ResponseWriter) error {
		defer func() { <-s.streams }()
		return run(w)
	}, nil
}

// beginEvents begins an answer that is a stream. An error means that the reader is gone.
func beginEvents(w http.ResponseWriter) (eventWriter, error) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	out := eventWriter{w: w, control: http.NewResponseController(w)}
	_ = out.control.SetWriteDeadline(time.Time{}) //nolint:errcheck // a server without deadlines does not cut streams off
	return out, out.write([]byte("retry: 1000\n\n"))
}

// stream sends events until it has to end. It is no error when the reader is gone.
func (s *server) stream(ctx context.Context, after string, w http.ResponseWriter) error {
	out, err := beginEvents(w)
	if err != nil {
		return nil
	}
	items, end := s.follow(ctx, after)
	defer end()

	tick := time.NewTicker(s.keepAlive)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.closing:
			return nil
		case <-tick.C:
			if !s.stillPasses(ctx) || out.write([]byte(": alive\n\n")) != nil {
				return nil
			}
		case f, more := <-items:
			if !more {
				return nil
			}
			if f.err != nil {
				return fmt.Errorf("follow events: %w", f.err)
			}
			if visible(callOf(ctx).who, f.item) && out.event(string(f.item.Event.Kind), f.item) != nil {
				return nil
			}
		}
	}
}

// stillPasses reports whether the caller's session lives on. A stream does not keep it alive by itself.
func (s *server) stillPasses(ctx context.Context) bool {
	who := callOf(ctx).who
	if who.forwarded {
		return true
	}
	found, err := s.sessions.peek(who.session)
	if err != nil {
		return false
	}
	now, err := s.callerOf(found, s.controller.Role())
	return err == nil && now.role == who.role
}

// followed is one step of following.
type followed struct {
	item cluster.FeedItem
	err  error
}

// follow sends what comes after the cursor, until there is an error or the returned function ends it. The channel is
// closed then.
func (s *server) follow(ctx context.Context, after string) (<-chan followed, func()) {
	ctx, cancel := context.WithCancel(ctx)
	items := make(chan followed)
	go func() {
		defer close(items)
		for item, err := range s.controller.Follow(ctx, after) {
			select {
			case items <- followed{item, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return items, func() {
		cancel()
		for range items { // until the goroutine has closed it
		}
	}
}

// eventWriter writes server-sent events (WHATWG HTML, section 9.2).
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// event sends a recorded event as a message of the given name.
func (o eventWriter) event(name string, item cluster.FeedItem) error {
	e, err := wireEvent(item)
	if err != nil {
		return err
	}
	text, err := message(name, e)
	if err != nil {
		return err
	}
	return o.write(append([]byte("id: "+e.Cursor+"\n"), text...))
}

// message returns a server-sent event.
func message(name string, data any) ([]byte, error) {
	text, err := json.Marshal(data) // without line breaks
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", name, err)
	}
	return slices.Concat([]byte("event: "+name+"\ndata: "), text, []byte("\n\n")), nil
}

// write sends text at once. A reader that lets it wait for too long is cut off.
func (o eventWriter) write(text []byte) error {
	cut := time.AfterFunc(maxWrite, func() {
		_ = o.control.SetWriteDeadline(time.Unix(1, 0)) //nolint:errcheck // without deadlines the writer just waits
	})
	defer cut.Stop()
	if _, err := o.w.Write(text); err != nil {
		return err
	}
	return o.control.Flush()
}
