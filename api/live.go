package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// StreamLive answers GET /v1/fed/live. The stream ends with the session, with the server, with a change of the
// cluster's role, or when the reader goes or is too slow.
func (s *server) StreamLive(ctx context.Context, req wire.StreamLiveRequestObject) (wire.StreamLiveResponseObject, error) {
	after := deref(req.Params.After)
	if last := deref(req.Params.LastEventID); last != "" {
		after = last
	}
	after, err := s.liveCursor(ctx, after)
	if err != nil {
		return nil, err
	}
	return s.streaming(func(w http.ResponseWriter) error { return s.streamLive(ctx, after, w) })
}

// VisitStreamLiveResponse implements [wire.StreamLiveResponseObject].
func (f streamed) VisitStreamLiveResponse(w http.ResponseWriter) error { return f(w) }

// liveCursor returns where a stream begins. A cursor that is none here, such as one of the cluster's former role,
// begins anew: refused, a browser would never try again.
func (s *server) liveCursor(ctx context.Context, after string) (string, error) {
	if after != "" {
		_, err := s.controller.Feed(ctx, cluster.FeedQuery{After: after, Limit: 1})
		if !errors.Is(err, cluster.ErrInvalid) {
			return after, err
		}
	}
	return s.newestCursor(ctx)
}

// newestCursor returns the cursor of the newest event; "" when there is none.
func (s *server) newestCursor(ctx context.Context) (string, error) {
	newest, err := s.controller.Feed(ctx, cluster.FeedQuery{Limit: 1, Tail: true})
	if err != nil || len(newest) == 0 {
		return "", err
	}
	return newest[len(newest)-1].Cursor, nil
}

// streamLive sends what the broadcaster tells all, and the events that are for this reader.
func (s *server) streamLive(ctx context.Context, after string, w http.ResponseWriter) error {
	out, err := beginEvents(w)
	if err != nil {
		return nil
	}
	role := s.controller.Role()
	ear := s.live.join(ctx)
	defer s.live.leave(ear)
	items, end := s.follow(ctx, after)
	defer end()

	check, tick := time.NewTicker(s.keepAlive), time.NewTicker(tickEvery)
	defer check.Stop()
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.closing:
			return nil
		case <-check.C:
			if !s.stillPasses(ctx) {
				return nil
			}
		case <-tick.C:
			if text := s.live.encode("tick", wire.LiveTick{Time: s.now().UTC()}); out.write(text) != nil {
				return nil
			}
		case text, more := <-ear.messages:
			if !more || out.write(text) != nil {
				return nil
			}
		case f, more := <-items:
			switch {
			case !more:
				return nil
			case f.err != nil && (errors.Is(f.err, cluster.ErrInvalid) || s.controller.Role() != role):
				return nil // the browser comes again and begins anew
			case f.err != nil:
				return fmt.Errorf("follow events: %w", f.err)
			}
			if visible(callOf(ctx).who, f.item) && out.event("event", f.item) != nil {
				return nil
			}
		}
	}
}
