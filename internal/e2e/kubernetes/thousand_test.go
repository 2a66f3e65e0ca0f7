package kubernetes_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fedhub/fedhub/internal/kubetest"
)

// A thousand rules come in one change, one of them changes and no other policy with it, and all go.
func TestRules_thousand(t *testing.T) {
	f := federate(t, kubetest.Start(t))
	watch := watchPolicies(t, f.kube)
	f.groupMany()

	addRules(f.master, manyAllows(manyRules)...)
	watch.ports(t, f.namespace, manyRules)
	f.enforced(t)

	before := f.revisions(t)
	middle := rulesOf(f.master)[manyRules/2]
	changePort(f.master, middle.ID, basePort-1)
	watch.port(t, f.namespace, basePort-1)
	f.enforced(t)
	var written []string
	for name, revision := range f.revisions(t) {
		if before[name] != revision {
			written = append(written, name)
		}
		delete(before, name)
	}
	if len(written) != 1 || len(before) != 0 {
		t.Errorf("one changed rule wrote %d policies, %s, and removed %d", len(written), strings.Join(written, ", "), len(before))
	}

	deleteRules(f.master)
	watch.ports(t, f.namespace, 0)
	f.enforced(t)
}

// revisions returns the resource versions of all NetworkPolicies, by their names.
func (f *federation) revisions(t *testing.T) map[string]string {
	t.Helper()
	list, err := f.kube.Client().NetworkingV1().NetworkPolicies(f.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, p := range list.Items {
		out[p.Name] = p.ResourceVersion
	}
	return out
}
