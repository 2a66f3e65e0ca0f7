//go:build linux

package kubernetes_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/internal/kubetest"
)

// What the benchmark of memory has.
const (
	memoryPods     = 5000
	memoryPatience = 90 * time.Second // for all pods to be counted and all rules to be in force
	memoryRest     = 20 * time.Second // with nothing to do, after which the process is looked at again
)

// BenchmarkMemory prints what a remote's process has in memory, in MB, as the kernel counts it, in a cluster of 5,000 pods
// with 1,000 network rules in force: at the moment when the last rule is in force, and after a rest. The process is the
// program as it is built, with no settings of its runtime but those that it makes itself.
func BenchmarkMemory(b *testing.B) {
	kube := kubetest.Start(b)
	f := &federation{World: fedtest.New(b), kube: kube, namespace: kube.Namespace(b)}
	f.master = f.Master("hub")
	runPods(b, kube.Client(), f.namespace, memoryPods)
	pid := f.startProcess(b)
	f.groupMany()
	addRules(f.master, manyAllows(manyRules)...)
	deadline := time.After(memoryPatience)
	for !f.holdsAll() {
		select {
		case <-deadline:
			b.Fatalf("within %s not all is in force: %+v", memoryPatience, f.Summary("berlin"))
		case <-time.After(50 * time.Millisecond):
		}
	}
	b.Logf("as soon as all is in force: %s", report(b, pid, ""))
	<-time.After(memoryRest)
	b.Logf("after %s: %s", memoryRest, report(b, pid, "-rested"))
	b.ReportMetric(0, "ns/op")
}

// holdsAll reports whether the master knows that all rules are in force, and of all pods.
func (f *federation) holdsAll() bool {
	s := f.Summary("berlin")
	return s.EnforcedRevision == f.master.Federal().Revision() && s.Error == "" &&
		s.Inventory != nil && s.Inventory.RunningPods != nil && *s.Inventory.RunningPods == memoryPods
}

// report reports what the kernel says of a process's memory, and returns it as a text.
func report(b *testing.B, pid int, suffix string) string {
	b.Helper()
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }() //nolint:errcheck // it was read
	var said []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		name := strings.TrimSuffix(fields[0], ":")
		if name != "VmRSS" && name != "RssAnon" && name != "VmHWM" {
			continue
		}
		kb, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(kb*1024/1e6, name+suffix+"-MB")
		said = append(said, fmt.Sprintf("%s %.1f MB", name, kb*1024/1e6))
	}
	return strings.Join(said, ", ")
}

// startProcess starts the program as the remote berlin of the world's master, and returns its process id. It ends with the
// test.
func (f *federation) startProcess(tb testing.TB) int {
	tb.Helper()
	dir := tb.TempDir()
	binary := filepath.Join(dir, "fedhub")
	build := exec.CommandContext(tb.Context(), "go", "build", "-ldflags=-s -w", "-o", binary, "github.com/fedhub/fedhub/cmd/fedhub") //nolint:gosec // G204: our own path
	build.Env = append(os.Environ(), "CGO_ENABLED=0")                                                                                // as the image has it
	if out, err := build.CombinedOutput(); err != nil {
		tb.Fatalf("build cmd/fedhub: %v\n%s", err, out)
	}
	token, log := filepath.Join(dir, "token"), filepath.Join(dir, "log")
	if err := os.WriteFile(token, []byte(f.master.Token().JoinToken), 0o600); err != nil {
		tb.Fatal(err)
	}
	output, err := os.Create(log)
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(binary, "serve", "--name", "berlin", "--data-dir", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", //nolint:gosec,noctx // G204: our own program; the cleanup ends it
		"--fed-listen", "127.0.0.1:0", "--join-token-file", token, "--enforcer", "kubernetes", "--kubeconfig", f.kube.Kubeconfig(),
		"--namespace", f.kube.Namespace(tb), "--network-plugin", fedtest.Plugin)
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = output, output, &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Env = append(os.Environ(), "HTTPS_PROXY=", "https_proxy=")
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) //nolint:errcheck // it may have ended
		_ = cmd.Wait()                          //nolint:errcheck // how it ended does not matter
		if data, err := os.ReadFile(log); err == nil && tb.Failed() {
			tb.Logf("log of berlin:\n%s", data[max(0, len(data)-4000):])
		}
		_ = output.Close() //nolint:errcheck // as above
	})
	return cmd.Process.Pid
}
