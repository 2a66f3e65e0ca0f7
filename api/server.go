package api

import (
	"crypto/rand"
	"crypto/x509"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/api/wire"
)

// Config is what the interface is made of.
type Config struct {
	Controller controller // a *cluster.Controller
	Version    string
	TLS        *x509.Certificate // that its server shows; nil: not known
	Logger     *slog.Logger
	Now        func() time.Time
	Random     io.Reader       // nil: [rand.Reader]
	Closing    <-chan struct{} // closed when the server begins to shut down: event streams end then
	Console    fs.FS           // the built console; nil: no page is served
	KeepAlive  time.Duration   // how often an event stream shows that it is alive; zero: 15 s
}

// controller is the cluster that the interface speaks for; each part is declared where it is used.
type controller interface {
	directory
	federation
	roleMachine
	fleet
	tokenIssuer
	userAdmin
	policyStore
	decider
	historian
	archive
	conductor
	observer
	listener
	labeler
	feed
	forwarder
	auditor
	surveyor
	certified

	// Handle takes the handler for requests that the master forwards.
	Handle(h http.Handler)
	// Health returns why commands are not taken, or nil.
	Health() error
	// SessionKey returns 32 bytes that are kept over restarts.
	SessionKey() []byte
}

type server struct {
	controller controller
	version    string
	tls        *x509.Certificate
	now        func() time.Time
	closing    <-chan struct{}
	keepAlive  time.Duration
	cookie     string // name of the cookie of browsers
	sessions   *sessions
	limiter    *limiter
	imports    imports
	logins     chan struct{} // as many places as passwords may be checked at once
	streams    chan struct{} // as many places as event streams may be open
	live       *broadcaster
}

// New returns the handler for every route of openapi.yaml and makes it answer, too, what the master forwards
// to cfg.Controller. Every other path is the console's. It is to be served over TLS.
func New(cfg Config) http.Handler {
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.KeepAlive == 0 {
		cfg.KeepAlive = keepAlive
	}
	s := &server{
		controller: cfg.Controller,
		version:    cfg.Version,
		tls:        cfg.TLS,
		now:        cfg.Now,
		closing:    cfg.Closing,
		cookie:     cookieName(cfg.Controller.Member().ID),
		keepAlive:  cfg.KeepAlive,
		sessions: &sessions{
			key: cfg.Controller.SessionKey(), now: cfg.Now, random: cfg.Random, live: map[sessionID]session{},
		},
		limiter: &limiter{now: cfg.Now, failing: map[attempt]failures{}},
		logins:  make(chan struct{}, maxLogins),
		streams: make(chan struct{}, maxStreams),
		live:    newBroadcaster(cfg),
	}
	routes := s.routes(cfg)
	cfg.Controller.Handle(cleanPath(routes))
	if cfg.Console == nil {
		return cleanPath(routes)
	}
	return cleanPath(besidePages(newPages(cfg), routes))
}

// routes builds the router. The middlewares stand from the outermost to the innermost.
func (s *server) routes(cfg Config) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect()
	e.Binder = jsonBinder{}
	e.HTTPErrorHandler = writeProblem(cfg.Logger)

	wire.RegisterHandlers(e, wire.NewStrictHandler(s, nil))
	for _, method := range forwardMethods {
		e.Add(method, "/v1/fed/cluster/:id/*", s.forward)
	}
	known := map[string]bool{}
	for _, r := range e.Routes() {
		known[r.Method+" "+r.Path] = true
	}

	e.Use(
		beginCall(cfg.Random),
		setHeaders,
		logAccess(cfg.Logger, cfg.Now),
		s.audit,
		compress(),
		limitBody,
		recoverPanic,
		s.guard(known),
	)
	return e
}
