package kubetest

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/internal/kubeapi"
)

// Shared returns the API that all tests of this binary share; the first caller starts it. It ends with the
// binary. A test keeps to namespaces of its own, and gives what has no namespace a name of its own.
func Shared(tb testing.TB) *API {
	tb.Helper()
	if _, err := kubeapi.Binary(tb.Context(), tb.Output()); err != nil {
		tb.Fatal(err)
	}
	a, err := shared()
	if err != nil {
		tb.Fatal(err)
	}
	a.links.hold(tb)
	return a
}

var shared = sync.OnceValues(func() (*API, error) {
	// It outlives the test, so the test's own directory is none for it; the server removes it.
	dir, err := os.MkdirTemp("", "kubetest-")
	if err != nil {
		return nil, err
	}
	a := &API{server: kubeapi.Config{Dir: dir, Name: "kubetest", Temporary: true}}
	return a, a.start(context.Background())
})
