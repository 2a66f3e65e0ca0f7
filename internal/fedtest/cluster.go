package fedtest

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// Cluster is one cluster of a world, with its REST server and a session there.
type Cluster struct {
	*cluster.Controller // of the present run; nil while it is stopped
	*Session            // of the user admin, in the present run

	Name  string
	Clock *Clock

	world   *World
	dir     string
	version string
	address events.RestInfo // that it tells others; zero: it does not know
	rest    string          // where its REST server listens
	fed     string          // where it listens for remotes, as a master
	link    *Link           // to its master; nil: it never joined one
	around  func(http.Handler) http.Handler
	log     *slog.Logger

	makeEnforcer func() agent.Enforcer // for one run

	doer *http.Client
	stop func() // in order
	halt func() // at once, as a crash does
}

// Start starts a stopped cluster on its data directory.
func (c *Cluster) Start() {
	t := c.world.t
	t.Helper()
	enforcer := c.makeEnforcer()
	controller, err := cluster.Open(t.Context(), cluster.Config{
		Name: c.Name, DataDir: c.dir, FedListen: c.fed, Address: c.address, AdminPassword: Password,
		Version: c.version, Enforcer: enforcer, Inventory: agent.InventoryOf(enforcer), Logger: c.log, Now: c.Clock.Now,
	})
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	closing := make(chan struct{})
	handler := api.New(api.Config{
		Controller: controller, Version: c.version, TLS: c.world.certificate.Leaf, Logger: c.log, Now: c.Clock.Now, Closing: closing,
	})
	if c.around != nil {
		controller.Handle(c.around(handler))
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := controller.Run(ctx); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	})
	select {
	case <-controller.Started():
	case <-time.After(waittest.Patience):
		t.Errorf("%s does not start", c.Name)
	}
	server := c.serve(handler, &running)
	c.Controller, c.doer = controller, c.world.HTTPClient()
	c.Session = &Session{t: t, doer: c.doer, base: "https://" + c.rest, username: "admin", password: Password}
	c.halt = func() {
		release(server)
		cancel()
		running.Wait()
	}
	c.stop = func() {
		close(closing)
		end, done := context.WithTimeout(context.WithoutCancel(ctx), waittest.Patience)
		defer done()
		if err := server.Shutdown(end); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		c.halt()
	}
}

func (c *Cluster) serve(handler http.Handler, running *sync.WaitGroup) *http.Server {
	t := c.world.t
	t.Helper()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: waittest.Patience, ErrorLog: slog.NewLogLogger(c.log.Handler(), slog.LevelDebug),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{c.world.certificate}, MinVersion: tls.VersionTLS13},
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", c.rest)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	running.Go(func() {
		if err := server.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("%s: %v", c.Name, err)
		}
	})
	return server
}

// Stop ends the cluster in order. It may be called again.
func (c *Cluster) Stop() { c.end(c.stop) }

// Crash ends the cluster and keeps of its data directory what was on disk before it noticed.
func (c *Cluster) Crash() {
	t := c.world.t
	t.Helper()
	left := t.TempDir()
	if err := os.CopyFS(filepath.Join(left, "data"), os.DirFS(c.dir)); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	c.end(c.halt)
	c.dir = filepath.Join(left, "data")
}

func (c *Cluster) end(how func()) {
	if c.Controller == nil {
		return
	}
	c.doer.CloseIdleConnections()
	how()
	c.Controller = nil
}

// Upgrade makes the next start run another version of fedhub.
func (c *Cluster) Upgrade(version string) { c.version = version }

// Keys returns the names and contents of the cluster's key files.
func (c *Cluster) Keys() map[string]string {
	t := c.world.t
	t.Helper()
	dir := filepath.Join(c.dir, "keys")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name())) //nolint:gosec // G304: a key of the test's own
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}
