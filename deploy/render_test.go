package deploy_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/fedhub/fedhub/internal/waittest"
)

const (
	chart     = "helm/fedhub"
	namespace = "fedhub"

	// forKubernetes is what a chart is rendered for when there is no cluster to ask.
	forKubernetes = "--kube-version=1.36.0"

	bufferSize = 4 << 10
)

// programs are the paths of the programs of tools/helm. They are built if they have to be.
var programs = sync.OnceValues(func() (map[string]string, error) {
	paths := map[string]string{}
	for _, name := range []string{"helm", "kustomize"} {
		// They outlive the test that asks first.
		out, err := exec.CommandContext(context.Background(), "go", "-C", "../tools/helm", "tool", "-n", name).Output() //nolint:gosec // G204: the names above
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", name, err)
		}
		paths[name] = strings.TrimSpace(string(out))
	}
	return paths, nil
})

// helm runs helm, with nothing of the user's own.
func helm(t *testing.T, args ...string) string {
	t.Helper()
	return command(t, helmCommand(t, args...))
}

func helmCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	watchSources(t)
	cmd := exec.CommandContext(t.Context(), waittest.Must(programs())(t)["helm"], args...) //nolint:gosec // G204: this test's own arguments
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home, "KUBECONFIG=")
	return cmd
}

// render returns the chart's objects, as release fedhub in namespace fedhub.
func render(t *testing.T, values ...string) string {
	t.Helper()
	return helm(t, slices.Concat([]string{"template", "fedhub", chart, "-n", namespace, forKubernetes}, values)...)
}

// build returns the objects of a kustomization.
func build(t *testing.T, dir string) string {
	t.Helper()
	watchSources(t)
	return command(t, exec.CommandContext(t.Context(), waittest.Must(programs())(t)["kustomize"], "build", dir)) //nolint:gosec // G204: this test's own arguments
}

// watchSources lets the test's cached result end when a manifest changes: the go command knows what a test looks
// at, but not what the programs look at that it starts.
func watchSources(t *testing.T) {
	t.Helper()
	for _, dir := range []string{"helm", "kustomize", "testdata", "../tools/helm", "../cmd/fedhub"} {
		err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// command returns what the command printed, and ends the test if it fails.
func command(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr.String())
	}
	return string(out)
}

// objects reads a stream of YAML documents.
func objects(t *testing.T, documents string) []*unstructured.Unstructured {
	t.Helper()
	var all []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(documents)), bufferSize); ; {
		o := &unstructured.Unstructured{}
		if err := decoder.Decode(&o.Object); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if len(o.Object) > 0 {
			all = append(all, o)
		}
	}
}

// one returns the only object of the kind and name.
func one(t *testing.T, all []*unstructured.Unstructured, kind, name string) *unstructured.Unstructured {
	t.Helper()
	for _, o := range all {
		if o.GetKind() == kind && o.GetName() == name {
			return o
		}
	}
	t.Fatalf("there is no %s %s", kind, name)
	return nil
}

// byName returns the objects, without the namespace itself, by kind and name. Lists of things with names are
// sorted: their order means nothing, and tools differ in it.
func byName(t *testing.T, documents string) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, o := range objects(t, documents) {
		if o.GetKind() != "Namespace" {
			all[o.GetKind()+" "+o.GetNamespace()+"/"+o.GetName()] = sorted(o.Object)
		}
	}
	return all
}

func sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = sorted(v[k])
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
		slices.SortStableFunc(v, func(a, b any) int { return cmp.Compare(nameOf(a), nameOf(b)) })
	}
	return v
}

func nameOf(v any) string {
	m, _ := v.(map[string]any)    //nolint:errcheck // what is no map has no name
	name, _ := m["name"].(string) //nolint:errcheck // nor has this
	return name
}

// env returns the variables of the controller.
func env(t *testing.T, all []*unstructured.Unstructured) map[string]string {
	t.Helper()
	containers, _, err := unstructured.NestedSlice(one(t, all, "StatefulSet", "fedhub").Object, "spec", "template", "spec", "containers")
	if err != nil || len(containers) != 1 {
		t.Fatalf("containers: %v, %v", containers, err)
	}
	container, _ := containers[0].(map[string]any) //nolint:errcheck // a nil map has no variables
	list, _, err := unstructured.NestedSlice(container, "env")
	values := map[string]string{}
	for _, v := range waittest.Must(list, err)(t) {
		variable, _ := v.(map[string]any)                 //nolint:errcheck // as above
		values[nameOf(v)], _ = variable["value"].(string) //nolint:errcheck // one from a Secret has none here
	}
	return values
}
