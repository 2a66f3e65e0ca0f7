package kubeapi_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/internal/kubeapi"
	"github.com/fedhub/fedhub/internal/waittest"
)

// source is a tree with a program that takes no minutes.
var source = map[string]string{
	"go.mod":  "module small\n\ngo 1.26.0\n\nrequire k8s.io/kubernetes v1.36.3\n",
	"main.go": "package main\n\nfunc main() {}\n",
}

func TestBinary(t *testing.T) {
	dir := inSmallTree(t)
	first, said := binaries(t)
	if got, want := strings.Count(said, "building"), 1; got != want {
		t.Errorf("built %d times, want %d: %s", got, want, said)
	}
	if out, err := exec.CommandContext(t.Context(), first).CombinedOutput(); err != nil { //nolint:gosec // G204: it was built of source
		t.Errorf("%v: %s", err, out)
	}
	if _, said := binaries(t); said != "" {
		t.Errorf("with the binary there: got %q, want nothing", said)
	}
	write(t, filepath.Join(dir, "main.go"), source["main.go"]+"\n// Changed.\n")
	if second, _ := binaries(t); second == first {
		t.Errorf("with another source: got the same binary %s", second)
	}
}

func TestBinary_noSource(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := kubeapi.Binary(t.Context(), t.Output()); !errors.Is(err, kubeapi.ErrNoSource) {
		t.Errorf("got %v, want %v", err, kubeapi.ErrNoSource)
	}
}

// TestBinary_stopped does not leave half a binary.
func TestBinary_stopped(t *testing.T) {
	inSmallTree(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := kubeapi.Binary(ctx, stopper(cancel)); err == nil {
		t.Error("stopped: got no error")
	}
	if path, err := kubeapi.Binary(t.Context(), t.Output()); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// stopper stops whoever writes.
type stopper context.CancelFunc

func (s stopper) Write(p []byte) (int, error) {
	s()
	return len(p), nil
}

// binaries asks for the binary four times at once, and returns its path and all that was told meanwhile.
func binaries(t *testing.T) (path, said string) {
	t.Helper()
	paths, told := make([]string, 4), make([]strings.Builder, 4)
	var asking sync.WaitGroup
	for i := range paths {
		asking.Go(func() {
			var err error
			if paths[i], err = kubeapi.Binary(t.Context(), &told[i]); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	var all strings.Builder
	for i := range paths {
		if paths[i] != paths[0] {
			t.Errorf("got %s and %s", paths[0], paths[i])
		}
		all.WriteString(told[i].String())
	}
	return paths[0], all.String()
}

// inSmallTree goes into a tree with the small program and a cache of its own, and returns the program's folder.
func inSmallTree(t *testing.T) string {
	t.Helper()
	// What was compiled before stays known, though its place follows from the one that is changed here.
	built := waittest.Must(exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output())(t)
	t.Setenv("GOCACHE", strings.TrimSpace(string(built)))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	tree := t.TempDir()
	dir := filepath.Join(tree, "tools", "kubeapi")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range source {
		write(t, filepath.Join(dir, name), text)
	}
	t.Chdir(tree)
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
