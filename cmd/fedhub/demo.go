package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
)

// demoPatience bounds each step of the demo.
const demoPatience = 30 * time.Second

func newDemo(around surroundings) *cobra.Command {
	var dir string
	var exit, kubernetes bool
	var vite devServer
	c := &cobra.Command{
		Use: "demo", Short: "Run a master and three remotes on this machine and show them at work",
		Long: "Starts a master and three remotes as processes on this machine, joins them to a federation, gives it an\n" +
			"example policy, changes one rule of it, and shows how long each step took. Then it shows the federation until\n" +
			"it is interrupted.\n\n" +
			"With --kubernetes it is a master and two remotes, and each has a Kubernetes API server of its own. A rule that\n" +
			"is written at the master has them refuse privileged pods, another one becomes a NetworkPolicy in each, and\n" +
			"what is deleted of that comes back. The API server is built from fedhub's source tree, which takes minutes\n" +
			"the first time.",
		Example: "  fedhub demo --exit-when-synced\n  fedhub demo --kubernetes",
	}
	c.Flags().StringVar(&dir, "data-dir", "", "`directory` to keep the federation in; a temporary one if none is given")
	c.Flags().BoolVar(&exit, "exit-when-synced", false, "end as soon as every remote has the change")
	c.Flags().BoolVar(&kubernetes, "kubernetes", false, "show two remotes that make the policy effective, each in a Kubernetes API of its own")
	c.Flags().Var(&vite, consoleDevFlag, "Vite server that serves the master's console, for its development")
	_ = c.Flags().MarkHidden(consoleDevFlag) //nolint:errcheck // the flag is there
	c.RunE = func(c *cobra.Command, _ []string) (err error) {
		if dir == "" {
			if dir, err = os.MkdirTemp("", "fedhub-demo-"); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		} else if dir, err = filepath.Abs(dir); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		return runDemo(c.Context(), demoConfig{dir: dir, exitWhenSynced: exit, kubernetes: kubernetes, vite: vite.String(), around: around})
	}
	return c
}

// demoConfig says where the demo keeps its federation, and when it ends.
type demoConfig struct {
	dir            string
	exitWhenSynced bool
	kubernetes     bool   // every cluster has an API of its own
	vite           string // URL of the server of the master's console; empty: the one that is built in
	around         surroundings
}

// runDemo shows a federation until ctx ends. Being interrupted is how a demo ends well.
func runDemo(ctx context.Context, cfg demoConfig) (err error) {
	d, err := openDemo(cfg)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	for _, step := range d.steps() {
		if err := step(ctx); err != nil && ctx.Err() != nil {
			return nil
		} else if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	if cfg.exitWhenSynced {
		return nil
	}
	d.say("\nCtrl-C ends the demo.\n\n")
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	died := make(chan error, len(d.clusters))
	for _, c := range d.clusters {
		go func() { // ends with the process, which stop waits for
			<-c.process.done
			died <- fmt.Errorf("demo: the controller of %s ended: %w", c.Name, c.failure())
			cancel()
		}()
	}
	if err := watchSummary(watching, d.master().at, ""); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if ctx.Err() == nil {
		return <-died
	}
	return nil
}

// steps are what the demo shows, in this order.
func (d *demo) steps() []func(context.Context) error {
	if d.kubernetes {
		return []func(context.Context) error{
			d.startAPIs, d.start, d.promote, d.join, d.tidy, d.refuse, d.connect, d.tamper, d.show,
		}
	}
	return []func(context.Context) error{d.start, d.promote, d.join, d.importPolicy, d.change, d.show}
}

// show prints what each cluster holds, and where to look on.
func (d *demo) show(ctx context.Context) error {
	m := d.master()
	sum, err := m.at.summary(ctx, "")
	if err != nil {
		return err
	}
	d.say("\n%s\n\n", summaryTable(sum).Render())
	if !d.rejoined {
		d.say("From the start of the processes to %d remotes in sync: %s\n", len(d.remotes()), shortTime(d.took))
	}
	if d.exitWhenSynced {
		return nil
	}
	d.say("The console of the master: %s – user admin, the password is in %s\n", m.url(), d.passwordFile())
	for _, c := range d.remotes() {
		d.say("  that of %s: %s\n", c.Name, c.url())
	}
	d.say("  fedhub summary --server %s --ca-file %s --password-file %s\n", m.url(), m.caFile(), d.passwordFile())
	if d.kubernetes {
		d.showAPIs()
	}
	return nil
}

// stop ends the processes: the remotes side by side, the master after them, and their Kubernetes APIs at last.
func (d *demo) stop() error {
	var remotes errgroup.Group
	for _, c := range d.remotes() {
		remotes.Go(c.stop)
	}
	return errors.Join(remotes.Wait(), d.master().stop(), d.stopAPIs())
}

// stop ends the process, if there is one. Our own connections would keep its server waiting.
func (c *demoCluster) stop() error {
	if c.at != nil {
		c.at.doer.CloseIdleConnections()
	}
	if c.process == nil {
		return nil
	}
	return c.process.stop()
}

// step tells how long a step took.
func (d *demo) step(took time.Duration, format string, args ...any) {
	d.say("  %-44s %8s\n", fmt.Sprintf(format, args...), shortTime(took))
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.around.stdout, format, args...) }

// shortTime prints a duration for people.
func shortTime(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
