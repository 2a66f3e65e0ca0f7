package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
)

// streamConfig returns how the stream of a log is made. These are stored contracts: a stream made by one
// version is opened by the next. A log is never purged and its events are never deleted, but for the copy
// that a remote keeps, which holds the newest event of each object and is emptied when the remote leaves.
func streamConfig(log events.Log) jetstream.StreamConfig {
	cfg := jetstream.StreamConfig{
		Name:               string(log),
		Subjects:           []string{log.Filter()},
		Storage:            jetstream.FileStorage,
		Retention:          jetstream.LimitsPolicy,
		Discard:            jetstream.DiscardNew,
		MaxMsgsPerSubject:  -1,
		Replicas:           1,
		AllowDirect:        true,
		AllowAtomicPublish: true,
		DenyDelete:         true,
		DenyPurge:          true,
		Duplicates:         100 * time.Millisecond, // the least the server takes: a command's id, not this window, tells a repetition
	}
	switch log {
	case events.Rules:
		cfg.RePublish = &jetstream.RePublish{Source: log.Filter(), Destination: events.LiveFilter()}
	case events.Copy:
		cfg.DenyPurge = false
		cfg.MaxMsgsPerSubject = 1
		cfg.Discard = jetstream.DiscardOld
	case events.Fleet, events.Local, events.Audit:
	}
	return cfg
}

// ensureStream makes the stream of a log, or finds it as it should be.
func ensureStream(ctx context.Context, nc *nats.Conn, log events.Log) (jetstream.Stream, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", log, err)
	}
	stream, err := js.CreateOrUpdateStream(ctx, streamConfig(log))
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", log, err)
	}
	return stream, nil
}

// wrongSequence reports that the server's comparison of the expected last sequence failed. A replicated
// stream answers with another code than a single one.
func wrongSequence(err error) bool {
	apiErr, ok := errors.AsType[*jetstream.APIError](err)
	return ok && (apiErr.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		apiErr.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}
