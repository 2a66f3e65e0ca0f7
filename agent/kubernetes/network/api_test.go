package network

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/internal/kubetest"
)

// What a plan says is what the API has after an apply: it takes every object, and adds no default.
func TestPlan_isWhatTheAPIKeeps(t *testing.T) {
	api := kubetest.Shared(t)
	for _, file := range []string{"testdata/clusternetworkpolicies.yaml", "testdata/adminnetworkpolicies.yaml"} {
		crd, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		api.Apply(t, crd)
	}
	for _, name := range []string{"shop", "blog", "lab", "empty"} {
		api.Apply(t, []byte(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"`+name+`"}}`))
	}
	client, ctx := api.Dynamic(), t.Context()
	for name, tt := range cases() {
		t.Run(name, func(t *testing.T) {
			for _, o := range planOf(t, federal(t, tt.policy...), tt.cluster()).Objects {
				kept(ctx, t, client, o)
			}
		})
	}
	t.Run("drawn", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			d := drawer{t}
			c := d.cluster()
			federated, own := d.policies()
			var compiler Compiler
			for _, o := range compiler.Plan(federated, own, c).Objects {
				kept(ctx, t, client, o)
			}
		})
	})
}

// kept applies an object as a dry run and compares what the API would keep.
func kept(ctx context.Context, tb rapid.TB, client dynamic.Interface, o apply.Object) {
	tb.Helper()
	var want map[string]any
	if err := json.Unmarshal(o.Spec, &want); err != nil {
		tb.Fatal(err)
	}
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": o.Kind.GroupVersion().String(), "kind": o.Kind.Kind, "spec": want,
		"metadata": map[string]any{"name": o.Name},
	}}
	var resource dynamic.ResourceInterface = client.Resource(o.Kind.GVR())
	if o.Kind.Namespaced {
		resource = client.Resource(o.Kind.GVR()).Namespace(o.Namespace)
	}
	got, err := resource.Apply(ctx, o.Name, object, metav1.ApplyOptions{
		FieldManager: "test", DryRun: []string{metav1.DryRunAll},
	})
	if err != nil {
		tb.Fatalf("%s: %v\n%s", o.Name, err, o.Spec)
	}
	text, err := json.Marshal(got.Object["spec"])
	if err != nil {
		tb.Fatal(err)
	}
	var has map[string]any
	if err := json.Unmarshal(text, &has); err != nil {
		tb.Fatal(err)
	}
	if d := cmp.Diff(want, has); d != "" {
		tb.Fatalf("%s: -said +kept\n%s", o.Name, d)
	}
}
