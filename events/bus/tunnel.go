package bus

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// tunnel is a port on the loopback interface whose connections go on to a master through an HTTP proxy. The
// embedded server would look up the master's name before it asks the proxy, and networks that need a proxy
// often cannot. What passes is TLS from end to end.
type tunnel struct {
	listener net.Listener
	target   string
	proxy    string
	log      *slog.Logger

	stop context.CancelFunc
	wg   sync.WaitGroup
}

// openTunnel opens a tunnel to the given address through the proxy at the given URL.
func openTunnel(ctx context.Context, target, proxy string, log *slog.Logger) (*tunnel, error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("tunnel to %s: %w", target, err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	t := &tunnel{listener: l, target: target, proxy: proxy, log: log, stop: cancel}
	t.wg.Go(func() { t.accept(ctx) })
	return t, nil
}

// address returns where the tunnel begins.
func (t *tunnel) address() (events.RestInfo, error) {
	addr, ok := t.listener.Addr().(*net.TCPAddr)
	if !ok {
		return events.RestInfo{}, fmt.Errorf("tunnel to %s: %s is no TCP address", t.target, t.listener.Addr())
	}
	return events.RestInfo{Server: addr.IP.String(), Port: addr.AddrPort().Port()}, nil
}

// close ends the tunnel and every connection in it.
func (t *tunnel) close() {
	t.stop()
	if err := t.listener.Close(); err != nil {
		t.log.Debug("tunnel not closed", slog.Any(logkey.Err, err))
	}
	t.wg.Wait()
}

func (t *tunnel) accept(ctx context.Context) {
	for {
		near, err := t.listener.Accept()
		if err != nil {
			return // closed
		}
		t.wg.Go(func() {
			if err := t.carry(ctx, near); err != nil && ctx.Err() == nil {
				t.log.LogAttrs(ctx, slog.LevelInfo, "connection through the proxy ended", slog.String(logkey.Addr, t.target), slog.Any(logkey.Err, err))
			}
		})
	}
}

// carry copies both ways between near and the target until either side ends.
func (t *tunnel) carry(ctx context.Context, near net.Conn) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	dialCtx, dialed := context.WithTimeout(ctx, infoTimeout)
	far, err := dial(dialCtx, t.target, t.proxy)
	dialed()
	if err != nil {
		return errors.Join(err, near.Close())
	}
	closed := context.AfterFunc(ctx, func() {
		if err := errors.Join(near.Close(), far.Close()); err != nil {
			t.log.LogAttrs(ctx, slog.LevelDebug, "connection through the proxy not closed", slog.Any(logkey.Err, err))
		}
	})
	defer closed()
	var copying sync.WaitGroup
	for _, way := range [][2]net.Conn{{far, near}, {near, far}} {
		copying.Go(func() {
			defer cancel() // one side is gone: the other need not stay
			if _, copied := io.Copy(way[0], way[1]); copied != nil && ctx.Err() == nil {
				t.log.LogAttrs(ctx, slog.LevelDebug, "connection through the proxy broke", slog.Any(logkey.Err, copied))
			}
		})
	}
	copying.Wait()
	return nil
}
