package bus

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
)

// CopyLog keeps the newest federated event of each object at a remote, as the master sent it. It is no
// [Ledger]: the master's log is what counts, and what is lost here is fetched again.
type CopyLog struct {
	conn   *nats.Conn
	reader *Reader
}

// OpenCopy makes the stream of a remote's copy or finds it.
func OpenCopy(ctx context.Context, nc *nats.Conn) (*CopyLog, error) {
	if err := ensureStream(ctx, nc, events.Copy); err != nil {
		return nil, err
	}
	return &CopyLog{conn: nc, reader: NewReader(nc, directGet(events.Copy))}, nil
}

// Load returns the kept events in no particular order.
func (c *CopyLog) Load(ctx context.Context) ([]events.Event, error) {
	out, err := c.reader.all(ctx)
	if err != nil {
		return nil, fmt.Errorf("copy of the federated policy: %w", err)
	}
	return out, nil
}

// Store keeps the events of one change set, or none of them. With an error nobody knows; storing them again
// is right in any case.
func (c *CopyLog) Store(ctx context.Context, set []events.Event) error {
	for len(set) > 0 {
		n := min(len(set), events.MaxSetSize)
		if err := store(ctx, c.conn, copySubject, set[:n], nil); err != nil {
			return fmt.Errorf("copy of the federated policy: %w", err)
		}
		set = set[n:]
	}
	return nil
}

// Replace keeps the given events and no others. A crash in its middle leaves all that is new, and perhaps
// some that is old.
func (c *CopyLog) Replace(ctx context.Context, all []events.Event) error {
	if err := c.Store(ctx, all); err != nil {
		return err
	}
	fresh := map[string]bool{}
	for _, e := range all {
		fresh[e.Subject] = true
	}
	kept, err := c.Load(ctx)
	if err != nil {
		return err
	}
	for _, e := range kept {
		if !fresh[e.Subject] {
			if err := emptyStream(ctx, c.conn, events.Copy, jetstream.WithPurgeSubject(copySubject(e))); err != nil {
				return fmt.Errorf("copy of the federated policy: %w", err)
			}
		}
	}
	return nil
}

// Clear forgets everything that was kept.
func (c *CopyLog) Clear(ctx context.Context) error { return emptyStream(ctx, c.conn, events.Copy) }

func copySubject(e events.Event) string { return events.CopySubject(e.Subject) }
