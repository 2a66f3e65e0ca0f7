package kubernetes

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
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
