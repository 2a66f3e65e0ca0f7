package api

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// feed tells what was recorded.
type feed interface {
	Feed(ctx context.Context, q cluster.FeedQuery) ([]cluster.FeedItem, error)
	// Search is Feed for a query with a filter, or back from a cursor.
	Search(ctx context.Context, q cluster.FeedQuery) (cluster.FeedPage, error)
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
	q, err := feedQuery(req.Params)
	if err != nil {
		return nil, err
	}
	page, err := s.controller.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	who := callOf(ctx).who
	out := wire.ListEvents200JSONResponse{Events: make([]wire.Event, 0, len(page.Items)), Next: page.Next}
	for _, item := range page.Items {
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

// feedQuery reads what a request asks for.
func feedQuery(p wire.ListEventsParams) (cluster.FeedQuery, error) {
	q := cluster.FeedQuery{
		After: deref(p.After), Before: p.Before, Tail: deref(p.Tail),
		FeedFilter: cluster.FeedFilter{
			Kind: deref(p.Kind), Name: deref(p.Name), Cluster: deref(p.Cluster), Actor: deref(p.Actor),
			Command: deref(p.Command), From: deref(p.From), Until: deref(p.Until),
		},
	}
	if p.Before != nil && (p.After != nil || q.Tail) {
		return q, badRequest("before goes back in time, and after and tail go forth; give one of them")
	}
	if p.From != nil && p.Until != nil && q.From.After(q.Until) {
		return q, badRequest("from, which is %s, is after until, which is %s; exchange them",
			q.From.Format(time.RFC3339Nano), q.Until.Format(time.RFC3339Nano))
	}
	var err error
	q.Limit, err = pageSize(p.Limit, defaultPage, maxPage)
	return q, err
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
