package deploy_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"

	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestApply gives each kustomization to a real API, whose namespace takes restricted pods only.
func TestApply(t *testing.T) {
	api := kubetest.Shared(t)
	for _, dir := range []string{"kustomize/base", "kustomize/overlays/master", "kustomize/overlays/remote"} {
		t.Run(dir, func(t *testing.T) {
			documents := build(t, dir)
			api.Apply(t, []byte(documents))
			createPod(t, api, one(t, objects(t, documents), "StatefulSet", "fedhub"))
		})
	}
	services := waittest.Must(api.Client().CoreV1().Services(namespace).List(t.Context(), meta.ListOptions{}))(t)
	got := map[string]core.ServiceType{}
	for _, s := range services.Items {
		got[s.Name] = s.Spec.Type
	}
	if got["fed-master"] != core.ServiceTypeLoadBalancer || got["fed-worker"] != core.ServiceTypeClusterIP {
		t.Errorf("services: %v", got)
	}
}

// createPod creates the pod that the StatefulSet controller would, as a dry run, and expects that the API neither
// refuses it nor warns of it.
func createPod(t *testing.T, api *kubetest.API, set *unstructured.Unstructured) {
	t.Helper()
	template, _, err := unstructured.NestedMap(set.Object, "spec", "template")
	var pod core.Pod
	waittest.Must(0, runtime.DefaultUnstructuredConverter.FromUnstructured(waittest.Must(template, err)(t), &pod))(t)
	pod.Name = set.GetName() + "-0"
	pod.Spec.Volumes = append(pod.Spec.Volumes, core.Volume{Name: "data", VolumeSource: core.VolumeSource{
		PersistentVolumeClaim: &core.PersistentVolumeClaimVolumeSource{ClaimName: "data-" + pod.Name},
	}})
	var said warnings
	config := api.Config()
	config.WarningHandler = &said
	client := waittest.Must(kubernetes.NewForConfig(config))(t)
	// Its service account has just been made, and the API may not have seen that yet.
	waittest.Until(t, "the pod is taken", func() bool {
		_, err = client.CoreV1().Pods(set.GetNamespace()).Create(t.Context(), &pod, meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
		return err == nil || !strings.Contains(err.Error(), "serviceaccount")
	})
	if err != nil {
		t.Error(err)
	}
	if len(said.texts) > 0 {
		t.Errorf("the API warns: %q", said.texts)
	}
	// The namespace does look.
	pod.Spec.SecurityContext.RunAsNonRoot = nil
	_, err = client.CoreV1().Pods(set.GetNamespace()).Create(t.Context(), &pod, meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
	if !apierrors.IsForbidden(err) {
		t.Errorf("a pod that may run as root: %v, want a refusal", err)
	}
}

// warnings collects what the API warns of.
type warnings struct {
	mu    sync.Mutex
	texts []string
}

// HandleWarningHeader implements rest.WarningHandler.
func (w *warnings) HandleWarningHeader(_ int, _, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.texts = append(w.texts, text)
}

// TestHelm_install installs the chart, makes the cluster a master, and takes everything away again.
func TestHelm_install(t *testing.T) {
	api := kubetest.Shared(t)
	to := api.Namespace(t)
	do := func(args ...string) string {
		t.Helper()
		return helm(t, append(args, "-n", to, "--kubeconfig", api.Kubeconfig())...)
	}
	if notes := do("install", "edge", chart); !strings.Contains(notes, "kubectl get svc -n "+to) || !strings.Contains(notes, "first password") {
		t.Errorf("install says:\n%s", notes)
	}
	notes := do("upgrade", "edge", chart, "--reuse-values", "--set=role=master,name=hub,federation.master.address=203.0.113.7")
	if !strings.Contains(notes, "203.0.113.7:11443") {
		t.Errorf("upgrade says:\n%s", notes)
	}
	set := waittest.Must(api.Client().AppsV1().StatefulSets(to).Get(t.Context(), "edge-fedhub", meta.GetOptions{}))(t)
	promoted := slices.ContainsFunc(set.Spec.Template.Spec.Containers[0].Env, func(v core.EnvVar) bool {
		return v.Name == "FEDHUB_PROMOTE_ADDRESS" && v.Value == "203.0.113.7:11443"
	})
	if !promoted {
		t.Errorf("its variables: %v", set.Spec.Template.Spec.Containers[0].Env)
	}
	do("uninstall", "edge")
	_, err := api.Client().AppsV1().StatefulSets(to).Get(t.Context(), "edge-fedhub", meta.GetOptions{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("after the uninstallation: %v", err)
	}
	if _, err := api.Client().RbacV1().ClusterRoles().Get(t.Context(), "edge-fedhub", meta.GetOptions{}); !apierrors.IsNotFound(err) {
		t.Errorf("the role after the uninstallation: %v", err)
	}
}
