package admission_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// home is the controller's own namespace, which all tests share.
const home = "fedhub"

// caseLabel says which case an object belongs to. Bindings are limited to objects with the label of theirs, so that
// many rules are in force at once and each of them alone.
const caseLabel = "fedhub.test/case"

// cluster is a cluster as a test sees it.
type cluster struct {
	*kubetest.API
	*warnings
	space string // a namespace of the test's own
	label string // of what the test makes; "": none
}

var makeHome sync.Once

func clusterFor(t *testing.T) cluster {
	t.Helper()
	c := cluster{API: kubetest.Shared(t)}
	c.warnings, c.space = warningsOf(t, c.Config()), c.Namespace(t)
	c.label = c.space
	makeHome.Do(func() {
		_, err := c.Client().CoreV1().Namespaces().Create(t.Context(), &core.Namespace{ObjectMeta: meta.ObjectMeta{Name: home}}, meta.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			t.Fatal(err)
		}
	})
	return c
}

// write applies the objects of a plan.
func (c cluster) write(t *testing.T, objects ...apply.Object) {
	t.Helper()
	var all errgroup.Group
	all.SetLimit(16)
	for _, o := range objects {
		all.Go(func() error {
			u := unstructured.Unstructured{Object: map[string]any{}}
			u.SetGroupVersionKind(o.Kind.GroupVersionKind)
			u.SetName(o.Name)
			var spec map[string]any
			if err := json.Unmarshal(o.Spec, &spec); err != nil {
				return err
			}
			if c.label != "" && o.Kind == admission.Binding {
				spec["matchResources"] = map[string]any{"objectSelector": map[string]any{"matchLabels": map[string]any{caseLabel: c.label}}}
			}
			u.Object["spec"] = spec
			_, err := c.Dynamic().Resource(o.Kind.GVR()).Apply(t.Context(), o.Name, &u, meta.ApplyOptions{FieldManager: "fedhub", Force: true})
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

// await waits until every probe of the objects is met.
func (c cluster) await(t *testing.T, objects ...apply.Object) {
	t.Helper()
	for i, o := range objects {
		if i > 0 && o.Probe == objects[i-1].Probe {
			continue // the binding of the policy before it
		}
		waittest.Until(t, "in force: "+o.Name, func() bool { return c.probed(t, *o.Probe) })
	}
}

// probed reports whether a probe is met, by a denial or a warning.
func (c cluster) probed(t *testing.T, p apply.Probe) bool {
	t.Helper()
	_, err := c.Core.CoreV1().ConfigMaps(home).Create(t.Context(), &core.ConfigMap{ObjectMeta: c.meta(p.Name)},
		meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
	return err != nil && strings.Contains(err.Error(), p.Mark) || c.heard(p.Mark)
}

func (c cluster) meta(name string) meta.ObjectMeta {
	out := meta.ObjectMeta{Name: name}
	if c.label != "" {
		out.Labels = map[string]string{caseLabel: c.label}
	}
	return out
}

// parse reads an object in YAML.
func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	var o unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(text), &o.Object); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return &o
}

// resources are the names of the resources of the kinds that tests write.
var resources = map[string]schema.GroupVersionResource{
	"Pod":                   {Version: "v1", Resource: "pods"},
	"ReplicationController": {Version: "v1", Resource: "replicationcontrollers"},
	"PersistentVolumeClaim": {Version: "v1", Resource: "persistentvolumeclaims"},
	"Deployment":            {Group: "apps", Version: "v1", Resource: "deployments"},
	"DaemonSet":             {Group: "apps", Version: "v1", Resource: "daemonsets"},
	"StatefulSet":           {Group: "apps", Version: "v1", Resource: "statefulsets"},
	"ReplicaSet":            {Group: "apps", Version: "v1", Resource: "replicasets"},
	"Job":                   {Group: "batch", Version: "v1", Resource: "jobs"},
	"CronJob":               {Group: "batch", Version: "v1", Resource: "cronjobs"},
}

// refusal creates the object as a dry run and returns what one of our rules says against it, or "".
func (c cluster) refusal(t *testing.T, namespace string, o *unstructured.Unstructured) string {
	t.Helper()
	o = o.DeepCopy()
	if c.label != "" {
		labels := o.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels[caseLabel] = c.label
		o.SetLabels(labels)
	}
	_, err := c.Objects.Resource(resources[o.GetKind()]).Namespace(namespace).Create(t.Context(), o,
		meta.CreateOptions{DryRun: []string{meta.DryRunAll}, FieldValidation: "Strict"})
	return refusalIn(t, err)
}

// refusalIn returns the text of a refusal by one of our rules. Any other error fails the test.
func refusalIn(t *testing.T, err error) string {
	t.Helper()
	var status apierrors.APIStatus
	switch {
	case err == nil:
		return ""
	case errors.As(err, &status) && strings.Contains(err.Error(), "refused by"):
		return err.Error()
	}
	t.Fatal(err)
	return ""
}
