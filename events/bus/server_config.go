package bus

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// Bounds of an embedded server, each with its reason.
const (
	pingInterval  = 3 * time.Second       // with maxPingsOut: a link that died without a word is seen after 9 s at most
	maxPingsOut   = 2                     //
	startTimeout  = 30 * time.Second      // reading the index of millions of events after a crash takes seconds
	authTimeout   = 60                    // seconds: with the server's 2 s a storm of returning remotes fails
	tlsTimeout    = 30                    // seconds: as above
	maxConns      = 100_000               // leaf connections included
	maxStore      = 1 << 44               // bytes: the disk is the bound, and Ledger watches it
	reconnectWait = 10 * time.Millisecond // in-process connections come back as soon as their server is
	inboxPrefix   = "_INBOX."             //
)

// ServerConfig says what an embedded server is for.
type ServerConfig struct {
	Name     string
	StoreDir string // where streams lie; empty: no JetStream
	Keys     *Keyring
	Accounts []string // names of the accounts that the server has beside SYS
	Leaf     *LeafListener
	Logger   *slog.Logger
	remote   *server.RemoteLeafOpts
	heard    func(line string)
}

// LeafListener is the port that remotes connect to.
type LeafListener struct {
	Listener string // "host:port"; port 0 lets the system choose
	TLS      *tls.Config
}

func (s *Server) options() (*server.Options, error) {
	text, err := operatorJWT(s.operator, s.system)
	if err != nil {
		return nil, err
	}
	o := &server.Options{
		ServerName:       s.cfg.Name,
		DontListen:       true,
		NoSigs:           true,
		TrustedOperators: []*jwt.OperatorClaims{text},
		AccountResolver:  s.resolver,
		SystemAccount:    s.system,
		PingInterval:     pingInterval,
		MaxPingsOut:      maxPingsOut,
		MaxConn:          maxConns,
		MaxPayload:       maxPayload + maxHeader,
	}
	if s.cfg.StoreDir != "" {
		o.JetStream = true
		o.StoreDir = s.cfg.StoreDir
		o.SyncAlways = true
		o.JetStreamMaxStore = maxStore
		o.JetStreamDomain = ""
	}
	if s.cfg.Leaf != nil {
		if err := listenForLeafs(o, s.cfg.Leaf, s.leafPort); err != nil {
			return nil, err
		}
	}
	if s.cfg.remote != nil {
		o.LeafNode.Remotes = []*server.RemoteLeafOpts{s.cfg.remote}
		o.LeafNode.ReconnectInterval = leafReconnect
		o.LeafNode.DialTimeout = leafDialTimeout
	}
	return o, nil
}

// maxHeader is the room for an event's envelope beside its data.
const maxHeader = 16 << 10

func listenForLeafs(o *server.Options, l *LeafListener, port int) error {
	host, portText, err := net.SplitHostPort(l.Listener)
	if err != nil {
		return fmt.Errorf("listen for remotes on %q: %w", l.Listener, err)
	}
	if port == 0 {
		if port, err = strconv.Atoi(portText); err != nil {
			return fmt.Errorf("listen for remotes on %q: %w", l.Listener, err)
		}
		if port == 0 {
			port = server.RANDOM_PORT
		}
	}
	o.LeafNode.Host = host
	if host == "" {
		o.LeafNode.Host = "0.0.0.0"
	}
	o.LeafNode.Port = port
	o.LeafNode.TLSConfig = l.TLS
	o.LeafNode.TLSHandshakeFirst = true
	o.LeafNode.TLSTimeout = tlsTimeout
	o.LeafNode.AuthTimeout = authTimeout
	o.LeafNode.NoAdvertise = true
	o.LeafNode.IsolateLeafnodeInterest = true
	o.LeafNode.Compression = server.CompressionOpts{Mode: server.CompressionOff}
	return nil
}

// checkPort opens and closes the port that remotes will connect to: the server itself would only log that it
// cannot, and never be ready.
func checkPort(host string, port int) error {
	addr, err := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, strconv.Itoa(max(port, 0))))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrListen, err)
	}
	l, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w: %w; free it, or start with another --fed-listen", ErrListen, err)
	}
	return l.Close()
}

func leafPort(srv *server.Server) (int, error) {
	v, err := srv.Varz(nil)
	if err != nil {
		return 0, err
	}
	if v.LeafNode.Port <= 0 {
		return 0, errors.New("no port for remotes")
	}
	return v.LeafNode.Port, nil
}

func operatorJWT(operator nkeys.KeyPair, system string) (*jwt.OperatorClaims, error) {
	pub, err := operator.PublicKey()
	if err != nil {
		return nil, err
	}
	c := jwt.NewOperatorClaims(pub)
	c.SystemAccount = system
	text, err := c.Encode(operator)
	if err != nil {
		return nil, err
	}
	return jwt.DecodeOperatorClaims(text)
}
