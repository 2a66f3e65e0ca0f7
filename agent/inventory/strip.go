package inventory

import (
	"maps"
	"reflect"
	"sync"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
)

// Bounds of the pool: what is long gone is let go, too.
const (
	maxPooled = 20_000 // strings
	maxTwins  = 2_000  // owners
)

// pool has once what many objects have: strings, and what the pods of one owner have in common.
type pool struct {
	mu    sync.Mutex
	all   map[string]string
	twins map[types.UID]*corev1.Pod // by owner, a pod of its
}

// share has a pod use the parts of one that has the same owner, where they are equal.
func (p *pool) share(pod *corev1.Pod) {
	owner := metav1.GetControllerOfNoCopy(pod)
	if owner == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	twin := p.twins[owner.UID]
	if twin == nil || !reflect.DeepEqual(twin.Spec.Containers, pod.Spec.Containers) || !reflect.DeepEqual(twin.Spec.InitContainers, pod.Spec.InitContainers) {
		if p.twins == nil || len(p.twins) >= maxTwins {
			p.twins = map[types.UID]*corev1.Pod{}
		}
		p.twins[owner.UID] = pod
		return
	}
	pod.Spec.Containers, pod.Spec.InitContainers = twin.Spec.Containers, twin.Spec.InitContainers
	if reflect.DeepEqual(twin.OwnerReferences, pod.OwnerReferences) {
		pod.OwnerReferences = twin.OwnerReferences
	}
	if maps.Equal(twin.Labels, pod.Labels) {
		pod.Labels = twin.Labels
	}
	if reflect.DeepEqual(twin.Spec.SecurityContext, pod.Spec.SecurityContext) {
		pod.Spec.SecurityContext = twin.Spec.SecurityContext
	}
}

func (p *pool) one(s string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.all[s]; ok {
		return known
	}
	if p.all == nil || len(p.all) >= maxPooled {
		p.all = map[string]string{}
	}
	p.all[s] = s
	return s
}

func (p *pool) pairs(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for key, value := range m {
		out[p.one(key)] = p.one(value)
	}
	return out
}

// meta keeps what identifies an object, its labels and its owners.
func (p *pool) meta(m metav1.ObjectMeta) metav1.ObjectMeta {
	out := metav1.ObjectMeta{
		Namespace: p.one(m.Namespace), Name: m.Name, UID: m.UID, ResourceVersion: m.ResourceVersion, Labels: p.pairs(m.Labels),
	}
	for _, o := range m.OwnerReferences {
		o.APIVersion, o.Kind, o.Name = p.one(o.APIVersion), p.one(o.Kind), p.one(o.Name)
		out.OwnerReferences = append(out.OwnerReferences, o)
	}
	return out
}

// stripping returns the function that makes of an object one with what is needed of it.
func stripping[T runtime.Object](strip func(T) T) cache.TransformFunc {
	return func(object any) (any, error) {
		if known, ok := object.(T); ok {
			return strip(known), nil
		}
		return object, nil
	}
}

func (p *pool) pod(pod *corev1.Pod) *corev1.Pod {
	out := &corev1.Pod{ObjectMeta: p.meta(pod.ObjectMeta)}
	out.Spec = corev1.PodSpec{
		NodeName: p.one(pod.Spec.NodeName), ServiceAccountName: p.one(pod.Spec.ServiceAccountName),
		HostNetwork: pod.Spec.HostNetwork, HostPID: pod.Spec.HostPID, HostIPC: pod.Spec.HostIPC,
		Containers: p.containers(pod.Spec.Containers), InitContainers: p.containers(pod.Spec.InitContainers),
	}
	if c := pod.Spec.SecurityContext; c != nil && (c.RunAsUser != nil || c.RunAsNonRoot != nil) {
		out.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: c.RunAsUser, RunAsNonRoot: c.RunAsNonRoot}
	}
	out.Status = corev1.PodStatus{
		Phase: corev1.PodPhase(p.one(string(pod.Status.Phase))), HostIP: p.one(pod.Status.HostIP), PodIP: pod.Status.PodIP, PodIPs: pod.Status.PodIPs,
	}
	p.share(out)
	return out
}

func (p *pool) containers(all []corev1.Container) []corev1.Container {
	if len(all) == 0 {
		return nil
	}
	out := make([]corev1.Container, len(all))
	for i, c := range all {
		out[i] = corev1.Container{Name: p.one(c.Name), Image: p.one(c.Image)}
		for _, port := range c.Ports {
			port.Name, port.Protocol, port.HostIP = p.one(port.Name), corev1.Protocol(p.one(string(port.Protocol))), p.one(port.HostIP)
			out[i].Ports = append(out[i].Ports, port)
		}
		if s := c.SecurityContext; s != nil {
			out[i].SecurityContext = &corev1.SecurityContext{
				Privileged: s.Privileged, RunAsUser: s.RunAsUser, RunAsNonRoot: s.RunAsNonRoot, AllowPrivilegeEscalation: s.AllowPrivilegeEscalation,
			}
		}
	}
	return out
}

func (p *pool) node(n *corev1.Node) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: p.meta(n.ObjectMeta),
		Spec:       corev1.NodeSpec{ProviderID: n.Spec.ProviderID, PodCIDR: n.Spec.PodCIDR, PodCIDRs: n.Spec.PodCIDRs},
		Status: corev1.NodeStatus{
			Addresses: n.Status.Addresses, NodeInfo: corev1.NodeSystemInfo{KubeletVersion: p.one(n.Status.NodeInfo.KubeletVersion)},
		},
	}
}

func (p *pool) namespace(n *corev1.Namespace) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: p.meta(n.ObjectMeta), Status: corev1.NamespaceStatus{Phase: n.Status.Phase}}
}

func (p *pool) service(s *corev1.Service) *corev1.Service {
	return &corev1.Service{ObjectMeta: p.meta(s.ObjectMeta), Spec: corev1.ServiceSpec{
		Type: s.Spec.Type, Selector: p.pairs(s.Spec.Selector), Ports: s.Spec.Ports, ClusterIP: s.Spec.ClusterIP, ClusterIPs: s.Spec.ClusterIPs,
		ExternalIPs: s.Spec.ExternalIPs, ExternalName: s.Spec.ExternalName,
	}}
}

// ingress keeps which services it leads to.
func (p *pool) ingress(i *networkingv1.Ingress) *networkingv1.Ingress {
	out := &networkingv1.Ingress{ObjectMeta: p.meta(i.ObjectMeta)}
	out.Spec.DefaultBackend = i.Spec.DefaultBackend
	for _, rule := range i.Spec.Rules {
		if rule.HTTP != nil {
			out.Spec.Rules = append(out.Spec.Rules, networkingv1.IngressRule{IngressRuleValue: rule.IngressRuleValue})
		}
	}
	return out
}

// named keeps the name alone.
func (p *pool) named(m *metav1.PartialObjectMetadata) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: p.one(m.Namespace), Name: m.Name, UID: m.UID, ResourceVersion: m.ResourceVersion}}
}
