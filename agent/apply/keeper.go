package apply

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/workqueue"

	"github.com/fedhub/fedhub/events"
)

// Config is what a keeper is made of.
type Config struct {
	API       *rest.Config
	Namespace string // of the controller, where probes are made
	Kinds     []Kind // of all objects that it keeps; what it finds of them and is not told to keep goes
	Logger    *slog.Logger
	Now       func() time.Time
}

// Bounds of what a keeper asks of the API.
const (
	workers       = 16                    // objects that are put right at a time
	queriesPerSec = 400                   // requests of all together
	queriesBurst  = 2000                  // so many of them at once: a large change is not held up
	requestLimit  = 10 * time.Second      // for one request
	firstRetry    = 10 * time.Millisecond // after a failure, doubled with each that follows
	lastRetry     = 30 * time.Second      //
	keepPatience  = 3 * time.Second       // for the objects of a plan to be tried once
	driftsUnheard = 1024                  // that wait for the one who records them
	steadyAfter   = time.Minute           // without another drift an object's retries start anew
)

// Keeper keeps the objects of the newest plan as they are to be. Its methods may be called from any goroutine;
// plans are carried out while [Keeper.Run] runs.
type Keeper struct {
	cfg     Config
	objects dynamic.Interface
	typed   kubernetes.Interface
	prober  kubernetes.Interface // tells warnings to a probe's context
	queue   workqueue.TypedRateLimitingInterface[key]
	probes  workqueue.TypedRateLimitingInterface[key]
	watches map[Kind]*watch
	drifts  chan events.Drift
	away    atomic.Pointer[string] // why the API does not answer; nil: it does
	doubt   chan struct{}          // asks whether the API answers

	mu      sync.Mutex
	entries map[key]*entry
	plan    []*entry      // the newest one, in its order; nil: none yet, and what is there stays
	plans   uint64        // how many there were
	others  map[key]*live // objects that are there and have no entry
	settled chan struct{} // closed when every object was tried; nil: nobody waits
	changed chan struct{}
	told    Outcome // the outcome that was read last
}

// New returns a keeper without a plan.
func New(cfg Config) (*Keeper, error) {
	k := &Keeper{
		cfg: cfg, entries: map[key]*entry{}, others: map[key]*live{}, watches: map[Kind]*watch{}, changed: make(chan struct{}),
		drifts: make(chan events.Drift, driftsUnheard), doubt: make(chan struct{}, 1),
		queue:  workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[key](firstRetry, lastRetry)),
		probes: workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[key](firstProbe, lastProbe)),
	}
	for _, kind := range cfg.Kinds {
		k.watches[kind] = &watch{keeper: k, kind: kind}
	}
	return k, k.connect()
}

// connect makes the clients. Probes have one of their own: they never make the writes wait.
func (k *Keeper) connect() (err error) {
	api := rest.CopyConfig(k.cfg.API)
	api.QPS, api.Burst, api.WarningHandler = queriesPerSec, queriesBurst, rest.NoWarnings{}
	api.Wrap(k.suspicious)
	if k.objects, err = dynamic.NewForConfig(api); err != nil {
		return fmt.Errorf("client of the Kubernetes API: %w", err)
	}
	if k.typed, err = kubernetes.NewForConfig(api); err != nil {
		return fmt.Errorf("client of the Kubernetes API: %w", err)
	}
	api.QPS, api.Burst = probesPerSec, probesBurst
	api.WarningHandler, api.WarningHandlerWithContext = nil, warnings{}
	if k.prober, err = kubernetes.NewForConfig(api); err != nil {
		return fmt.Errorf("client of the Kubernetes API: %w", err)
	}
	return nil
}

// Run keeps the objects until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return k.listen(ctx) })
	group.Go(func() error { return k.discover(ctx) })
	for range workers {
		group.Go(func() error { return work(ctx, k.queue, k.putRight) })
		group.Go(func() error { return work(ctx, k.probes, k.probe) })
	}
	group.Go(func() error {
		<-ctx.Done()
		k.queue.ShutDown()
		k.probes.ShutDown()
		return nil
	})
	return group.Wait()
}

// work does the items of a queue until it is shut down.
func work(ctx context.Context, queue workqueue.TypedRateLimitingInterface[key], do func(context.Context, key)) error {
	for {
		at, ended := queue.Get()
		if ended {
			return nil
		}
		do(ctx, at)
		queue.Done(at)
	}
}

// Drifts are the things that were not as they are to be. They must be received: nothing is put right while too many
// wait.
func (k *Keeper) Drifts() <-chan events.Drift { return k.drifts }

// Keep makes p the plan, and returns how it stands once each object that p changes was tried, or when that takes too
// long.
func (k *Keeper) Keep(ctx context.Context, p Plan) (Outcome, error) {
	settled, err := k.wish(p)
	if err != nil {
		return Outcome{}, err
	}
	patience, cancel := context.WithTimeout(ctx, keepPatience)
	defer cancel()
	select {
	case <-settled:
	case <-patience.Done():
		k.mu.Lock()
		if k.settled == settled {
			k.settled = nil // nobody waits any more, and what changes from now on is told
		}
		k.mu.Unlock()
	}
	return k.Outcome(), ctx.Err()
}

// settle closes settled when no object waits. The lock is held.
func (k *Keeper) settle() {
	if k.settled == nil {
		return
	}
	for _, e := range k.entries {
		if e.standing == waiting {
			return
		}
	}
	close(k.settled)
	k.settled = nil
}
