//go:build linux

package e2e_test

import (
	"net"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/internal/waittest"
)

// relay carries TCP connections from its own address to another one.
type relay struct {
	addr    string
	to      string
	carried func(conn net.Conn) (net.Conn, error) // what a connection becomes before it is carried on; nil: itself
	onward  func() (net.Conn, error)              // the other side; nil: plain TCP
	heard   func(toServer bool, data []byte)      // called with all that is carried; may be nil

	listener net.Listener
	group    sync.WaitGroup

	mu    sync.Mutex
	open  *sync.Cond
	shut  bool
	ended bool
	conns []net.Conn
}

// startRelay starts a plain relay to the given address.
func startRelay(t *testing.T, to string) *relay {
	t.Helper()
	r := &relay{to: to}
	r.run(t)
	return r
}

// run starts the relay, which ends with the test.
func (r *relay) run(t *testing.T) {
	t.Helper()
	if r.addr == "" {
		r.addr = waittest.Address(t)
	}
	r.open = sync.NewCond(&r.mu)
	l, err := net.Listen("tcp", r.addr) //nolint:noctx // at once
	if err != nil {
		t.Fatal(err)
	}
	r.listener = l
	r.group.Go(r.accept)
	t.Cleanup(r.close)
}

func (r *relay) close() {
	r.mu.Lock()
	r.shut, r.ended = false, true
	r.open.Broadcast()
	for _, c := range r.conns {
		shut(c)
	}
	r.mu.Unlock()
	_ = r.listener.Close() //nolint:errcheck // as above
	r.group.Wait()
}

// stop makes the relay take no byte on, and close nothing.
func (r *relay) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = true
}

// resume ends what stop began. What was under way arrives.
func (r *relay) resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.shut = false
	r.open.Broadcast()
}

// pass waits while the relay is stopped.
func (r *relay) pass() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.shut {
		r.open.Wait()
	}
}

// keep has the connection closed with the relay, and reports whether the relay is still there.
func (r *relay) keep(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		shut(c)
		return false
	}
	r.conns = append(r.conns, c)
	return true
}

func (r *relay) accept() {
	for {
		c, err := r.listener.Accept()
		if err != nil {
			return
		}
		if r.keep(c) {
			r.group.Go(func() { r.carry(c) })
		}
	}
}

func (r *relay) carry(near net.Conn) {
	defer shut(near)
	r.pass()
	if r.carried != nil {
		var err error
		if near, err = r.carried(near); err != nil {
			return
		}
	}
	onward := r.onward
	if onward == nil {
		onward = func() (net.Conn, error) { return net.Dial("tcp", r.to) } //nolint:noctx // loopback
	}
	far, err := onward()
	if err != nil || !r.keep(far) {
		return
	}
	defer shut(far)
	back := make(chan struct{})
	go func() { // ends with its connections
		defer close(back)
		r.copy(near, far, false)
	}()
	r.copy(far, near, true)
	<-back
}

// shut closes a connection that may be closed already.
func shut(c net.Conn) {
	_ = c.Close() //nolint:errcheck // that is all an error could say
}

// copy takes bytes on until one side ends, and then ends the other.
func (r *relay) copy(to, from net.Conn, toServer bool) {
	defer shut(to)
	defer shut(from)
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		r.pass()
		if n > 0 {
			if r.heard != nil {
				r.heard(toServer, buffer[:n])
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
