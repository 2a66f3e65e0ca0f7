package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// serveConfig is what a controller is told at its start.
type serveConfig struct {
	name          string
	dataDir       string
	listen        string
	fedListen     string
	address       addressFlag
	certFile      string
	keyFile       string
	passwordFile  string
	enforcement   enforcement
	declaration   declaration
	consoleDev    devServer
	surroundings  surroundings
	adminPassword string

	// beside runs beside the controller, whose REST server listens at the address, until ctx ends; nil: nothing does.
	beside func(ctx context.Context, c *cluster.Controller, at net.Addr)
}

func newServe(around surroundings) *cobra.Command {
	cfg := serveConfig{surroundings: around}
	c := &cobra.Command{
		Use: "serve", Short: "Run the controller of one cluster",
		Example: "  fedhub serve --name berlin --data-dir /var/lib/fedhub --admin-password-file /etc/fedhub/password",
	}
	flags := c.Flags()
	flags.StringVar(&cfg.name, "name", "", "`name` of the cluster at its first start; the machine's if none is given")
	flags.StringVar(&cfg.dataDir, "data-dir", "/var/lib/fedhub", "`directory` of logs and keys")
	flags.StringVar(&cfg.listen, "listen", ":10443", "`address` of the REST server")
	flags.StringVar(&cfg.fedListen, "fed-listen", ":11443", "`address` of the fed-master service, opened while the cluster is a master")
	flags.Var(&cfg.address, "address", "where others reach the REST server; the machine's name and the port of --listen if it is not given")
	flags.StringVar(&cfg.certFile, "tls-cert-file", "", "`file` with the certificate of the REST server; a self-made one if none is given")
	flags.StringVar(&cfg.keyFile, "tls-key-file", "", "`file` with the key of that certificate")
	flags.StringVar(&cfg.passwordFile, "admin-password-file", "", "`file` with the first password of admin; a random one is printed, once, if none is given")
	flags.Var(&cfg.consoleDev, consoleDevFlag, "Vite server that serves the console, for its development")
	_ = flags.MarkHidden(consoleDevFlag) //nolint:errcheck // the flag is there
	cfg.declaration.addFlags(c)
	cfg.enforcement.addFlags(flags)
	c.MarkFlagsRequiredTogether("tls-cert-file", "tls-key-file")
	c.PreRunE = func(*cobra.Command, []string) error {
		if err := cfg.enforcement.check(); err != nil {
			return err
		}
		return cfg.declaration.check()
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return serve(c.Context(), cfg) }
	return c
}

// serve runs a controller until ctx ends. Its shutdown begins with the REST server, so that what was taken
// is still decided and stored; the controller ends after it, and the lock of the data directory last.
func serve(ctx context.Context, cfg serveConfig) (err error) {
	if err := cfg.complete(); err != nil {
		return err
	}
	log := newLogger(cfg.surroundings.stderr)
	lock, err := lockDir(cfg.dataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.listen)
	if err != nil {
		return fmt.Errorf("the REST server cannot listen: %w", err)
	}
	defer func() { _ = listener.Close() }() //nolint:errcheck // the REST server closes it, if it comes to that
	address := cfg.reachedAt(listener.Addr())
	certificate, err := restCertificate(cfg, address.Server)
	if err != nil {
		return err
	}
	if cfg.enforcement.name != noEnforcer {
		spareMemory(cfg.surroundings.env)
	}
	enforcer, err := cfg.enforcement.make(log, cfg.surroundings.now)
	if err != nil {
		return err
	}
	controller, err := cluster.Open(ctx, cluster.Config{
		Name: cfg.name, DataDir: cfg.dataDir, FedListen: cfg.fedListen, Address: address, AdminPassword: cfg.adminPassword,
		Version: version, Enforcer: enforcer, Inventory: agent.InventoryOf(enforcer), Proxy: proxyOf(cfg.surroundings.env), Logger: log, Now: cfg.surroundings.now,
	})
	if err != nil {
		return err
	}
	if password := controller.FirstPassword(); password != "" {
		fmt.Fprintf(cfg.surroundings.stderr, "The first password of user admin is %s – it is not shown again.\n", password)
	}
	log.LogAttrs(ctx, slog.LevelInfo, "controller starts", slog.String(logkey.Name, cfg.name),
		slog.String(logkey.Addr, listener.Addr().String()), slog.String("version", version))
	closing := make(chan struct{})
	handler := api.New(api.Config{ //nolint:contextcheck // each request has its own
		Controller: controller, Version: version, TLS: certificate.Certificates[0].Leaf, Logger: log, Now: cfg.surroundings.now, Closing: closing,
		Console: cfg.surroundings.console,
	})
	server := newRESTServer(withHealth(cfg.consoleDev.around(handler, log)), certificate, log)
	return runAll(ctx, controller,
		func(ctx context.Context) error { return serveREST(ctx, server, listener, closing) },
		func(ctx context.Context) {
			cfg.declaration.carryOut(ctx, controller, log, cfg.surroundings.now)
			if cfg.beside != nil {
				cfg.beside(ctx, controller, listener.Addr())
			}
		})
}

// runAll runs the controller and, once that has taken up its role, its REST server and what is declared of the
// role. The end of the controller or of the server ends them all.
func runAll(ctx context.Context, controller *cluster.Controller, serve func(context.Context) error, declare func(context.Context)) error {
	ctx, stopREST := context.WithCancel(ctx)
	defer stopREST()
	controllerCtx, stopController := context.WithCancel(context.WithoutCancel(ctx))
	defer stopController()
	var group errgroup.Group
	group.Go(func() error {
		defer stopREST()
		return controller.Run(controllerCtx)
	})
	group.Go(func() error {
		defer stopController()
		select {
		case <-controller.Started():
		case <-ctx.Done():
			return nil
		}
		// A join that waits for its master ends with the controller, and not before it.
		group.Go(func() error {
			declare(ctx)
			return nil
		})
		return serve(ctx)
	})
	return group.Wait()
}

// complete reads what the configuration names, and fills in what it does not say.
func (cfg *serveConfig) complete() error {
	if err := os.MkdirAll(cfg.dataDir, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	dir, err := filepath.Abs(cfg.dataDir)
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	cfg.dataDir = dir
	if cfg.passwordFile != "" {
		if cfg.adminPassword, err = readSecret(cfg.passwordFile, cfg.surroundings.stdin); err != nil {
			return fmt.Errorf("password of admin: %w", err)
		}
	}
	if cfg.name == "" {
		if cfg.name, err = os.Hostname(); err != nil {
			return badUsage("give the cluster's --name: this machine has none (%w)", err)
		}
	}
	return nil
}

// reachedAt returns where others reach the REST server.
func (cfg *serveConfig) reachedAt(listener net.Addr) events.RestInfo {
	if cfg.address.info != nil {
		return cfg.address.address()
	}
	_, portText, _ := net.SplitHostPort(listener.String()) //nolint:errcheck // a listener's address is whole
	port, err := strconv.ParseUint(portText, 10, 16)
	host, nameless := os.Hostname()
	if err != nil || nameless != nil {
		return events.RestInfo{} // it is asked for when it is needed
	}
	return events.RestInfo{Server: host, Port: uint16(port)}
}

// newLogger returns a logger that writes text for people and JSON for everything else.
func newLogger(w io.Writer) *slog.Logger {
	if isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
