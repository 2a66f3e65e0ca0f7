package network

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
)

func TestCompiler_DependsOn(t *testing.T) {
	db := group("fed.db", "app", "=", "db")
	for name, tt := range map[string]struct {
		policy []events.Object
		want   Depends
	}{
		"nothing":        {},
		"disabled":       {policy: []events.Object{db, events.NetworkRule{ID: 100_001, From: "fed.db", To: "fed.db", Disabled: true}}},
		"workloads":      {policy: []events.Object{db, allow(100_001, "fed.db", "fed.db", "any")}, want: Depends{Pods: true, Namespaces: true}},
		"a service":      {policy: []events.Object{group("fed.s", "service", "=", "x"), allow(100_001, "fed.s", "fed.s", "any")}, want: Depends{Pods: true, Namespaces: true, Services: true}},
		"the outside":    {policy: []events.Object{db, allow(100_001, "fed.db", "external", "any")}, want: Depends{Pods: true, Namespaces: true, Nodes: true, Addresses: true}},
		"one workload":   {policy: []events.Object{db, allow(100_001, "fed.db", "Workload:10.1.0.1", "any")}, want: Depends{Pods: true, Namespaces: true, Addresses: true}},
		"nodes":          {policy: []events.Object{db, allow(100_001, "nodes", "fed.db", "any")}, want: Depends{Pods: true, Namespaces: true, Nodes: true}},
		"only addresses": {policy: []events.Object{group("fed.a", "address", "=", "8.8.8.8"), allow(100_001, "fed.a", "external", "any")}, want: Depends{Nodes: true, Addresses: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var c Compiler
			c.Plan(federal(t, tt.policy...), nil, shopCluster())
			if got := c.DependsOn(); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A pod that comes to a namespace without any brings the policy there.
func TestCompiler_followsPods(t *testing.T) {
	state := federal(t, group("fed.db", "app", "=", "db"), allow(100_001, "fed.containers", "fed.db", "any"))
	cluster := shopCluster()
	var c Compiler
	homes := func() (out []string) {
		for _, o := range c.Plan(state, nil, cluster).Objects {
			out = append(out, o.Namespace)
		}
		return out
	}
	if got := homes(); !slices.Equal(got, []string{"shop"}) {
		t.Errorf("got policies in %v", got)
	}
	cluster.Pods = append(slices.Clone(cluster.Pods), pod("blog", "db-0", map[string]string{"app": "db"}))
	if got := homes(); !slices.Equal(got, []string{"blog", "shop"}) {
		t.Errorf("got policies in %v", got)
	}
	gone := pod("shop", "db-0", map[string]string{"app": "db"})
	gone.Status.Phase = corev1.PodSucceeded
	cluster.Pods = []*corev1.Pod{gone}
	if got := homes(); len(got) != 0 {
		t.Errorf("got policies in %v for a pod that has ended", got)
	}
}

// What is not changed is not written anew.
func TestCompiler_keepsWhatItMade(t *testing.T) {
	state := federal(t, group("fed.db", "app", "=", "db"), allow(100_001, "fed.db", "fed.db", "any"), allow(100_002, "fed.db", "fed.db", "tcp/80"))
	var c Compiler
	before := c.Plan(state, nil, shopCluster())
	changed := state.Clone()
	r, _ := changed.Rule(100_002)
	r.Ports = "tcp/81"
	policytest.Fold(t, changed, r.Defined())
	after := c.Plan(changed, nil, shopCluster())
	if &before.Objects[0].Spec[0] != &after.Objects[0].Spec[0] {
		t.Error("a rule that did not change was written anew")
	}
	if string(before.Objects[1].Spec) == string(after.Objects[1].Spec) || before.Objects[1].Name != after.Objects[1].Name {
		t.Errorf("a rule that changed became %s", after.Objects[1].Spec)
	}
}

// Kubernetes has 1,001 levels, and the first is taken. What comes behind them is not enforced in a wrong order.
func TestPlan_tooManyTurns(t *testing.T) {
	objects := []events.Object{group("fed.db", "app", "=", "db")}
	for i := range maxLevel + 5 {
		r := allow(uint32(100_001+i), "fed.db", "fed.db", fmt.Sprint("tcp/", i+1))
		if i%2 == 1 {
			r.Action = "deny"
		}
		objects = append(objects, r)
	}
	plan := planOf(t, federal(t, objects...), shopCluster(ClusterNetworkPolicy))
	levels := 0
	for _, o := range plan.Objects {
		if o.Kind == ClusterNetworkPolicy {
			levels++
		}
	}
	if levels != maxLevel+1 {
		t.Errorf("got %d ordered rules, want %d", levels, maxLevel+1)
	}
	if len(plan.Short) != 2 || plan.Short[0].Object.Name != "101002" || plan.Short[0].State != events.Unsupported {
		t.Errorf("got %v", plan.Short)
	}
}

// A rule with more ports and addresses than one object takes becomes several.
func TestPlan_partsOfRules(t *testing.T) {
	var list []string
	for i := range 61 {
		list = append(list, fmt.Sprint("tcp/", 1+2*i))
	}
	ports := strings.Join(list, ",")
	far := group("fed.far")
	for i := range 200 {
		far.Criteria = append(far.Criteria, events.Criterion{Key: "address", Op: "=", Value: fmt.Sprint("8.8.", i, ".1")})
	}
	objects := []events.Object{group("fed.db", "app", "=", "db"), far}
	objects = append(objects, deny(100_001, "fed.db", "fed.far", ports), deny(100_002, "fed.many", "fed.db", ports))
	c := shopCluster(ClusterNetworkPolicy)
	many := group("fed.many", "image", "prefix", "many")
	for i := range 300 {
		c.Pods = append(c.Pods, withImage("many:1", pod("shop", fmt.Sprint("m", i), map[string]string{"n": strconv.Itoa(i)})))
	}
	plan := planOf(t, federal(t, append(objects, many)...), c)
	parts := map[string]int{}
	for _, o := range plan.Objects {
		spec := decoded[tierSpec](t, o.Spec)
		if len(spec.Ingress) > clusterEntries || len(spec.Egress) > clusterEntries {
			t.Errorf("%s has %d and %d entries", o.Name, len(spec.Ingress), len(spec.Egress))
		}
		for _, r := range append(spec.Ingress, spec.Egress...) {
			if len(r.From) > clusterEntries || len(r.To) > clusterEntries || len(r.Protocols) > clusterEntries {
				t.Errorf("%s has an entry that is too long", o.Name)
			}
		}
		parts[o.For[0].Name]++
	}
	if len(plan.Short) != 0 || parts["100001"] != 1 || parts["100002"] != 2 {
		t.Errorf("got %v objects and %v", parts, plan.Short)
	}
}
