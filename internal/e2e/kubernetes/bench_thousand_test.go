package kubernetes_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/kubetest"
)

// What the benchmark and the test of many rules have.
const (
	manyRules   = 1000
	manyGroups  = 40
	manyRounds  = 3
	manyChanges = 50
)

// manyAllows returns n rules between manyGroups groups, each with a port of its own from basePort on.
func manyAllows(n int) []wire.RuleConfig {
	out := make([]wire.RuleConfig, 0, n)
	for i := range n {
		from, to := fmt.Sprintf("fed.g%d", i%manyGroups), fmt.Sprintf("fed.g%d", (i/manyGroups+i)%manyGroups)
		out = append(out, allow(from, to, basePort+i))
	}
	return out
}

// groupMany makes the groups of manyAllows.
func (f *federation) groupMany() {
	for i := range manyGroups {
		createGroup(f.master, fmt.Sprintf("fed.g%d", i), f.namespace)
	}
}

// BenchmarkThousand prints how long 300 and 1,000 new rules in one change take until the remote's Kubernetes API has the
// last of their NetworkPolicies, and the removal of 1,000 until it has none, from sending the REST request, beside the
// same by client-go alone with as many workers; and how long one changed rule takes among 1,000, and when it is the only
// one. Medians of several rounds.
func BenchmarkThousand(b *testing.B) {
	f := federate(b, kubetest.Start(b))
	alone, watch := newFloor(b, f), watchPolicies(b, f.kube)
	f.groupMany()
	took := map[string]times{}
	since := func(what string, do func(), seen func() time.Time) {
		start := time.Now()
		do()
		took[what] = append(took[what], seen().Sub(start))
	}
	for range manyRounds {
		for _, n := range []int{300, manyRules} {
			since(fmt.Sprintf("floor-create-%d", n), func() { atOnce(n, func(i int) { alone.write(b, i, basePort+i) }) },
				func() time.Time { return watch.ports(b, alone.namespace, n) })
			since(fmt.Sprintf("floor-delete-%d", n), func() { atOnce(n, func(i int) { alone.remove(b, i) }) },
				func() time.Time { return watch.ports(b, alone.namespace, 0) })

			rules := manyAllows(n)
			since(fmt.Sprintf("create-%d", n), func() { addRules(f.master, rules...) },
				func() time.Time { return watch.ports(b, f.namespace, n) })
			f.enforced(b)
			if n == manyRules {
				took["one-of-1000"] = append(took["one-of-1000"], f.changes(b, watch)...)
			}
			since(fmt.Sprintf("delete-%d", n), func() { deleteRules(f.master) },
				func() time.Time { return watch.ports(b, f.namespace, 0) })
			f.enforced(b)
		}
		addRules(f.master, manyAllows(1)...)
		took["one-alone"] = append(took["one-alone"], f.changes(b, watch)...)
		deleteRules(f.master)
		watch.ports(b, f.namespace, 0)
	}
	for what, t := range took {
		b.ReportMetric(t.ms(0.5), what+"-ms")
	}
	b.ReportMetric(took["one-of-1000"].ms(0.5)/took["one-alone"].ms(0.5), "one-of-1000/alone")
	b.ReportMetric(took["create-1000"].ms(0.5)/took["floor-create-1000"].ms(0.5), "create-1000/floor")
	b.ReportMetric(took["delete-1000"].ms(0.5)/took["floor-delete-1000"].ms(0.5), "delete-1000/floor")
	b.ReportMetric(0, "ns/op")
	b.Logf("one changed rule, p50, p95, p99: among 1,000 %s, alone %s", took["one-of-1000"], took["one-alone"])
}

// changes changes the rule in the middle several times, and returns how long the changes took from sending
// the request.
func (f *federation) changes(b *testing.B, watch *sight) times {
	b.Helper()
	rules := rulesOf(f.master)
	middle := len(rules) / 2
	var out times
	for i := range manyChanges {
		port := basePort + 2*manyRules + i
		start := time.Now()
		changePort(f.master, rules[middle].ID, port)
		out = append(out, watch.port(b, f.namespace, port).Sub(start))
	}
	return out
}
