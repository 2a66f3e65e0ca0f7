package bus

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"github.com/nats-io/nuid"

	"github.com/fedhub/fedhub/events"
)

// Bounds of a leaf connection.
const (
	leafReconnect   = 250 * time.Millisecond // after a lost connection or a failed try
	leafDialTimeout = time.Second            // a lost SYN is sent again by a new try
	infoTimeout     = 10 * time.Second       // a master under a storm of returns answers late
)

// Credential proves who a remote is: a user JWT, and the key that it was made for. A bearer token has no key.
type Credential struct {
	JWT string
	Key nkeys.KeyPair
}

func (c Credential) sign(nonce []byte) (string, []byte, error) {
	if c.Key == nil {
		return c.JWT, nil, nil
	}
	sig, err := c.Key.Sign(nonce)
	return c.JWT, sig, err
}

// LeafConfig says where a leaf connection goes and as whom.
type LeafConfig struct {
	Master     events.RestInfo
	Pin        events.Hash       // see [PinnedTLS]
	Proxy      string            // URL of an HTTP proxy that takes CONNECT; empty: none
	Credential func() Credential // asked at every connection
	Logger     *slog.Logger
}

// Leaf is an outbound connection to a master: an embedded server without streams or ports, whose only
// account holds what the connection carries and nothing of the cluster's own.
type Leaf struct {
	*Server
	conn   *nats.Conn
	tunnel *tunnel // nil: the connection is direct

	mu      sync.Mutex
	refused string
}

// OpenLeaf starts to connect and does not wait for it. The connection is made again whenever it is
// lost, until Close; that ctx ends does not close it.
func OpenLeaf(ctx context.Context, cfg LeafConfig) (*Leaf, error) {
	l := &Leaf{}
	if cfg.Proxy != "" {
		if err := l.goThrough(ctx, &cfg); err != nil {
			return nil, err
		}
	}
	if err := l.open(cfg); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// Close ends the connection.
func (l *Leaf) Close() {
	if l.Server != nil {
		l.Server.Close()
	}
	if l.tunnel != nil {
		l.tunnel.close()
	}
}

// goThrough makes the connection go through the proxy.
func (l *Leaf) goThrough(ctx context.Context, cfg *LeafConfig) (err error) {
	if l.tunnel, err = openTunnel(ctx, hostPort(cfg.Master), cfg.Proxy, cfg.Logger); err != nil {
		return err
	}
	cfg.Master, err = l.tunnel.address()
	return err
}

func (l *Leaf) open(cfg LeafConfig) error {
	keys := NewKeyring()
	local, err := keys.Account(AccountFed)
	if err != nil {
		return err
	}
	account, err := local.PublicKey()
	if err != nil {
		return fmt.Errorf("leaf: %w", err)
	}
	remote := &server.RemoteLeafOpts{
		LocalAccount: account,
		URLs:         []*url.URL{{Scheme: "tls", Host: hostPort(cfg.Master)}},
		TLS:          true, TLSConfig: PinnedTLS(cfg.Pin), TLSHandshakeFirst: true, TLSTimeout: tlsTimeout,
		FirstInfoTimeout: infoTimeout, DialTimeout: leafDialTimeout,
		Compression:             server.CompressionOpts{Mode: server.CompressionOff},
		IgnoreDiscoveredServers: true,
		SignatureCB:             func(nonce []byte) (string, []byte, error) { return cfg.Credential().sign(nonce) },
	}
	l.Server, err = OpenServer(ServerConfig{
		Name: "leaf-" + nuid.Next(), // of its own: a server name that is taken evicts its former holder
		Keys: keys, Accounts: []string{AccountFed}, Logger: cfg.Logger, remote: remote, heard: l.hear,
	})
	if err != nil {
		return err
	}
	l.conn, err = l.Connect(AccountFed)
	return err
}

// Conn returns the connection that messages to and from the master travel on.
func (l *Leaf) Conn() *nats.Conn { return l.conn }

// Refused returns and forgets what the master's server said when it last refused the credential; "" when
// it did not since the last call.
func (l *Leaf) Refused() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	reason := l.refused
	l.refused = ""
	return reason
}

// hear finds refusals in what the server logs: it tells them in no other way.
func (l *Leaf) hear(line string) {
	_, reason, ok := strings.Cut(line, "Leafnode Error ")
	if !ok || !strings.Contains(reason, "Auth") && !strings.Contains(reason, "Revo") && !strings.Contains(reason, "maximum") {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = strings.Trim(strings.TrimSpace(reason), "'")
}

// Probe makes a TLS connection to a master and closes it: the error, if any, says why no leaf connection
// would come about. It wraps [ErrUnproven] when something else than the pinned master answers.
func Probe(ctx context.Context, cfg LeafConfig) (err error) {
	ctx, cancel := context.WithTimeout(ctx, infoTimeout)
	defer cancel()
	conn, err := dial(ctx, hostPort(cfg.Master), cfg.Proxy)
	if err != nil {
		return err
	}
	tc := tls.Client(conn, PinnedTLS(cfg.Pin))
	defer func() {
		if closed := tc.Close(); err == nil {
			err = closed
		}
	}()
	if err := tc.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("%s: %w", hostPort(cfg.Master), err)
	}
	return nil
}

func hostPort(a events.RestInfo) string {
	return net.JoinHostPort(a.Server, strconv.Itoa(int(a.Port)))
}
