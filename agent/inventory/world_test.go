package inventory_test

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent/inventory"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// watch returns a watcher that runs until the test ends.
func watch(tb testing.TB, config *rest.Config, edits ...func(*inventory.Config)) *inventory.Watcher {
	tb.Helper()
	config.ContentType = runtime.ContentTypeProtobuf
	cfg := inventory.Config{
		Client:   waittest.Must(kubernetes.NewForConfig(config))(tb),
		Metadata: waittest.Must(metadata.NewForConfig(config))(tb),
		Logger:   slog.New(slog.DiscardHandler),
		Now:      time.Now,
	}
	for _, edit := range edits {
		edit(&cfg)
	}
	w := inventory.New(cfg)
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	tb.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			tb.Error(err)
		}
	})
	return w
}

// until waits until the inventory is as it should be.
func until(tb testing.TB, w *inventory.Watcher, what string, ok func(*events.Inventory) bool) *events.Inventory {
	tb.Helper()
	var last atomic.Pointer[events.Inventory]
	defer func() {
		if tb.Failed() {
			tb.Logf("the inventory was %s", show(last.Load()))
		}
	}()
	waittest.Until(tb, what, func() bool {
		last.Store(w.Inventory())
		return ok(last.Load())
	})
	return last.Load()
}

// show is an inventory for people; "?" is not known.
func show(i *events.Inventory) string {
	word := func(n *int) string {
		if n == nil {
			return "?"
		}
		return strconv.Itoa(*n)
	}
	score := "?"
	if i.Score != nil {
		score = strings.Join([]string{
			word(i.Score.Exposure), word(i.Score.Privileged), word(i.Score.RunAsRoot), word(i.Score.HostNamespaces), word(i.Score.Admission),
		}, "+") + "=" + word(i.Score.Total)
	}
	return fmt.Sprintf("%s %s: nodes %s, namespaces %s, services %s, workloads %s, running pods %s, controllers %s, score %s, missing %q",
		i.Platform, i.KubeVersion, word(i.Nodes), word(i.Namespaces), word(i.Services), word(i.Workloads), word(i.RunningPods),
		word(i.Controllers), score, i.Missing)
}

// whole reports whether everything is known.
func whole(i *events.Inventory) bool { return !strings.Contains(show(i), "?") && len(i.Missing) == 0 }

// strict has the cluster deny everything that counts.
func strict(cfg *inventory.Config) {
	cfg.AdmissionRules = func() *inventory.AdmissionRules {
		return &inventory.AdmissionRules{Privileged: true, RunAsRoot: true, HostNamespaces: true, PrivilegeEscalation: true}
	}
}

// runPod makes a pod that looks as if it ran.
func runPod(tb testing.TB, api *kubetest.API, pod *corev1.Pod) *corev1.Pod {
	tb.Helper()
	pods := api.Client().CoreV1().Pods(pod.Namespace)
	made := waittest.Must(pods.Create(tb.Context(), pod, metav1.CreateOptions{}))(tb)
	made.Status.Phase, made.Status.PodIP = corev1.PodRunning, "10.1.2.3"
	return waittest.Must(pods.UpdateStatus(tb.Context(), made, metav1.UpdateOptions{}))(tb)
}

// newPod is a pod that harms nobody.
func newPod(namespace, name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name, Labels: map[string]string{"app": name}, Annotations: map[string]string{"long": strings.Repeat("x", 1000)},
		},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "main", Image: "registry.example/" + name + ":1", Env: []corev1.EnvVar{{Name: "A", Value: "b"}},
			Ports:           []corev1.ContainerPort{{ContainerPort: 80}},
			SecurityContext: &corev1.SecurityContext{RunAsNonRoot: new(true)},
		}}},
	}
}
