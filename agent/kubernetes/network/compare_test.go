package network

import (
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent/apply"
)

// compare compares two plans byte for byte.
func compare(tb rapid.TB, got, want apply.Plan) {
	tb.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		tb.Fatalf("-want +got\n%s", d)
	}
}
