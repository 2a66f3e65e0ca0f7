package kubernetes_test

import (
	"context"
	"sync"
	"testing"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	retry "k8s.io/client-go/tools/watch"

	"github.com/fedhub/fedhub/internal/kubetest"
)

// sightPatience bounds every wait for what a watch shows.
const sightPatience = 60 * time.Second

// sight is what a watch of its own shows of all NetworkPolicies of an API.
type sight struct {
	mu      sync.Mutex
	objects map[types.NamespacedName]seen
	changed chan struct{}
	news    time.Time // when the last event came
}

// seen is a NetworkPolicy: the ports of its first rule tell the versions apart.
type seen struct {
	port int
	at   time.Time
}

// watchPolicies begins to watch; the watch ends with the test.
func watchPolicies(tb testing.TB, kube *kubetest.API) *sight {
	tb.Helper()
	config := kube.Config()
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	s := &sight{objects: map[types.NamespacedName]seen{}, changed: make(chan struct{})}
	all := client.NetworkingV1().NetworkPolicies(metav1.NamespaceAll)
	list, err := all.List(ctx, metav1.ListOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	for i := range list.Items {
		s.take(watch.Event{Type: watch.Added, Object: &list.Items[i]})
	}
	// A server that is busy may end a watch, which then goes on where it was.
	events, err := retry.NewRetryWatcherWithContext(ctx, list.ResourceVersion, &cache.ListWatch{
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) { return all.Watch(ctx, o) },
	})
	if err != nil {
		tb.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for e := range events.ResultChan() {
			s.take(e)
		}
		if ctx.Err() == nil {
			tb.Error("the watch of the test ended")
		}
	})
	tb.Cleanup(func() {
		cancel()
		events.Stop()
		running.Wait()
	})
	return s
}

func (s *sight) take(e watch.Event) {
	o, ok := e.Object.(*networkingv1.NetworkPolicy)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.news = time.Now()
	at := types.NamespacedName{Namespace: o.Namespace, Name: o.Name}
	if e.Type == watch.Deleted {
		delete(s.objects, at)
	} else if port := portOf(o); s.objects[at].port != port {
		s.objects[at] = seen{port, s.news}
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// portOf returns the port that a policy lets in; 0: none.
func portOf(o *networkingv1.NetworkPolicy) int {
	if len(o.Spec.Ingress) == 0 || len(o.Spec.Ingress[0].Ports) == 0 || o.Spec.Ingress[0].Ports[0].Port == nil {
		return 0
	}
	return o.Spec.Ingress[0].Ports[0].Port.IntValue()
}

// until waits for what is looked for, and returns when the last event came before it was there.
func (s *sight) until(tb testing.TB, what string, found func(map[types.NamespacedName]seen) bool) time.Time {
	tb.Helper()
	patience, cancel := context.WithTimeout(tb.Context(), sightPatience)
	defer cancel()
	for {
		s.mu.Lock()
		there, news, changed := found(s.objects), s.news, s.changed
		s.mu.Unlock()
		if there {
			return news
		}
		select {
		case <-changed:
		case <-patience.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			tb.Fatalf("within %s the API never had %s; there are %d policies", sightPatience, what, len(s.objects))
		}
	}
}

// port waits until a policy in the namespace lets the port in, and returns when it was seen first.
func (s *sight) port(tb testing.TB, namespace string, port int) (at time.Time) {
	tb.Helper()
	s.until(tb, "a policy with "+tcp(port), func(all map[types.NamespacedName]seen) bool {
		for name, one := range all {
			if name.Namespace == namespace && one.port == port {
				at = one.at
				return true
			}
		}
		return false
	})
	return at
}

// ports waits until the policies of the namespace are n, each with a port of its own in [basePort, basePort+n), and
// returns when the last of them came, or another one went.
func (s *sight) ports(tb testing.TB, namespace string, n int) time.Time {
	tb.Helper()
	return s.until(tb, "those policies and no others", func(all map[types.NamespacedName]seen) bool {
		there, others := map[int]bool{}, false
		for name, one := range all {
			if name.Namespace == namespace {
				there[one.port] = true
				others = others || one.port < basePort || one.port >= basePort+n
			}
		}
		return len(there) == n && !others
	})
}
