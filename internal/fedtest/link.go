package fedtest

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

// pieceSize is how much of a connection's bytes a link passes on at a time.
const pieceSize = 64 << 10

// Link is the way from a remote to a master. While it is cut nothing passes in either direction and no
// connection ends: to both sides it looks like a cable that was pulled out.
type Link struct {
	listener net.Listener
	target   string
	delay    atomic.Int64
	sent     atomic.Int64 // bytes to the master
	received atomic.Int64 // and from it
	running  sync.WaitGroup

	mu    sync.Mutex
	open  chan struct{} // closed while the link is whole
	ended chan struct{}
	conns map[net.Conn]struct{}
}

func openLink(tb testing.TB, target string) *Link {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	l := &Link{
		listener: listener, target: target, open: make(chan struct{}), ended: make(chan struct{}), conns: map[net.Conn]struct{}{},
	}
	close(l.open)
	l.running.Go(l.accept)
	tb.Cleanup(l.close)
	return l
}

// Address returns where the remote finds the link.
func (l *Link) Address() events.RestInfo { return addressOf(l.listener.Addr().String()) }

// Cut lets nothing through from now on.
func (l *Link) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if isClosed(l.open) {
		l.open = make(chan struct{})
	}
}

// Heal lets everything through again, first what waits.
func (l *Link) Heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !isClosed(l.open) {
		close(l.open)
	}
}

// Slow makes every piece of data wait before it passes.
func (l *Link) Slow(by time.Duration) { l.delay.Store(int64(by)) }

// Carried returns how many bytes have passed to the master and from it.
func (l *Link) Carried() (sent, received int64) { return l.sent.Load(), l.received.Load() }

// Sever ends the connections that there are, so that both sides notice.
func (l *Link) Sever() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		release(c)
	}
}

func (l *Link) close() {
	release(l.listener)
	close(l.ended)
	l.Sever()
	l.running.Wait()
}

func (l *Link) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.keep(near)
		l.running.Go(func() { l.serve(near) })
	}
}

// serve connects near to the master and passes on what either says until one of them ends.
func (l *Link) serve(near net.Conn) {
	defer l.forget(near)
	if !l.passes() {
		return
	}
	far, err := net.DialTimeout("tcp", l.target, time.Second) //nolint:noctx // bounded by its timeout
	if err != nil {
		return
	}
	l.keep(far)
	defer l.forget(far)
	var both sync.WaitGroup
	both.Go(func() { l.pump(far, near, &l.sent) })
	both.Go(func() { l.pump(near, far, &l.received) })
	both.Wait()
}

func (l *Link) pump(to, from net.Conn, carried *atomic.Int64) {
	defer release(to) // the other pump then ends, too
	piece := make([]byte, pieceSize)
	for {
		n, err := from.Read(piece)
		if !l.passes() {
			return
		}
		carried.Add(int64(n))
		if _, failed := to.Write(piece[:n]); failed != nil || err != nil {
			return
		}
	}
}

// passes waits until something may pass, and reports whether that came about.
func (l *Link) passes() bool {
	l.mu.Lock()
	open := l.open
	l.mu.Unlock()
	select {
	case <-open:
	case <-l.ended:
		return false
	}
	delay := time.NewTimer(time.Duration(l.delay.Load()))
	defer delay.Stop()
	select {
	case <-delay.C:
		return true
	case <-l.ended:
		return false
	}
}

func (l *Link) keep(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[c] = struct{}{}
	if isClosed(l.ended) {
		release(c) // the link ended while it was made
	}
}

func (l *Link) forget(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	release(c)
}

// release closes what nobody uses any more, or has closed already: how that goes does not matter.
func release(c io.Closer) {
	_ = c.Close() //nolint:errcheck // see above
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
