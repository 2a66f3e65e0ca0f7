package inventory

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// plugins are the daemon sets of the network plugins that enforce a NetworkPolicy. Flannel and the plugins of kubelets
// do not, and are not here.
var plugins = map[string]string{
	"anetd":        "GKE Dataplane V2",
	"antrea-agent": "Antrea",
	"aws-node":     "Amazon VPC CNI, if its network policy agent is turned on",
	"azure-npm":    "Azure NPM",
	"calico-node":  "Calico",
	"canal":        "Canal",
	"cilium":       "Cilium",
	"kindnet":      "kindnet",
	"kube-ovn-cni": "Kube-OVN",
	"kube-router":  "kube-router",
	"ovnkube-node": "OVN-Kubernetes",
	"ovs-node":     "OVN-Kubernetes",
	"rke2-canal":   "Canal",
	"weave-net":    "Weave Net",
	"sdn":          "OpenShift SDN",
}

// pluginNamespaces are where network plugins live, as beginnings. A daemon set of such a name elsewhere may be anything.
var pluginNamespaces = []string{"kube-", "openshift-", "calico-", "cilium", "antrea", "tigera-", "ovn-kubernetes"}

// Plugin returns the network plugin that enforces a NetworkPolicy here, recognized by its daemon set, or "": there is
// none that is known, or daemon sets cannot be read. Whether it does its work is not looked at.
func (w *Watcher) Plugin() string {
	if found := plugin(all[*metav1.PartialObjectMetadata](w.daemonSets)); found != "" {
		return found
	}
	if platform(w.Nodes(), "") == platformKubernetes+"-K3s" {
		return "the network policy controller in K3s, if it is not turned off"
	}
	return ""
}

func plugin(daemonSets []*metav1.PartialObjectMetadata) string {
	var found []string
	for _, d := range daemonSets {
		inPlace := slices.ContainsFunc(pluginNamespaces, func(start string) bool { return strings.HasPrefix(d.Namespace, start) })
		if name, known := plugins[d.Name]; known && inPlace {
			found = append(found, name)
		}
	}
	// Of two, such as Cilium chained to that of Amazon, the one without a condition.
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, ","), strings.Count(b, ",")), cmp.Compare(a, b))
	})
	if len(found) == 0 {
		return ""
	}
	return found[0]
}
