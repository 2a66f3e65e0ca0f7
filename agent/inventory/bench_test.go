package inventory_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// manyPods is how many pods the cluster of the benchmark has, as those of deployments of ten.
const manyPods = 5000

// BenchmarkWatcher_manyPods prints what of a large cluster is kept in memory, and what a heartbeat costs there.
func BenchmarkWatcher_manyPods(b *testing.B) {
	api := kubetest.Start(b)
	ns := api.Namespace(b)
	owners := make([]types.UID, manyPods/10)
	for i := range owners { // a replica set would see to it that it has as many pods as it wants
		owner := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("app-%03d", i)}}
		owners[i] = waittest.Must(api.Client().CoreV1().ConfigMaps(ns).Create(b.Context(), owner, metav1.CreateOptions{}))(b).UID
	}
	var group errgroup.Group
	group.SetLimit(16)
	for i := range manyPods {
		group.Go(func() error {
			_, err := api.Client().CoreV1().Pods(ns).Create(b.Context(), likeInLife(ns, i, owners[i/10]), metav1.CreateOptions{})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	before := heap()
	w := watch(b, api.Config(), strict)
	waittest.Until(b, "all pods are counted", func() bool {
		return len(w.Pods()) == manyPods && w.Synced() && w.Inventory().RunningPods != nil
	})
	kept := float64(heap()) - float64(before)
	b.ReportAllocs()
	for b.Loop() {
		w.Inventory()
	}
	b.ReportMetric(kept/(1<<20), "heap-MB")
}

// heap returns what is in use, in bytes.
func heap() uint64 {
	var m runtime.MemStats
	for range 3 { // what has a finalizer goes at the second time
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// likeInLife is a pod as controllers and other tools leave them: annotations, volumes, variables, probes.
func likeInLife(namespace string, i int, owner types.UID) *corev1.Pod {
	app := fmt.Sprintf("app-%03d", i/10)
	pod := newPod(namespace, app)
	pod.Name = fmt.Sprintf("%s-7d9c6b5f4-%05d", app, i)
	pod.Labels = map[string]string{
		"app.kubernetes.io/name": app, "app.kubernetes.io/instance": app, "app.kubernetes.io/part-of": "shop", "pod-template-hash": "7d9c6b5f4", "tier": "web",
	}
	pod.Annotations = map[string]string{"checksum/config": strings.Repeat("0123456789abcdef", 4), "notes": strings.Repeat("x", 1000)}
	pod.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "v1", Kind: "ConfigMap", Name: app, UID: owner, Controller: new(true),
	}}
	sidecar := *pod.Spec.Containers[0].DeepCopy()
	sidecar.Name, sidecar.Image = "proxy", "registry.example/proxy:1"
	pod.Spec.Containers = append(pod.Spec.Containers, sidecar)
	for c := range pod.Spec.Containers {
		for v := range 20 {
			pod.Spec.Containers[c].Env = append(pod.Spec.Containers[c].Env, corev1.EnvVar{Name: fmt.Sprintf("VARIABLE_%d", v), Value: strings.Repeat("y", 50)})
		}
	}
	return pod
}
