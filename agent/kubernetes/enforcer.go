package kubernetes

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/inventory"
	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/agent/kubernetes/network"
	"github.com/fedhub/fedhub/events"
)

// kinds are those of all objects that the enforcer keeps.
var kinds = []apply.Kind{
	network.NetworkPolicy, network.ClusterNetworkPolicy, network.AdminNetworkPolicy, admission.Policy, admission.Binding,
}

// Config is what an enforcer is made of.
type Config struct {
	API       *rest.Config
	Namespace string // of the controller: admission rules leave it alone, and are probed in it
	Plugin    string // network plugin that enforces NetworkPolicies; "": the one that is recognized
	Logger    *slog.Logger
	Now       func() time.Time
}

// Enforcer is an [agent.Watcher] for a Kubernetes cluster.
type Enforcer struct {
	cfg       Config
	keeper    *apply.Keeper
	inventory *inventory.Watcher
	admission *admission.Compiler
	network   network.Compiler
	cluster   network.Cluster // as it was when current was not closed yet
	current   <-chan struct{}
	guards    atomic.Pointer[inventory.AdmissionRules]

	mu      sync.Mutex
	changed chan struct{}
	looks   bool // the plan depends on what the cluster consists of
}

// New returns an enforcer. The cluster is not asked for anything before [Enforcer.Run].
func New(cfg Config) (*Enforcer, error) {
	e := &Enforcer{
		cfg: cfg, admission: admission.New(admission.Config{Namespace: cfg.Namespace}),
		changed: make(chan struct{}), looks: true,
	}
	var err error
	e.keeper, err = apply.New(apply.Config{
		API: cfg.API, Namespace: cfg.Namespace, Kinds: kinds, Logger: cfg.Logger, Now: cfg.Now,
	})
	if err != nil {
		return nil, err
	}
	e.inventory, err = openInventory(cfg, e.guards.Load)
	return e, err
}

// openInventory returns a watcher of what the cluster consists of.
func openInventory(cfg Config, guards func() *inventory.AdmissionRules) (*inventory.Watcher, error) {
	api := rest.CopyConfig(cfg.API)
	api.WarningHandler = rest.NoWarnings{}
	metadataClient, err := metadata.NewForConfig(api)
	if err != nil {
		return nil, fmt.Errorf("client of the Kubernetes API: %w", err)
	}
	api.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(api)
	if err != nil {
		return nil, fmt.Errorf("client of the Kubernetes API: %w", err)
	}
	return inventory.New(inventory.Config{
		Client: client, Metadata: metadataClient, AdmissionRules: guards, Logger: cfg.Logger, Now: cfg.Now,
	}), nil
}

// Name implements [agent.Enforcer].
func (*Enforcer) Name() string { return "kubernetes" }

// Inventory returns what the cluster consists of.
func (e *Enforcer) Inventory() *events.Inventory { return e.inventory.Inventory() }

// Run implements [agent.Watcher].
func (e *Enforcer) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return e.keeper.Run(ctx) })
	group.Go(func() error { return e.inventory.Run(ctx) })
	group.Go(func() error { return e.relay(ctx) })
	return group.Wait()
}

// lookAgain is how long plans are at least apart that are made because the cluster changed: in a large one something
// always does.
const lookAgain = 100 * time.Millisecond

// relay tells, until ctx ends, of the changes that matter.
func (e *Enforcer) relay(ctx context.Context) error {
	rested := time.NewTimer(0) // since the last plan that was made for the cluster
	defer rested.Stop()
	for {
		kept, consists, rest := e.keeper.Changed(), e.inventory.Changed(), (<-chan time.Time)(nil)
		e.tell()
		for again := false; !again; {
			select {
			case <-ctx.Done():
				return nil
			case <-kept:
				again = true
			case <-consists:
				consists, rest = nil, rested.C
			case <-rest:
				rested.Reset(lookAgain)
				consists, rest, again = e.inventory.Changed(), nil, e.minds()
			}
		}
	}
}

// tell closes changed.
func (e *Enforcer) tell() {
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.changed)
	e.changed = make(chan struct{})
}

// minds reports whether the plan depends on what the cluster consists of.
func (e *Enforcer) minds() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.looks
}

// Changed implements [agent.Watcher].
func (e *Enforcer) Changed() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.changed
}

// Drifts implements [agent.Watcher].
func (e *Enforcer) Drifts() <-chan events.Drift { return e.keeper.Drifts() }

// Enforce implements [agent.Enforcer].
func (e *Enforcer) Enforce(ctx context.Context, p agent.Effective) (agent.Verdict, error) {
	if !e.keeper.Settled() || !e.inventory.Synced() {
		return e.blind()
	}
	plan := e.plan(p)
	out, err := e.keeper.Keep(ctx, plan)
	if err != nil {
		return agent.Verdict{}, err
	}
	states := out.States(plan)
	e.guards.Store(guardsOf(p, states))
	return agent.Verdict{Objects: p.Federated(states), Pending: out.Pending > 0}, cmp.Or(out.Err(), e.unread())
}

// blind is the verdict while it is not known what the cluster serves and consists of: what is in it stays.
func (e *Enforcer) blind() (agent.Verdict, error) {
	if why := e.keeper.Away(); why != "" {
		return agent.Verdict{}, fmt.Errorf("%w %s", apply.ErrAway, why)
	}
	return agent.Verdict{Pending: true}, e.unread()
}

// unread returns why it is not known what the cluster consists of now, or nil: it is, or does not matter.
func (e *Enforcer) unread() error {
	if why := e.inventory.Trouble(); why != "" && e.minds() {
		return fmt.Errorf("%w: %s", errUnread, why)
	}
	return nil
}

// consists returns what the cluster consists of now. As long as nothing changes, that is the very same.
func (e *Enforcer) consists() network.Cluster {
	select {
	case <-e.current:
	default:
		if e.current != nil {
			return e.cluster
		}
	}
	e.current = e.inventory.Changed()
	e.cluster = network.Cluster{
		Pods: e.inventory.Pods(), Namespaces: e.inventory.Namespaces(), Services: e.inventory.Services(), Nodes: e.inventory.Nodes(),
		Serves: e.keeper.Serves, Plugin: e.cfg.Plugin,
	}
	if e.cluster.Plugin == "" {
		e.cluster.Plugin = e.inventory.Plugin()
	}
	return e.cluster
}

// plan returns what the policy becomes in the cluster as it is now.
func (e *Enforcer) plan(p agent.Effective) apply.Plan {
	net, adm := e.network.Plan(p.Federal, p.Local, e.consists()), e.admission.Plan(p.Federal, p.Local, p.Master)
	e.mu.Lock()
	// Which plugin there is matters as soon as there are network rules.
	e.looks = e.network.DependsOn() != network.Depends{} || len(net.Objects)+len(net.Short) > 0
	e.mu.Unlock()
	return apply.Plan{
		Objects: slices.Concat(net.Objects, adm.Objects),
		Short:   slices.Concat(net.Short, adm.Short, others(p)),
	}
}
