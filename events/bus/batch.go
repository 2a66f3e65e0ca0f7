package bus

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fedhub/fedhub/events"
)

// batch is what the server stores as one: the change sets of a row of commands, or one of the several that a
// large command needs.
type batch[S State[S]] struct {
	view   view[S] // behind it
	expect uint64  // the revision before it
	events []events.Event
	more   []changeSet   // what follows it of the same command
	taken  []*pending[S] // decided on facts, or on none
	rest   []*pending[S] // come after it
	doubt  bool          // the server did not say whether it is stored
}

// changeSet is a row of events that become visible together.
type changeSet struct {
	events []events.Event
	chain  events.Chain // behind them
}

func (l *Ledger[S]) newBatch() *batch[S] {
	v := l.fork()
	return &batch[S]{view: *v, expect: v.chain.Revision()}
}

// decideBatch decides commands one after the other, each on the state that the ones before it make, until
// the batch is full. A command whose decision is an error is answered at once. One that needs several change
// sets is alone in its batch, which holds the first of them.
func (l *Ledger[S]) decideBatch(queue []*pending[S]) *batch[S] {
	b := l.newBatch()
	now := l.cfg.Now().UTC()
	for i, p := range queue {
		if !p.claim() {
			continue
		}
		facts, err := p.decide(b.view.state, now)
		if err != nil {
			p.fail(err)
			continue
		}
		if len(b.taken) > 0 && len(b.events)+len(facts) > events.MaxSetSize {
			b.rest = queue[i:]
			return b
		}
		sets, err := l.seal(b.view.chain, p, facts, now)
		if err != nil {
			p.fail(p.error(err))
			continue
		}
		b.take(p, sets)
		if len(b.more) > 0 {
			b.rest = queue[i+1:]
			return b
		}
	}
	return b
}

// nextBatch returns the batch that follows b, which is stored, in a large command.
func (l *Ledger[S]) nextBatch(b *batch[S]) *batch[S] {
	next := l.newBatch()
	next.taken, next.rest, next.more = b.taken, b.rest, b.more[1:]
	next.add(b.more[0])
	return next
}

// seal puts the facts of a command into envelopes that continue the chain, in as few change sets as hold them.
func (l *Ledger[S]) seal(chain events.Chain, p *pending[S], facts []events.Fact, now time.Time) ([]changeSet, error) {
	var sets []changeSet
	place := 0
	for part := range slices.Chunk(facts, events.MaxSetSize) {
		set := make([]events.Event, 0, len(part))
		for i, f := range part {
			data, err := json.Marshal(f)
			if err != nil {
				return nil, fmt.Errorf("write %s: %w", f.Kind(), err)
			}
			if len(data) > maxPayload {
				return nil, fmt.Errorf("%w: %s of %d bytes, at most %d", ErrSetTooLarge, f.Kind(), len(data), maxPayload)
			}
			e := events.Event{
				ID: p.command + "-" + strconv.Itoa(place), Source: l.cfg.Source, Kind: f.Kind(), Subject: l.cfg.Log.Subject(f),
				At: now, Actor: headerText(p.actor), Command: p.command, Revision: chain.Revision() + 1,
				Set: events.Set{Index: i, Size: len(part)}, Prev: chain.Head(), Data: data,
			}
			if err := chain.Check(e); err != nil {
				return nil, err
			}
			set = append(set, e)
			place++
		}
		sets = append(sets, changeSet{set, chain})
	}
	return sets, nil
}

// take puts a decided command at the end of the batch.
func (b *batch[S]) take(p *pending[S], sets []changeSet) {
	b.taken = append(b.taken, p)
	p.receipt = Receipt{Command: p.command, Revision: b.view.chain.Revision(), Sets: len(sets)}
	for _, set := range sets {
		p.receipt.Revision = set.chain.Revision()
		p.receipt.Events = append(p.receipt.Events, set.events...)
	}
	if len(sets) > 0 {
		b.add(sets[0])
		b.more = sets[1:]
	}
}

func (b *batch[S]) add(set changeSet) {
	for _, e := range set.events {
		b.view.state.Apply(e)
	}
	b.view.chain = set.chain
	b.events = append(b.events, set.events...)
}

// again returns the commands of a batch that must be decided again, and those behind them.
func (b *batch[S]) again() []*pending[S] { return slices.Concat(b.taken, b.rest) }

// why returns the error of a command that failed with the batch: the cause, and how much of it is stored.
func (b *batch[S]) why(p *pending[S], cause error) error {
	if b.doubt {
		cause = fmt.Errorf("%w: %w", ErrInDoubt, cause)
	}
	if all := p.receipt.Events; len(all) > 0 && all[0].Revision <= b.expect {
		cause = fmt.Errorf("%w: %d of %d events, up to revision %d: %w",
			ErrPartly, b.expect+1-all[0].Revision, len(all), b.expect, cause)
	}
	return p.error(cause)
}
