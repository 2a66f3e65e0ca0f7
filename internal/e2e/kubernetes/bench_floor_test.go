package kubernetes_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	applymetav1 "k8s.io/client-go/applyconfigurations/meta/v1"
	applynetworkingv1 "k8s.io/client-go/applyconfigurations/networking/v1"
	client "k8s.io/client-go/kubernetes/typed/networking/v1"
)

// floorWorkers is how many objects the floor writes at a time, which is as many as the enforcer does.
const floorWorkers = 16

// floor is client-go alone: what writing a NetworkPolicy costs at least.
type floor struct {
	policies  client.NetworkPolicyInterface
	namespace string
}

func newFloor(tb testing.TB, f *federation) *floor {
	tb.Helper()
	namespace := f.kube.Namespace(tb)
	return &floor{f.kube.Client().NetworkingV1().NetworkPolicies(namespace), namespace}
}

// write applies the i-th policy, of the shape that the enforcer gives to a rule, with the given port.
func (f *floor) write(tb testing.TB, i, port int) {
	tb.Helper()
	of := func(group string) *applymetav1.LabelSelectorApplyConfiguration {
		return applymetav1.LabelSelector().WithMatchLabels(map[string]string{"app": group})
	}
	spec := applynetworkingv1.NetworkPolicySpec().WithPodSelector(of("to")).WithPolicyTypes(networkingv1.PolicyTypeIngress).
		WithIngress(applynetworkingv1.NetworkPolicyIngressRule().
			WithFrom(applynetworkingv1.NetworkPolicyPeer().WithPodSelector(of("from")).
																			WithNamespaceSelector(applymetav1.LabelSelector().WithMatchLabels(map[string]string{corev1.LabelMetadataName: f.namespace}))).
			WithPorts(applynetworkingv1.NetworkPolicyPort().WithProtocol(corev1.ProtocolTCP).WithPort(intstr.FromInt32(int32(port))))) //nolint:gosec // G115: a port
	policy := applynetworkingv1.NetworkPolicy(fmt.Sprintf("floor-%d", i), f.namespace).WithSpec(spec).
		WithLabels(map[string]string{"app.kubernetes.io/managed-by": "floor"}).
		WithAnnotations(map[string]string{"example.com/policy": fmt.Sprintf("network_rule/%d", i), "example.com/version": strconv.Itoa(port)})
	if _, err := f.policies.Apply(tb.Context(), policy, metav1.ApplyOptions{FieldManager: "floor"}); err != nil {
		tb.Error(err)
	}
}

// atOnce does something for each i below n, for several at a time.
func atOnce(n int, do func(i int)) {
	var group errgroup.Group
	group.SetLimit(floorWorkers)
	for i := range n {
		group.Go(func() error {
			do(i)
			return nil
		})
	}
	_ = group.Wait() //nolint:errcheck // nobody returns one
}

// remove deletes the i-th policy.
func (f *floor) remove(tb testing.TB, i int) {
	tb.Helper()
	if err := f.policies.Delete(tb.Context(), fmt.Sprintf("floor-%d", i), metav1.DeleteOptions{}); err != nil {
		tb.Error(err)
	}
}

// times are several measurements of the same.
type times []time.Duration

// ms returns, in milliseconds, what the given share of them is not above.
func (t times) ms(share float64) float64 {
	slices.Sort(t)
	return float64(t[int(share*float64(len(t)-1))].Microseconds()) / 1000
}

// String returns three shares of them, for a person.
func (t times) String() string {
	return fmt.Sprintf("%.1f, %.1f, %.1f ms", t.ms(0.5), t.ms(0.95), t.ms(0.99))
}
