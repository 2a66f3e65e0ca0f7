package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
)

// consoleConfig says what a console is measured with.
type consoleConfig struct {
	clusters     int
	beats        int // heartbeats a second of all clusters together
	listen       string
	passwordFile string
	lasts        time.Duration
	around       surroundings
}

func newBenchConsole(around surroundings) *cobra.Command {
	cfg := consoleConfig{around: around}
	c := &cobra.Command{
		Use: "console", Short: "Serve the console of a master with many simulated clusters",
		Long: "Runs a master, with its REST server, its hub and its console, whose other clusters are simulated in the same\n" +
			"process: they are members in its log and send heartbeats over one connection to its fed-master service. A few\n" +
			"of them are silent, behind, in trouble, or can do only a part. When a rule is written, the others confirm it\n" +
			"within a second. The address is printed when all is ready. It ends when its input does, or is interrupted.",
		Example: "  fedhub bench console --clusters 10000 --beats 1700 --admin-password-file password",
		PreRunE: func(*cobra.Command, []string) error {
			if cfg.clusters < 1 || cfg.beats < 1 || cfg.lasts <= 0 {
				return badUsage("--clusters, --beats and --for must be positive")
			}
			if cfg.passwordFile == "" || cfg.passwordFile == "-" {
				return badUsage("--admin-password-file: name a file with the password to log in with; the input says when to end")
			}
			return nil
		},
	}
	c.Flags().IntVar(&cfg.clusters, "clusters", 1000, "how many clusters, beside the master's own")
	c.Flags().IntVar(&cfg.beats, "beats", 500, "how many heartbeats a second they send together; a cluster that is heard too rarely counts as disconnected")
	c.Flags().StringVar(&cfg.listen, "listen", "127.0.0.1:0", "`address` of the REST server")
	c.Flags().StringVar(&cfg.passwordFile, "admin-password-file", "", "`file` with the password of admin")
	c.Flags().DurationVar(&cfg.lasts, "for", time.Hour, "end after this `time` at the latest")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := benchConsole(c.Context(), cfg); err != nil {
			return fmt.Errorf("bench console: %w", err)
		}
		return nil
	}
	return c
}

// benchConsole serves until the input or the time ends.
func benchConsole(ctx context.Context, cfg consoleConfig) (err error) {
	dir, err := os.MkdirTemp("", "fedhub-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	begun := cfg.around.now()
	fed, err := freeAddresses(1)
	if err != nil {
		return err
	}
	server := serveConfig{
		name: "hub-frankfurt", dataDir: dir, listen: cfg.listen, fedListen: fed[0], passwordFile: cfg.passwordFile,
		enforcement: enforcement{name: noEnforcer}, surroundings: cfg.around,
	}
	if err := server.complete(); err != nil {
		return err
	}
	if err := foundFederation(ctx, server); err != nil {
		return err
	}
	fleet := newSimFleet(cfg)
	if err := fleet.enroll(ctx, dir); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cfg.lasts)
	defer cancel()
	go func() { // ends with the input, and at the latest with the process
		_, _ = io.Copy(io.Discard, cfg.around.stdin) //nolint:errcheck // its end counts, whatever the reason
		cancel()
	}()
	failed := make(chan error, 1)
	server.beside = func(ctx context.Context, c *cluster.Controller, at net.Addr) {
		err := fleet.run(ctx, dir, c, func() {
			fmt.Fprintf(cfg.around.stdout, "https://%s with %d clusters, of which %d are heard from, after %s\n",
				at, cfg.clusters, fleet.heard(), shortTime(cfg.around.now().Sub(begun)))
		})
		cancel()
		failed <- err
	}
	err = serve(ctx, server)
	select {
	case failure := <-failed:
		err = errors.Join(err, failure)
	default: // it did not come to that
	}
	return err
}

// foundFederation makes the controller of an empty data directory a master, and stops it.
func foundFederation(ctx context.Context, cfg serveConfig) error {
	c, err := cluster.Open(ctx, cluster.Config{
		Name: cfg.name, DataDir: cfg.dataDir, FedListen: cfg.fedListen, AdminPassword: cfg.adminPassword,
		Version: version, Enforcer: agent.None{}, Logger: newLogger(cfg.surroundings.stderr), Now: cfg.surroundings.now,
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(running) }()
	select {
	case <-c.Started():
	case err := <-ended:
		return err
	}
	var at addressFlag
	if err = at.Set(cfg.fedListen); err == nil {
		err = c.Promote(ctx, cluster.Promotion{Actor: "admin", Address: at.address()})
	}
	stop()
	return errors.Join(err, <-ended)
}
