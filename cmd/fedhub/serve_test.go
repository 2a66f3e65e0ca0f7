package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/internal/waittest"
)

// TestServe runs a controller, speaks to it, and ends it.
func TestServe(t *testing.T) {
	c := startController(t, "berlin")
	got := try(t, attempt{args: words("cluster list"), env: c.env})
	if !strings.Contains(got.stdout, "berlin  standalone") {
		t.Errorf("cluster list: %+v", got)
	}
	second := try(t, attempt{args: []string{"serve", "--data-dir", c.dir, "--listen", "127.0.0.1:0"}})
	if second.code != exitFailed || !strings.Contains(second.stderr, "another fedhub runs on it") {
		t.Errorf("a second controller on one directory: %+v", second)
	}
}

// controller is one that runs in the test.
type controller struct {
	env  []string // that leads a command to it
	dir  string
	rest string // its addresses
	fed  string
}

// startController runs a controller until the test ends, and expects that it ends well.
func startController(t *testing.T, name string) controller {
	t.Helper()
	c := newController(t)
	c.start(t, name)
	return c
}

// newController returns the place of a controller that does not run yet.
func newController(t *testing.T) controller {
	t.Helper()
	c := controller{dir: t.TempDir(), rest: waittest.Address(t), fed: waittest.Address(t)}
	c.env = []string{
		"FEDHUB_SERVER=https://" + c.rest, "FEDHUB_PASSWORD_FILE=" + writeFile(t, fakePassword),
		"FEDHUB_CA_FILE=" + filepath.Join(c.dir, restKeys, "ca.pem"),
	}
	return c
}

// start runs the controller, with more flags, until the test ends or stop is called, and expects that it ends well.
func (c controller) start(t *testing.T, name string, more ...string) (stop func()) {
	t.Helper()
	args := append([]string{
		"serve", "--name", name, "--data-dir", c.dir, "--listen", c.rest, "--fed-listen", c.fed, "--address", c.rest,
		"--admin-password-file", writeFile(t, fakePassword),
	}, more...)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, args, surroundings{stdout: &stderr, stderr: &stderr, now: time.Now, console: smallConsole})
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != exitDone {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
	})
	t.Cleanup(stop)
	untilUp(t, attempt{args: words("version --server https://" + c.rest), env: c.env})
	return stop
}

// untilUp tries until the server listens.
func untilUp(t *testing.T, a attempt) result {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for patience := time.After(waittest.Patience); ; {
		got := try(t, a)
		if got.code == exitDone {
			return got
		}
		select {
		case <-patience:
			t.Fatalf("not up: %+v", got)
		case <-ticker.C:
		}
	}
}

// TestBenchFleet measures a very small fleet, with a hub in a process of its own.
func TestBenchFleet(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a process")
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), waittest.Must(os.Executable())(t), words("bench fleet --remotes 4 --rounds 2 -o json")...) //nolint:gosec // G204: this test
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), asProgram), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var got fleetResult
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Remotes != 4 || got.Rounds != 2 || got.LastMS <= 0 || got.LastMS < got.P50MS || got.FloorLastMS <= 0 || got.Ratio <= 0 || got.HubHeap == 0 {
		t.Errorf("got %+v", got)
	}
}
