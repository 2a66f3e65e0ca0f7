package inventory

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestPlatform(t *testing.T) {
	node := func(kubelet string, labels ...string) *corev1.Node {
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{}}}
		for _, l := range labels {
			n.Labels[l] = "x"
		}
		n.Status.NodeInfo.KubeletVersion = kubelet
		return n
	}
	tests := map[string]struct {
		nodes   []*corev1.Node
		version string
		want    string
	}{
		"nothing is known":        {nil, "", ""},
		"the version alone":       {nil, "v1.36.3", "Kubernetes"},
		"plain nodes":             {[]*corev1.Node{node("v1.36.3", "kubernetes.io/os")}, "", "Kubernetes"},
		"EKS by version":          {nil, "v1.36.3-eks-a1b2c3", "Kubernetes-EKS"},
		"EKS by nodes":            {[]*corev1.Node{node("v1.36.3"), node("v1.36.3", "eks.amazonaws.com/nodegroup")}, "v1.36.3", "Kubernetes-EKS"},
		"GKE by version":          {nil, "v1.36.3-gke.1500", "Kubernetes-GKE"},
		"GKE by nodes":            {[]*corev1.Node{node("", "cloud.google.com/gke-nodepool")}, "", "Kubernetes-GKE"},
		"AKS":                     {[]*corev1.Node{node("v1.36.3", "kubernetes.azure.com/cluster")}, "v1.36.3", "Kubernetes-AKS"},
		"OpenShift, on Amazon's":  {[]*corev1.Node{node("v1.36.3", "node.openshift.io/os_id", "topology.ebs.csi.aws.com/zone")}, "", "Kubernetes-OpenShift"},
		"Rancher":                 {[]*corev1.Node{node("v1.36.3+rke2r1")}, "", "Kubernetes-Rancher"},
		"EKS, managed by Rancher": {[]*corev1.Node{node("v1.36.3-eks-a1", "cattle.io/creator")}, "", "Kubernetes-EKS"},
		"K3s":                     {nil, "v1.36.3+k3s1", "Kubernetes-K3s"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := platform(tt.nodes, tt.version); got != tt.want {
				t.Errorf("platform %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPlugin(t *testing.T) {
	tests := map[string]struct {
		daemonSets string // "namespace/name", with blanks between
		want       string
	}{
		"none":                       {"", ""},
		"others":                     {"kube-system/kube-proxy kube-flannel/kube-flannel-ds", ""},
		"Calico":                     {"kube-system/kube-proxy calico-system/calico-node", "Calico"},
		"OpenShift":                  {"openshift-ovn-kubernetes/ovnkube-node", "OVN-Kubernetes"},
		"somebody's own":             {"shop/cilium", ""},
		"Cilium in a chain":          {"kube-system/aws-node kube-system/cilium", "Cilium"},
		"Amazon's, which may do it":  {"kube-system/aws-node", "Amazon VPC CNI, if its network policy agent is turned on"},
		"two, of which one is shown": {"kube-system/kube-router kube-system/calico-node", "Calico"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var all []*metav1.PartialObjectMetadata
			for d := range strings.FieldsSeq(tt.daemonSets) {
				namespace, name, _ := strings.Cut(d, "/")
				all = append(all, &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}})
			}
			if got := plugin(all); got != tt.want {
				t.Errorf("plugin %q, want %q", got, tt.want)
			}
		})
	}
}
