package bus_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// master is a server that remotes connect to; it answers who asks to join.
type master struct {
	*bus.Server
	keys    *bus.Keyring
	pin     events.Hash
	address events.RestInfo
}

func openMaster(t *testing.T) *master {
	t.Helper()
	m := &master{keys: bus.NewKeyring()}
	a := waittest.Must(bus.OpenAuthority(m.keys, clock()))(t)
	m.pin = a.Pin()
	m.Server = waittest.Must(bus.OpenServer(bus.ServerConfig{
		Name: "master", Keys: m.keys, Accounts: []string{bus.AccountJoin}, Logger: quiet,
		Leaf: &bus.LeafListener{Listener: waittest.Address(t), TLS: waittest.Must(a.ServerTLS([]string{"localhost"}, clock()))(t)},
	}))(t)
	t.Cleanup(m.Close)
	m.address = events.RestInfo{Server: "127.0.0.1", Port: uint16(m.LeafPort())} //nolint:gosec // G115: a TCP port
	nc := waittest.Must(m.Connect(bus.AccountJoin))(t)
	waittest.Must(nc.Subscribe(events.JoinFilter(), func(m *nats.Msg) {
		if err := m.Respond([]byte("heard on " + m.Subject)); err != nil {
			t.Error(err)
		}
	}))(t)
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	return m
}

// config returns how the holder of a token connects. The token is the keyring's, which may be another's.
func (m *master) config(t *testing.T, keys *bus.Keyring) bus.LeafConfig {
	t.Helper()
	text := waittest.Must(bus.EncodeToken(keys, bus.JoinToken{ID: "t1", Master: m.address, Pin: m.pin, Expires: clock().Add(time.Hour)}))(t)
	return bus.LeafConfig{
		Master: m.address, Pin: m.pin, Logger: quiet, Credential: func() bus.Credential { return bus.Credential{JWT: text} },
	}
}

func openLeaf(t *testing.T, cfg bus.LeafConfig) *bus.Leaf {
	t.Helper()
	l := waittest.Must(bus.OpenLeaf(t.Context(), cfg))(t)
	t.Cleanup(l.Close)
	return l
}

// ask asks to join until it is heard.
func ask(t *testing.T, l *bus.Leaf) string {
	t.Helper()
	sub := waittest.Must(l.Conn().SubscribeSync(bus.JoinInbox("t1") + "answer"))(t)
	var answer string
	waittest.Until(t, "the master answers", func() bool {
		if err := l.Conn().PublishRequest(events.JoinSubject("t1"), sub.Subject, nil); err != nil {
			t.Fatal(err)
		}
		m, err := sub.NextMsg(time.Second)
		if err == nil {
			answer = string(m.Data)
		}
		return answer != ""
	})
	return answer
}

func TestLeaf_reachesTheMaster(t *testing.T) {
	m := openMaster(t)
	l := openLeaf(t, m.config(t, m.keys))
	if got, want := ask(t, l), "heard on fed.join.token.t1"; got != want {
		t.Errorf("answer %q, want %q", got, want)
	}
	if reason := l.Refused(); reason != "" {
		t.Errorf("refused: %s", reason)
	}
	waittest.Until(t, "the master counts it", func() bool { return m.Leafs() == 1 })
}

func TestLeaf_isBackAfterTheMastersRestart(t *testing.T) {
	m := openMaster(t)
	l := openLeaf(t, m.config(t, m.keys))
	ask(t, l)
	port := m.LeafPort()
	if err := m.Restart(m.Generation()); err != nil {
		t.Fatal(err)
	}
	if m.LeafPort() != port {
		t.Fatalf("port %d after a restart, was %d", m.LeafPort(), port)
	}
	waittest.Until(t, "it is back", func() bool { return m.Leafs() == 1 })
}

// TestLeaf_Refused: the reason is told once, each time anew.
func TestLeaf_Refused(t *testing.T) {
	m := openMaster(t)
	stranger := waittest.Must(nkeys.CreateUser())(t)
	owner := waittest.Must(nkeys.CreateUser())(t)
	back := waittest.Must(bus.EncodeReturn(m.keys, "berlin", waittest.Must(owner.PublicKey())(t)))(t)
	tests := map[string]bus.Credential{
		"a token of another master": m.config(t, bus.NewKeyring()).Credential(),
		"no credential":             {},
		"another's key":             {JWT: back, Key: stranger},
		"no key":                    {JWT: back},
	}
	for name, credential := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := m.config(t, m.keys)
			cfg.Credential = func() bus.Credential { return credential }
			l := openLeaf(t, cfg)
			for range 2 {
				var reason string
				waittest.Until(t, "it is refused", func() bool { reason = l.Refused(); return reason != "" })
				if !strings.Contains(reason, "Authorization") {
					t.Errorf("refused with %q", reason)
				}
			}
			if m.Leafs() != 0 {
				t.Error("it is connected")
			}
		})
	}
	cfg := m.config(t, m.keys)
	cfg.Credential = func() bus.Credential { return bus.Credential{JWT: back, Key: owner} }
	openLeaf(t, cfg)
	waittest.Until(t, "the owner gets in", func() bool { return m.Leafs() == 1 })
}

func TestProbe(t *testing.T) {
	m := openMaster(t)
	silent := listen(t, func(net.Conn) {})
	tests := map[string]struct {
		edit     func(*bus.LeafConfig)
		unproven bool
		fails    bool
	}{
		"the master":         {edit: func(*bus.LeafConfig) {}},
		"another authority":  {edit: func(c *bus.LeafConfig) { c.Pin[0]++ }, unproven: true, fails: true},
		"nobody listens":     {edit: func(c *bus.LeafConfig) { c.Master.Port = closedPort(t) }, fails: true},
		"something silent":   {edit: func(c *bus.LeafConfig) { c.Master = silent }, fails: true},
		"a name without one": {edit: func(c *bus.LeafConfig) { c.Master.Server = "master.invalid" }, fails: true},
		"no proxy there":     {edit: func(c *bus.LeafConfig) { c.Proxy = "http://127.0.0.1:1" }, fails: true},
		"no proxy URL":       {edit: func(c *bus.LeafConfig) { c.Proxy = "http://a b" }, fails: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := m.config(t, m.keys)
			tt.edit(&cfg)
			err := bus.Probe(t.Context(), cfg)
			if (err != nil) != tt.fails || errors.Is(err, bus.ErrUnproven) != tt.unproven {
				t.Errorf("error %v; want one: %t, unproven: %t", err, tt.fails, tt.unproven)
			}
		})
	}
}

func TestProbe_endsWithItsContext(t *testing.T) {
	held := make(chan net.Conn, 1)
	cfg := openMaster(t).config(t, bus.NewKeyring())
	cfg.Master = listen(t, func(c net.Conn) {
		held <- c
		ended(io.Copy(io.Discard, c)) // never answers
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { wantError(t, bus.Probe(ctx, cfg), context.Canceled) })
	<-held
	cancel()
	wg.Wait()
}

// TestLeaf_throughAProxy gives the master an address that leads there through the proxy only.
func TestLeaf_throughAProxy(t *testing.T) {
	for name, user := range map[string]string{"open": "", "with a password": "alice:secret@"} {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			p := openProxy(t, m.address)
			_, p.password, _ = strings.Cut(strings.TrimSuffix(user, "@"), ":")
			cfg := m.config(t, m.keys)
			cfg.Master.Server, cfg.Master.Port = "master.invalid", closedPort(t) // nobody here can look it up
			cfg.Proxy = strings.Replace(p.url, "//", "//"+user, 1)
			if err := bus.Probe(t.Context(), cfg); err != nil {
				t.Fatal(err)
			}
			if got := p.tunnels.Load(); got != 1 {
				t.Errorf("%d tunnels after a probe, want 1", got)
			}
			ask(t, openLeaf(t, cfg))
			if got := p.tunnels.Load(); got < 2 {
				t.Errorf("%d tunnels, want one for the probe and one for the connection", got)
			}
		})
	}
}

func TestProbe_aProxyThatRefuses(t *testing.T) {
	m := openMaster(t)
	p := openProxy(t, m.address)
	p.password = "secret"
	cfg := m.config(t, m.keys)
	cfg.Proxy = p.url
	if err := bus.Probe(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "407") {
		t.Errorf("error %v, want the proxy's 407", err)
	}
	cfg.Proxy = strings.Replace(p.url, "//", "//alice:secret@", 1)
	if err := bus.Probe(t.Context(), cfg); err != nil {
		t.Errorf("with the password: %v", err)
	}
}

// proxy is an HTTP proxy that knows CONNECT and one destination.
type proxy struct {
	url      string
	password string // empty: none is asked for
	tunnels  atomic.Int32
}

func openProxy(t *testing.T, to events.RestInfo) *proxy {
	t.Helper()
	p := &proxy{}
	at := listen(t, func(client net.Conn) {
		r := bufio.NewReader(client)
		req, err := http.ReadRequest(r)
		if err != nil || req.Method != http.MethodConnect {
			return
		}
		req.Header.Set("Authorization", req.Header.Get("Proxy-Authorization"))
		if _, password, _ := req.BasicAuth(); password != p.password {
			ended(io.WriteString(client, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))
			return
		}
		var d net.Dialer
		server, err := d.DialContext(context.Background(), "tcp", hostPort(to))
		if err != nil {
			return
		}
		defer func() { ended(server.Close()) }()
		p.tunnels.Add(1)
		if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			return
		}
		go func() {
			ended(io.Copy(server, r))
			ended(server.Close())
		}()
		ended(io.Copy(client, server))
	})
	p.url = "http://" + hostPort(at)
	return p
}
