package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// privilegedPod is what the demo's rule is against.
const privilegedPod = `apiVersion: v1
kind: Pod
metadata:
  name: debug
  namespace: ` + demoShop + `
spec:
  containers:
  - name: shell
    image: busybox
    securityContext: {privileged: true}
`

func (d *demo) podFile() string { return filepath.Join(d.dir, "privileged-pod.yaml") }

// showPod shows what the API of a cluster makes of the privileged pod. Anything but what is wanted is an error.
func (d *demo) showPod(ctx context.Context, c *demoCluster, wantRefused bool) error {
	said, refused, err := d.applyPod(ctx, c)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	for line := range strings.Lines(said) {
		d.say("  %s\n", strings.TrimSpace(line))
	}
	if refused != wantRefused {
		return fmt.Errorf("%s: the privileged pod is refused: %t, and should be: %t", c.Name, refused, wantRefused)
	}
	return nil
}

// applyPod has the API server of a cluster try the pod by means of kubectl, if there is one, and returns what a user
// sees of that.
func (d *demo) applyPod(ctx context.Context, c *demoCluster) (said string, refused bool, err error) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		if err := c.tryPod(ctx); apierrors.IsForbidden(err) {
			return "Error from server (Forbidden): " + err.Error(), true, nil
		} else if err != nil {
			return "", false, err
		}
		return "pod/debug created (server dry run)", false, nil
	}
	args := []string{"--kubeconfig", c.api.server.Kubeconfig, "apply", "--dry-run=server", "-f", d.podFile()}
	cmd := exec.CommandContext(ctx, kubectl, args...) //nolint:gosec // G204: the user's own kubectl
	cmd.Env = slices.Concat(d.around.env, []string{"KUBECACHEDIR=" + filepath.Join(d.dir, "kubectl-cache")})
	out, err := cmd.CombinedOutput()
	said = "$ kubectl " + strings.Join(args, " ") + "\n" + string(out)
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		if !strings.Contains(said, "(Forbidden)") {
			return "", false, fmt.Errorf("%w: %s", err, said)
		}
		return said, true, nil
	}
	return said, false, err
}

// refuses reports whether a rule keeps the privileged pod out of the cluster.
func (c *demoCluster) refuses(ctx context.Context) (bool, error) {
	err := c.tryPod(ctx)
	if apierrors.IsForbidden(err) && strings.Contains(err.Error(), "ValidatingAdmissionPolicy") {
		return true, nil
	}
	return false, err
}

// tryPod has the API server say what it would make of the privileged pod.
func (c *demoCluster) tryPod(ctx context.Context) error {
	var pod corev1.Pod
	if err := yaml.Unmarshal([]byte(privilegedPod), &pod); err != nil {
		return err
	}
	_, err := c.api.client.CoreV1().Pods(demoShop).Create(ctx, &pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	return err
}
