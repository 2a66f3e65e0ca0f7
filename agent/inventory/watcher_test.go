package inventory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

const workloads = `
apiVersion: v1
kind: Node
metadata: {name: one, labels: {eks.amazonaws.com/nodegroup: a}}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: NS}
spec: {type: NodePort, selector: {app: risky}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: back, namespace: NS}
spec: {selector: {app: harmless}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: NS}
spec: {replicas: 0, selector: {matchLabels: {a: d}}, template: {metadata: {labels: {a: d}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s, namespace: NS}
spec: {replicas: 0, selector: {matchLabels: {a: s}}, template: {metadata: {labels: {a: s}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: calico-node, namespace: kube-system}
spec:
  selector: {matchLabels: {a: c}}
  template: {metadata: {labels: {a: c}}, spec: {nodeSelector: {on: nothing}, containers: [{name: c, image: i}]}}
`

func TestWatcher_counts(t *testing.T) {
	api := kubetest.Start(t)
	w := watch(t, api.Config(), strict)
	empty := until(t, w, "everything is read", whole)
	if got := show(empty); !strings.Contains(got, "nodes 0,") || !strings.Contains(got, "score 0+0+0+0+0=0") {
		t.Errorf("an empty cluster: %s", got)
	}
	ns := api.Namespace(t)
	api.Apply(t, []byte(strings.ReplaceAll(workloads, "NS", ns)))
	runPod(t, api, newPod(ns, "harmless"))
	risky := newPod(ns, "risky")
	risky.Spec.HostNetwork = true
	risky.Spec.Containers[0].SecurityContext = &corev1.SecurityContext{Privileged: new(true)}
	runPod(t, api, risky)
	for range 2 { // they wait for ever: there is no node for them
		pod := newPod(ns, "")
		pod.GenerateName = "waiting-"
		waittest.Must(api.Client().CoreV1().Pods(ns).Create(t.Context(), pod, metav1.CreateOptions{}))(t)
	}
	want := show(&events.Inventory{
		Platform: "Kubernetes-EKS", KubeVersion: empty.KubeVersion, Nodes: new(1), Namespaces: new(*empty.Namespaces + 1),
		Services: new(*empty.Services + 2), Workloads: new(3), RunningPods: new(2), Controllers: new(1), Missing: []string{},
		Score: &events.Score{Total: new(40), Exposure: new(15), Privileged: new(10), RunAsRoot: new(5), HostNamespaces: new(10), Admission: new(0)},
	})
	until(t, w, want, func(i *events.Inventory) bool { return show(i) == want && len(w.Pods()) == 4 }) // pods that wait are not counted
	if !w.Synced() || w.Plugin() != "Calico" {
		t.Errorf("synced: %t, plugin %q", w.Synced(), w.Plugin())
	}
	if services, nodes := len(w.Services()), len(w.Nodes()); services != *empty.Services+2 || nodes != 1 {
		t.Errorf("%d services, %d nodes", services, nodes)
	}
	if err := api.Client().CoreV1().Pods(ns).Delete(t.Context(), "risky", metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}); err != nil {
		t.Fatal(err)
	}
	until(t, w, "the pod that is a risk is gone", func(i *events.Inventory) bool { return *i.RunningPods == 1 && *i.Score.Total == 0 })
}

// TestWatcher_keepsWhatIsNeeded: of a pod there is what rules and the score ask for.
func TestWatcher_keepsWhatIsNeeded(t *testing.T) {
	api := kubetest.Shared(t)
	ns := api.Namespace(t)
	made := runPod(t, api, newPod(ns, "web"))
	w := watch(t, api.Config())
	find := func() *corev1.Pod {
		for _, p := range w.Pods() {
			if p.Namespace == ns {
				return p
			}
		}
		return nil
	}
	waittest.Until(t, "the pod is read", func() bool { return find() != nil && w.Synced() })
	want := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "web", UID: made.UID, ResourceVersion: made.ResourceVersion, Labels: map[string]string{"app": "web"}},
		Spec: corev1.PodSpec{ServiceAccountName: "default", Containers: []corev1.Container{{
			Name: "main", Image: "registry.example/web:1", Ports: []corev1.ContainerPort{{ContainerPort: 80, Protocol: corev1.ProtocolTCP}},
			SecurityContext: &corev1.SecurityContext{RunAsNonRoot: new(true)},
		}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, PodIP: "10.1.2.3", PodIPs: []corev1.PodIP{{IP: "10.1.2.3"}}},
	}
	if diff := cmp.Diff(want, find()); diff != "" {
		t.Errorf("-want +kept:\n%s", diff)
	}
	pods := api.Client().CoreV1().Pods(ns)
	changed := w.Changed()
	made.Labels["app"] = "shop"
	waittest.Must(pods.Update(t.Context(), made, metav1.UpdateOptions{}))(t)
	waittest.Until(t, "the label is read", func() bool { return find().Labels["app"] == "shop" })
	<-changed
}

const account = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: looker, namespace: NS}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: looker-NS}
rules:
- {apiGroups: ["", apps, networking.k8s.io], resources: [nodes, namespaces, services, ingresses, deployments, daemonsets, statefulsetsMORE], verbs: [list, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: looker-NS}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: looker-NS}
subjects: [{kind: ServiceAccount, name: looker, namespace: NS}]
`

// TestWatcher_forbidden: what may not be read is missing and not zero, and is there once it may.
func TestWatcher_forbidden(t *testing.T) {
	api := kubetest.Shared(t)
	ns := api.Namespace(t)
	grant := func(more string) {
		api.Apply(t, []byte(strings.NewReplacer("NS", ns, "MORE", more).Replace(account)))
	}
	grant("")
	w := watch(t, api.ServiceAccountConfig(t, ns, "looker"), strict)
	i := until(t, w, "everything but the pods is read", func(i *events.Inventory) bool {
		return i.Workloads != nil && i.Services != nil && i.Nodes != nil && i.KubeVersion != "" && len(i.Missing) == 1
	})
	if i.RunningPods != nil || i.Controllers != nil || i.Score != nil || w.Synced() {
		t.Errorf("without pods: %s, synced: %t", show(i), w.Synced())
	}
	if why := i.Missing[0]; !strings.HasPrefix(why, "pods: ") || !strings.Contains(why, "forbidden") || !strings.Contains(why, "looker") {
		t.Errorf("missing %q, which should say what is forbidden, and to whom", why)
	}
	if got := w.Trouble(); got != i.Missing[0] {
		t.Errorf("trouble %q, want %q", got, i.Missing[0])
	}
	grant(", pods")
	until(t, w, "everything is read once it may be", whole)
	if got := w.Trouble(); got != "" || !w.Synced() {
		t.Errorf("trouble %q, synced: %t", got, w.Synced())
	}
}

// TestWatcher_outlivesTheAPI: what was read stays, with the time that it is of, and goes on when the API is back.
func TestWatcher_outlivesTheAPI(t *testing.T) {
	api := kubetest.Start(t)
	ns := api.Namespace(t)
	runPod(t, api, newPod(ns, "before"))
	w := watch(t, api.Config(), strict)
	good := until(t, w, "everything is read", func(i *events.Inventory) bool { return whole(i) && *i.RunningPods == 1 })

	api.Kill(t)
	away := until(t, w, "it notices that the API is away", func(i *events.Inventory) bool { return strings.Contains(strings.Join(i.Missing, " "), "pods") })
	if *away.RunningPods != 1 || away.KubeVersion != good.KubeVersion || away.Score == nil {
		t.Errorf("without the API: %s", show(away))
	}
	if !strings.Contains(away.Missing[0], "last seen at") || !away.At.After(good.At) {
		t.Errorf("at %v, missing %q; it was good at %v", away.At, away.Missing, good.At)
	}
	if later := w.Inventory(); later.At.After(away.At) {
		t.Errorf("the inventory of %v claims to be of %v", away.At, later.At)
	}

	api.Start(t)
	runPod(t, api, newPod(ns, "after"))
	back := until(t, w, "it catches up", func(i *events.Inventory) bool { return len(i.Missing) == 0 && *i.RunningPods == 2 })
	if !back.At.After(away.At) {
		t.Errorf("back at %v, away at %v", back.At, away.At)
	}
}

// TestWatcher_neverRead: a cluster that nobody has reached yet has no zeros.
func TestWatcher_neverRead(t *testing.T) {
	api := kubetest.Start(t)
	config := api.Config()
	api.Kill(t)
	w := watch(t, config)
	i := until(t, w, "it has tried", func(i *events.Inventory) bool { return len(i.Missing) > 0 && strings.Contains(i.Missing[0], "refused") })
	want := show(&events.Inventory{Missing: i.Missing})
	if got := show(i); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
