package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/deploy/examples"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// TestServe runs a controller, speaks to it, and ends it.
func TestServe(t *testing.T) {
	dir, addresses := t.TempDir(), waittest.Must(freeAddresses(2))(t)
	password := writeFile(t, fakePassword)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{
			"serve", "--name", "berlin", "--data-dir", dir, "--listen", addresses[0], "--fed-listen", addresses[1], "--admin-password-file", password,
		}, surroundings{stdout: &stderr, stderr: &stderr, now: time.Now})
	}()
	env := []string{
		"FEDHUB_SERVER=https://" + addresses[0], "FEDHUB_PASSWORD_FILE=" + password, "FEDHUB_CA_FILE=" + filepath.Join(dir, restKeys, "ca.pem"),
	}
	got := untilUp(t, attempt{args: words("cluster list"), env: env})
	if !strings.Contains(got.stdout, "berlin  standalone") {
		t.Errorf("cluster list: %+v", got)
	}
	second := try(t, attempt{args: []string{"serve", "--data-dir", dir, "--listen", "127.0.0.1:0"}})
	if second.code != exitFailed || !strings.Contains(second.stderr, "another fedhub runs on it") {
		t.Errorf("a second controller on one directory: %+v", second)
	}
	cancel()
	if code := <-ended; code != exitDone {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}

// untilUp tries until the server listens.
func untilUp(t *testing.T, a attempt) result {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for patience := time.After(demoPatience); ; {
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

// TestDemoPolicy expects that all of the example policy is taken.
func TestDemoPolicy(t *testing.T) {
	imported := waittest.Must(policy.Import(examples.DemoFile, examples.Demo(), policy.ScopeFederal))(t)
	rules := 0
	for _, item := range imported.Report(policy.NewState(policy.ScopeFederal)) {
		if item.Outcome != policy.OutcomeCreated {
			t.Errorf("line %d: %s %s is %s: %s", item.Line, item.Kind, item.Name, item.Outcome, item.Reason)
		}
		if item.Kind == "rule" {
			rules++
		}
	}
	if rules < 20 {
		t.Errorf("got %d rules, want 20 or more", rules)
	}
}
