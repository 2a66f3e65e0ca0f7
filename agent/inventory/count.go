package inventory

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// tally is what was counted.
type tally struct {
	platform                                                           string
	nodes, namespaces, services, workloads, runningPods, fedhubRunning *int
	facts                                                              facts // but for the admission rules
}

// systemNamespaces are those whose pods the score leaves out: nobody can make kube-proxy go without privileges.
var systemNamespaces = []string{"kube-system", "kube-public", "kube-node-lease"}

// nameLabel and name tell fedhub's own pods.
const (
	nameLabel = "app.kubernetes.io/name"
	name      = "fedhub"
)

// count counts what is kept.
func (w *Watcher) count() *tally {
	t := &tally{nodes: size(w.nodes), namespaces: size(w.namespaces), services: size(w.services)}
	if d, ds, s := size(w.deployments), size(w.daemonSets), size(w.statefulSets); d != nil && ds != nil && s != nil {
		t.workloads = new(*d + *ds + *s)
	}
	version, _ := w.version.get()
	t.platform = platform(w.Nodes(), version)
	if w.pods.condition().known {
		var exposed func(*corev1.Pod) bool
		if w.services.condition().known && w.ingresses.condition().known {
			exposed = exposures(w.Services(), w.routes())
		}
		t.countPods(w.Pods(), exposed)
	}
	return t
}

// countPods counts the pods; exposed tells which are reached from outside, and is nil when that is not known.
func (t *tally) countPods(pods []*corev1.Pod, exposed func(*corev1.Pod) bool) {
	var all, outside, privileged, root, host, running, ours int
	for _, pod := range pods {
		if pod.Status.Phase == corev1.PodRunning {
			running++
			if pod.Labels[nameLabel] == name {
				ours++
			}
		}
		over := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
		if over || slices.Contains(systemNamespaces, pod.Namespace) {
			continue
		}
		all++
		privileged += one(anyContainer(pod, isPrivileged))
		root += one(anyContainer(pod, mayBeRoot(pod)))
		host += one(pod.Spec.HostNetwork || pod.Spec.HostPID || pod.Spec.HostIPC)
		outside += one(exposed != nil && exposed(pod))
	}
	t.runningPods, t.fedhubRunning = &running, &ours
	t.facts = facts{pods: &all, privileged: &privileged, runAsRoot: &root, hostNamespaces: &host}
	if exposed != nil {
		t.facts.exposed = &outside
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

func anyContainer(pod *corev1.Pod, is func(corev1.Container) bool) bool {
	return slices.ContainsFunc(pod.Spec.Containers, is) || slices.ContainsFunc(pod.Spec.InitContainers, is)
}

func isPrivileged(c corev1.Container) bool {
	return c.SecurityContext != nil && c.SecurityContext.Privileged != nil && *c.SecurityContext.Privileged
}

// mayBeRoot returns whether nothing in a container of the pod, or in the pod, says that it does not run as root: then
// the image decides, and most images are root.
func mayBeRoot(pod *corev1.Pod) func(corev1.Container) bool {
	return func(c corev1.Container) bool {
		var user *int64
		var nonRoot *bool
		if s := pod.Spec.SecurityContext; s != nil {
			user, nonRoot = s.RunAsUser, s.RunAsNonRoot
		}
		if s := c.SecurityContext; s != nil {
			if s.RunAsUser != nil {
				user = s.RunAsUser
			}
			if s.RunAsNonRoot != nil {
				nonRoot = s.RunAsNonRoot
			}
		}
		if user != nil {
			return *user == 0
		}
		return nonRoot == nil || !*nonRoot
	}
}

// size returns how many objects there are; nil: not known.
func size(f *feed) *int {
	if !f.condition().known {
		return nil
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	return new(len(f.kept))
}
