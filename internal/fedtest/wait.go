package fedtest

import (
	"testing"
	"time"
)

// Bounds of waiting.
const (
	patience  = 30 * time.Second // a loaded machine under the race detector; what is awaited takes far less
	lookEvery = 5 * time.Millisecond
)

// Eventually looks until ok, and returns how long that took. The test fails when it never is.
func Eventually(tb testing.TB, what string, ok func() bool) time.Duration {
	tb.Helper()
	var clock Clock
	began := clock.Now()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for !ok() {
		select {
		case <-look.C:
		case <-deadline.C:
			tb.Fatalf("within %s never: %s", patience, what)
		}
	}
	return clock.Now().Sub(began)
}

// Took returns how long f takes.
func Took(f func()) time.Duration {
	var clock Clock
	began := clock.Now()
	f()
	return clock.Now().Sub(began)
}
