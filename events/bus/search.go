package bus

import (
	"context"
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Newest returns the newest event of a log that was recorded at the given time or earlier, or nil when there is none.
// It is for logs whose revisions are their sequences, and looks at some twenty events of a million: their times go
// up. Where a clock was set back, it is one of those that the time fits between.
func (r *Reader) Newest(ctx context.Context, log events.Log, at time.Time) (*events.Event, error) {
	last, err := r.Last(ctx, log.Filter())
	if err != nil || last == nil || !last.At.After(at) {
		return last, err
	}
	var found *events.Event
	for low, high := uint64(1), last.Revision; low < high; { // it is below high, and not below low - 1
		middle := low + (high-low)/2
		list, err := r.Read(ctx, middle, 1)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("%w: log %s has no revision %d", ErrDamaged, log, middle)
		}
		if list[0].At.After(at) {
			high = middle
			continue
		}
		found, low = &list[0], middle+1
	}
	return found, nil
}

// ReadOn returns every stored event on the subjects of filter, oldest first, by the server's index of subjects.
func (r *Reader) ReadOn(ctx context.Context, filter string) ([]events.Event, error) {
	var out []events.Event
	for next := uint64(1); ; {
		part, err := r.get(ctx, directGetRequest{Seq: next, Batch: readBatch, NextFor: filter})
		out = append(out, part.events...)
		if err != nil || part.pending == 0 {
			return out, err
		}
		next = part.last + 1
	}
}
