package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
)

// State is what a ledger folds its events into. Clone is cheap and independent of the original; Apply
// cannot fail: what the log says, happened.
type State[S any] interface {
	Clone() S
	Apply(e events.Event)
}

// LedgerConfig says which log a ledger keeps.
type LedgerConfig[S State[S]] struct {
	Log    events.Log
	Server *Server
	Conn   *nats.Conn // into the account that owns the log
	Source string     // the cluster, as events.Event.Source
	Empty  func() S   // the state before the first event
	Now    func() time.Time
	NewID  func() string // ids of commands, unique for ever
	Logger *slog.Logger
}

// Receipt says what a command became.
type Receipt struct {
	Command  string
	Revision uint64 // of the log after the command
	Sets     int    // how many change sets it is; 0: it changed nothing
	Events   []events.Event
}

// Ledger is one log, its folded state and its only writer. Its methods may be called from any goroutine.
type Ledger[S State[S]] struct {
	cfg    LedgerConfig[S]
	reader *Reader
	queue  chan *pending[S]

	view    atomic.Pointer[view[S]] // what readers see: committed events only
	blocked atomic.Pointer[error]   // why no command is taken, nil when they are

	failedIn int // generation of the server in which the log failed; the writer's own

	mu      sync.Mutex
	changed chan struct{}
	stopped chan struct{} // closed when Run has ended
}

// view is the state after a whole number of change sets.
type view[S any] struct {
	state S
	chain events.Chain
}

// Bounds of the writer.
const (
	queueLength = 4096 // commands waiting; as many as one would wait two seconds for
	maxAttempts = 5    // decisions of one command before a log that keeps moving is given up on
	verifyEvery = time.Hour
)

// OpenLedger makes the log's stream or finds it, reads all of it, checks its chain and folds it. A damaged
// log opens too: its state is the one before the damage, and it takes no commands until it is whole again.
func OpenLedger[S State[S]](ctx context.Context, cfg LedgerConfig[S]) (*Ledger[S], error) {
	l := &Ledger[S]{
		cfg:     cfg,
		reader:  NewReader(cfg.Conn, directGet(cfg.Log)),
		queue:   make(chan *pending[S], queueLength),
		changed: make(chan struct{}),
		stopped: make(chan struct{}),
	}
	if _, err := ensureStream(ctx, cfg.Conn, cfg.Log); err != nil {
		return nil, err
	}
	v, err := l.load(ctx)
	l.view.Store(v)
	if errors.Is(err, ErrDamaged) {
		l.block(ctx, err)
		return l, nil
	}
	return l, err
}

// State returns the state after the newest stored command. It is not written to any more.
func (l *Ledger[S]) State() S { return l.view.Load().state }

// Revision returns the revision of the newest stored event.
func (l *Ledger[S]) Revision() uint64 { return l.view.Load().chain.Revision() }

// Reader returns a reader of the stored events.
func (l *Ledger[S]) Reader() *Reader { return l.reader }

// Err returns why the ledger takes no commands for now, or nil.
func (l *Ledger[S]) Err() error {
	if err := l.blocked.Load(); err != nil {
		return *err
	}
	return nil
}

// Changed returns a channel that is closed at the next change of the state or of Err.
func (l *Ledger[S]) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// Do decides a command on the newest state and stores the facts it decides on: as one change set, or as
// several in a row, with no other command between them, when one does not hold them. It returns once all are
// on disk and in State. A command without facts stores nothing. decide may be called more than once, and must
// not keep or change the state. Its error is returned as it is; an error of the writer is a [*CommandError],
// and unless it wraps [ErrInDoubt] or [ErrPartly] nothing was stored.
//
// Each change set is visible as soon as it is stored. From the first one on, neither ctx nor the end of Run
// keeps the others from being stored; a crash does.
func (l *Ledger[S]) Do(ctx context.Context, actor string, decide func(S, time.Time) ([]events.Fact, error)) (Receipt, error) {
	p := &pending[S]{command: l.cfg.NewID(), actor: actor, decide: decide, done: make(chan struct{})}
	if err := l.Err(); err != nil {
		return Receipt{}, p.error(err)
	}
	select {
	case l.queue <- p:
	default:
		return Receipt{}, p.error(fmt.Errorf("%w: %d commands are waiting", ErrUnavailable, queueLength))
	}
	select {
	case <-p.done:
		return p.receipt, p.err
	case <-l.stopped:
		if p.canceled.CompareAndSwap(pendingWaiting, pendingCanceled) {
			return Receipt{}, p.error(fmt.Errorf("%w: the controller is stopping", ErrUnavailable))
		}
		<-p.done
		return p.receipt, p.err
	case <-ctx.Done():
		if p.canceled.CompareAndSwap(pendingWaiting, pendingCanceled) {
			return Receipt{}, ctx.Err() // it was not looked at, and will not be
		}
		<-p.done // being written: bounded by appendPatience for each of its change sets
		return p.receipt, p.err
	}
}

// Run writes commands until ctx ends, and checks the stored log on a schedule. Commands that it began with
// are written to their end; those that it did not come to are refused. It is called once.
func (l *Ledger[S]) Run(ctx context.Context) error {
	defer close(l.stopped)
	verify := time.NewTicker(verifyEvery)
	defer verify.Stop()
	for ctx.Err() == nil {
		if l.Err() != nil {
			l.recover(ctx)
		}
		select {
		case <-ctx.Done():
		case first := <-l.queue:
			l.write(ctx, l.drain(first))
		case <-verify.C:
			if _, err := l.load(ctx); errors.Is(err, ErrDamaged) {
				l.block(ctx, err)
			}
		}
	}
	return nil
}

// load reads, checks and folds the whole log. With an error it returns what is good before it.
func (l *Ledger[S]) load(ctx context.Context) (*view[S], error) {
	v := &view[S]{state: l.cfg.Empty()}
	err := l.extend(ctx, v)
	return v, err
}

// extend reads, checks and folds what is stored behind v. It stops at the last whole change set.
func (l *Ledger[S]) extend(ctx context.Context, v *view[S]) error {
	chain := v.chain
	var set []events.Event
	for {
		batch, err := l.reader.Read(ctx, chain.Revision()+1, readBatch)
		for _, e := range batch {
			if err := chain.Check(e); err != nil {
				return fmt.Errorf("%w: log %s: %w", ErrDamaged, l.cfg.Log, err)
			}
			if set = append(set, e); !e.Set.Last() {
				continue
			}
			for _, e := range set {
				v.state.Apply(e)
			}
			set, v.chain = set[:0], chain
		}
		if err != nil {
			return fmt.Errorf("log %s: %w", l.cfg.Log, err)
		}
		if len(batch) == 0 {
			break
		}
	}
	if !chain.Complete() {
		return fmt.Errorf("%w: log %s ends at revision %d in the middle of a change set", ErrDamaged, l.cfg.Log, chain.Revision())
	}
	return nil
}

// fork returns the view of now, to be written to.
func (l *Ledger[S]) fork() *view[S] {
	v := l.view.Load()
	return &view[S]{state: v.state.Clone(), chain: v.chain}
}

func (l *Ledger[S]) publish(v *view[S]) {
	l.view.Store(v)
	l.notify()
}

func (l *Ledger[S]) notify() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.changed)
	l.changed = make(chan struct{})
}
