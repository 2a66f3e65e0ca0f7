package network

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// federal returns a federated policy of the given objects; rules are in the given order.
func federal(tb waittest.TB, objects ...events.Object) *policy.State {
	tb.Helper()
	s := policy.NewState(policy.ScopeFederal)
	policytest.Take(tb, s, policy.FederationGroups())
	policytest.Fold(tb, s, inOrder(objects)...)
	return s
}

func local(tb waittest.TB, objects ...events.Object) *policy.State {
	tb.Helper()
	s := policy.NewState(policy.ScopeLocal)
	policytest.Fold(tb, s, inOrder(objects)...)
	return s
}

func inOrder(objects []events.Object) []events.Fact {
	var out []events.Fact
	for i, o := range objects {
		if r, ok := o.(events.NetworkRule); ok {
			r.Rank = fmt.Sprintf("%06d", i+1)
			o = r
		}
		out = append(out, o.Defined())
	}
	return out
}

// group returns a group with the given criteria: key, operator, value, and so on.
func group(name string, words ...string) events.Group {
	g := events.Group{Name: name}
	for i := 0; i+2 < len(words); i += 3 {
		g.Criteria = append(g.Criteria, events.Criterion{Key: words[i], Op: words[i+1], Value: words[i+2]})
	}
	return g
}

func rule(id uint32, action, from, to, ports string) events.NetworkRule {
	return events.NetworkRule{ID: id, From: from, To: to, Ports: ports, Action: action, Applications: []string{"any"}}
}

func allow(id uint32, from, to, ports string) events.NetworkRule {
	return rule(id, policy.ActionAllow, from, to, ports)
}

func deny(id uint32, from, to, ports string) events.NetworkRule {
	return rule(id, policy.ActionDeny, from, to, ports)
}

func pod(namespace, name string, labels map[string]string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: labels},
		Spec:       corev1.PodSpec{NodeName: "n1", Containers: []corev1.Container{{Name: "main", Image: "nginx:1"}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
}

func withImage(image string, p *corev1.Pod) *corev1.Pod {
	p.Spec.Containers[0].Image = image
	return p
}

func at(address string, p *corev1.Pod) *corev1.Pod {
	p.Status.PodIP = address
	return p
}

func onHost(p *corev1.Pod) *corev1.Pod {
	p.Spec.HostNetwork = true
	return p
}

func namespace(name string, labels map[string]string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
}

func service(namespace, name string, selector map[string]string) *corev1.Service {
	return &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Spec: corev1.ServiceSpec{Selector: selector},
	}
}

func newNode(name, address, pods string) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}}
	n.Status.Addresses = []corev1.NodeAddress{
		{Type: corev1.NodeInternalIP, Address: address}, {Type: corev1.NodeHostName, Address: name},
	}
	if pods != "" {
		n.Spec.PodCIDR, n.Spec.PodCIDRs = pods, []string{pods}
	}
	return n
}

// serves returns what a cluster with the given kinds says.
func serves(kinds ...apply.Kind) func(schema.GroupVersionKind) bool {
	return func(gvk schema.GroupVersionKind) bool {
		for _, k := range kinds {
			if k.GroupVersionKind == gvk {
				return true
			}
		}
		return false
	}
}

// shopCluster has what most tests speak of.
func shopCluster(kinds ...apply.Kind) Cluster {
	web := map[string]string{"app": "web", "tier": "front"}
	db := map[string]string{"app": "db", "tier": "back"}
	return Cluster{
		Pods: []*corev1.Pod{
			at("10.1.0.1", pod("shop", "web-1", web)), at("10.1.0.2", pod("shop", "web-2", web)),
			at("10.1.0.3", withImage("postgres:16", pod("shop", "db-0", db))),
			at("10.1.0.4", pod("blog", "web-1", map[string]string{"app": "web"})),
		},
		Namespaces: []*corev1.Namespace{
			namespace("shop", map[string]string{"team": "a"}), namespace("blog", map[string]string{"team": "b"}),
			namespace("empty", nil),
		},
		Services: []*corev1.Service{service("shop", "front", map[string]string{"app": "web"})},
		Nodes:    []*corev1.Node{newNode("n1", "192.168.0.1", "10.1.0.0/24"), newNode("n2", "192.168.0.2", "10.1.1.0/24")},
		Serves:   serves(kinds...),
		Plugin:   "calico",
	}
}

// planOf returns the plan of a compiler that is new.
func planOf(tb testing.TB, federated *policy.State, c Cluster) apply.Plan {
	tb.Helper()
	var compiler Compiler
	return compiler.Plan(federated, nil, c)
}
