package waittest_test

import (
	"net"
	"testing"

	"github.com/fedhub/fedhub/internal/waittest"
)

// TestAddress: many tests hold one each at a time, and can listen there when they come to it.
func TestAddress(t *testing.T) {
	given := map[string]bool{}
	for range 1000 {
		address := waittest.Address(t)
		if given[address] {
			t.Fatalf("%s was given twice", address)
		}
		given[address] = true
	}
	for address := range given {
		l := waittest.Must((&net.ListenConfig{}).Listen(t.Context(), "tcp", address))(t)
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
