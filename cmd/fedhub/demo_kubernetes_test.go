package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/internal/waittest"
)

// TestDemo_kubernetes runs the demo on a machine without kubectl, until it is interrupted.
func TestDemo_kubernetes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts three controllers and three Kubernetes API servers")
	}
	path := t.TempDir()
	if err := os.Symlink(waittest.Must(exec.LookPath("go"))(t), filepath.Join(path, "go")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	demo := exec.CommandContext(t.Context(), waittest.Must(os.Executable())(t), "demo", "--kubernetes", "--data-dir", dir) //nolint:gosec // G204: this test
	demo.Env = append(os.Environ(), asProgram, "PATH="+path)
	var stderr strings.Builder
	demo.Stderr = &stderr
	stdout := bufio.NewScanner(waittest.Must(demo.StdoutPipe())(t))
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for stdout.Scan() {
		said.WriteString(stdout.Text() + "\n")
		if strings.Contains(stdout.Text(), "Ctrl-C ends the demo") {
			if err := demo.Process.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		}
	}
	if err := demo.Wait(); err != nil {
		t.Errorf("%v: %s", err, stderr.String())
	}
	for _, want := range demoKubernetesSays {
		if !regexp.MustCompile(`(?m)` + want).MatchString(said.String()) {
			t.Errorf("it did not say %s", want)
		}
	}
	if t.Failed() {
		t.Log(said.String())
		for _, log := range waittest.Must(filepath.Glob(filepath.Join(dir, "*.log")))(t) {
			t.Logf("%s:\n%s", log, waittest.Must(os.ReadFile(log))(t))
		}
	}
}

// demoKubernetesSays are lines of the demo. The times are in the last column.
var demoKubernetesSays = []string{
	`^Starting 3 Kubernetes API servers in \S+\n  all ready +[\d.]+m?s$`,
	`^  berlin: token in hand to in sync +[\d.]+m?s$`,
	`^A privileged pod in berlin, while there is no rule:\n  pod/debug created \(server dry run\)$`,
	`^  admission rule 100001 stored at the master +[\d.]+m?s\n    and refused in berlin +[\d.]+m?s\n    and refused in lima +[\d.]+m?s$`,
	`^  its status in berlin: enforced\n  its status in lima: enforced$`,
	`^The same pod in berlin now:\n  Error from server \(Forbidden\): pods "debug" is forbidden: .* refused by rule 100001 of the federation's master master: `,
	`^The same pod in lima now:\n  Error from server \(Forbidden\): pods "debug" is forbidden: .* refused by rule 100001 of the federation's master master: `,
	`^  network rule 100001 stored at the master +[\d.]+m?s\n    and a NetworkPolicy in berlin +[\d.]+m?s\n    and a NetworkPolicy in lima +[\d.]+m?s$`,
	`^  its status in lima: partial, no network plugin `,
	`^  there again in berlin +[\d.]+m?s\n    and in the master's feed +[\d.]+m?s\n  cluster.drifted: NetworkPolicy shop/fedhub-rule-100001-in deleted, healed in `,
	`^  kubectl --kubeconfig \S+ get networkpolicies,validatingadmissionpolicies -A$`,
}
