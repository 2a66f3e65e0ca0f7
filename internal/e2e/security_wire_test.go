//go:build linux

package e2e_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// seeds matches the text of a user's nkey seed.
var seeds = regexp.MustCompile(`SU[A-Z2-7]{56}`)

// recorder keeps what a relay carried.
type recorder struct {
	mu       sync.Mutex
	up, down bytes.Buffer // to the server, and from it
}

func (r *recorder) hear(toServer bool, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if toServer {
		r.up.Write(data)
	} else {
		r.down.Write(data)
	}
}

func (r *recorder) heard() (up, down []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.up.Bytes()), bytes.Clone(r.down.Bytes())
}

// TestWire_noSeed records in plain text all that a remote and its master say to each other, from the join
// to the renewal of the credential: the remote's seed is not in it, in any form.
func TestWire_noSeed(t *testing.T) {
	t.Parallel()
	master := openMember(t, "master", nil)
	record := &recorder{}
	between := &relay{addr: waittest.Address(t), heard: record.hear}
	authority, err := bus.OpenAuthority(master.keys(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server, err := authority.ServerTLS([]string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	between.carried = func(c net.Conn) (net.Conn, error) { return tls.Server(c, server), nil }
	between.onward = func() (net.Conn, error) {
		return tls.Dial("tcp", master.fed, bus.PinnedTLS(authority.Pin())) //nolint:noctx // loopback
	}
	between.run(t)
	master.promoteAt(t, between.addr)

	var ahead atomic.Int64 // how far the remote's clock is ahead
	oslo := openMember(t, "oslo", func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	if err := oslo.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: master.token(t).Secret}); err != nil {
		t.Fatal(err)
	}
	await(t, "synced", func() error { return master.holds(oslo, cluster.StatusSynced) })
	master.addGroup(t, "fed.recorded")
	oslo.has(t, "fed.recorded")
	first := oslo.secret(t, "agent.jwt")
	ahead.Store(int64(9 * time.Hour)) // a third of the credential's life
	await(t, "renewed", func() error {
		if oslo.secret(t, "agent.jwt") == first {
			return errStillThere
		}
		return nil
	})
	await(t, "synced", func() error { return master.holds(oslo, cluster.StatusSynced) })

	checkRecord(t, record, oslo, first)
}

// checkRecord looks for what must be in a record, and for what must not.
func checkRecord(t *testing.T, record *recorder, oslo *member, first string) {
	t.Helper()
	up, down := record.heard()
	key, err := oslo.credential(t).Key.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []string{first, key, "fed.up.health", "fed.up.renew", "fed.join.token."} {
		if !bytes.Contains(up, []byte(sent)) {
			t.Errorf("the record has no %.20q…: it is not one of a join, a heartbeat and a renewal", sent)
		}
	}
	for _, answered := range []string{first, oslo.secret(t, "agent.jwt"), "fed.recorded"} {
		if !bytes.Contains(down, []byte(answered)) {
			t.Errorf("the record has no %.20q… from the master", answered)
		}
	}
	for what, form := range seedForms(t, oslo.secret(t, "user-agent")) {
		if bytes.Contains(up, form) || bytes.Contains(down, form) {
			t.Errorf("the seed was sent, as %s", what)
		}
	}
	if seeds.Match(up) || seeds.Match(down) {
		t.Error("a seed was sent")
	}
	t.Logf("recorded %d bytes up, %d down", len(up), len(down))
}

// seedForms returns the forms in which a seed could be told.
func seedForms(t *testing.T, seed string) map[string][]byte {
	t.Helper()
	_, raw, err := nkeys.DecodeSeed([]byte(seed))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"text": []byte(seed), "bytes": raw, "hexadecimal": []byte(hex.EncodeToString(raw)),
		"base64": []byte(base64.RawStdEncoding.EncodeToString(raw)), "base64 for URLs": []byte(base64.RawURLEncoding.EncodeToString(raw)),
		"base64 of text": []byte(base64.RawStdEncoding.EncodeToString([]byte(seed))), "its beginning": []byte(seed[:16]),
	}
}

// TestWire_falseCertificate: to a server that is not the pinned master nothing is told, neither by a cluster
// that joins nor by one that comes back.
func TestWire_falseCertificate(t *testing.T) {
	t.Parallel()
	master, oslo, berlin := newProc(t, "master"), newProc(t, "oslo"), newProc(t, "berlin")
	federate(t, master, oslo)
	berlin.start()
	token := master.mint()
	imposter := openFalseMaster(t, waittest.Address(t))
	at := restInfoOf(t, imposter.addr)
	err := berlin.join(wire.Join{JoinToken: token, Server: &at.Server, Port: &at.Port})
	if p, ok := err.(*problem); !ok || p.Code != 65 { //nolint:errorlint // join returns it as it is
		t.Errorf("join at a false master: %v, want code 65", err)
	} else {
		t.Logf("the answer: %v", p)
	}
	await(t, "the end of the try", func() error {
		if imposter.tries() == 0 {
			return errStillThere
		}
		return nil
	})
	imposter.check(t)
	if err := berlin.sees("berlin", "active"); err != nil {
		t.Error(err)
	}
	if err := berlin.join(wire.Join{JoinToken: token}); err != nil {
		t.Errorf("the same token at the true master: %v", err)
	}

	// The master's own address is taken over: its members come back to someone else.
	master.kill()
	taken := openFalseMaster(t, master.fed)
	await(t, "two tries of each member", func() error {
		if n := taken.tries(); n < 4 {
			return fmt.Errorf("%d tries", n)
		}
		return nil
	})
	taken.check(t)
}

// falseMaster listens with a certificate of an authority of its own.
type falseMaster struct {
	addr string

	mu    sync.Mutex
	plain []byte // what was said to it within TLS
	ok    int    // handshakes that came about
	raw   [][]byte
}

func openFalseMaster(t *testing.T, addr string) *falseMaster {
	t.Helper()
	authority, err := bus.OpenAuthority(bus.NewKeyring(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	config, err := authority.ServerTLS([]string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", addr) //nolint:noctx // at once
	if err != nil {
		t.Fatal(err)
	}
	m := &falseMaster{addr: addr}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() { m.serve(c, config) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close() //nolint:errcheck // nothing is left to do
		group.Wait()
	})
	return m
}

// serve takes whatever a client says, until it goes.
func (m *falseMaster) serve(c net.Conn, config *tls.Config) {
	defer shut(c)
	_ = c.SetDeadline(time.Now().Add(procPatience)) //nolint:errcheck // a bound, in case
	seen := &listening{Conn: c}
	within := tls.Server(seen, config)
	err := within.HandshakeContext(context.Background()) // the deadline above bounds it
	said := make([]byte, 4096)
	n, _ := within.Read(said) //nolint:errcheck // nothing is what is wanted
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.ok++
	}
	m.plain = append(m.plain, said[:n]...)
	m.raw = append(m.raw, seen.data)
}

func (m *falseMaster) tries() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.raw)
}

// check sees that no client said more than that it would speak TLS, and that it would not to this one.
func (m *falseMaster) check(t *testing.T) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ok > 0 || len(m.plain) > 0 || len(m.raw) == 0 {
		t.Errorf("%d of %d clients went on, and said %.80q", m.ok, len(m.raw), m.plain)
	}
	for _, data := range m.raw {
		checkRecords(t, data)
		if bytes.Contains(data, []byte("eyJ")) { // how every JWT begins
			t.Error("a JWT was sent in the clear")
		}
	}
}

// The types of TLS records.
const (
	recordChange    = 20
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23 // and all that is encrypted, an alert for one
	maxAlert        = 64 // bytes: no credential is that short
)

// checkRecords reads TLS records: a ClientHello, and then at most one alert.
func checkRecords(t *testing.T, data []byte) {
	t.Helper()
	encrypted := 0
	for first := true; len(data) >= 5; first = false {
		kind, size := data[0], int(data[3])<<8|int(data[4])
		data = data[5:]
		switch {
		case kind == recordHandshake && first && len(data) > 0 && data[0] == 1:
		case kind == recordChange && size == 1, kind == recordAlert && size <= maxAlert:
		case kind == recordData && size <= maxAlert && encrypted == 0:
			encrypted++
		default:
			t.Errorf("a TLS record of type %d and %d bytes was sent", kind, size)
		}
		data = data[min(size, len(data)):]
	}
}

// listening is a connection that keeps what is read from it.
type listening struct {
	net.Conn
	data []byte
}

func (l *listening) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.data = append(l.data, p[:n]...)
	return n, err
}
