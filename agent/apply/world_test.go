package apply_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

var networkPolicy = apply.Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"},
	Resource:         "networkpolicies", Namespaced: true,
}

// world is a keeper with its API, and a namespace there.
type world struct {
	*apply.Keeper
	t         *testing.T
	api       *kubetest.API
	namespace string
	stop      func()

	ahead atomic.Int64 // of the time, in nanoseconds

	mu     sync.Mutex
	drifts []events.Drift
}

func newWorld(t *testing.T, api *kubetest.API) *world {
	t.Helper()
	w := &world{t: t, api: api, namespace: api.Namespace(t)}
	w.start(networkPolicy)
	t.Cleanup(func() { w.stop() })
	return w
}

// start runs a keeper; the one before is stopped.
func (w *world) start(kinds ...apply.Kind) {
	w.t.Helper()
	w.startWith(func(*rest.Config) {}, kinds...)
}

// startWith is start with a changed way to the API.
func (w *world) startWith(change func(*rest.Config), kinds ...apply.Kind) {
	w.t.Helper()
	api := w.api.Config()
	change(api)
	k := waittest.Must(apply.New(apply.Config{
		API: api, Namespace: w.namespace, Kinds: kinds, Logger: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) },
	}))(w.t)
	w.Keeper = k
	ctx, cancel := context.WithCancel(context.WithoutCancel(w.t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := k.Run(ctx); err != nil {
			w.t.Error(err)
		}
	})
	running.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case d := <-k.Drifts():
				w.mu.Lock()
				w.drifts = append(w.drifts, d)
				w.mu.Unlock()
			}
		}
	})
	w.stop = func() { cancel(); running.Wait() }
}

func planOf(objects ...apply.Object) apply.Plan { return apply.Plan{Objects: objects} }

// keep makes the objects the plan and waits until they are right.
func (w *world) keep(objects ...apply.Object) {
	w.t.Helper()
	out := waittest.Must(w.Keep(w.t.Context(), apply.Plan{Objects: objects}))(w.t)
	for out.Pending > 0 {
		changed := w.Changed()
		if out = waittest.Must(w.Keep(w.t.Context(), apply.Plan{Objects: objects}))(w.t); out.Pending == 0 {
			break
		}
		select {
		case <-changed:
		case <-time.After(waittest.Patience):
			w.t.Fatalf("still pending: %+v", out)
		}
	}
	if len(out.Failed) > 0 || out.Away != "" || out.Left != "" {
		w.t.Fatalf("the plan stands so: %+v", out)
	}
}

// seen returns the drifts of an object so far.
func (w *world) seen(name string) []events.Drift {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.drifts), func(d events.Drift) bool { return d.Resource.Name != name })
}

// policy returns a network policy that lets the pods labeled with app=from in.
func (w *world) policy(name, from string) apply.Object {
	w.t.Helper()
	spec := map[string]any{
		"podSelector": map[string]any{"matchLabels": map[string]any{"app": "db"}},
		"policyTypes": []any{"Ingress"},
		"ingress": []any{map[string]any{
			"from":  []any{map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{"app": from}}}},
			"ports": []any{map[string]any{"protocol": "TCP", "port": 5432}},
		}},
	}
	return apply.Object{
		Kind: networkPolicy, Namespace: w.namespace, Name: name, Spec: waittest.Must(json.Marshal(spec))(w.t),
		For: []events.About{{Kind: events.ObjectNetworkRule, Name: "100001"}},
	}
}

func (w *world) policies() dynamic.ResourceInterface {
	return w.api.Dynamic().Resource(networkPolicy.GVR()).Namespace(w.namespace)
}

// get returns an object, or nil.
func (w *world) get(name string) *unstructured.Unstructured {
	o, err := w.policies().Get(w.t.Context(), name, metav1.GetOptions{})
	if err != nil {
		return nil
	}
	return o
}

// says reports whether the policy lets in the pods labeled with app=from, and nobody else.
func (w *world) says(name, from string) bool {
	o := w.get(name)
	if o == nil {
		return false
	}
	var want map[string]any
	if err := json.Unmarshal(w.policy(name, from).Spec, &want); err != nil {
		w.t.Fatal(err)
	}
	return string(waittest.Must(json.Marshal(o.Object["spec"]))(w.t)) == string(waittest.Must(json.Marshal(want))(w.t)) &&
		o.GetLabels()["app.kubernetes.io/managed-by"] == "fedhub"
}
