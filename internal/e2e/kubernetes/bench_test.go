package kubernetes_test

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/internal/kubetest"
)

// benchWrites is how many single writes the benchmark of propagation makes.
const benchWrites = 200

// basePort is the first of the ports that tell rules, and versions of rules, apart.
const basePort = 10_000

// BenchmarkPropagation prints how long a federated network rule takes from the answer to its REST write at the master to
// the moment a watch of the remote's Kubernetes API shows the NetworkPolicy, beside the floor of the same run: a
// server-side apply of such a policy by client-go alone. One half of the writes are new rules, the others change these.
// It makes benchWrites writes whatever b.N is. A negative time means that the policy was there before the answer: the
// remote does not wait for it.
func BenchmarkPropagation(b *testing.B) {
	f := federate(b, kubetest.Start(b))
	alone, watch := newFloor(b, f), watchPolicies(b, f.kube)
	createGroup(f.master, "fed.shop", f.namespace)
	createGroup(f.master, "fed.bank", f.namespace)
	var sent, accepted, least times
	write := func(i int, do func()) {
		start := time.Now()
		alone.write(b, i/2, basePort+i)
		least = append(least, watch.port(b, alone.namespace, basePort+i).Sub(start))

		start = time.Now()
		do()
		answered := time.Now()
		seen := watch.port(b, f.namespace, basePort+i)
		sent, accepted = append(sent, seen.Sub(start)), append(accepted, seen.Sub(answered))
	}
	for i := 0; i < benchWrites; i += 2 {
		write(i, func() { addRules(f.master, allow("fed.shop", "fed.bank", basePort+i)) })
		rules := rulesOf(f.master)
		write(i+1, func() { changePort(f.master, rules[len(rules)-1].ID, basePort+i+1) })
	}
	for name, t := range map[string]times{"accepted": accepted, "sent": sent, "floor": least} {
		b.ReportMetric(t.ms(0.5), name+"-p50-ms")
		b.ReportMetric(t.ms(0.95), name+"-p95-ms")
		b.ReportMetric(t.ms(0.99), name+"-p99-ms")
	}
	b.ReportMetric(sent.ms(0.5)/least.ms(0.5), "sent/floor")
	b.ReportMetric(0, "ns/op")
	b.Logf("p50, p95, p99 until the API has it: from the answer %s, from the request %s, client-go alone %s", accepted, sent, least)
}
