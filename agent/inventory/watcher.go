package inventory

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
)

// Config is what a watcher is made of.
type Config struct {
	Client   kubernetes.Interface // in protobuf it needs less memory
	Metadata metadata.Interface
	// AdmissionRules returns what the admission rules that are in force deny; nil, or a function that returns nil:
	// it is not known. It is called for each [Watcher.Inventory] and must not block.
	AdmissionRules func() *AdmissionRules
	Logger         *slog.Logger
	Now            func() time.Time
}

// Watcher follows the API of one cluster. Its methods may be called from any goroutine, before, during and after Run.
type Watcher struct {
	cfg  Config
	pool pool

	pods, nodes, namespaces, services, ingresses *feed
	deployments, daemonSets, statefulSets        *feed // of which names are enough
	version                                      version

	dirty   chan struct{} // asks for a count
	counted atomic.Pointer[tally]

	mu      sync.Mutex
	changed chan struct{} // nil: nobody asked since the last change
}

// New returns a watcher that knows nothing yet.
func New(cfg Config) *Watcher {
	w := &Watcher{cfg: cfg, dirty: make(chan struct{}, 1)}
	w.counted.Store(&tally{})
	core, net := cfg.Client.CoreV1(), cfg.Client.NetworkingV1()
	all := metav1.NamespaceAll
	w.pods = follow(w, "pods", cfg.Client, w.pool.pod, core.Pods(all).List, core.Pods(all).Watch)
	w.nodes = follow(w, "nodes", cfg.Client, w.pool.node, core.Nodes().List, core.Nodes().Watch)
	w.namespaces = follow(w, "namespaces", cfg.Client, w.pool.namespace, core.Namespaces().List, core.Namespaces().Watch)
	w.services = follow(w, "services", cfg.Client, w.pool.service, core.Services(all).List, core.Services(all).Watch)
	w.ingresses = follow(w, "ingresses", cfg.Client, w.pool.ingress, net.Ingresses(all).List, net.Ingresses(all).Watch)
	w.deployments, w.daemonSets, w.statefulSets = w.names("deployments"), w.names("daemonsets"), w.names("statefulsets")
	w.version = version{client: cfg.Client, changed: w.signal, now: cfg.Now}
	return w
}

// follow returns the feed of a resource; T is the type of its objects, L that of a list of them.
func follow[T runtime.Object, L runtime.Object](
	w *Watcher, resource string, client any, strip func(T) T,
	list func(context.Context, metav1.ListOptions) (L, error), following watches,
) *feed {
	var example T
	f := &feed{
		resource: resource, example: example, strip: stripping(strip), changed: w.signal, logger: w.cfg.Logger, now: w.cfg.Now,
		kept: map[types.NamespacedName]runtime.Object{},
	}
	f.from(client, func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) { return list(ctx, o) }, following)
	return f
}

// names returns the feed of the names of a kind of workload.
func (w *Watcher) names(resource string) *feed {
	client := w.cfg.Metadata.Resource(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: resource})
	return follow(w, resource, w.cfg.Metadata, w.pool.named, client.List, client.Watch)
}

func (w *Watcher) feeds() []*feed {
	return []*feed{w.pods, w.nodes, w.namespaces, w.services, w.ingresses, w.deployments, w.daemonSets, w.statefulSets}
}

// recountEvery is how long counts are at least apart: a cluster of thousands of pods changes all the time.
const recountEvery = time.Second

// Run follows the API until ctx ends. It does not end because the API is away.
func (w *Watcher) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for _, f := range w.feeds() {
		group.Go(func() { f.run(ctx) })
	}
	group.Go(func() { w.version.run(ctx) })
	defer group.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.dirty:
		}
		w.counted.Store(w.count())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(recountEvery):
		}
	}
}

// signal says that something is another.
func (w *Watcher) signal() {
	select {
	case w.dirty <- struct{}{}:
	default: // a count is due already
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// Changed returns a channel that is closed at the next change of what the watcher knows. Ask for it before you look.
func (w *Watcher) Changed() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// shared are the feeds whose objects others ask for.
func (w *Watcher) shared() []*feed { return []*feed{w.pods, w.namespaces, w.services, w.nodes} }

// Synced reports whether everything was read at least once that Pods, Namespaces, Services and Nodes return. While one
// of them is forbidden, it never is: see [Watcher.Trouble].
func (w *Watcher) Synced() bool {
	for _, f := range w.shared() {
		f.mu.RLock()
		read := f.read
		f.mu.RUnlock()
		if !read {
			return false
		}
	}
	return true
}

// Pods returns the pods, in no order, with what is kept of them: see strip.go. They are shared: nobody writes to them.
// When the API is away they are those that were last seen.
func (w *Watcher) Pods() []*corev1.Pod { return all[*corev1.Pod](w.pods) }

// Namespaces is [Watcher.Pods] for namespaces.
func (w *Watcher) Namespaces() []*corev1.Namespace { return all[*corev1.Namespace](w.namespaces) }

// Services is [Watcher.Pods] for services.
func (w *Watcher) Services() []*corev1.Service { return all[*corev1.Service](w.services) }

// Nodes is [Watcher.Pods] for nodes.
func (w *Watcher) Nodes() []*corev1.Node { return all[*corev1.Node](w.nodes) }

// routes returns the ingresses.
func (w *Watcher) routes() []*networkingv1.Ingress { return all[*networkingv1.Ingress](w.ingresses) }
