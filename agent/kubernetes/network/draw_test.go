package network

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// drawer draws clusters and policies that meet in many ways.
type drawer struct{ *rapid.T }

func pick[T any](d drawer, what string, from ...T) T { return rapid.SampledFrom(from).Draw(d.T, what) }

func (d drawer) below(n int, what string) int { return rapid.IntRange(0, n-1).Draw(d.T, what) }

func (d drawer) cluster() Cluster {
	c := Cluster{
		Plugin: "some",
		Serves: pick(d, "serves", serves(), serves(ClusterNetworkPolicy), serves(AdminNetworkPolicy)),
		Namespaces: []*corev1.Namespace{
			namespace("shop", map[string]string{"team": "a"}), namespace("blog", map[string]string{"team": "b"}), namespace("lab", nil),
		},
		Nodes: []*corev1.Node{newNode("n1", "192.168.0.1", "10.1.0.0/24"), newNode("n2", "192.168.0.2", "10.1.1.0/24")},
	}
	if d.below(4, "services") > 0 {
		c.Services = []*corev1.Service{
			service("shop", "front", map[string]string{"app": "web"}), service("blog", "front", map[string]string{"app": "web", "tier": "x"}),
			service("shop", "none", nil),
		}
	}
	for i := range d.below(7, "pods") {
		c.Pods = append(c.Pods, d.pod(i))
	}
	return c
}

func (d drawer) pod(i int) *corev1.Pod {
	labels := map[string]string{}
	for _, row := range [][]string{{"app", "web", "db", "web2"}, {"tier", "x", "y"}, {"pod-template-hash", "h1", "h2"}} {
		if v := d.below(len(row), row[0]); v > 0 {
			labels[row[0]] = row[v]
		}
	}
	p := pod(pick(d, "namespace", "shop", "blog", "lab"), fmt.Sprint("p", i), labels)
	p.Status.PodIP = fmt.Sprint("10.1.0.", i+1)
	p.Spec.NodeName = pick(d, "node", "n1", "n1", "n2")
	p.Spec.Containers[0].Image = pick(d, "image", "nginx:1", "postgres:16")
	if d.below(4, "sidecar") == 0 {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "proxy", Image: "envoy:2"})
	}
	p.Spec.HostNetwork = d.below(10, "host") == 0
	return p
}

func (d drawer) criteria() []events.Criterion {
	if d.below(5, "addresses") == 0 {
		var out []events.Criterion
		for range d.below(2, "more addresses") + 1 {
			out = append(out, events.Criterion{Key: "address", Op: "=", Value: pick(d, "address",
				"8.8.8.8", "8.8.8.0/24", "203.0.113.5-203.0.113.9", "10.0.0.0/8", "2001:db8::/32", "example.org", "192.168.0.1")})
		}
		return out
	}
	values := map[string][]string{
		"app": {"web", "db", "web*", "*", "any", "", "none"}, "tier": {"x", "y", "?"}, "namespace": {"shop", "blog", "gone", "*o*"},
		"domain": {"shop", "l"}, "image": {"nginx:1", "postgres:16", "envoy:2", "*"}, "container": {"main", "proxy", "*"},
		"node": {"n1", "n2"}, "service": {"front", "front.shop", "fr*", "none"}, "ns:team": {"a", "b", "z"},
	}
	var out []events.Criterion
	for range d.below(4, "criteria") + 1 {
		key := pick(d, "key", "app", "app", "tier", "namespace", "domain", "image", "container", "node", "service", "ns:team")
		c := events.Criterion{Key: key, Op: pick(d, "op", "=", "=", "=", "!=", "contains", "prefix", "regex", "!regex")}
		if c.Value = pick(d, "value", values[key]...); c.Op != "=" && c.Op != "!=" {
			c.Value = pick(d, "part", "w", "web", "d", "n", "o", "x", "1")
		}
		out = append(out, c)
	}
	return out
}

// policies returns a drawn policy of both scopes.
func (d drawer) policies() (federated, own *policy.State) {
	objects := func(prefix string, first uint32, specials ...string) []events.Object {
		var out []events.Object
		names := specials
		for i := range d.below(4, "groups") + 1 {
			g := events.Group{Name: fmt.Sprint(prefix, "g", i), Criteria: d.criteria()}
			out, names = append(out, g), append(names, g.Name, g.Name)
		}
		for i := range d.below(5, "rules") {
			r := rule(first+uint32(i), pick(d, "action", "allow", "allow", "deny"), pick(d, "from", names...), pick(d, "to", names...),
				pick(d, "ports", "any", "any", "tcp/80", "tcp/1-100,udp/53", "tcp/any", "icmp", "icmp,tcp/80", "udp/50-60"))
			r.Disabled = d.below(10, "disabled") == 0
			if d.below(10, "applications") == 0 {
				r.Applications = []string{"HTTP"}
			}
			out = append(out, r)
		}
		return out
	}
	federated = federal(d, objects("fed.", 100_001, "fed.containers", "fed.nodes", "external", "nodes", "Host:n1", "Host:gone", "Workload:10.1.0.1")...)
	own = local(d, objects("", 1, "containers", "external", "Workload:ingress")...)
	return federated, own
}
