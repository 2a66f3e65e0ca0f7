package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/fedhub/fedhub/events"
)

// pending is a command on its way through the writer.
type pending[S State[S]] struct {
	command  string
	actor    string
	decide   func(S, time.Time) ([]events.Fact, error)
	canceled atomic.Int32 // pendingWaiting, then either of the others, once

	done    chan struct{} // closed when receipt and err are there
	receipt Receipt
	err     error
}

const (
	pendingWaiting int32 = iota
	pendingTaken
	pendingCanceled
)

// maxActor bounds the name of who asks, in bytes: an event carries it in a header.
const maxActor = 256

// headerText returns text as a NATS header carries it: one line, trimmed and bounded. The hash of an event
// must be the one of what is read back, and who failed to log in may be called anything.
func headerText(text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxActor)], "\uFFFD")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// claim reports whether somebody still waits for the command, who waits to its end then.
func (p *pending[S]) claim() bool {
	return p.canceled.CompareAndSwap(pendingWaiting, pendingTaken) || p.canceled.Load() == pendingTaken
}

func (p *pending[S]) error(err error) error { return &CommandError{Command: p.command, Err: err} }

func (p *pending[S]) fail(err error) {
	p.receipt, p.err = Receipt{}, err
	close(p.done)
}

// refuse answers a command that was not stored, if somebody waits for it.
func (p *pending[S]) refuse(cause error) {
	if p.claim() {
		p.fail(p.error(cause))
	}
}

// drain returns first and every other command that waits, up to what one batch could hold.
func (l *Ledger[S]) drain(first *pending[S]) []*pending[S] {
	out := []*pending[S]{first}
	for len(out) < events.MaxSetSize {
		select {
		case p := <-l.queue:
			out = append(out, p)
		default:
			return out
		}
	}
	return out
}

// write decides and stores commands in as few batches as they fit: that the queue shares one sync to disk
// is what makes many writers faster than one. Commands that were taken are written to their end, whatever
// becomes of the context, unless the log fails before them.
func (l *Ledger[S]) write(ctx context.Context, queue []*pending[S]) {
	ctx = context.WithoutCancel(ctx)
	for len(queue) > 0 && l.Err() == nil {
		queue = l.writeBatch(ctx, queue)
	}
	for _, p := range queue {
		p.refuse(l.Err())
	}
}

// writeBatch stores commands from the front of the queue as one batch, or one command as several, answers
// them and returns the rest.
func (l *Ledger[S]) writeBatch(ctx context.Context, queue []*pending[S]) []*pending[S] {
	for range maxAttempts {
		b := l.decideBatch(queue)
		err := l.storeBatch(ctx, b)
		if errors.Is(err, ErrConflict) {
			queue = b.again()
			continue
		}
		for err == nil && len(b.more) > 0 {
			b = l.nextBatch(b)
			err = l.storeBatch(ctx, b)
		}
		l.answer(ctx, b, err)
		return b.rest
	}
	queue[0].fail(queue[0].error(ErrConflict))
	return queue[1:]
}

// storeBatch stores a batch and makes the state behind it visible. With [ErrConflict] someone else wrote
// before it, and what they made of the log is visible.
func (l *Ledger[S]) storeBatch(ctx context.Context, b *batch[S]) error {
	if len(b.events) == 0 {
		return nil
	}
	if err := l.cfg.Server.room(); err != nil {
		return err
	}
	err := store(ctx, l.cfg.Conn, storedSubject, b.events, &b.expect)
	_, refused := errors.AsType[*jetstream.APIError](err)
	switch {
	case err == nil:
		l.publish(&b.view)
		return nil
	case wrongSequence(err):
		return l.catchUp(ctx)
	case refused:
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	case l.readBack(ctx, b):
		return nil
	}
	b.doubt = true
	if full := l.cfg.Server.room(); full != nil {
		return full
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func storedSubject(e events.Event) string { return e.Subject }

// catchUp goes on from what someone else wrote. It returns [ErrConflict], or why it cannot. When nobody wrote
// anything, the server's index is not that of what it has stored: it has to start again.
func (l *Ledger[S]) catchUp(ctx context.Context) error {
	v := l.fork()
	had := v.chain.Revision()
	err := l.extend(ctx, v)
	switch {
	case err == nil && v.chain.Revision() == had:
		return fmt.Errorf("%w: log %s: the server counts on more than revision %d, and there is no more", ErrDamaged, l.cfg.Log, had)
	case err == nil:
		l.publish(v)
		return ErrConflict
	case errors.Is(err, ErrDamaged):
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// readBack reports whether a batch of which the server said nothing turns out to be stored, and makes the
// state behind it visible if so.
func (l *Ledger[S]) readBack(ctx context.Context, b *batch[S]) bool {
	ctx, cancel := context.WithTimeout(ctx, readBackPatience)
	defer cancel()
	v := l.fork()
	if err := l.extend(ctx, v); err != nil || v.chain != b.view.chain {
		return false
	}
	l.publish(v)
	return true
}

// readBackPatience bounds how long a caller waits for the answer to "was it stored?".
const readBackPatience = 2 * time.Second

// answer answers the commands of the last batch that was stored, or could not be. A log that failed takes
// no more of them.
func (l *Ledger[S]) answer(ctx context.Context, b *batch[S], err error) {
	if err != nil && !errors.Is(err, ErrConflict) {
		l.block(ctx, err)
	}
	for _, p := range b.taken {
		if err == nil {
			close(p.done)
			continue
		}
		p.fail(b.why(p, err))
	}
}
