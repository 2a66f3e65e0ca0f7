package fedtest

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/internal/waittest"
)

// Eventually looks until ok, and returns how long that took. The test fails when it never is.
func Eventually(tb testing.TB, what string, ok func() bool) time.Duration {
	tb.Helper()
	var clock Clock
	began := clock.Now()
	waittest.Until(tb, what, ok)
	return clock.Now().Sub(began)
}

// Took returns how long f takes.
func Took(f func()) time.Duration {
	var clock Clock
	began := clock.Now()
	f()
	return clock.Now().Sub(began)
}
