package network

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/agent/apply"
)

// NetworkPolicy is the kind that every cluster serves.
var NetworkPolicy = apply.Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"},
	Resource:         "networkpolicies", Namespaced: true,
}

// ClusterNetworkPolicy is the kind of ordered rules that deny, too.
var ClusterNetworkPolicy = apply.Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: policyGroup, Version: "v1alpha2", Kind: "ClusterNetworkPolicy"},
	Resource:         "clusternetworkpolicies",
}

// AdminNetworkPolicy is what came before [ClusterNetworkPolicy]. It is used where that is not served.
var AdminNetworkPolicy = apply.Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: policyGroup, Version: "v1alpha1", Kind: "AdminNetworkPolicy"},
	Resource:         "adminnetworkpolicies",
}

const policyGroup = "policy.networking.k8s.io"

// Cluster is what a plan depends on besides the policy. The order of the lists does not matter. An object that changes
// is replaced by another one, as informers do: what stands behind a pointer stays. The same goes for the lists.
type Cluster struct {
	Pods       []*corev1.Pod
	Namespaces []*corev1.Namespace
	Services   []*corev1.Service
	Nodes      []*corev1.Node
	Serves     func(schema.GroupVersionKind) bool // nil: NetworkPolicy alone
	Plugin     string                             // name of the network plugin that enforces NetworkPolicies; "": none is known
	Own        string                             // namespace of the controller, which no rule cuts off; "": none
}

func (c Cluster) serves(k apply.Kind) bool { return c.Serves != nil && c.Serves(k.GroupVersionKind) }

// tier returns the kind of ordered rules that the cluster serves; false: none.
func (c Cluster) tier() (apply.Kind, bool) {
	for _, k := range []apply.Kind{ClusterNetworkPolicy, AdminNetworkPolicy} {
		if c.serves(k) {
			return k, true
		}
	}
	return apply.Kind{}, false
}

// Depends says which changes of a cluster may change a plan.
type Depends struct {
	Pods       bool // their labels, node, images, names of containers, or which namespaces have some
	Addresses  bool // of pods
	Namespaces bool
	Services   bool
	Nodes      bool
}

func (d Depends) with(o Depends) Depends {
	return Depends{
		Pods:       d.Pods || o.Pods,
		Addresses:  d.Addresses || o.Addresses,
		Namespaces: d.Namespaces || o.Namespaces,
		Services:   d.Services || o.Services,
		Nodes:      d.Nodes || o.Nodes,
	}
}
