package api

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// feed tells what was recorded.
type feed interface {
	Feed(ctx context.Context, q cluster.FeedQuery) ([]cluster.FeedItem, error)
	// Follow yields what comes after the cursor, as it is recorded, until ctx ends.
	Follow(ctx context.Context, after string) iter.Seq2[cluster.FeedItem, error]
}

// The sizes of a page of events.
const (
	defaultPage = 100
	maxPage     = 1000
)

// ListEvents answers GET /v1/fed/events.
func (s *server) ListEvents(ctx context.Context, req wire.ListEventsRequestObject) (wire.ListEventsResponseObject, error) {
	q := cluster.FeedQuery{After: deref(req.Params.After), Limit: defaultPage, Tail: deref(req.Params.Tail)}
	if req.Params.Limit != nil {
		q.Limit = *req.Params.Limit
	}
	if q.Limit < 1 || q.Limit > maxPage {
		return nil, badRequest("limit %d; give 1 to %d", q.Limit, maxPage)
	}
	items, err := s.controller.Feed(ctx, q)
	if err != nil {
		return nil, err
	}
	who := callOf(ctx).who
	out := wire.ListEvents200JSONResponse{Events: make([]wire.Event, 0, len(items)), Next: q.After}
	for _, item := range items {
		out.Next = item.Cursor
		if !visible(who, item) {
			continue
		}
		e, err := wireEvent(item)
		if err != nil {
			return nil, err
		}
		out.Events = append(out.Events, e)
	}
	return out, nil
}

// visible reports whether the caller may see an event: who did what, and users, are for admins.
func visible(who caller, item cluster.FeedItem) bool {
	if who.role == roleAdmin || who.role == roleFedAdmin {
		return true
	}
	return item.Log != events.Audit && item.Event.Kind != events.KindUserDefined && item.Event.Kind != events.KindUserRemoved
}

func wireEvent(item cluster.FeedItem) (wire.Event, error) {
	e := item.Event
	data, err := shownData(e)
	if err != nil {
		return wire.Event{}, fmt.Errorf("show event %s: %w", e.ID, err)
	}
	return wire.Event{
		Cursor:   item.Cursor,
		Log:      string(item.Log),
		ID:       e.ID,
		Source:   e.Source,
		Kind:     string(e.Kind),
		Time:     e.At,
		Actor:    e.Actor,
		Command:  e.Command,
		Revision: e.Revision,
		SetIndex: e.Set.Index,
		SetSize:  e.Set.Size,
		Data:     data,
	}, nil
}

// shownData returns the data of an event without the hash of a password.
func shownData(e events.Event) (json.RawMessage, error) {
	if e.Kind != events.KindUserDefined {
		return e.Data, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(e.Data, &fields); err != nil {
		return nil, err
	}
	delete(fields, "password")
	return json.Marshal(fields)
}
