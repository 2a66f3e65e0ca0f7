package cluster

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// FeedQuery asks for recorded events.
type FeedQuery struct {
	After  string  // cursor of the last item that the caller has; empty: from the oldest
	Limit  int     // at most; zero: 100
	Tail   bool    // with After empty: only the newest Limit items
	Before *string // of [Controller.Search], in place of After: the newest items before this cursor; empty: the newest
	FeedFilter
}

// FeedItem is one recorded event and the cursor to go on from.
type FeedItem struct {
	Cursor string
	Log    events.Log
	Event  events.Event
}

// defaultFeed is how many items a query without a limit gets.
const defaultFeed = 100

// source is a log that the feed reads, and how far.
type source struct {
	log    events.Log
	reader *bus.Reader
	have   uint64 // revision of the newest item that the caller has
}

// feedLogs returns the logs that a cluster shows: a master those of its federation, any other its own.
func (c *Controller) feedLogs() []source {
	if h := c.running().hub; h != nil {
		return []source{{log: events.Rules, reader: h.Reader(events.Rules)}, {log: events.Fleet, reader: h.Reader(events.Fleet)}}
	}
	return []source{{log: events.Local, reader: c.local.Reader()}}
}

// Feed returns recorded events in the order of their time, whatever the filter of the query; it is
// [Controller.Search] that goes by it. A cursor of another role, or one that was never
// given out, is an error that wraps [ErrInvalid].
func (c *Controller) Feed(ctx context.Context, q FeedQuery) ([]FeedItem, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = defaultFeed
	}
	sources := c.feedLogs()
	if err := readCursor(q.After, sources); err != nil {
		return nil, err
	}
	if q.Tail && q.After == "" {
		for i, s := range sources {
			last, err := s.reader.Last(ctx, s.log.Filter())
			if err != nil {
				return nil, fmt.Errorf("feed: %w", err)
			}
			if last != nil && last.Revision > uint64(limit) {
				sources[i].have = last.Revision - uint64(limit)
			}
		}
	}
	items, err := merge(ctx, sources, limit)
	if q.Tail && q.After == "" && len(items) > limit {
		items = items[len(items)-limit:]
	}
	return items[:min(len(items), limit)], err
}

// merge reads up to limit events of each source and puts them in the order of their time; of one log, in
// the order of the log. Each item's cursor says how far every source is after it.
func merge(ctx context.Context, sources []source, limit int) ([]FeedItem, error) {
	var items []FeedItem
	for _, s := range sources {
		list, err := s.reader.Read(ctx, s.have+1, limit)
		if err != nil {
			return nil, fmt.Errorf("feed: %w", err)
		}
		for _, e := range list {
			items = append(items, FeedItem{Log: s.log, Event: e})
		}
	}
	slices.SortStableFunc(items, func(a, b FeedItem) int {
		if a.Log == b.Log {
			return cmp.Compare(a.Event.Revision, b.Event.Revision)
		}
		return a.Event.At.Compare(b.Event.At)
	})
	for i, item := range items {
		for n := range sources {
			if sources[n].log == item.Log {
				sources[n].have = item.Event.Revision
			}
		}
		items[i].Cursor = writeCursor(sources)
	}
	return items, nil
}

// Follow yields the events recorded after a cursor (empty: from the oldest), as they are recorded, until
// ctx ends.
func (c *Controller) Follow(ctx context.Context, after string) iter.Seq2[FeedItem, error] {
	return func(yield func(FeedItem, error) bool) {
		for {
			changed, fleetChanged := c.recorded()
			items, err := c.Feed(ctx, FeedQuery{After: after, Limit: defaultFeed})
			if err != nil && ctx.Err() == nil {
				yield(FeedItem{}, err)
				return
			}
			for _, item := range items {
				if after = item.Cursor; !yield(item, nil) {
					return
				}
			}
			if len(items) > 0 {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-changed:
			case <-fleetChanged:
			}
		}
	}
}

// recorded returns channels that are closed at the next recorded event.
func (c *Controller) recorded() (a, b <-chan struct{}) {
	if h := c.running().hub; h != nil {
		return h.Recorded()
	}
	return c.local.Changed(), nil
}

// Changed returns a channel that is closed at the next change of member, summary or policy.
func (c *Controller) Changed() <-chan struct{} {
	switch r := c.running(); {
	case r.hub != nil:
		return r.hub.Changed()
	case r.agent != nil:
		return r.agent.Changed()
	}
	return c.local.Changed()
}

// A cursor is the log and the revision of each source: "RULES.12-FLEET.7".
func writeCursor(sources []source) string {
	parts := make([]string, 0, len(sources))
	for _, s := range sources {
		parts = append(parts, string(s.log)+"."+strconv.FormatUint(s.have, 10))
	}
	return strings.Join(parts, "-")
}

func readCursor(text string, sources []source) error {
	if text == "" {
		return nil
	}
	parts := strings.Split(text, "-")
	if len(parts) != len(sources) {
		return fmt.Errorf("%w: %q is not a cursor of this cluster's events in its present role", ErrInvalid, text)
	}
	for i, part := range parts {
		log, number, _ := strings.Cut(part, ".")
		have, err := strconv.ParseUint(number, 10, 63)
		if err != nil || log != string(sources[i].log) {
			return fmt.Errorf("%w: %q is not a cursor of this cluster's events in its present role", ErrInvalid, text)
		}
		sources[i].have = have
	}
	return nil
}
