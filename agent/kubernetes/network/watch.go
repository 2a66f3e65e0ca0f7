package network

import (
	"maps"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// lookout makes the next census out of the last one, and as little as possible anew.
type lookout struct {
	last       *census
	count      int
	pods       map[*corev1.Pod]*shape
	namespaces map[*corev1.Namespace]struct{}
	services   map[*corev1.Service]struct{}
	nodes      map[*corev1.Node]struct{}
	lists      Cluster // that were given last
}

// look returns the census of a cluster. Of the same cluster it is the same one.
func (l *lookout) look(c Cluster) *census {
	was := l.lists
	l.lists = c
	if l.last != nil && identical(was.Pods, c.Pods) && identical(was.Namespaces, c.Namespaces) &&
		identical(was.Services, c.Services) && identical(was.Nodes, c.Nodes) {
		return l.last
	}
	next := &census{}
	if l.last != nil {
		*next = *l.last
	}
	first, number := l.last == nil, l.count+1
	if first || !same(l.pods, c.Pods) {
		next.addresses, next.addressesSince = addressesOf(c.Pods), number
		next.sorted = slices.SortedFunc(maps.Keys(next.addresses), netip.Addr.Compare)
		l.recount(next, c.Pods, number)
	}
	if first || !same(l.namespaces, c.Namespaces) {
		next.namespaces, next.namespacesSince = spacesOf(c.Namespaces), number
		l.namespaces = setOf(c.Namespaces)
	}
	if first || !same(l.services, c.Services) {
		next.services, next.servicesSince = servicesOf(c.Services), number
		l.services = setOf(c.Services)
	}
	if first || !same(l.nodes, c.Nodes) {
		next.nodes, next.nodesSince = nodesOf(c.Nodes), number
		l.nodes = setOf(c.Nodes)
	}
	if !first && next.newest() < number {
		return l.last
	}
	l.last, l.count = next, number
	return next
}

func (c *census) newest() int {
	return max(c.podsSince, c.namespacesSince, c.servicesSince, c.nodesSince, c.addressesSince)
}

// recount takes the pods in. Pods that come and go leave the shapes as they are, as long as others are like them.
func (l *lookout) recount(next *census, pods []*corev1.Pod, number int) {
	known := make(map[*corev1.Pod]*shape, len(pods))
	for _, p := range pods {
		s, there := l.pods[p]
		if !there {
			s = shapeOf(p)
		}
		known[p] = s
	}
	l.pods = known
	shapes := countShapes(known)
	alike := func(a, b *shape) bool { return a.key == b.key && a.example == b.example }
	if next.podsSince != 0 && slices.EqualFunc(next.shapes, shapes, alike) {
		return
	}
	next.shapes, next.podsSince = shapes, number
	next.index()
}

// identical reports whether two lists are the very same, and not only alike.
func identical[T any](a, b []*T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// same reports whether a list has the members of a set, in any order.
func same[T any, V any](set map[*T]V, list []*T) bool {
	if len(set) != len(list) {
		return false
	}
	for _, o := range list {
		if _, there := set[o]; !there {
			return false
		}
	}
	return true
}

func setOf[T any](list []*T) map[*T]struct{} {
	return maps.Collect(func(yield func(*T, struct{}) bool) {
		for _, o := range list {
			if !yield(o, struct{}{}) {
				return
			}
		}
	})
}
