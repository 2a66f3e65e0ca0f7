package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// copyLog keeps the federated policy over a restart.
type copyLog interface {
	Load(ctx context.Context) ([]events.Event, error)
	Store(ctx context.Context, k bus.Keepsake) error
	Replace(ctx context.Context, k bus.Keepsake) error
}

// Config is what an agent is made of.
type Config struct {
	Version  string
	Enforcer Enforcer
	Master   string                                  // name of the master that is followed; "": none is
	Copy     copyLog                                 // nil: the policy is fetched again after a restart
	Local    func() (*policy.State, <-chan struct{}) // the cluster's own policy and its next change; nil: none
	Handler  func() http.Handler                     // answers REST requests from the master; nil: none are
	Applied  func(*policy.State)                     // called with each new federated policy in force, in order; may be nil
	Probed   func(data []byte)                       // called for a plain message of the master's, see hub.Probe; may be nil
	Drifts   driftLog                                // nil: there are none
	Logger   *slog.Logger
	Now      func() time.Time

	// Inventory returns what the cluster consists of, for each heartbeat, and must not block; nil: nobody looks.
	Inventory func() *events.Inventory
}

// driftLog is where the controller records what its enforcer met.
type driftLog interface {
	// Drifted returns the revision of the newest drift since the cluster joined; 0: there is none.
	Drifted() uint64
	// DriftsAfter returns the drifts behind the given revision, oldest first, up to [events.MaxDrifts].
	DriftsAfter(ctx context.Context, revision uint64) ([]events.ReportedDrift, error)
}

// Agent follows the federated policy over one connection. Its methods may be called from any goroutine.
type Agent struct {
	cfg      Config
	holding  atomic.Pointer[holding]
	enforced atomic.Pointer[enforced] // nil: nothing yet, or there is no enforcer

	beat      chan struct{} // asks for a heartbeat now
	sync      chan want     // asks the follower to fetch
	kept      chan keepsake
	answered  atomic.Int64           // when the master last answered, in nanoseconds since 1970
	newest    atomic.Uint64          // the revision that the master had then
	spread    atomic.Int64           // over which a report that follows a change is delayed, in nanoseconds
	due       atomic.Bool            // such a report is waiting
	astray    atomic.Pointer[string] // why the policy cannot be followed, for a person; nil: it can
	resynced  atomic.Pointer[string] // id of the newest resync that is done
	unmet     atomic.Pointer[want]   // what could not be fetched, and no answer asks for again
	dismissed chan string

	mu      sync.Mutex
	changed chan struct{}
}

// holding is the policy as the master sent it, with the changes that are on their way. What is in force is its
// Effective.
type holding struct {
	state *policy.State
	// turn counts the times that the policy became another one without moving on to a later revision: for
	// another view, or because all of it was fetched again.
	turn uint64
}

// New returns an agent that holds what its copy has kept.
func New(ctx context.Context, cfg Config) (*Agent, error) {
	a := &Agent{
		cfg: cfg, beat: make(chan struct{}, 1), sync: make(chan want, 1), kept: make(chan keepsake, keptSets),
		dismissed: make(chan string, 1), changed: make(chan struct{}),
	}
	state := policy.NewState(policy.ScopeFederal)
	if cfg.Copy != nil {
		kept, err := cfg.Copy.Load(ctx)
		if err != nil {
			return nil, fmt.Errorf("agent: %w", err)
		}
		state = recall(kept)
	}
	a.holding.Store(&holding{state: state})
	return a, nil
}

// Policy returns the federated policy that is in force for the cluster. It is not written to any more.
func (a *Agent) Policy() *policy.State { return a.held().Effective() }

// held returns the policy as the master sent it, with the changes that are on their way.
func (a *Agent) held() *policy.State { return a.holding.Load().state }

// Changed returns a channel that is closed at the next change of the policy.
func (a *Agent) Changed() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.changed
}

// Answered returns when the master last answered a heartbeat; the zero time: never.
func (a *Agent) Answered() time.Time {
	if n := a.answered.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}

// Newest returns the newest revision that the master spoke of in an answer; 0: none.
func (a *Agent) Newest() uint64 { return a.newest.Load() }

// Trouble returns what keeps the cluster from being in sync, for a person, or "".
func (a *Agent) Trouble() string { return a.troubleWith(a.enforced.Load()) }

// Enforcement returns what the enforcer made of the policy, which is not written to any more, and the revision that it
// is done with; nil: nothing yet, or there is no enforcer.
func (a *Agent) Enforcement() (report *events.Report, done uint64) {
	e := a.enforced.Load()
	if e == nil {
		return nil, 0
	}
	if e.turn == a.holding.Load().turn {
		done = e.revision
	}
	return &e.report, done
}

// troubleWith is [Agent.Trouble] with what the enforcer said, which may be nil.
func (a *Agent) troubleWith(e *enforced) string {
	if why := a.astray.Load(); why != nil {
		return *why
	}
	if e != nil {
		return e.trouble
	}
	return ""
}

// Report asks for a heartbeat now.
func (a *Agent) Report() {
	select {
	case a.beat <- struct{}{}:
	default: // one is due already
	}
}

// Run follows the master over conn until ctx ends, or until the master dismisses the cluster: the error
// then wraps [ErrDismissed] and has the master's reason.
func (a *Agent) Run(ctx context.Context, conn *nats.Conn) error {
	group, ctx := errgroup.WithContext(ctx)
	live := make(chan *nats.Msg, liveQueue)
	subs, err := a.subscribe(ctx, conn, live, group)
	defer func() {
		for _, s := range subs {
			if err := s.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
				a.cfg.Logger.LogAttrs(ctx, slog.LevelDebug, "still subscribed", slog.Any(logkey.Err, err))
			}
		}
	}()
	if err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	f := newFollower(a, conn)
	ended := make(chan struct{}) // of the follower
	group.Go(func() error { defer close(ended); return f.run(ctx, live) })
	group.Go(func() error { return a.heartbeats(ctx, conn) })
	if _, idle := a.cfg.Enforcer.(None); !idle { // None has nothing to do at a change, and thousands may share a machine
		group.Go(func() error { return a.Enforce(ctx) })
	}
	if a.cfg.Copy != nil {
		group.Go(func() error { return a.keep(ctx, ended) })
	}
	group.Go(func() error {
		select {
		case <-ctx.Done():
			return nil
		case reason := <-a.dismissed:
			return fmt.Errorf("%w: %s", ErrDismissed, reason)
		}
	})
	return group.Wait()
}

// liveQueue is how many events may wait for the follower. What finds no room is a gap, and is fetched.
const liveQueue = 8192

// subscribePatience is how long the embedded server may take to note what the agent listens to.
const subscribePatience = 10 * time.Second

func (a *Agent) subscribe(ctx context.Context, conn *nats.Conn, live chan *nats.Msg, group *errgroup.Group) ([]*nats.Subscription, error) {
	var subs []*nats.Subscription
	s, err := conn.ChanSubscribe(events.LiveFilter(), live)
	if err != nil {
		return subs, err
	}
	subs = append(subs, s)
	if s, err = conn.Subscribe(events.SubjectDismiss, func(m *nats.Msg) { a.hearDismissal(ctx, conn, m.Data) }); err != nil {
		return subs, err
	}
	subs = append(subs, s)
	if s, err = conn.Subscribe(events.SubjectReport, func(m *nats.Msg) { a.hearResync(m.Data) }); err != nil {
		return subs, err
	}
	subs = append(subs, s)
	if s, err = conn.Subscribe(events.SubjectView, func(m *nats.Msg) { a.hearView(ctx, m.Data) }); err != nil {
		return subs, err
	}
	subs = append(subs, s)
	if a.cfg.Probed != nil {
		if s, err = conn.Subscribe(events.SubjectProbe, func(m *nats.Msg) { a.cfg.Probed(m.Data) }); err != nil {
			return subs, err
		}
		subs = append(subs, s)
	}
	if a.cfg.Handler != nil {
		if s, err = conn.Subscribe(events.SubjectRequest, a.serveRequests(ctx, conn, group)); err != nil {
			return subs, err
		}
		subs = append(subs, s)
	}
	flush, cancel := context.WithTimeout(ctx, subscribePatience) // a plain Flush would not end with ctx
	defer cancel()
	return subs, conn.FlushWithContext(flush)
}

// replace makes state the policy that the agent holds. Anew says that later events alone do not make it of the
// former.
func (a *Agent) replace(state *policy.State, anew bool) {
	next := &holding{state: state, turn: a.holding.Load().turn}
	if anew {
		next.turn++
	}
	a.holding.Store(next)
	a.mu.Lock()
	close(a.changed)
	a.changed = make(chan struct{})
	a.mu.Unlock()
	if a.cfg.Applied != nil {
		a.cfg.Applied(state.Effective())
	}
	a.reportSoon()
}
