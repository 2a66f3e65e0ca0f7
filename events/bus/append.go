package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
)

// appendPatience is how long the server may take to say that events are on disk. A healthy disk needs
// milliseconds; one that needs longer than this is reported instead of waited for.
const appendPatience = 5 * time.Second

// The headers of an atomic batch (github.com/nats-io/nats-architecture-and-design, ADR-50).
const (
	headerBatchID     = "Nats-Batch-Id"
	headerBatchSeq    = "Nats-Batch-Sequence"
	headerBatchCommit = "Nats-Batch-Commit"
)

// store stores events as one: all of them are on disk when it returns nil, and none is when it returns an
// error of the server. With expect not nil the server refuses them unless the stream's last sequence is
// *expect. Any other error, a time-out above all, leaves open what happened.
func store(ctx context.Context, nc *nats.Conn, subject func(events.Event) string, batch []events.Event, expect *uint64) error {
	ctx, cancel := context.WithTimeout(ctx, appendPatience)
	defer cancel()
	for i, e := range batch {
		msg := &nats.Msg{Subject: subject(e), Header: nats.Header(e.Header()), Data: e.Data}
		if i == 0 && expect != nil {
			msg.Header.Set(jetstream.ExpectedLastSeqHeader, strconv.FormatUint(*expect, 10))
		}
		if len(batch) > 1 {
			msg.Header.Set(headerBatchID, batch[0].ID[:min(len(batch[0].ID), maxBatchID)])
			msg.Header.Set(headerBatchSeq, strconv.Itoa(i+1))
		}
		if i < len(batch)-1 {
			if err := nc.PublishMsg(msg); err != nil {
				return fmt.Errorf("store: %w", err)
			}
			continue
		}
		if len(batch) > 1 {
			msg.Header.Set(headerBatchCommit, "1")
		}
		answer, err := nc.RequestMsgWithContext(ctx, msg)
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		return readAck(answer.Data)
	}
	return nil
}

// maxBatchID is the longest batch id that the server takes, in bytes (ADR-50).
const maxBatchID = 64

// readAck returns the server's error, as a [*jetstream.APIError], or nil.
func readAck(data []byte) error {
	var ack struct {
		Error *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(data, &ack); err != nil {
		return fmt.Errorf("store: read the server's answer: %w", err)
	}
	if ack.Error != nil {
		return ack.Error
	}
	return nil
}
