package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fedhub/fedhub/events/bus"
)

// demo is a federation on this machine. Its master is the first of its clusters.
type demo struct {
	demoConfig
	clusters []*demoCluster
	begun    time.Time
	took     time.Duration // until every remote was in sync
	rejoined bool          // the federation was there already
}

// demoCluster is a process of the demo. Its exported fields are kept, because the remotes remember where
// their master is.
type demoCluster struct {
	Name    string `json:"name"`
	REST    string `json:"rest"` // address of its REST server
	Fed     string `json:"fed"`  // address of its fed-master service
	dir     string
	process *child
	at      *session
	api     *demoAPI // nil: it has no Kubernetes
}

// names are what the clusters of a new demo are called, the master first.
func (d *demo) names() []string {
	if d.kubernetes {
		return []string{"master", "berlin", "lima"}
	}
	return []string{"master", "berlin", "lima", "oslo"}
}

// openDemo makes a federation's directory, or finds it.
func openDemo(cfg demoConfig) (*demo, error) {
	d := &demo{demoConfig: cfg}
	if err := os.MkdirAll(cfg.dir, 0o700); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(d.stateFile())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = d.create()
	case err == nil:
		err = json.Unmarshal(data, &d.clusters)
	}
	if err == nil && len(d.clusters) != len(d.names()) {
		err = fmt.Errorf("%s has %d clusters, and this demo has %d: give it another --data-dir", d.stateFile(), len(d.clusters), len(d.names()))
	}
	for _, c := range d.clusters {
		c.dir = filepath.Join(cfg.dir, c.Name)
	}
	return d, err
}

// create chooses a password for all clusters. Where they listen is chosen when they start.
func (d *demo) create() error {
	for _, name := range d.names() {
		d.clusters = append(d.clusters, &demoCluster{Name: name})
	}
	return os.WriteFile(d.passwordFile(), []byte(rand.Text()+"\n"), 0o600)
}

// settle chooses where the clusters listen, unless they have listened before: the later, the less likely is somebody
// else to take it.
func (d *demo) settle() error {
	if d.master().REST != "" {
		return nil
	}
	ports, err := freeAddresses(2 * len(d.clusters))
	if err != nil {
		return err
	}
	for i, c := range d.clusters {
		c.REST, c.Fed = ports[2*i], ports[2*i+1]
	}
	data, err := json.MarshalIndent(d.clusters, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(d.stateFile(), append(data, '\n'), 0o600)
}

// freeAddresses returns addresses of this machine that nobody listens on. Another program may be quicker.
func freeAddresses(n int) ([]string, error) {
	var found []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // does not wait
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }() //nolint:errcheck // all at the end, so that no two are the same
		found = append(found, l.Addr().String())
	}
	return found, nil
}

func (d *demo) master() *demoCluster    { return d.clusters[0] }
func (d *demo) remotes() []*demoCluster { return d.clusters[1:] }
func (d *demo) stateFile() string       { return filepath.Join(d.dir, "demo.json") }
func (d *demo) passwordFile() string    { return filepath.Join(d.dir, "admin-password") }

func (c *demoCluster) url() string     { return "https://" + c.REST }
func (c *demoCluster) caFile() string  { return filepath.Join(c.dir, restKeys, "ca.pem") }
func (c *demoCluster) logFile() string { return c.dir + ".log" }

// launch starts the controller of a cluster. Its certificate authority is made before it, so that whom to
// trust is known from the first moment.
func (d *demo) launch(c *demoCluster) error {
	keys, err := bus.OpenKeyring(filepath.Join(c.dir, restKeys))
	if err != nil {
		return err
	}
	if _, err := bus.OpenAuthority(keys, d.around.now()); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() //nolint:errcheck // the process has its own
	args := append([]string{
		"serve", "--name", c.Name, "--data-dir", c.dir, "--listen", c.REST, "--fed-listen", c.Fed, "--address", c.REST,
		"--admin-password-file", d.passwordFile(),
	}, c.api.enforcement()...)
	if d.vite != "" && c == d.master() {
		args = append(args, "--"+consoleDevFlag, d.vite)
	}
	cmd := exec.Command(program, args...) //nolint:gosec,noctx // G204: this program; it ends by stop, in order
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = slices.DeleteFunc(slices.Clone(d.around.env), func(e string) bool { return strings.HasPrefix(e, envPrefix) })
	c.process, err = startChild(cmd)
	return err
}

// logInWhenUp logs in at the cluster as soon as it listens.
func (d *demo) logInWhenUp(ctx context.Context, c *demoCluster) error {
	ctx, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	to := connection{server: c.url(), caFile: c.caFile(), username: "admin", passwordFile: d.passwordFile()}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		at, err := to.open(ctx, nil, d.around.stderr)
		if err == nil {
			c.at = &session{client: at, output: &output{format: formatTable, w: d.around.stdout}, around: d.around}
			return nil
		}
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return fmt.Errorf("%s: %w; see %s", c.Name, err, c.logFile())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not listen within %s: see %s", c.Name, demoPatience, c.logFile())
		case <-c.process.done:
			return fmt.Errorf("%s did not start: %w", c.Name, c.failure())
		case <-ticker.C:
		}
	}
}

// failure says how the process ended, in its own last words.
func (c *demoCluster) failure() error {
	err := c.process.err
	if err == nil {
		err = errors.New("it was told to")
	}
	text, readErr := os.ReadFile(c.logFile())
	if readErr != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return fmt.Errorf("%w; it said: %s", err, lines[len(lines)-1])
}
