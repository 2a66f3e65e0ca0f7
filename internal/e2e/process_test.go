//go:build linux

package e2e_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/waittest"
)

// adminPassword is the one of every process's user admin.
const adminPassword = "Correct-Horse-9-Battery"

// procPatience bounds every wait for a state, on a machine that does other things as well.
const procPatience = waittest.Patience

// program builds cmd/fedhub once for all tests, without the race detector: what is asked of the processes
// here is how they die and come back, and that they do it often. The file that it opens has no name any more: it is gone
// with this process, however that ends.
var program = sync.OnceValues(func() (*os.File, error) {
	dir, err := os.MkdirTemp("", "fedhub-e2e-")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "fedhub")
	build := exec.Command("go", "build", "-o", path, "github.com/fedhub/fedhub/cmd/fedhub") //nolint:gosec // G204: our own path; for all tests, so of no one's context
	out, err := build.CombinedOutput()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("build cmd/fedhub: %w\n%s", err, out), os.RemoveAll(dir))
	}
	f, err := os.Open(path)
	return f, errors.Join(err, os.RemoveAll(dir))
})

// proc is one controller in a process of its own, which ends with the test at the latest.
type proc struct {
	name string
	dir  string   // data directory
	rest string   // address of its REST server
	fed  string   // address of its fed-master service
	wrap []string // command line in front of the program's: to start it elsewhere
	attr syscall.SysProcAttr

	inNamespace bool // its files are not where others look for them; see seen

	t      *testing.T
	cmd    *exec.Cmd
	log    *os.File
	client atomic.Pointer[wire.ClientWithResponses]
	token  atomic.Pointer[string]
}

// newProc returns a controller on free ports of loopback, not started.
func newProc(t *testing.T, name string) *proc {
	t.Helper()
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	p := &proc{name: name, dir: filepath.Join(dir, "data"), rest: waittest.Address(t), fed: waittest.Address(t), t: t, log: log}
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("log of %s, its end:\n%s", name, tail(log.Name()))
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// launch starts the process and does not wait for it.
func (p *proc) launch() {
	p.t.Helper()
	binary, err := program()
	if err != nil {
		p.t.Fatal(err)
	}
	password := filepath.Join(filepath.Dir(p.dir), "password")
	if err := os.WriteFile(password, []byte(adminPassword), 0o600); err != nil {
		p.t.Fatal(err)
	}
	args := append(append([]string{}, p.wrap...),
		fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), binary.Fd()),
		"serve", "--name", p.name, "--data-dir", p.dir, "--listen", p.rest, "--fed-listen", p.fed,
		"--address", p.rest, "--admin-password-file", password)
	p.cmd = exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // G204: our own program; kill ends it
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	attr := p.attr
	attr.Pdeathsig = syscall.SIGKILL
	p.cmd.SysProcAttr = &attr
	p.cmd.Env = append(os.Environ(), "HTTPS_PROXY=", "https_proxy=")
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
}

// start starts the process and returns when its REST server answers.
func (p *proc) start() {
	p.t.Helper()
	p.launch()
	p.login()
}

// kill ends the process with SIGKILL, if it runs.
func (p *proc) kill() {
	_ = p.end(syscall.SIGKILL) //nolint:errcheck // it says how the process ended, and that is known
}

// stop ends the process in good order.
func (p *proc) stop() {
	p.t.Helper()
	if err := p.end(syscall.SIGTERM); err != nil {
		p.t.Errorf("%s: %v", p.name, err)
	}
}

func (p *proc) end(sig syscall.Signal) error {
	if p.cmd == nil {
		return nil
	}
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("%s: %v", p.name, err)
	}
	err := p.cmd.Wait()
	p.cmd = nil
	return err
}

// seen returns where this process finds a file of p's.
func (p *proc) seen(path string) string {
	if !p.inNamespace {
		return path
	}
	return fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, path)
}

// await polls until ok returns nil, and fails the test with its last error after procPatience. It returns
// how long it took.
func await(t *testing.T, what string, ok func() error) time.Duration {
	t.Helper()
	began := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ok()
		if err == nil {
			return time.Since(began)
		}
		if time.Since(began) > procPatience {
			t.Fatalf("not %s within %s: %v", what, procPatience, err)
		}
		<-tick.C
	}
}

// tail returns the end of a file, for a person.
func tail(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-4000):])
}

// quiet is a logger for what runs in this process.
func quiet() *slog.Logger {
	if testing.Verbose() && os.Getenv("FEDHUB_E2E_LOG") != "" {
		return slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	return slog.New(slog.DiscardHandler)
}
