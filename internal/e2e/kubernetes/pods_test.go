package kubernetes_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// podWorkers is how many pods are made at a time.
const podWorkers = 24

// runPods has n pods in a namespace that the API believes to run, ten of each of n/10 workloads.
func runPods(tb testing.TB, client kubernetes.Interface, namespace string, n int) {
	tb.Helper()
	owners := make([]types.UID, (n+9)/10)
	for i := range owners { // a replica set would see to it that it has as many pods as it wants
		owner, err := client.CoreV1().ConfigMaps(namespace).Create(tb.Context(),
			&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("app-%d", i)}}, metav1.CreateOptions{})
		if err != nil {
			tb.Fatal(err)
		}
		owners[i] = owner.UID
	}
	group, ctx := errgroup.WithContext(tb.Context())
	group.SetLimit(podWorkers)
	for i := range n {
		group.Go(func() error { return runPod(ctx, client, podLikeInLife(namespace, i, owners[i/10]), i) })
	}
	if err := group.Wait(); err != nil {
		tb.Fatal(err)
	}
}

// runPod creates a pod and says what a kubelet would say of it.
func runPod(ctx context.Context, client kubernetes.Interface, pod *corev1.Pod, i int) error {
	pod, err := client.CoreV1().Pods(pod.Namespace).Create(ctx, pod, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	ip := fmt.Sprintf("10.%d.%d.%d", 1+i/62500, i/250%250, 1+i%250)
	pod.Status.Phase, pod.Status.HostIP = corev1.PodRunning, fmt.Sprintf("192.0.2.%d", 1+i%100)
	pod.Status.PodIP, pod.Status.PodIPs = ip, []corev1.PodIP{{IP: ip}}
	for _, kind := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
		pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: kind, Status: corev1.ConditionTrue})
	}
	for _, c := range pod.Spec.Containers {
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, ImageID: "registry.example/image@sha256:" + strings.Repeat("0", 64), ContainerID: fmt.Sprintf("containerd://%064d", i), Ready: true,
		})
	}
	_, err = client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, metav1.UpdateOptions{})
	return err
}

// podLikeInLife returns a pod as controllers and other tools leave them: labels, annotations, variables and a sidecar.
func podLikeInLife(namespace string, i int, owner types.UID) *corev1.Pod {
	app := fmt.Sprintf("app-%d", i/10)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: fmt.Sprintf("%s-7d9c6b5f4-%05d", app, i),
			Labels: map[string]string{
				"app": app, "app.kubernetes.io/name": app, "app.kubernetes.io/part-of": "shop", "pod-template-hash": fmt.Sprintf("7d9c6b%d", i/10),
			},
			Annotations:     map[string]string{"checksum/config": strings.Repeat("0123456789abcdef", 4), "notes": strings.Repeat("x", 500)},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: app, UID: owner, Controller: new(true)}},
		},
		Spec: corev1.PodSpec{NodeName: fmt.Sprintf("node-%d", i%100)},
	}
	for _, name := range []string{"web", "proxy"} {
		c := corev1.Container{Name: name, Image: "registry.example/" + app + "/" + name + ":1.0", Ports: []corev1.ContainerPort{{ContainerPort: 8080}}}
		for v := range 15 {
			c.Env = append(c.Env, corev1.EnvVar{Name: fmt.Sprintf("VARIABLE_%d", v), Value: strings.Repeat("y", 40)})
		}
		pod.Spec.Containers = append(pod.Spec.Containers, c)
	}
	return pod
}
