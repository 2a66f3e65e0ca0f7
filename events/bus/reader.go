package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
)

const (
	readBatch    = 1000             // events asked for in one Direct Get; 220,000 events a second that way
	readBytes    = 8 << 20          // of one answer: the server cuts a connection that 64 MiB wait for
	readPatience = 10 * time.Second // between two messages of one answer
)

// The headers and states of Direct Get (github.com/nats-io/nats-architecture-and-design, ADR-31).
const (
	headerSequence = "Nats-Sequence"
	headerPending  = "Nats-Num-Pending"
	headerStatus   = "Status"

	statusEnd     = "204"
	statusNone    = "404"
	statusTooMany = "413"
)

// Reader reads a stored log by JetStream Direct Get, in the process or over a leaf connection.
type Reader struct {
	nc       *nats.Conn
	subject  string
	patience time.Duration // for the next message of an answer
}

// NewReader returns a reader that asks on the given subject.
func NewReader(nc *nats.Conn, subject string) *Reader {
	return &Reader{nc: nc, subject: subject, patience: readPatience}
}

// Within makes the reader give up when the next message of an answer is not there in time: one that was on
// its way when the connection broke does not come any more. It returns the reader.
func (r *Reader) Within(patience time.Duration) *Reader {
	r.patience = patience
	return r
}

// Read returns up to limit events from the given revision on, oldest first; none when there are no more.
// What is stored and is no event of this vocabulary ends the read with an error that wraps [ErrDamaged]
// behind the events before it.
func (r *Reader) Read(ctx context.Context, from uint64, limit int) ([]events.Event, error) {
	var out []events.Event
	for len(out) < limit {
		part, err := r.get(ctx, directGetRequest{Seq: from, Batch: min(limit-len(out), readBatch)})
		out = append(out, part.events...)
		if err != nil || part.pending == 0 {
			return out, err
		}
		from = part.last + 1
	}
	return out, nil
}

// State returns the newest event of each subject of filter as of the given revision (0: now), in no
// particular order, and the revision that it speaks of.
func (r *Reader) State(ctx context.Context, filter string, upTo uint64) ([]events.Event, uint64, error) {
	if upTo == 0 {
		last, err := r.Last(ctx, filter)
		if err != nil || last == nil {
			return nil, 0, err
		}
		upTo = last.SetEnd()
	}
	var out []events.Event
	for req := (directGetRequest{MultiLast: []string{filter}, UpToSeq: upTo}); ; {
		part, err := r.get(ctx, req)
		if errors.Is(err, ErrTooManySubjects) {
			break
		}
		out = append(out, part.events...)
		if err != nil || part.pending == 0 {
			return out, upTo, err
		}
		req.Seq = part.last + 1
	}
	narrower := events.ShardFilters(filter)
	if narrower == nil {
		return nil, 0, fmt.Errorf("state of %s: %w", filter, ErrTooManySubjects)
	}
	for _, f := range narrower {
		part, _, err := r.State(ctx, f, upTo)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, part...)
	}
	return out, upTo, nil
}

// all returns every stored event in the order of storage, whatever its revision.
func (r *Reader) all(ctx context.Context) ([]events.Event, error) {
	var out []events.Event
	for next := uint64(1); ; {
		part, err := r.get(ctx, directGetRequest{Seq: next, Batch: readBatch})
		out = append(out, part.events...)
		if err != nil || part.pending == 0 {
			return out, err
		}
		next = part.last + 1
	}
}

// Last returns the newest event on the subjects of filter, or nil when there is none.
func (r *Reader) Last(ctx context.Context, filter string) (*events.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	msg, err := r.nc.RequestWithContext(ctx, r.subject, mustJSON(directGetRequest{LastFor: filter}))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.subject, err)
	}
	switch status := msg.Header.Get(headerStatus); status {
	case "":
	case statusNone:
		return nil, nil //nolint:nilnil // an empty log has no newest event
	default:
		return nil, fmt.Errorf("read %s: status %s", r.subject, status)
	}
	e, err := parse(msg)
	if err != nil {
		return nil, err
	}
	return &e, nil
}

// directGetRequest is the request of Direct Get.
type directGetRequest struct {
	Seq       uint64   `json:"seq,omitempty"`
	Batch     int      `json:"batch,omitempty"`
	MaxBytes  int      `json:"max_bytes,omitempty"`
	MultiLast []string `json:"multi_last,omitempty"`
	UpToSeq   uint64   `json:"up_to_seq,omitempty"`
	LastFor   string   `json:"last_by_subj,omitempty"`
	NextFor   string   `json:"next_by_subj,omitempty"`
}

// answer is what one Direct Get brought.
type answer struct {
	events  []events.Event
	last    uint64 // sequence of the last one
	pending uint64 // how many more there are: the server cuts an answer at its bound on bytes
}

// get asks once and collects the answer. With an error it returns what came before it.
func (r *Reader) get(ctx context.Context, req directGetRequest) (a answer, err error) {
	inbox := r.nc.NewRespInbox()
	sub, err := r.nc.SubscribeSync(inbox)
	if err != nil {
		return a, fmt.Errorf("read %s: %w", r.subject, err)
	}
	defer func() { err = errors.Join(err, sub.Unsubscribe()) }()
	if err := sub.SetPendingLimits(-1, -1); err != nil {
		return a, fmt.Errorf("read %s: %w", r.subject, err)
	}
	req.MaxBytes = readBytes
	if err := r.nc.PublishRequest(r.subject, inbox, mustJSON(req)); err != nil {
		return a, fmt.Errorf("read %s: %w", r.subject, err)
	}
	for {
		msg, err := nextMsg(ctx, sub, r.patience)
		if err != nil {
			return a, fmt.Errorf("read %s: %w", r.subject, err)
		}
		if done, err := a.take(msg); done || err != nil {
			return a, err
		}
	}
}

// take adds one message to the answer and reports whether it was the last.
func (a *answer) take(msg *nats.Msg) (done bool, err error) {
	switch status := msg.Header.Get(headerStatus); status {
	case "":
		e, err := parse(msg)
		if err != nil {
			return false, err
		}
		a.events = append(a.events, e)
		a.last, err = strconv.ParseUint(msg.Header.Get(headerSequence), 10, 64)
		return false, err
	case statusEnd:
		a.pending, err = strconv.ParseUint(msg.Header.Get(headerPending), 10, 64)
		return true, err
	case statusNone:
		return true, nil
	case statusTooMany:
		return true, ErrTooManySubjects
	default:
		return true, fmt.Errorf("status %s %s", status, msg.Header.Get("Description"))
	}
}

func nextMsg(ctx context.Context, sub *nats.Subscription, patience time.Duration) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return sub.NextMsgWithContext(ctx)
}

// parse reads a stored event. Only in the log that an event was first stored in is its revision the
// message's sequence; [Ledger] checks that.
func parse(msg *nats.Msg) (events.Event, error) {
	e, err := events.Parse(msg.Header, msg.Data)
	if err != nil {
		return events.Event{}, fmt.Errorf("%w: sequence %s: %w", ErrDamaged, msg.Header.Get(headerSequence), err)
	}
	return e, nil
}

func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own types come here
	}
	return data
}
