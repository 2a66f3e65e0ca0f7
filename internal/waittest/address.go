package waittest

import (
	"math/rand/v2"
	"net"
	"strconv"
)

// Addresses come from below the range that systems give out, so that no connection takes one while nobody
// listens there.
const (
	firstPort    = 15_000
	lastPort     = 31_999
	addressTries = 100
)

// Address returns a loopback address that nobody listens on by TCP. Until the test ends no other call returns
// it, in whichever process: that a socket for UDP has the same port says that it is taken.
func Address(t TB) string {
	t.Helper()
	for range addressTries {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(firstPort+rand.N(lastPort-firstPort))) //nolint:gosec // G404: not a secret
		claim, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", address)
		if err != nil {
			continue
		}
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err != nil {
			_ = claim.Close() //nolint:errcheck // nobody has used it
			continue
		}
		_ = l.Close()                           //nolint:errcheck // as above
		t.Cleanup(func() { _ = claim.Close() }) //nolint:errcheck // as above
		return address
	}
	t.Fatal("no free address")
	return ""
}
