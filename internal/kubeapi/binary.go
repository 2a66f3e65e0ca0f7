package kubeapi

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// program is the name of the program, and of its folder in tools.
const program = "kubeapi"

// Binary returns the path of the program. If this version of it was not built yet, it is built: that takes
// some minutes the first time, and progress is told of it. The error can be [ErrNoSource].
func Binary(ctx context.Context, progress io.Writer) (string, error) {
	source, err := findSource()
	if err != nil {
		return "", err
	}
	dir, err := cacheDir(ctx, source)
	if err != nil {
		return "", fmt.Errorf("kubeapi: %w", err)
	}
	binary := filepath.Join(dir, program+executableSuffix)
	if isThere(binary) {
		return binary, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("kubeapi: %w", err)
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", fmt.Errorf("kubeapi: %w", err)
	}
	defer unlock()
	if isThere(binary) { // who had the lock has built it
		return binary, nil
	}
	fmt.Fprintln(progress, "building the Kubernetes API server into", dir, "- the first time this takes some minutes")
	return binary, build(ctx, source, binary)
}

var executableSuffix = map[string]string{"windows": ".exe"}[runtime.GOOS]

// build builds the program of the source. The binary is there as a whole or not at all.
func build(ctx context.Context, source, binary string) error {
	flags, err := versionFlags(source)
	if err != nil {
		return fmt.Errorf("kubeapi: %w", err)
	}
	fresh := binary + ".new"
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", fresh, ".") //nolint:gosec // G204: our own source
	cmd.Dir = source
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kubeapi: %w: %s", err, out)
	}
	return os.Rename(fresh, binary)
}

// versionFlags has the linker tell the program which Kubernetes it is; it would call itself v0.0.0.
func versionFlags(source string) (string, error) {
	name := filepath.Join(source, "go.mod")
	text, err := os.ReadFile(name) //nolint:gosec // G304: our own source
	if err != nil {
		return "", err
	}
	mod, err := modfile.ParseLax(name, text, nil)
	if err != nil {
		return "", err
	}
	for _, r := range mod.Require {
		if r.Mod.Path != "k8s.io/kubernetes" {
			continue
		}
		major, minor, _ := strings.Cut(strings.TrimPrefix(semver.MajorMinor(r.Mod.Version), "v"), ".")
		flags := []string{"-s", "-w"}
		for _, p := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
			for field, value := range map[string]string{
				"gitVersion": r.Mod.Version, "gitMajor": major, "gitMinor": minor, "gitCommit": "unknown", "gitTreeState": "clean",
			} {
				flags = append(flags, "-X", p+"."+field+"="+value)
			}
		}
		return strings.Join(flags, " "), nil
	}
	return "", fmt.Errorf("%s: k8s.io/kubernetes is not required", name)
}
