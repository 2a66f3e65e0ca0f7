package network

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// census is what the groups of a policy may ask about a cluster. It never changes.
type census struct {
	shapes     []*shape            // sorted by key
	byLabel    map[string][]*shape // by labelKey
	values     map[string][]string // of each label of a pod, sorted
	namespaces []space             // sorted by name
	services   []*corev1.Service   // sorted by namespace and name
	nodes      []node              // sorted by name
	addresses  map[netip.Addr]*corev1.Pod
	sorted     []netip.Addr // of addresses

	// Each is the number of the census that first had the part as it is.
	podsSince, namespacesSince, servicesSince, nodesSince, addressesSince int
}

// shape is what several pods of one namespace look like.
type shape struct {
	key        string
	namespace  string
	labels     map[string]string
	node       string
	host       bool // in the network of its node
	containers []container
	example    string // the name of one such pod, the first
}

type container struct{ name, image string }

// space is a namespace.
type space struct {
	name   string
	labels map[string]string
	ending bool // takes no new objects
}

// node is a node with its addresses and those of its pods.
type node struct {
	name      string
	addresses []netip.Addr
	pods      []netip.Prefix
}

// labelKey returns the name of a label with its value, as a key of a map.
func labelKey(key, value string) string { return key + "\x00" + value }

// lives reports whether a pod has, or is going to have, a network.
func lives(p *corev1.Pod) bool {
	return p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed
}

func shapeOf(p *corev1.Pod) *shape {
	s := &shape{
		namespace: p.Namespace, labels: p.Labels, node: p.Spec.NodeName, host: p.Spec.HostNetwork, example: p.Name,
	}
	var key strings.Builder
	word := func(w string) {
		key.WriteString(w)
		key.WriteByte(0)
	}
	word(s.namespace)
	for _, k := range slices.Sorted(maps.Keys(s.labels)) {
		word(k)
		word(s.labels[k])
	}
	word("\x01" + s.node)
	for _, cs := range [][]corev1.Container{p.Spec.InitContainers, p.Spec.Containers} {
		for i := range cs {
			s.containers = append(s.containers, container{name: cs[i].Name, image: cs[i].Image})
			word(cs[i].Name)
			word(cs[i].Image)
		}
	}
	if s.host {
		word("\x01host")
	}
	s.key = key.String()
	return s
}

// countShapes returns the shapes of the pods, sorted.
func countShapes(pods map[*corev1.Pod]*shape) []*shape {
	first := map[string]*shape{}
	for p, s := range pods {
		if known, there := first[s.key]; lives(p) && (!there || s.example < known.example) {
			first[s.key] = s
		}
	}
	return slices.SortedFunc(maps.Values(first), func(a, b *shape) int { return cmp.Compare(a.key, b.key) })
}

// index fills in what is told from the shapes.
func (c *census) index() {
	c.byLabel, c.values = map[string][]*shape{}, map[string][]string{}
	for _, s := range c.shapes {
		for k, v := range s.labels {
			at := labelKey(k, v)
			if len(c.byLabel[at]) == 0 {
				c.values[k] = append(c.values[k], v)
			}
			c.byLabel[at] = append(c.byLabel[at], s)
		}
	}
	for _, vs := range c.values {
		slices.Sort(vs)
	}
}

func (c *census) space(name string) (space, bool) {
	i, ok := slices.BinarySearchFunc(c.namespaces, name, func(s space, name string) int { return cmp.Compare(s.name, name) })
	if !ok {
		return space{name: name, labels: map[string]string{namespaceName: name}}, false
	}
	return c.namespaces[i], true
}

// namespaceValues returns the values that a label of namespaces has.
func (c *census) namespaceValues(key string) []string {
	var out []string
	for _, n := range c.namespaces {
		if v, there := n.labels[key]; there {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func spacesOf(namespaces []*corev1.Namespace) []space {
	out := make([]space, 0, len(namespaces))
	for _, n := range namespaces {
		labels := maps.Clone(n.Labels)
		if labels == nil {
			labels = map[string]string{}
		}
		labels[namespaceName] = n.Name
		out = append(out, space{
			name: n.Name, labels: labels,
			ending: n.DeletionTimestamp != nil || n.Status.Phase == corev1.NamespaceTerminating,
		})
	}
	slices.SortFunc(out, func(a, b space) int { return cmp.Compare(a.name, b.name) })
	return out
}

func servicesOf(services []*corev1.Service) []*corev1.Service {
	return slices.SortedFunc(slices.Values(services), func(a, b *corev1.Service) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
}

func nodesOf(nodes []*corev1.Node) []node {
	out := make([]node, 0, len(nodes))
	for _, n := range nodes {
		of := node{name: n.Name}
		for _, a := range n.Status.Addresses {
			if ip, err := netip.ParseAddr(a.Address); err == nil && !slices.Contains(of.addresses, ip) {
				of.addresses = append(of.addresses, ip)
			}
		}
		for _, text := range append(slices.Clone(n.Spec.PodCIDRs), n.Spec.PodCIDR) {
			if p, err := netip.ParsePrefix(text); err == nil && !slices.Contains(of.pods, p.Masked()) {
				of.pods = append(of.pods, p.Masked())
			}
		}
		slices.SortFunc(of.addresses, netip.Addr.Compare)
		out = append(out, of)
	}
	slices.SortFunc(out, func(a, b node) int { return cmp.Compare(a.name, b.name) })
	return out
}

// addressesOf returns the pods that have an address of their own.
func addressesOf(pods []*corev1.Pod) map[netip.Addr]*corev1.Pod {
	out := make(map[netip.Addr]*corev1.Pod, len(pods))
	for _, p := range pods {
		if p.Spec.HostNetwork || !lives(p) {
			continue
		}
		for _, ip := range append(slices.Clone(p.Status.PodIPs), corev1.PodIP{IP: p.Status.PodIP}) {
			if a, err := netip.ParseAddr(ip.IP); err == nil {
				out[a.Unmap()] = p
			}
		}
	}
	return out
}
