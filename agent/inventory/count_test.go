package inventory

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pod is a running pod of one container, as edits make it.
func pod(edits ...func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", SecurityContext: &corev1.SecurityContext{RunAsUser: new(int64(1000))}}}},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for _, edit := range edits {
		edit(p)
	}
	return p
}

func container(edit func(*corev1.SecurityContext)) func(*corev1.Pod) {
	return func(p *corev1.Pod) { edit(p.Spec.Containers[0].SecurityContext) }
}

func TestCountPods(t *testing.T) {
	phase := func(is corev1.PodPhase) func(*corev1.Pod) { return func(p *corev1.Pod) { p.Status.Phase = is } }
	in := func(namespace string) func(*corev1.Pod) { return func(p *corev1.Pod) { p.Namespace = namespace } }
	privileged := container(func(s *corev1.SecurityContext) { s.Privileged = new(true) })
	user := func(id int64) func(*corev1.Pod) {
		return container(func(s *corev1.SecurityContext) { s.RunAsUser = &id })
	}
	anybody := container(func(s *corev1.SecurityContext) { s.RunAsUser = nil })
	podContext := func(s corev1.PodSecurityContext) func(*corev1.Pod) {
		return func(p *corev1.Pod) { p.Spec.SecurityContext = &s }
	}
	type counts struct{ pods, running, privileged, root, host int }
	tests := map[string]struct {
		pod  *corev1.Pod
		want counts
	}{
		"harmless":                      {pod(), counts{pods: 1, running: 1}},
		"waiting":                       {pod(phase(corev1.PodPending)), counts{pods: 1}},
		"over":                          {pod(phase(corev1.PodSucceeded), privileged), counts{}},
		"failed":                        {pod(phase(corev1.PodFailed), privileged), counts{}},
		"of the system":                 {pod(in("kube-system"), privileged), counts{running: 1}},
		"privileged":                    {pod(privileged), counts{pods: 1, running: 1, privileged: 1}},
		"not privileged, said so":       {pod(container(func(s *corev1.SecurityContext) { s.Privileged = new(false) })), counts{pods: 1, running: 1}},
		"privileged at first":           {pod(func(p *corev1.Pod) { p.Spec.InitContainers = pod(privileged).Spec.Containers }), counts{pods: 1, running: 1, privileged: 1}},
		"root":                          {pod(user(0)), counts{pods: 1, running: 1, root: 1}},
		"as the image says":             {pod(anybody), counts{pods: 1, running: 1, root: 1}},
		"no security context":           {pod(func(p *corev1.Pod) { p.Spec.Containers[0].SecurityContext = nil }), counts{pods: 1, running: 1, root: 1}},
		"not root":                      {pod(anybody, container(func(s *corev1.SecurityContext) { s.RunAsNonRoot = new(true) })), counts{pods: 1, running: 1}},
		"may be root":                   {pod(anybody, container(func(s *corev1.SecurityContext) { s.RunAsNonRoot = new(false) })), counts{pods: 1, running: 1, root: 1}},
		"not root by the pod":           {pod(anybody, podContext(corev1.PodSecurityContext{RunAsNonRoot: new(true)})), counts{pods: 1, running: 1}},
		"a user by the pod":             {pod(anybody, podContext(corev1.PodSecurityContext{RunAsUser: new(int64(7))})), counts{pods: 1, running: 1}},
		"root by the pod, not itself":   {pod(podContext(corev1.PodSecurityContext{RunAsUser: new(int64(0))})), counts{pods: 1, running: 1}},
		"root itself, not by the pod":   {pod(user(0), podContext(corev1.PodSecurityContext{RunAsUser: new(int64(7))})), counts{pods: 1, running: 1, root: 1}},
		"the host's network":            {pod(func(p *corev1.Pod) { p.Spec.HostNetwork = true }), counts{pods: 1, running: 1, host: 1}},
		"the host's processes and IPC":  {pod(func(p *corev1.Pod) { p.Spec.HostPID, p.Spec.HostIPC = true, true }), counts{pods: 1, running: 1, host: 1}},
		"two containers, one is a risk": {pod(func(p *corev1.Pod) { p.Spec.Containers = append(p.Spec.Containers, pod(privileged).Spec.Containers...) }), counts{pods: 1, running: 1, privileged: 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got tally
			got.countPods([]*corev1.Pod{tt.pod}, nil)
			f := got.facts
			if is := (counts{*f.pods, *got.runningPods, *f.privileged, *f.runAsRoot, *f.hostNamespaces}); is != tt.want {
				t.Errorf("counted %+v, want %+v", is, tt.want)
			}
			if f.exposed != nil {
				t.Errorf("%d pods are exposed, and nobody knows the services", *f.exposed)
			}
		})
	}
}

func TestExposures(t *testing.T) {
	service := func(edits ...func(*corev1.Service)) *corev1.Service {
		s := &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "front"},
			Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, Selector: map[string]string{"app": "web"}},
		}
		for _, edit := range edits {
			edit(s)
		}
		return s
	}
	typed := func(as corev1.ServiceType) func(*corev1.Service) { return func(s *corev1.Service) { s.Spec.Type = as } }
	nodePort := typed(corev1.ServiceTypeNodePort)
	backend := &networkingv1.IngressBackend{Service: &networkingv1.IngressServiceBackend{Name: "front"}}
	byPath := networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{IngressRuleValue: networkingv1.IngressRuleValue{
		HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{{Backend: *backend}}},
	}}, {Host: "nothing.behind"}}}
	ingress := func(namespace string, spec networkingv1.IngressSpec) *networkingv1.Ingress {
		return &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Namespace: namespace}, Spec: spec}
	}
	hostPort := func(p *corev1.Pod) { p.Spec.Containers[0].Ports = []corev1.ContainerPort{{HostPort: 80}} }
	tests := map[string]struct {
		pod     *corev1.Pod
		service *corev1.Service
		ingress *networkingv1.Ingress
		want    bool
	}{
		"nothing":                         {pod: pod(), service: service()},
		"a port of the node":              {pod: pod(), service: service(nodePort), want: true},
		"a load balancer":                 {pod: pod(), service: service(typed(corev1.ServiceTypeLoadBalancer)), want: true},
		"an address outside":              {pod: pod(), service: service(func(s *corev1.Service) { s.Spec.ExternalIPs = []string{"192.0.2.1"} }), want: true},
		"a service for others":            {pod: pod(), service: service(nodePort, func(s *corev1.Service) { s.Spec.Selector["app"] = "db" })},
		"a service elsewhere":             {pod: pod(), service: service(nodePort, func(s *corev1.Service) { s.Namespace = "dev" })},
		"a service that chooses nothing":  {pod: pod(), service: service(nodePort, func(s *corev1.Service) { s.Spec.Selector = nil })},
		"an ingress by a path":            {pod: pod(), service: service(), ingress: ingress("shop", byPath), want: true},
		"an ingress for all":              {pod: pod(), service: service(), ingress: ingress("shop", networkingv1.IngressSpec{DefaultBackend: backend}), want: true},
		"an ingress elsewhere":            {pod: pod(), service: service(), ingress: ingress("dev", byPath)},
		"a port of the host's":            {pod: pod(hostPort), service: service(), want: true},
		"a port of the host's, no labels": {pod: pod(hostPort, func(p *corev1.Pod) { p.Labels = nil }), service: service(), want: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var ingresses []*networkingv1.Ingress
			if tt.ingress != nil {
				ingresses = append(ingresses, tt.ingress)
			}
			if got := exposures([]*corev1.Service{tt.service}, ingresses)(tt.pod); got != tt.want {
				t.Errorf("exposed: %t, want %t", got, tt.want)
			}
		})
	}
}
