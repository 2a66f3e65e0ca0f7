package fedtest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// Fixed ports come from below the range that systems give out, so that nothing takes one between a stop and
// the next start.
const (
	firstPort = 15_000
	lastPort  = 31_999
	portTries = 100
)

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	for range portTries {
		port := firstPort + rand.N(lastPort-firstPort) //nolint:gosec // G404: not a secret
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", address); err == nil {
			release(l)
			return address
		}
	}
	tb.Fatal("no free port")
	return ""
}

func addressOf(hostPort string) events.RestInfo {
	host, text, _ := net.SplitHostPort(hostPort) //nolint:errcheck // it is an address of ours
	port, _ := strconv.ParseUint(text, 10, 16)   //nolint:errcheck // as above
	return events.RestInfo{Server: host, Port: uint16(port)}
}
