package bus_test

import (
	"net"
	"strconv"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// listen serves connections on a free port until the test ends. serve's connection is closed for it.
func listen(t *testing.T, serve func(net.Conn)) events.RestInfo {
	t.Helper()
	var config net.ListenConfig
	l := waittest.Must(config.Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[c] = true
			mu.Unlock()
			wg.Go(func() {
				defer func() { ended(c.Close()) }()
				serve(c)
			})
		}
	})
	t.Cleanup(func() {
		ended(l.Close())
		mu.Lock()
		for c := range open {
			ended(c.Close())
		}
		mu.Unlock()
		wg.Wait()
	})
	return restInfo(t, l.Addr().String())
}

// closedPort returns a port on which nobody listens.
func closedPort(t *testing.T) uint16 {
	t.Helper()
	var config net.ListenConfig
	l := waittest.Must(config.Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	defer func() { ended(l.Close()) }()
	return restInfo(t, l.Addr().String()).Port
}

func restInfo(t *testing.T, address string) events.RestInfo {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	return events.RestInfo{Server: host, Port: uint16(waittest.Must(strconv.ParseUint(port, 10, 16))(t))} //nolint:gosec // G115: parsed with 16 bits
}

func hostPort(a events.RestInfo) string {
	return net.JoinHostPort(a.Server, strconv.Itoa(int(a.Port)))
}

// ended takes what one end of a connection says when the other is gone: the tests look at the other one.
func ended(...any) {}
