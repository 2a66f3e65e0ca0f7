package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// walk is a way through several logs at once, in the order of time; of one log, in the order of the log.
type walk struct {
	lanes []lane
	back  bool // from the newest to the oldest
	batch int  // how many events of a log are read at a time
}

// lane is what a walk has still to see of one log: the revisions above low, up to high.
type lane struct {
	source
	low, high uint64
	window    []events.Event // of them, those that are read
}

// newWalk returns a walk through what was recorded at from or later, and before until; zero times are no bounds.
func newWalk(ctx context.Context, sources []source, from, until time.Time) (*walk, error) {
	w := &walk{}
	for _, s := range sources {
		l := lane{source: s}
		newest, err := s.reader.Last(ctx, s.log.Filter())
		if err == nil && newest != nil && !until.IsZero() {
			newest, err = s.reader.Newest(ctx, s.log, until.Add(-1))
		}
		if err == nil && newest != nil {
			l.high = newest.Revision
			if !from.IsZero() {
				if newest, err = s.reader.Newest(ctx, s.log, from.Add(-1)); newest != nil {
					l.low = newest.Revision
				}
			}
		}
		if err != nil {
			return nil, fmt.Errorf("log %s: %w", s.log, err)
		}
		w.lanes = append(w.lanes, l)
	}
	return w, nil
}

// left reports whether there is more to see.
func (w *walk) left() bool {
	for _, l := range w.lanes {
		if l.low < l.high {
			return true
		}
	}
	return false
}

// next returns the next event, or false when there is none.
func (w *walk) next(ctx context.Context) (FeedItem, bool, error) {
	var first *lane
	for i := range w.lanes {
		l := &w.lanes[i]
		if l.low >= l.high {
			continue
		}
		if err := l.fill(ctx, w.back, w.batch); err != nil {
			return FeedItem{}, false, err
		}
		if first == nil || w.before(l.head(w.back), first.head(w.back)) {
			first = l
		}
	}
	if first == nil {
		return FeedItem{}, false, nil
	}
	item := FeedItem{Log: first.log, Event: first.head(w.back)}
	if w.back {
		item.Cursor = w.cursor()
		first.high, first.window = item.Event.Revision-1, first.window[:len(first.window)-1]
		return item, true, nil
	}
	first.low, first.window = item.Event.Revision, first.window[1:]
	item.Cursor = w.cursor()
	return item, true, nil
}

// before reports whether the walk comes to an event of one lane before it comes to one of an earlier lane.
func (w *walk) before(e, earlier events.Event) bool {
	if w.back {
		return !e.At.Before(earlier.At)
	}
	return e.At.Before(earlier.At)
}

// cursor says how far the walk has come.
func (w *walk) cursor() string {
	at := make([]source, 0, len(w.lanes))
	for _, l := range w.lanes {
		l.have = l.low
		if w.back {
			l.have = l.high
		}
		at = append(at, l.source)
	}
	return writeCursor(at)
}

// fill reads what comes next, if nothing is read.
func (l *lane) fill(ctx context.Context, back bool, batch int) error {
	if len(l.window) > 0 {
		return nil
	}
	n := min(l.high-l.low, uint64(batch)) //nolint:gosec // G115: a batch is positive
	first := l.low + 1
	if back {
		first = l.high - n + 1
	}
	list, err := l.reader.Read(ctx, first, int(n)) //nolint:gosec // G115: at most a batch
	if err != nil {
		return fmt.Errorf("log %s: %w", l.log, err)
	}
	if uint64(len(list)) < n {
		return fmt.Errorf("%w: log %s ends before revision %d", bus.ErrDamaged, l.log, l.high)
	}
	l.window = list
	return nil
}

func (l *lane) head(back bool) events.Event {
	if back {
		return l.window[len(l.window)-1]
	}
	return l.window[0]
}

// olderPrefix begins the cursors that a walk back goes on from. A cursor without it is that of an event, before
// which a walk back begins.
const olderPrefix = "older-"

// startAfter begins the walk behind a cursor; "" is the beginning.
func (w *walk) startAfter(cursor string) error {
	at, err := w.read(cursor)
	for i, s := range at {
		l := &w.lanes[i]
		l.low = max(l.low, s.have)
		l.high = max(l.high, l.low)
	}
	return err
}

// startBefore begins the walk back at a cursor; "" is the end.
func (w *walk) startBefore(ctx context.Context, cursor string) error {
	w.back = true
	if cursor == "" {
		return nil
	}
	text, older := strings.CutPrefix(cursor, olderPrefix)
	at, err := w.read(text)
	if err == nil && text == "" {
		err = fmt.Errorf("%w: %q is no cursor", ErrInvalid, cursor)
	}
	if err != nil {
		return err
	}
	if !older {
		if err := dropNewest(ctx, at); err != nil {
			return err
		}
	}
	for i, s := range at {
		l := &w.lanes[i]
		l.high = min(l.high, s.have)
		l.low = min(l.low, l.high)
	}
	return nil
}

func (w *walk) read(cursor string) ([]source, error) {
	at := make([]source, 0, len(w.lanes))
	for _, l := range w.lanes {
		at = append(at, l.source)
	}
	return at, readCursor(cursor, at)
}

// dropNewest steps back over the newest event that is not behind the sources: the one whose cursor they are.
func dropNewest(ctx context.Context, at []source) error {
	var newest *source
	var when time.Time
	for i := range at {
		s := &at[i]
		if s.have == 0 {
			continue
		}
		list, err := s.reader.Read(ctx, s.have, 1)
		if err != nil {
			return fmt.Errorf("log %s: %w", s.log, err)
		}
		if len(list) == 1 && !list[0].At.Before(when) {
			newest, when = s, list[0].At
		}
	}
	if newest != nil {
		newest.have--
	}
	return nil
}
