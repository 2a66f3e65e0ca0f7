package network

import (
	"encoding/json"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/fedhub/fedhub/agent/apply"
)

// TestPlan_own: whatever the rules say, the controller's own pods stay connected.
func TestPlan_own(t *testing.T) {
	state := federal(t, allow(100_001, "fed.containers", "fed.containers", "tcp/80"), deny(100_002, "fed.containers", "external", "any"))
	for _, kind := range []apply.Kind{ClusterNetworkPolicy, AdminNetworkPolicy} {
		t.Run(kind.Kind, func(t *testing.T) {
			c := Cluster{Plugin: "some", Serves: serves(kind), Own: "fedhub"}
			c.Namespaces = []*corev1.Namespace{namespace("shop", nil), namespace("fedhub", nil)}
			c.Pods = []*corev1.Pod{pod("shop", "web", nil), pod("fedhub", "fedhub-0", nil)}
			var compiler Compiler
			plan := compiler.Plan(state, nil, c)
			guard := slices.IndexFunc(plan.Objects, func(o apply.Object) bool { return o.Name == "fedhub-own" })
			if guard < 0 {
				t.Fatalf("nothing guards it: %+v", plan.Objects)
			}
			inShop := false
			for i, o := range plan.Objects {
				inShop = inShop || o.Namespace == "shop"
				if o.Namespace == "fedhub" {
					t.Errorf("%s %s isolates it", o.Kind.Kind, o.Name)
				}
				if o.Kind != kind {
					continue
				}
				var spec tierSpec
				if err := json.Unmarshal(o.Spec, &spec); err != nil {
					t.Fatal(err)
				}
				if (spec.Priority == 0) != (i == guard) {
					t.Errorf("%s has priority %d", o.Name, spec.Priority)
				}
			}
			if !inShop {
				t.Error("other pods are left alone, too")
			}
		})
	}
}
