package network

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// connections returns all that can happen in a cluster.
func connections(c Cluster) []connection {
	var all []party
	for _, p := range c.Pods {
		if p.Spec.HostNetwork {
			continue // a host's pod is the host
		}
		all = append(all, party{pod: p, address: netip.MustParseAddr(p.Status.PodIP)})
	}
	for _, a := range []string{"8.8.8.8", "8.8.8.9", "203.0.113.7", "2001:db8::1", "192.168.0.1", "192.168.0.2"} {
		all = append(all, party{address: netip.MustParseAddr(a)})
	}
	all = append(all, party{domain: "example.org", address: netip.MustParseAddr("198.51.100.1")})
	var out []connection
	for _, from := range all {
		for _, to := range all {
			if from.pod == to.pod {
				continue // neither decides what a pod sends itself, nor what is outside
			}
			for _, k := range []connection{{protocol: "tcp", port: 80}, {protocol: "tcp", port: 443}, {protocol: "udp", port: 53}, {protocol: "icmp"}} {
				k.from, k.to = from, to
				out = append(out, k)
			}
		}
	}
	return out
}

// Whatever a rule that is in force decides is so in the cluster. Where some rule allows something to go, nothing else goes.
func TestPlan_meansThePolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawer{t}
		c := d.cluster()
		federated, own := d.policies()
		var compiler Compiler
		plan := compiler.Plan(federated, own, c)
		w := witness{
			T: t, plan: plan, short: map[events.About]events.ObjectState{},
			model: model{cluster: c, states: []*policy.State{federated, own}}, cluster: newKubernetes(t, c, plan.Objects),
		}
		for _, s := range plan.Short {
			if s.Reason == "" || s.State == events.Enforced {
				t.Fatalf("%v has no reason, or needs none", s)
			}
			w.short[s.Object] = s
		}
		for _, one := range connections(c) {
			w.see(one)
		}
	})
}

// witness compares what a policy says with what a cluster does, and with what is reported.
type witness struct {
	*rapid.T
	plan    apply.Plan
	short   map[events.About]events.ObjectState
	model   model
	cluster *kubernetes
}

func (w witness) see(c connection) {
	matching := w.model.matching(c)
	if len(matching) == 0 {
		if len(w.short) == 0 && w.model.isTarget(c.to) && w.cluster.allows(c) {
			w.fail("%s is allowed, but no rule says so", text(c))
		}
		return
	}
	first := matching[0]
	state, isShort := w.short[first.About()]
	if got, want := w.cluster.allows(c), first.Action == policy.ActionAllow; !isShort && got != want {
		w.fail("%s: allowed %t, but rule %d (%s %s %s) says %s", text(c), got, first.ID, first.From, first.To, first.Ports, first.Action)
	}
	for _, r := range matching[1:] {
		if _, known := w.short[r.About()]; known || r.Action == first.Action {
			continue
		}
		switch {
		case first.Action == policy.ActionDeny && isShort:
			w.fail("%s: rule %d denies it, but not in force, and rule %d, which allows it, is said to be in force", text(c), first.ID, r.ID)
		case first.Applications[0] != "any" && state.State == events.Partial && w.isOrdered(first):
			w.fail("%s: rule %d allows it by its port, and rule %d, which denies it, is said to be in force", text(c), first.ID, r.ID)
		}
	}
}

func (w witness) isOrdered(r events.NetworkRule) bool {
	return slices.ContainsFunc(w.plan.Objects, func(o apply.Object) bool { return o.Kind != NetworkPolicy && o.For[0] == r.About() })
}

// fail shows the plan, too.
func (w witness) fail(format string, args ...any) {
	for _, o := range w.plan.Objects {
		w.Logf("%s %s/%s %s", o.Kind.Kind, o.Namespace, o.Name, o.Spec)
	}
	for _, s := range w.plan.Short {
		w.Logf("%s %s: %s", s.Object.Name, s.State, s.Reason)
	}
	w.Fatalf(format, args...)
}

// A plan depends on nothing but the policy and the cluster: a compiler that has made others makes the same.
func TestPlan_isTheSameAfterOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawer{t}
		var compiler Compiler
		for range 3 {
			c := d.cluster()
			federated, own := d.policies()
			var fresh Compiler
			want := fresh.Plan(federated, own, c)
			slices.Reverse(c.Pods)
			slices.Reverse(c.Services)
			compare(t, compiler.Plan(federated, own, c), want)
			compare(t, compiler.Plan(federated, own, c), want)
		}
	})
}

func text(c connection) string {
	side := func(p party) string {
		if p.pod != nil {
			return fmt.Sprintf("%s/%s %v", p.pod.Namespace, p.pod.Name, p.pod.Labels)
		}
		return p.address.String() + " " + p.domain
	}
	return fmt.Sprintf("%s -> %s %s/%d", side(c.from), side(c.to), c.protocol, c.port)
}
