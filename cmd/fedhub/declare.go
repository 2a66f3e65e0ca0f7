package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/logkey"
)

// The pace of a declaration.
const (
	declareLookEvery = time.Second     // Kubernetes swaps a link when a Secret changes, which a watch of the file would miss
	declareRetryMin  = 2 * time.Second // while the master is away; each try is two events in the cluster's log
	declareRetryMax  = 2 * time.Minute
)

// declarer is the actor of what a declaration changes.
const declarer = "declaration"

// declaration is the cluster's part in a federation as it is written down beside the controller, in a manifest
// for example. It is made true at each start, and when the file of the token changes.
type declaration struct {
	promote   addressFlag
	tokenFile string
	master    addressFlag
	proxy     bool
}

func (d *declaration) addFlags(c *cobra.Command) {
	flags := c.Flags()
	flags.Var(&d.promote, "promote-address", "be the master of a federation whose remotes reach the fed-master service there; a standalone cluster is promoted")
	flags.StringVar(&d.tokenFile, "join-token-file", "", "`file` with a join token; a standalone cluster joins when there is one, or another one")
	flags.Var(&d.master, "join-master", "where the master is reached, in place of the address in the token")
	flags.BoolVar(&d.proxy, "join-use-proxy", false, "connect to the master through the HTTP proxy of this cluster")
	c.MarkFlagsMutuallyExclusive("promote-address", "join-token-file")
}

// check returns an error of usage for flags that mean nothing together.
func (d *declaration) check() error {
	switch {
	case d.tokenFile == "" && (d.master.info != nil || d.proxy):
		return badUsage("--join-master and --join-use-proxy say how to join: give --join-token-file, too")
	case d.tokenFile == "-":
		return badUsage("--join-token-file -: name a file, which is read again and again")
	}
	return nil
}

// carryOut makes the declaration true until ctx ends. What stands in its way is logged, and the controller goes on
// in the role that it has.
func (d *declaration) carryOut(ctx context.Context, c *cluster.Controller, log *slog.Logger, now func() time.Time) {
	w := wish{log: log, now: now, retry: backoff.NewExponentialBackOff()}
	w.retry.InitialInterval, w.retry.MaxInterval = declareRetryMin, declareRetryMax
	switch {
	case d.promote.info != nil:
		w.read = func() (string, error) { return d.promote.String(), nil }
		w.grant = func(ctx context.Context, _ string) error {
			return c.EnsureMaster(ctx, cluster.Promotion{Actor: declarer, Address: d.promote.address()})
		}
	case d.tokenFile != "":
		w.read = func() (string, error) {
			token, err := readSecret(d.tokenFile, nil)
			if err != nil && c.Role() == cluster.RoleRemote {
				return "", nil // the token has done its work, and may be gone
			}
			return token, err
		}
		w.grant = func(ctx context.Context, token string) error {
			r := cluster.JoinRequest{Actor: declarer, Token: token, Server: d.master.address()}
			if d.proxy {
				r.UseProxy = given("https")
			}
			return c.EnsureMember(ctx, r)
		}
	default:
		return
	}
	ticker := time.NewTicker(declareLookEvery)
	defer ticker.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// wish is what is declared, and how far it has got.
type wish struct {
	read  func() (string, error) // "": nothing is wished now
	grant func(ctx context.Context, what string) error
	log   *slog.Logger
	now   func() time.Time

	what    string // as it was read last
	settled bool   // granted, or refused for good: it is let be until it reads otherwise
	retry   *backoff.ExponentialBackOff
	retryAt time.Time
	said    string // the last reason in the log
}

// look reads the wish, and tries to grant it if it is a new one, or if the time has come to try again.
func (w *wish) look(ctx context.Context) {
	what, err := w.read()
	if err != nil {
		w.say(ctx, slog.LevelWarn, err)
		return
	}
	if what == "" {
		return
	}
	if what != w.what {
		w.what, w.settled, w.retryAt, w.said = what, false, time.Time{}, ""
		w.retry.Reset()
	}
	if w.settled || w.now().Before(w.retryAt) {
		return
	}
	err = w.grant(ctx, what)
	switch {
	case ctx.Err() != nil:
	case err == nil:
		w.settled = true
	case cluster.Passing(err):
		w.retryAt = w.now().Add(w.retry.NextBackOff())
		w.say(ctx, slog.LevelWarn, err)
	default:
		w.settled = true
		w.say(ctx, slog.LevelError, err)
	}
}

// say logs why the wish is not granted, once for each reason: as an error if only a person can change that.
func (w *wish) say(ctx context.Context, level slog.Level, reason error) {
	if w.said == reason.Error() {
		return
	}
	w.said = reason.Error()
	w.log.LogAttrs(ctx, level, "the declared role is not taken up", slog.Any(logkey.Err, reason))
}
