// Package waittest is what every test of a system at work needs: to wait for what it does, an address of its
// own, and to stop at the first error.
package waittest

import (
	"context"
	"time"
)

// TB is what is asked of a test; testing.TB and rapid.T have it.
type TB interface {
	Helper()
	Context() context.Context
	Cleanup(func())
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Patience bounds every wait for what is to come: on a loaded machine, under the race detector. What is awaited
// takes far less.
const Patience = time.Minute

const lookEvery = 2 * time.Millisecond

// Until looks until ok. The test fails when it never is.
func Until(t TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("within %s never: %s", Patience, what)
		case <-look.C:
		}
	}
}

// Must returns what takes v to the test, or fails it with err.
func Must[T any](v T, err error) func(TB) T {
	return func(t TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
