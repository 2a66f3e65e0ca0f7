package api

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/logkey"
)

// listener knows how far the newest change sets have come.
type listener interface {
	// Spreads returns those that are watched, the oldest first; nothing at any cluster but a master.
	Spreads(ctx context.Context) ([]cluster.Spread, error)
	// Pulse returns the last heartbeats of a cluster, the oldest first, or an error that wraps hub.ErrClusterUnknown.
	Pulse(id string) ([]cluster.Beat, error)
}

// The pace of live streams.
const (
	liveStep   = 250 * time.Millisecond // how often change sets on their way are told
	fleetSteps = 2                      // in steps, how often clusters and rollouts are: a look at ten thousand takes some ten milliseconds
	mostSteps  = 8                      // in steps, how long clusters wait after many were told: see restAfter
	tickEvery  = time.Second            // how often the clock is, however long a look takes
)

// maxLiveQueue is how many messages wait for a reader before it is cut off: those of some ten seconds, or of a
// change to the policy of ten thousand clusters.
const maxLiveQueue = 64

// broadcaster tells all live streams what all of them are told: it looks once and encodes once. It runs while
// somebody listens.
type broadcaster struct {
	controller controller
	version    string
	log        *slog.Logger
	now        func() time.Time

	mu  sync.Mutex
	run *liveRun // nil: nobody listens
}

func newBroadcaster(cfg Config) *broadcaster {
	return &broadcaster{controller: cfg.Controller, version: cfg.Version, log: cfg.Logger, now: cfg.Now}
}

// liveRun is one time in which somebody listens. Its goroutine alone writes to it, what is below mu with that held.
type liveRun struct {
	stop context.CancelFunc
	done chan struct{}

	fleet    []cluster.Summary // as it was told
	revision uint64            // of the policy whose rollouts were told

	// Under the broadcaster's mu.
	ears   map[*ear]struct{}
	who    identity
	spread map[uint64]toldSpread // of change sets, by their revision
}

// identity is what a greeting says of the cluster.
type identity struct {
	id, name string
	role     cluster.Role
}

// ear is one who listens.
type ear struct {
	run      *liveRun
	messages chan []byte // closed when it is cut off
}

// join begins to listen. The first message is the greeting; what is read of the cluster after it came and what the
// further messages say make a whole.
func (b *broadcaster) join(ctx context.Context) *ear {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.run == nil {
		b.begin(ctx)
	}
	r := b.run
	e := &ear{run: r, messages: make(chan []byte, maxLiveQueue)}
	if hello := b.hello(r.who); hello != nil {
		e.messages <- hello
	}
	for _, told := range r.spread {
		if !told.Done {
			e.messages <- told.text
		}
	}
	r.ears[e] = struct{}{}
	return e
}

// leave ends listening. When nobody listens any more, nothing of it runs once leave returns.
func (b *broadcaster) leave(e *ear) {
	b.mu.Lock()
	b.drop(e)
	over := b.run != e.run
	b.mu.Unlock()
	if over {
		<-e.run.done
	}
}

// drop takes an ear away. The caller holds b.mu.
func (b *broadcaster) drop(e *ear) {
	delete(e.run.ears, e)
	if len(e.run.ears) == 0 && b.run == e.run {
		b.run.stop()
		b.run = nil
	}
}

// begin looks for the first time, and then goes on until it is stopped. The caller holds b.mu.
func (b *broadcaster) begin(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &liveRun{
		stop: cancel, done: make(chan struct{}), ears: map[*ear]struct{}{}, spread: map[uint64]toldSpread{},
		revision: b.controller.Federal().Revision(), fleet: b.controller.Summaries(),
	}
	r.who = b.identify(r.fleet)
	spreads, _ := b.spreads(ctx)
	for _, s := range spreads {
		r.spread[s.Last] = newTold(s)
	}
	b.run = r
	go func() {
		defer close(r.done)
		b.tell(ctx, r)
	}()
}

// tell looks and tells until ctx ends.
func (b *broadcaster) tell(ctx context.Context, r *liveRun) {
	ticker := time.NewTicker(liveStep)
	defer ticker.Stop()
	fleet := fleetSteps
	for step := 1; ; step++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		b.tellSpread(ctx, r)
		if step >= fleet {
			fleet = step + restAfter(b.tellFleet(r))
		}
		if step%fleetSteps == 0 {
			b.tellRollouts(r)
		}
	}
}

// restAfter returns in how many steps clusters are told next, after as many messages about them. A rule changes all of
// them when it is written and again when each confirms it: of ten thousand clusters that is told as one change, which
// saves each browser many megabytes.
func restAfter(messages int) int { return min(fleetSteps*max(1, messages), mostSteps) }

// tellFleet tells what changed in the summary, and returns in how many messages. After a change of role it ends the
// streams, whose cursors count no more.
func (b *broadcaster) tellFleet(r *liveRun) int {
	now := b.controller.Summaries()
	if len(now) == 0 {
		return 0 // of a federation that is just founded
	}
	if who := b.identify(now); who != r.who {
		over := who.role != r.who.role || who.id != r.who.id
		b.send(r, b.hello(who), func() { r.who = who })
		if over {
			b.hangUp(r)
			return 0
		}
	}
	changes := fleetChanges(r.fleet, now, b.now())
	for _, change := range changes {
		b.say(r, "fleet", change)
	}
	r.fleet = now
	return len(changes)
}

// identify returns who this cluster is: the first of its summary.
func (b *broadcaster) identify(all []cluster.Summary) identity {
	who := identity{role: b.controller.Role()}
	if len(all) > 0 {
		who.id, who.name = all[0].ID, all[0].Name
	}
	return who
}

func (b *broadcaster) hello(who identity) []byte {
	return b.encode("hello", wire.LiveHello{
		ID: who.id, Name: who.name, FedRole: string(who.role), Version: b.version, Time: b.now().UTC(),
	})
}

// say sends a message to all.
func (b *broadcaster) say(r *liveRun, name string, data any) {
	b.send(r, b.encode(name, data), func() {})
}

// encode returns a message, or nil when there is none.
func (b *broadcaster) encode(name string, data any) []byte {
	text, err := message(name, data)
	if err != nil {
		b.log.Error("message not written", slog.Any(logkey.Err, err))
		return nil
	}
	return text
}

// send sends text to all, and notes that with b.mu held. Who has too much waiting is cut off.
func (b *broadcaster) send(r *liveRun, text []byte, note func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	note()
	if text == nil {
		return
	}
	for e := range r.ears {
		select {
		case e.messages <- text:
		default:
			close(e.messages)
			b.drop(e)
		}
	}
}

// hangUp ends all streams once they have sent what waits.
func (b *broadcaster) hangUp(r *liveRun) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for e := range r.ears {
		close(e.messages)
		b.drop(e)
	}
}
