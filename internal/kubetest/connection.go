package kubetest

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
)

// connections are those of all clients, which keep them open for a next request. The goroutines that read
// from them would look like leaks of the package under test.
type connections struct {
	mu      sync.Mutex
	open    map[*connection]struct{}
	holders int
}

type connection struct {
	net.Conn

	of *connections
}

// hold keeps the connections until tb and all other holders have ended.
func (c *connections) hold(tb testing.TB) {
	tb.Helper()
	c.mu.Lock()
	c.holders++
	c.mu.Unlock()
	tb.Cleanup(func() {
		c.mu.Lock()
		c.holders--
		var left []*connection
		if c.holders == 0 {
			left = slices.Collect(maps.Keys(c.open))
		}
		c.mu.Unlock()
		for _, l := range left {
			_ = l.Close() //nolint:errcheck // the other side may have closed it
		}
	})
}

func (c *connections) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	out := &connection{Conn: conn, of: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[*connection]struct{}{}
	}
	c.open[out] = struct{}{}
	return out, nil
}

// Close implements [net.Conn].
func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
