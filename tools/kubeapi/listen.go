package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
)

// The server's port comes from below the range that systems give out, so that nothing takes it between a
// stop and the next start.
const (
	firstPort = 15_000
	lastPort  = 31_999
	portTries = 100
)

// openListener listens where the server was told to, or where it listened last time, or on a free port, and
// remembers it.
func (c config) openListener(ctx context.Context) (net.Listener, error) {
	address := c.listen
	if address == "" {
		kept, err := os.ReadFile(c.path("address"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		address = string(kept)
	}
	l, err := listen(ctx, address)
	if err != nil {
		return nil, err
	}
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address", ip)
	}
	return l, writeFile(c.path("address"), []byte(l.Addr().String()))
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	if address != "" {
		return lc.Listen(ctx, "tcp", address)
	}
	for range portTries {
		port := strconv.Itoa(firstPort + rand.N(lastPort-firstPort))
		if l, err := lc.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			return l, nil
		}
	}
	return nil, errors.New("no free port")
}
