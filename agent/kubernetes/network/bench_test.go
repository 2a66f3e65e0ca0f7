package network

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// many is how many rules the benchmarks have.
const many = 1000

// large returns a policy of many rules, each between groups of its own, and a cluster of 5,000 pods for them.
func large(tb testing.TB, kinds ...apply.Kind) (*policy.State, Cluster) {
	tb.Helper()
	var objects []events.Object
	c := Cluster{Plugin: "some", Serves: serves(kinds...)}
	c.Nodes = append(c.Nodes, newNode("n1", "192.168.0.1", "10.0.0.0/8"))
	for i := range 50 {
		c.Namespaces = append(c.Namespaces, namespace(fmt.Sprint("ns", i), nil))
	}
	for i := range many {
		app, space := fmt.Sprint("app", i), fmt.Sprint("ns", i%50)
		objects = append(objects, group("fed."+app, "app", "=", app, "namespace", "=", space))
		for j := range 5 {
			c.Pods = append(c.Pods, at(fmt.Sprintf("10.%d.%d.%d", j, i/250, i%250),
				pod(space, fmt.Sprint(app, "-", j), map[string]string{"app": app, "pod-template-hash": app})))
		}
	}
	for i := range many {
		r := allow(uint32(100_001+i), fmt.Sprint("fed.app", i), fmt.Sprint("fed.app", (i+1)%many), "tcp/80")
		switch i % 10 {
		case 7:
			r.Action = policy.ActionDeny
		case 8:
			r.To = "external"
		case 9:
			r.Ports = "any"
		}
		objects = append(objects, r)
	}
	return federal(tb, objects...), c
}

func BenchmarkPlan1000_fromNothing(b *testing.B) {
	state, c := large(b)
	for b.Loop() {
		var compiler Compiler
		compiler.Plan(state, nil, c)
	}
}

// changing plans again and again, with one rule changed each time.
func changing(b *testing.B, kinds ...apply.Kind) {
	b.Helper()
	state, c := large(b, kinds...)
	var compiler Compiler
	compiler.Plan(state, nil, c)
	r, _ := state.Rule(100_500)
	n := 0
	for b.Loop() {
		b.StopTimer()
		n++
		r.Ports = fmt.Sprint("tcp/", n%60_000+1)
		state = state.Clone()
		policytest.Fold(b, state, r.Defined())
		b.StartTimer()
		compiler.Plan(state, nil, c)
	}
}

func BenchmarkPlan1000_oneChanged(b *testing.B)          { changing(b) }
func BenchmarkPlan1000_oneChangedOfOrdered(b *testing.B) { changing(b, ClusterNetworkPolicy) }

func BenchmarkPlan1000_onePodMore(b *testing.B) {
	state, c := large(b)
	var compiler Compiler
	compiler.Plan(state, nil, c)
	n := 0
	pods := c.Pods
	for b.Loop() {
		n++
		c.Pods = append(append([]*corev1.Pod{}, pods...), pod("ns1", fmt.Sprint("new", n), map[string]string{"app": "app1"}))
		compiler.Plan(state, nil, c)
	}
}
