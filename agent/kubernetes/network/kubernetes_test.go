package network

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent/apply"
)

// party is one side of a connection: a pod, or an address, or a name outside.
type party struct {
	pod     *corev1.Pod // nil: none, or one of the host's network
	address netip.Addr
	domain  string // "": none
}

// connection is what a policy decides.
type connection struct {
	from, to party
	protocol string // tcp, udp or icmp
	port     int32
}

// kubernetes decides connections as a cluster does: the ordered rules first, by priority, then NetworkPolicies.
type kubernetes struct {
	tb         rapid.TB
	namespaces map[string]labels.Set
	policies   []placed
	tier       []tierSpec
}

type placed struct {
	namespace string
	spec      networkingv1.NetworkPolicySpec
}

func newKubernetes(tb rapid.TB, c Cluster, objects []apply.Object) *kubernetes {
	tb.Helper()
	k := &kubernetes{tb: tb, namespaces: map[string]labels.Set{}}
	for _, n := range spacesOf(c.Namespaces) {
		k.namespaces[n.name] = n.labels
	}
	names := map[string]bool{}
	for _, o := range objects {
		id := o.Kind.Kind + "/" + o.Namespace + "/" + o.Name
		if names[id] {
			tb.Fatalf("two objects are %s", id)
		}
		names[id] = true
		if o.Kind == NetworkPolicy {
			k.policies = append(k.policies, placed{o.Namespace, decoded[networkingv1.NetworkPolicySpec](tb, o.Spec)})
		} else {
			k.tier = append(k.tier, decoded[tierSpec](tb, o.Spec))
		}
	}
	slices.SortStableFunc(k.tier, func(a, b tierSpec) int { return a.Priority - b.Priority })
	return k
}

func decoded[T any](tb rapid.TB, text []byte) (out T) {
	tb.Helper()
	if err := json.Unmarshal(text, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// allows decides a connection: both ends must.
func (k *kubernetes) allows(c connection) bool {
	out := c.from.pod == nil || k.passes(c.from.pod, c.to, c, false)
	in := c.to.pod == nil || k.passes(c.to.pod, c.from, c, true)
	return out && in
}

func (k *kubernetes) passes(subject *corev1.Pod, peer party, c connection, inward bool) bool {
	switch k.ordered(subject, peer, c, inward) {
	case "Accept", "Allow":
		return true
	case "Deny":
		return false
	}
	isolated := false
	for _, p := range k.policies {
		entries, about := rulesOf(p.spec, inward)
		if !about || p.namespace != subject.Namespace || !k.selected(&p.spec.PodSelector, subject.Labels) {
			continue
		}
		isolated = true
		for _, e := range entries {
			if k.portListed(e.ports, c) && (len(e.peers) == 0 || slices.ContainsFunc(e.peers, func(q networkingv1.NetworkPolicyPeer) bool {
				return k.isPeer(q, p.namespace, peer)
			})) {
				return true
			}
		}
	}
	return !isolated
}

type policyRule struct {
	peers []networkingv1.NetworkPolicyPeer
	ports []networkingv1.NetworkPolicyPort
}

func rulesOf(spec networkingv1.NetworkPolicySpec, inward bool) (out []policyRule, about bool) {
	if inward {
		for _, r := range spec.Ingress {
			out = append(out, policyRule{r.From, r.Ports})
		}
		return out, slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeIngress)
	}
	for _, r := range spec.Egress {
		out = append(out, policyRule{r.To, r.Ports})
	}
	return out, slices.Contains(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
}

func (k *kubernetes) isPeer(q networkingv1.NetworkPolicyPeer, namespace string, p party) bool {
	if q.IPBlock != nil {
		return p.address.IsValid() && netip.MustParsePrefix(q.IPBlock.CIDR).Contains(p.address) &&
			!slices.ContainsFunc(q.IPBlock.Except, func(e string) bool { return netip.MustParsePrefix(e).Contains(p.address) })
	}
	if p.pod == nil || q.NamespaceSelector == nil && p.pod.Namespace != namespace {
		return false
	}
	return (q.NamespaceSelector == nil || k.selected(q.NamespaceSelector, k.namespaces[p.pod.Namespace])) &&
		(q.PodSelector == nil || k.selected(q.PodSelector, p.pod.Labels))
}

func (*kubernetes) portListed(ports []networkingv1.NetworkPolicyPort, c connection) bool {
	if len(ports) == 0 {
		return true
	}
	return slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
		switch {
		case !strings.EqualFold(string(*p.Protocol), c.protocol):
			return false
		case p.Port == nil:
			return true
		case p.EndPort == nil:
			return p.Port.IntVal == c.port
		}
		return p.Port.IntVal <= c.port && c.port <= *p.EndPort
	})
}

func (k *kubernetes) selected(s *metav1.LabelSelector, of map[string]string) bool {
	chosen, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		k.tb.Fatal(err)
	}
	return chosen.Matches(labels.Set(of))
}
