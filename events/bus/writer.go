package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
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

func (p *pending[S]) error(err error) error { return &CommandError{Command: p.command, Err: err} }

func (p *pending[S]) fail(err error) {
	p.err = err
	close(p.done)
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
// is what makes many writers faster than one.
func (l *Ledger[S]) write(ctx context.Context, queue []*pending[S]) {
	for len(queue) > 0 {
		queue = l.writeBatch(ctx, queue)
	}
}

// writeBatch stores commands from the front of the queue as one batch, answers them and returns the rest.
func (l *Ledger[S]) writeBatch(ctx context.Context, queue []*pending[S]) []*pending[S] {
	for range maxAttempts {
		b := l.decideBatch(queue)
		err := l.storeBatch(ctx, b)
		if wrongSequence(err) {
			// Someone else wrote: go on from what they made of it.
			v := &view[S]{state: l.view.Load().state.Clone(), chain: l.view.Load().chain}
			if err = l.extend(ctx, v); err == nil {
				l.publish(v)
				queue = b.retry(queue)
				continue
			}
		}
		if err != nil {
			l.failBatch(ctx, b, err)
			return b.rest
		}
		if len(b.events) > 0 {
			l.publish(&b.view)
		}
		for _, p := range b.taken {
			close(p.done)
		}
		return b.rest
	}
	queue[0].fail(queue[0].error(ErrConflict))
	return queue[1:]
}

// batch is a row of decided commands and the state behind them.
type batch[S State[S]] struct {
	view   view[S]
	expect uint64
	events []events.Event
	taken  []*pending[S] // decided on facts, or on none
	rest   []*pending[S] // found no room
}

// retry returns the commands of a batch that must be decided again.
func (b *batch[S]) retry([]*pending[S]) []*pending[S] {
	return append(append([]*pending[S]{}, b.taken...), b.rest...)
}

// decideBatch decides commands one after the other, each on the state that the ones before it make, until
// the batch is full. A command whose decision is an error is answered at once.
func (l *Ledger[S]) decideBatch(queue []*pending[S]) *batch[S] {
	was := l.view.Load()
	b := &batch[S]{view: view[S]{state: was.state.Clone(), chain: was.chain}, expect: was.chain.Revision()}
	now := l.cfg.Now().UTC()
	for i, p := range queue {
		if !p.canceled.CompareAndSwap(pendingWaiting, pendingTaken) && p.canceled.Load() == pendingCanceled {
			continue
		}
		facts, err := p.decide(b.view.state, now)
		switch {
		case err != nil:
			p.fail(err)
			continue
		case len(facts) > events.MaxSetSize:
			p.fail(p.error(fmt.Errorf("%w: %d events, at most %d; send it in parts", ErrSetTooLarge, len(facts), events.MaxSetSize)))
			continue
		case len(b.events)+len(facts) > events.MaxSetSize:
			b.rest = queue[i:]
			return b
		}
		set, err := l.seal(&b.view.chain, p, facts, now)
		if err != nil {
			p.fail(p.error(err))
			continue
		}
		for _, e := range set {
			b.view.state.Apply(e)
		}
		b.events = append(b.events, set...)
		p.receipt = Receipt{Command: p.command, Revision: b.view.chain.Revision(), Events: set}
		b.taken = append(b.taken, p)
	}
	return b
}

// seal puts the facts of a command into envelopes that continue the chain.
func (l *Ledger[S]) seal(chain *events.Chain, p *pending[S], facts []events.Fact, now time.Time) ([]events.Event, error) {
	set := make([]events.Event, 0, len(facts))
	next := *chain
	for i, f := range facts {
		data, err := json.Marshal(f)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Kind(), err)
		}
		if len(data) > maxPayload {
			return nil, fmt.Errorf("%w: %s of %d bytes, at most %d", ErrSetTooLarge, f.Kind(), len(data), maxPayload)
		}
		e := events.Event{
			ID: p.command + "-" + strconv.Itoa(i), Source: l.cfg.Source, Kind: f.Kind(), Subject: l.cfg.Log.Subject(f),
			At: now, Actor: headerText(p.actor), Command: p.command, Revision: next.Revision() + 1,
			Set: events.Set{Index: i, Size: len(facts)}, Prev: next.Head(), Data: data,
		}
		if err := next.Check(e); err != nil {
			return nil, err
		}
		set = append(set, e)
	}
	*chain = next
	return set, nil
}

func (l *Ledger[S]) storeBatch(ctx context.Context, b *batch[S]) error {
	if len(b.events) == 0 {
		return nil
	}
	if err := l.cfg.Server.room(); err != nil {
		return err
	}
	// A command that was taken is written to its end, whatever becomes of the context.
	return store(context.WithoutCancel(ctx), l.cfg.Conn, storedSubject, b.events, &b.expect)
}

func storedSubject(e events.Event) string { return e.Subject }

// failBatch answers the commands of a batch that was not, or perhaps not, stored. When the server did not
// say which, the log is read back before anything is said.
func (l *Ledger[S]) failBatch(ctx context.Context, b *batch[S], cause error) {
	_, refused := errors.AsType[*jetstream.APIError](cause)
	switch {
	case errors.Is(cause, ErrDiskFull), errors.Is(cause, ErrDamaged), errors.Is(cause, ErrUnavailable): // said by us: nothing was stored
	case refused:
		cause = fmt.Errorf("%w: %w", ErrUnavailable, cause)
	default:
		if l.readBack(ctx, b) {
			return
		}
		doubt := fmt.Errorf("%w: %w: %w", ErrUnavailable, ErrInDoubt, cause)
		if full := l.cfg.Server.room(); full != nil {
			doubt = fmt.Errorf("%w: %w", full, ErrInDoubt)
		}
		cause = doubt
	}
	l.block(ctx, cause)
	for _, p := range b.taken {
		p.receipt = Receipt{}
		p.fail(p.error(cause))
	}
}

// readBack reports whether the batch turns out to be stored, and answers its commands if so.
func (l *Ledger[S]) readBack(ctx context.Context, b *batch[S]) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readBackPatience)
	defer cancel()
	v := &view[S]{state: l.view.Load().state.Clone(), chain: l.view.Load().chain}
	if err := l.extend(ctx, v); err != nil || v.chain != b.view.chain {
		return false
	}
	l.publish(v)
	for _, p := range b.taken {
		close(p.done)
	}
	return true
}

// readBackPatience bounds how long a caller waits for the answer to "was it stored?".
const readBackPatience = 2 * time.Second
