package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events/bus"
)

// The bounds of the REST server.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second // of a whole request
	writeTimeout      = 2 * time.Minute  // of a whole answer; streams lift it for themselves
	idleTimeout       = time.Minute
	maxHeaderBytes    = 16 << 10
	shutdownPatience  = 30 * time.Second // for the answers that are being written
)

func newRESTServer(handler http.Handler, certificate *tls.Config, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           unboundWaits(handler),
		TLSConfig:         certificate,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // what strangers try is no news
	}
}

// unboundWaits lifts the read timeout from requests that are read already. Over HTTP/1.1 it would end their
// context, and with it an event stream.
func unboundWaits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) //nolint:errcheck // without deadlines nothing is to be lifted
		}
		next.ServeHTTP(w, r)
	})
}

// serveREST serves until ctx ends. It then closes closing, which ends event streams, and waits for the answers
// that are being written.
func serveREST(ctx context.Context, server *http.Server, listener net.Listener, closing chan<- struct{}) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("REST server: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		close(closing)
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
		defer cancel()
		if err := server.Shutdown(patience); err != nil {
			return errors.Join(fmt.Errorf("REST server: %w", err), server.Close())
		}
		return nil
	})
	return group.Wait()
}

// restKeys is the folder of the REST server's self-made certificate authority.
const restKeys = "rest"

// restCertificate returns the REST server's side of TLS: with the certificate that the configuration names,
// or with one that is made at each start by an authority that is kept in the data directory.
func restCertificate(cfg serveConfig, name string) (*tls.Config, error) {
	if cfg.certFile != "" {
		pair, err := tls.LoadX509KeyPair(cfg.certFile, cfg.keyFile)
		if err != nil {
			return nil, fmt.Errorf("certificate of the REST server: %w", err)
		}
		return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}}, nil
	}
	keys, err := bus.OpenKeyring(filepath.Join(cfg.dataDir, restKeys))
	if err != nil {
		return nil, err
	}
	now := cfg.surroundings.now()
	authority, err := bus.OpenAuthority(keys, now)
	if err != nil {
		return nil, err
	}
	return authority.ServerTLS([]string{name, cfg.name, "localhost", "127.0.0.1", "::1"}, now)
}

// proxyOf returns the HTTP proxy that the environment names, as other programs read it.
func proxyOf(env []string) string {
	values := map[string]string{}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		values[strings.ToUpper(name)] = value
	}
	return values["HTTPS_PROXY"]
}
