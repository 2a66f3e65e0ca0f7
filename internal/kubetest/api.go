package kubetest

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fedhub/fedhub/internal/kubeapi"
)

// startPatience is for a start, which takes some seconds, on a loaded machine.
const startPatience = 2 * time.Minute

// API is a Kubernetes API. Everything but Start, Stop and Kill may be used by any goroutine.
type API struct {
	server  kubeapi.Config
	running *kubeapi.Server // nil while it is stopped
	audit   string          // path of the audit log; "": there is none

	links   connections
	rest    *rest.Config
	client  kubernetes.Interface
	dynamic dynamic.Interface

	mu     sync.Mutex // of the mapper, which is not for several goroutines
	mapper *restmapper.DeferredDiscoveryRESTMapper
}

// Start starts an API of the test's own, which takes some seconds: see [Shared].
func Start(tb testing.TB, opts ...Option) *API {
	tb.Helper()
	a := &API{server: kubeapi.Config{Dir: filepath.Join(tb.TempDir(), "kubeapi"), Name: "kubetest"}}
	for _, o := range opts {
		o(tb, a)
	}
	if _, err := kubeapi.Binary(tb.Context(), tb.Output()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if a.running != nil {
			a.Stop(tb)
		}
	})
	a.links.hold(tb)
	a.Start(tb)
	return a
}

// Start starts the API again that was stopped or killed.
func (a *API) Start(tb testing.TB) {
	tb.Helper()
	if err := a.start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func (a *API) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	var err error
	if a.running, err = kubeapi.Start(ctx, a.server); err != nil || a.rest != nil {
		return err
	}
	return a.connect()
}

// connect makes the clients. They need not be made again after a restart.
func (a *API) connect() error {
	c, err := clientcmd.BuildConfigFromFlags("", a.Kubeconfig())
	if err != nil {
		return err
	}
	c.QPS = -1 // a test is not to be throttled
	c.Dial = a.links.dial
	c.WarningHandler = rest.NoWarnings{}
	if a.client, err = kubernetes.NewForConfig(c); err != nil {
		return err
	}
	if a.dynamic, err = dynamic.NewForConfig(c); err != nil {
		return err
	}
	found := memory.NewMemCacheClient(a.client.Discovery())
	a.mapper = restmapper.NewDeferredDiscoveryRESTMapper(found)
	a.rest = c
	return nil
}

// Stop ends the API in order.
func (a *API) Stop(tb testing.TB) {
	tb.Helper()
	a.end(tb, (*kubeapi.Server).Stop)
}

// Kill ends the API at once, as a crash does.
func (a *API) Kill(tb testing.TB) {
	tb.Helper()
	a.end(tb, (*kubeapi.Server).Kill)
}

func (a *API) end(tb testing.TB, how func(*kubeapi.Server) error) {
	tb.Helper()
	if err := how(a.running); err != nil {
		tb.Error(err)
	}
	a.running = nil
}

// Kubeconfig returns the path of the administrator's kubeconfig.
func (a *API) Kubeconfig() string { return filepath.Join(a.server.Dir, "admin.kubeconfig") }

// Config returns what a client of the administrator needs. The caller may change it.
func (a *API) Config() *rest.Config { return rest.CopyConfig(a.rest) }

// Client returns a client of the administrator.
func (a *API) Client() kubernetes.Interface { return a.client }

// Dynamic returns a client of the administrator for objects of any kind.
func (a *API) Dynamic() dynamic.Interface { return a.dynamic }
