// Package fedhub_test checks what no single package can: that the folders use each other as
// ARCHITECTURE.md says, and that the README's commands work.
package fedhub_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fedhub/fedhub"

// mayImport is the architecture: package -> the packages of this module that it may use. A package
// that is not listed fails the test: decide first where it belongs. "*" stands for every package;
// a pattern stands for every package that it matches.
var mayImport = map[string][]string{
	"events":          {},
	"events/bus":      {"events", "internal/logkey"},
	"policy":          {"events"},
	"hub":             {"events", "events/bus", "policy", "internal/logkey"},
	"agent":           {"events", "events/bus", "policy", "internal/logkey"},
	"agent/inventory": {"events", "internal/logkey"},

	"agent/apply":                {"events", "internal/logkey"},
	"agent/kubernetes":           {"agent", "agent/apply", "agent/inventory", "agent/kubernetes/admission", "agent/kubernetes/network", "events", "policy"},
	"agent/kubernetes/admission": {"agent/apply", "events", "policy"},
	"agent/kubernetes/network":   {"agent/apply", "events", "policy"},
	"agent/neuvector":            {"agent", "agent/apply", "events", "policy"},
	"cluster":                    {"events", "events/bus", "policy", "hub", "agent", "internal/logkey"},
	"api/wire":                   {"events", "policy"},
	"api/console":                {},
	"api":                        {"api/wire", "cluster", "hub", "agent", "policy", "events", "events/bus", "internal/logkey"},
	"cmd/fedhub":                 {"api", "api/console", "api/wire", "cluster", "hub", "agent", "agent/kubernetes", "agent/neuvector", "policy", "events", "events/bus", "internal/kubeapi", "internal/logkey", "deploy/examples"},

	"deploy/examples": {},

	"internal/logkey":         {},
	"internal/kubeapi":        {},
	"internal/kubeapi/build":  {"internal/kubeapi"},
	"internal/e2e":            {"*"},
	"internal/e2e/kubernetes": {"*"},
	"internal/waittest":       {},
	"internal/fedtest":        {"*"},
	"internal/kubetest":       {"internal/kubeapi", "internal/waittest"},
	"internal/policytest":     {"events", "policy", "internal/waittest"},
}

// testWorlds are the packages that only tests, and other test worlds, may import.
const testWorlds = "internal/*test"

// reserved maps what others wrote to the one package of ours that may import it.
var reserved = map[string]string{
	"github.com/nats-io/nats-server": "events/bus",
}

// pure lists what a package must not import, for those that do no I/O. events besides has nothing but
// the standard library; .golangci.yml says so.
var pure = map[string][]string{
	"events": {"os", "os/exec", "net", "net/http", "github.com"},
	"policy": {"os", "os/exec", "net/http", "github.com/nats-io"},
}

func TestArchitecture(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed, listed := mayImport[p.name()]
		isWorld := matches(testWorlds, p.name())
		if len(p.GoFiles) > 0 && !listed {
			t.Errorf("%s is not in mayImport: decide where it belongs", p.name())
		}
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.name())
		}
		for _, imp := range p.Imports {
			dep, ours := strings.CutPrefix(imp, module+"/")
			switch {
			case ours && matches(testWorlds, dep) && !isWorld:
				t.Errorf("%s imports %s, which is for tests only", p.name(), dep)
			case ours && !permits(allowed, dep):
				t.Errorf("%s imports %s", p.name(), dep)
			case slices.ContainsFunc(pure[p.name()], func(root string) bool { return within(root, imp) }):
				t.Errorf("%s imports %s, but does no I/O", p.name(), imp)
			}
		}
		for _, imp := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for root, owner := range reserved {
				if within(root, imp) && p.name() != owner {
					t.Errorf("%s imports %s: only %s may", p.name(), imp, owner)
				}
			}
		}
	}
}

// TestArchitecture_tests holds tests to the map, too: a test may use what its package may, test worlds
// and nothing else, so that it fails for a reason in its own folder.
func TestArchitecture_tests(t *testing.T) {
	for _, p := range listPackages(t) {
		allowed := append([]string{p.name(), testWorlds}, mayImport[p.name()]...)
		for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
			if dep, ours := strings.CutPrefix(imp, module+"/"); ours && !permits(allowed, dep) {
				t.Errorf("a test of %s imports %s", p.name(), dep)
			}
		}
	}
}

// permits reports whether one of the patterns stands for the package called name.
func permits(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return p == "*" || matches(p, name) })
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// within reports whether the import path is root or below it.
func within(root, importPath string) bool {
	return importPath == root || strings.HasPrefix(importPath, root+"/")
}

// pkg is what `go list` says about a package.
type pkg struct {
	ImportPath, Doc                             string
	GoFiles, Imports, TestImports, XTestImports []string
}

// name returns the folder of the package, or "" for the root.
func (p pkg) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	watchSources(t)
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Doc,GoFiles,Imports,TestImports,XTestImports", "./...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// watchSources lets the test's cached result end when any file of the tree changes: the go command knows
// what a test looks at, but not what the programs look at that it starts.
func watchSources(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if outside := name == "bin" || name == "api/console/node_modules" || len(name) > 1 && name[0] == '.'; outside {
				return fs.SkipDir
			}
			return nil
		}
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) { // another test's file may be gone by now
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
