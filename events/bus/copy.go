package bus

import (
	"context"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
)

// CopyLog keeps the newest federated event of each object that a remote holds, as the master sent it. It is
// no [Ledger]: the master's log is what counts, and what is lost here is fetched again. One goroutine at a
// time may change it.
type CopyLog struct {
	conn   *nats.Conn
	stream jetstream.Stream
	reader *Reader
}

// Keepsake is what a change leaves to keep.
type Keepsake struct {
	Events []events.Event // of [events.Rules], oldest first
	Drop   []string       // subjects of [events.Rules] that nothing is kept of, unless Events has them
	Place  *events.Event  // an [events.ViewTaken]: what the copy is of, and how far it goes; nil: it stays
}

// OpenCopy makes the stream of a remote's copy or finds it.
func OpenCopy(ctx context.Context, nc *nats.Conn) (*CopyLog, error) {
	stream, err := ensureStream(ctx, nc, events.Copy)
	if err != nil {
		return nil, err
	}
	return &CopyLog{conn: nc, stream: stream, reader: NewReader(nc, directGet(events.Copy))}, nil
}

// Load returns the kept events in no particular order, the place among them.
func (c *CopyLog) Load(ctx context.Context) ([]events.Event, error) {
	out, err := c.reader.all(ctx)
	if err != nil {
		return nil, copyError(err)
	}
	return out, nil
}

// Store keeps k beside what is kept of other subjects. When there is nothing to drop, k is kept whole or not
// at all if it fits into a change set. Otherwise a crash leaves the former place, and of k a part: new events
// first, then less of what is dropped. With an error nobody knows; storing k again is right in any case.
func (c *CopyLog) Store(ctx context.Context, k Keepsake) error {
	kept := map[string]bool{}
	for _, e := range k.Events {
		kept[e.Subject] = true
	}
	var drop []jetstream.StreamPurgeOpt
	for _, subject := range k.Drop {
		if !kept[subject] {
			drop = append(drop, jetstream.WithPurgeSubject(events.CopySubject(subject)))
		}
	}
	return c.keep(ctx, k, drop)
}

// Replace keeps the events and the place of k, and nothing else. A crash in its middle leaves the former place
// or none, all or some of what is new, and perhaps some that is old.
func (c *CopyLog) Replace(ctx context.Context, k Keepsake) error {
	info, err := c.stream.Info(ctx)
	if err != nil {
		return copyError(err)
	}
	var drop []jetstream.StreamPurgeOpt
	if info.State.Msgs > 0 {
		drop = append(drop, jetstream.WithPurgeSequence(info.State.LastSeq+1))
	}
	return c.keep(ctx, k, drop)
}

// Clear forgets everything that was kept.
func (c *CopyLog) Clear(ctx context.Context) error {
	if err := c.stream.Purge(ctx); err != nil {
		return copyError(err)
	}
	return nil
}

// keep stores events, then drops, and stores the place when that is done: what it says is true by then.
func (c *CopyLog) keep(ctx context.Context, k Keepsake, drop []jetstream.StreamPurgeOpt) error {
	var place []events.Event
	if k.Place != nil {
		if _, err := events.Parse(k.Place.Header(), k.Place.Data); err != nil {
			return copyError(err) // stored, it would keep all of the copy from being read
		}
		place = append(place, *k.Place)
	}
	if len(drop) == 0 {
		return c.append(ctx, slices.Concat(k.Events, place))
	}
	if err := c.append(ctx, k.Events); err != nil {
		return err
	}
	for _, which := range drop {
		if err := c.stream.Purge(ctx, which); err != nil {
			return copyError(err)
		}
	}
	return c.append(ctx, place)
}

// append stores events in as few batches as hold them.
func (c *CopyLog) append(ctx context.Context, all []events.Event) error {
	for batch := range slices.Chunk(all, events.MaxSetSize) {
		if err := store(ctx, c.conn, copySubject, batch, nil); err != nil {
			return copyError(err)
		}
	}
	return nil
}

func copySubject(e events.Event) string { return events.CopySubject(e.Subject) }

func copyError(err error) error { return fmt.Errorf("copy of the federated policy: %w", err) }
