package inventory

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
)

// exposures returns the function that tells whether a pod is reached from outside the cluster: by a port of its node,
// or by a service that has one, a load balancer, an address outside, or an ingress that leads to it.
func exposures(services []*corev1.Service, ingresses []*networkingv1.Ingress) func(*corev1.Pod) bool {
	routed := map[types.NamespacedName]bool{}
	for _, i := range ingresses {
		for _, b := range backends(i) {
			if b.Service != nil {
				routed[types.NamespacedName{Namespace: i.Namespace, Name: b.Service.Name}] = true
			}
		}
	}
	open := map[string][]labels.Selector{} // by namespace
	for _, s := range services {
		opened := s.Spec.Type == corev1.ServiceTypeNodePort || s.Spec.Type == corev1.ServiceTypeLoadBalancer ||
			len(s.Spec.ExternalIPs) > 0 || routed[types.NamespacedName{Namespace: s.Namespace, Name: s.Name}]
		if opened && len(s.Spec.Selector) > 0 {
			open[s.Namespace] = append(open[s.Namespace], labels.SelectorFromSet(s.Spec.Selector))
		}
	}
	return func(pod *corev1.Pod) bool {
		return anyContainer(pod, hasHostPort) || slices.ContainsFunc(open[pod.Namespace], func(s labels.Selector) bool {
			return s.Matches(labels.Set(pod.Labels))
		})
	}
}

func hasHostPort(c corev1.Container) bool {
	return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 })
}

// backends returns everything that an ingress leads to.
func backends(i *networkingv1.Ingress) []networkingv1.IngressBackend {
	var out []networkingv1.IngressBackend
	if i.Spec.DefaultBackend != nil {
		out = append(out, *i.Spec.DefaultBackend)
	}
	for _, rule := range i.Spec.Rules {
		if rule.HTTP == nil {
			continue
		}
		for _, path := range rule.HTTP.Paths {
			out = append(out, path.Backend)
		}
	}
	return out
}
