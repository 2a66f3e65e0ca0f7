package cluster

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
)

// FeedFilter says which of the recorded events are wanted; a zero field asks for nothing.
type FeedFilter struct {
	Kind    string // a kind, or the beginning of several with a point at its end
	Name    string // of an object of the policy
	Cluster string // id or name of the cluster that the event is about: joins, ends, status, labels, drifts
	Actor   string
	Command string
	From    time.Time // not recorded before it
	Until   time.Time // recorded before it
}

// FeedPage is a part of what was recorded.
type FeedPage struct {
	Items []FeedItem // oldest first
	Next  string     // cursor to go on from in the direction that was asked for; "": there is nothing more
}

// The bounds of a search.
const (
	maxSearched = 20_000 // events that one search looks at: what is read and judged in some tenths of a second
	searchBatch = 1_000  // of them read at a time: what one answer of the server holds
)

// Search returns recorded events in the order of their time. It looks at a bounded number of them, so that a page may
// have less than the limit, or nothing, and still say where to go on. The errors are those of [Controller.Feed], and
// one that wraps hub.ErrClusterUnknown for a cluster that never was a member.
func (c *Controller) Search(ctx context.Context, q FeedQuery) (FeedPage, error) {
	if q.Limit <= 0 {
		q.Limit = defaultFeed
	}
	wanted, err := c.matcher(q.FeedFilter)
	if err != nil {
		return FeedPage{}, err
	}
	w, err := newWalk(ctx, c.feedLogs(), q.From, q.Until)
	if err != nil {
		return FeedPage{}, err
	}
	if w.batch = q.Limit; q.narrow() {
		w.batch = searchBatch
	}
	switch {
	case q.Before != nil:
		if err := w.startBefore(ctx, *q.Before); err != nil {
			return FeedPage{}, err
		}
	case q.Tail && q.After == "":
		w.back = true
	default:
		if err := w.startAfter(q.After); err != nil {
			return FeedPage{}, err
		}
	}
	w.spare(q.FeedFilter)
	newest := w.cursor()
	page := FeedPage{}
	if page.Items, err = w.take(ctx, q.Limit, wanted); err != nil {
		return FeedPage{}, err
	}
	over := !q.Until.IsZero() && !q.Until.After(c.cfg.Now())
	switch {
	case q.Before == nil && w.back:
		page.Next = newest
	case !w.back && (w.left() || !over):
		page.Next = w.cursor()
	case w.back && w.left():
		page.Next = olderPrefix + w.cursor()
	}
	if w.back {
		slices.Reverse(page.Items)
	}
	return page, nil
}

// take returns the next events that are wanted, up to limit of them and up to the bound of a search.
func (w *walk) take(ctx context.Context, limit int, wanted func(FeedItem) bool) ([]FeedItem, error) {
	var out []FeedItem
	for range maxSearched {
		if len(out) == limit {
			break
		}
		item, ok, err := w.next(ctx)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if wanted(item) {
			out = append(out, item)
		}
	}
	return out, nil
}

// spare leaves out the logs in which nothing can be that the filter wants.
func (w *walk) spare(f FeedFilter) {
	for i := range w.lanes {
		l := &w.lanes[i]
		if f.Cluster == "" && (f.Name == "" || l.log != events.Fleet) || f.Cluster != "" && l.log == events.Fleet && f.Name == "" {
			continue
		}
		if w.back {
			l.low = l.high
		} else {
			l.high = l.low
		}
	}
}

// narrow reports whether the filter judges events by more than their time.
func (f FeedFilter) narrow() bool {
	return f.Kind != "" || f.Name != "" || f.Cluster != "" || f.Actor != "" || f.Command != ""
}

// matcher returns what judges the events of a search, but for their time.
func (c *Controller) matcher(f FeedFilter) (func(FeedItem) bool, error) {
	var ids []string
	if f.Cluster != "" {
		h, err := c.master() // only a master records what becomes of clusters
		if err != nil {
			return nil, err
		}
		if ids, err = h.Called(f.Cluster); err != nil {
			return nil, err
		}
	}
	return func(item FeedItem) bool {
		e := item.Event
		switch {
		case f.Actor != "" && e.Actor != f.Actor, f.Command != "" && e.Command != f.Command, !kindFits(f.Kind, e.Kind):
			return false
		case f.Cluster != "" && !slices.Contains(ids, clusterOf(item)):
			return false
		}
		return f.Name == "" || nameOf(e) == f.Name
	}, nil
}

func kindFits(wanted string, kind events.Kind) bool {
	if strings.HasSuffix(wanted, ".") {
		return strings.HasPrefix(string(kind), wanted)
	}
	return wanted == "" || wanted == string(kind)
}

// clusterOf returns the id of the cluster that an event in FLEET is about, or "".
func clusterOf(item FeedItem) string {
	if item.Log != events.Fleet {
		return ""
	}
	var fact struct {
		Cluster string `json:"cluster"`
	}
	if json.Unmarshal(item.Event.Data, &fact) != nil {
		return ""
	}
	return fact.Cluster
}

// nameOf returns the name or number of the object of the policy that an event is about, or "".
func nameOf(e events.Event) string {
	fact, err := e.Fact()
	if err != nil {
		return ""
	}
	switch f := fact.(type) { //nolint:gochecksumtype // the others are not about objects
	case events.Definition:
		return f.Object().About().Name
	case events.Removal:
		return f.About().Name
	case events.ChangeStaged:
		return f.Object.Name
	}
	return ""
}
