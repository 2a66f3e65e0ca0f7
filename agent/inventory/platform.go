package inventory

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// platformKubernetes is the platform that nothing else is known of.
const platformKubernetes = "Kubernetes"

// flavors are the platforms that are told apart, the most telling ones first: a Rancher may manage an EKS.
var flavors = []struct {
	name    string
	label   string // a label of nodes begins with it
	version string // the version of Kubernetes, or of a kubelet, has it
}{
	{name: "OpenShift", label: "node.openshift.io/"},
	{name: "EKS", label: "eks.amazonaws.com/", version: "-eks-"},
	{name: "GKE", label: "cloud.google.com/gke-", version: "-gke."},
	{name: "AKS", label: "kubernetes.azure.com/"},
	{name: "Rancher", label: "rke.cattle.io/", version: "+rke2"},
	{name: "Rancher", label: "cattle.io/"},
	{name: "K3s", version: "+k3s"},
}

// platform names what the cluster runs on, in NeuVector's form; "": neither nodes nor the version are known.
func platform(nodes []*corev1.Node, version string) string {
	if len(nodes) == 0 && version == "" {
		return ""
	}
	for _, f := range flavors {
		if f.version != "" && strings.Contains(version, f.version) {
			return platformKubernetes + "-" + f.name
		}
		for _, n := range nodes {
			if f.version != "" && strings.Contains(n.Status.NodeInfo.KubeletVersion, f.version) || hasLabel(n, f.label) {
				return platformKubernetes + "-" + f.name
			}
		}
	}
	return platformKubernetes
}

func hasLabel(n *corev1.Node, prefix string) bool {
	if prefix == "" {
		return false
	}
	for label := range n.Labels {
		if strings.HasPrefix(label, prefix) {
			return true
		}
	}
	return false
}
