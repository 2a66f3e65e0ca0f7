package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/internal/waittest"
)

const guide = "../docs/install.md"

// TestInstall_helm renders the chart with the values of each helm command of the guide, an upgrade with those of
// the commands before it, too.
func TestInstall_helm(t *testing.T) {
	text := strings.ReplaceAll(string(waittest.Must(os.ReadFile(guide))(t)), "\\\n", " ")
	commands := regexp.MustCompile(`(?m)^helm (install|upgrade) fedhub deploy/helm/fedhub -n fedhub (.*)$`).FindAllStringSubmatch(text, -1)
	if len(commands) < 3 {
		t.Fatalf("got %d commands", len(commands))
	}
	var values []string
	for _, c := range commands {
		if verb := c[1]; verb == "install" {
			values = nil
		}
		for word := range strings.FieldsSeq(c[2]) {
			if word != "--reuse-values" {
				values = append(values, word)
			}
		}
		render(t, values...)
	}
}

// TestInstall_kustomize builds the kustomization of the guide.
func TestInstall_kustomize(t *testing.T) {
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(string(waittest.Must(os.ReadFile(guide))(t)))
	if block == nil {
		t.Fatal("there is none")
	}
	dir := waittest.Must(filepath.EvalSymlinks(t.TempDir()))(t)
	here := waittest.Must(filepath.Rel(dir, waittest.Must(filepath.Abs("."))(t)))(t)
	text := strings.ReplaceAll(block[1], "../fedhub/deploy", here)
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if built := build(t, dir); !strings.Contains(built, "image: REGISTRY/fedhub:0.1.0") {
		t.Errorf("it has another image:\n%s", built)
	}
}
