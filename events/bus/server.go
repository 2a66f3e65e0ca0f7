package bus

import (
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/internal/logkey"
)

// Server is an embedded NATS server without a client port. It can be started again in place: connections
// made by [Server.Connect] come back by themselves.
type Server struct {
	cfg      ServerConfig
	operator nkeys.KeyPair
	resolver *resolver
	system   string

	// srv is nil while there is none. It has no lock: connections ask for it while they hold their own.
	srv atomic.Pointer[server.Server]

	mu         sync.Mutex
	generation int
	leafPort   int
	conns      []*nats.Conn
	closed     bool
}

// OpenServer starts a server and returns when it takes connections.
func OpenServer(cfg ServerConfig) (*Server, error) {
	operator, err := cfg.Keys.Operator()
	if err != nil {
		return nil, fmt.Errorf("server %s: %w", cfg.Name, err)
	}
	s := &Server{cfg: cfg, operator: operator, resolver: newResolver()}
	for _, name := range append([]string{AccountSystem}, cfg.Accounts...) {
		if err := s.defineNamed(name); err != nil {
			return nil, fmt.Errorf("server %s: %w", cfg.Name, err)
		}
	}
	if s.system, err = s.AccountID(AccountSystem); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s, s.start()
}

// Close stops the server and its connections.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, nc := range s.conns {
		nc.Close()
	}
	s.stop()
}

// Generation counts the starts of the server; see [Server.Restart].
func (s *Server) Generation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generation
}

// Restart stops and starts the server, which forgets a write error that JetStream would keep for ever.
// Of several callers who saw the same generation fail, one restarts it.
func (s *Server) Restart(generation int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return fmt.Errorf("server %s: %w", s.cfg.Name, net.ErrClosed)
	}
	if s.generation != generation {
		return nil
	}
	s.stop()
	return s.start()
}

// LeafPort returns the port that remotes connect to, or 0.
func (s *Server) LeafPort() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leafPort
}

// Connect returns a connection of the process itself to the named account, which may do everything there.
// It lives until the server is closed.
func (s *Server) Connect(account string) (*nats.Conn, error) {
	signer, err := s.cfg.Keys.Account(account)
	if err != nil {
		return nil, err
	}
	id, err := signer.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("account %s: %w", account, err)
	}
	return s.connect(Grant{
		Name: "controller", Account: id, Signer: signer, InProcess: true,
		Publish: []string{">"}, Subscribe: []string{">"},
	})
}

// ConnectCluster returns a connection of the process itself with the rights of a cluster's agent.
func (s *Server) ConnectCluster(account string, signer nkeys.KeyPair) (*nats.Conn, error) {
	g := ClusterGrant(account, signer)
	g.InProcess = true
	return s.connect(g)
}

// AccountID returns the public key of the named account.
func (s *Server) AccountID(name string) (string, error) {
	kp, err := s.cfg.Keys.Account(name)
	if err != nil {
		return "", err
	}
	id, err := kp.PublicKey()
	if err != nil {
		return "", fmt.Errorf("account %s: %w", name, err)
	}
	return id, nil
}

// AdmitCluster makes the account of a cluster, whose users are signed by signer.
func (s *Server) AdmitCluster(account, name, signer string) error {
	fed, err := s.AccountID(AccountFed)
	if err != nil {
		return err
	}
	c := jwt.NewAccountClaims(account)
	c.Name = name
	clusterClaims(c, fed, signer)
	return s.define(c)
}

// DismissCluster takes every right from the account of a cluster and closes its connections at once.
func (s *Server) DismissCluster(account, name string, now time.Time) error {
	c := jwt.NewAccountClaims(account)
	c.Name = name
	c.Limits.LeafNodeConn = 0
	c.Limits.Conn = 0
	c.RevokeAt(jwt.All, now)
	return s.define(c)
}

// Leafs returns how many leaf connections the server has.
func (s *Server) Leafs() int {
	if srv := s.srv.Load(); srv != nil {
		return srv.NumLeafNodes()
	}
	return 0
}

// InProcessConn implements [nats.InProcessConnProvider] for the server of the moment.
func (s *Server) InProcessConn() (net.Conn, error) {
	if srv := s.srv.Load(); srv != nil {
		return srv.InProcessConn()
	}
	return nil, net.ErrClosed
}

func (s *Server) connect(g Grant) (*nats.Conn, error) {
	user, err := nkeys.CreateUser()
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.cfg.Name, err)
	}
	pub, err := user.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.cfg.Name, err)
	}
	text, err := g.Encode(pub)
	if err != nil {
		return nil, err
	}
	nc, err := nats.Connect("", nats.InProcessServer(s), nats.Name(s.cfg.Name), nats.Timeout(startTimeout),
		nats.UserJWT(func() (string, error) { return text, nil }, user.Sign),
		nats.MaxReconnects(-1), nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(0, 0),
		nats.IgnoreAuthErrorAbort(), nats.ReconnectBufSize(-1), // while the server is away a publish fails at once
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			subject := ""
			if sub != nil {
				subject = sub.Subject
			}
			s.cfg.Logger.Warn("nats connection",
				slog.String(logkey.Server, s.cfg.Name), slog.String(logkey.Subject, subject), slog.Any(logkey.Err, err))
		}))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", s.cfg.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		nc.Close() // nobody else would
		return nil, fmt.Errorf("connect to %s: %w", s.cfg.Name, net.ErrClosed)
	}
	s.conns = append(s.conns, nc)
	return nc, nil
}

func (s *Server) defineNamed(name string) error {
	id, err := s.AccountID(name)
	if err != nil {
		return err
	}
	c := jwt.NewAccountClaims(id)
	c.Name = name
	switch name {
	case AccountFed:
		if s.cfg.StoreDir != "" {
			fedClaims(c)
		}
	case AccountJoin:
		joinClaims(c)
	case AccountLocal:
		unlimitedStorage(c)
	}
	return s.define(c)
}

// define stores an account and tells a running server that has it.
func (s *Server) define(c *jwt.AccountClaims) error {
	text, err := c.Encode(s.operator)
	if err != nil {
		return fmt.Errorf("account %s: %w", c.Name, err)
	}
	if err := s.resolver.Store(c.Subject, text); err != nil {
		return fmt.Errorf("account %s: %w", c.Name, err)
	}
	srv := s.srv.Load()
	if srv == nil || !s.resolver.wasAsked(c.Subject) {
		return nil
	}
	account, err := srv.LookupAccount(c.Subject)
	if err != nil {
		return fmt.Errorf("account %s: %w", c.Name, err)
	}
	claims, err := jwt.DecodeAccountClaims(text)
	if err != nil {
		return fmt.Errorf("account %s: %w", c.Name, err)
	}
	srv.UpdateAccountClaims(account, claims)
	return nil
}

// start runs a new server. The caller holds s.mu.
func (s *Server) start() error {
	opts, err := s.options()
	if err != nil {
		return fmt.Errorf("server %s: %w", s.cfg.Name, err)
	}
	if s.cfg.Leaf != nil {
		if err := checkPort(opts.LeafNode.Host, opts.LeafNode.Port); err != nil {
			return fmt.Errorf("server %s: %w", s.cfg.Name, err)
		}
	}
	srv, err := server.NewServer(opts)
	if err != nil {
		return fmt.Errorf("server %s: %w", s.cfg.Name, err)
	}
	srv.SetLoggerV2(&serverLog{log: s.cfg.Logger, server: s.cfg.Name, heard: s.cfg.heard}, false, false, false)
	if s.cfg.remote != nil {
		// Otherwise the leaf connection and the process's own, which both ask for the account, race in the
		// server (2.15.2) for its name.
		if _, err := srv.LookupAccount(s.cfg.remote.LocalAccount); err != nil {
			return fmt.Errorf("server %s: account %s: %w", s.cfg.Name, s.cfg.remote.LocalAccount, err)
		}
	}
	srv.Start()
	if !srv.ReadyForConnections(startTimeout) || s.cfg.StoreDir != "" && !srv.JetStreamEnabled() {
		srv.Shutdown()
		return fmt.Errorf("server %s: %w: not ready after %s", s.cfg.Name, ErrUnavailable, startTimeout)
	}
	s.srv.Store(srv)
	s.generation++
	if s.cfg.Leaf != nil {
		// The server writes the port that it was given into its options, under its own lock.
		if s.leafPort, err = leafPort(srv); err != nil {
			return fmt.Errorf("server %s: %w", s.cfg.Name, err)
		}
	}
	return nil
}

func (s *Server) stop() {
	if srv := s.srv.Swap(nil); srv != nil {
		srv.Shutdown()
		srv.WaitForShutdown()
	}
}

var _ nats.InProcessConnProvider = (*Server)(nil)
