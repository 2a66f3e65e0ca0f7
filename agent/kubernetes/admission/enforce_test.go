package admission_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/policytest"
)

// What a rule becomes is, as the API has it, what it is here: with every default.
func TestCompiler_Plan_defaults(t *testing.T) {
	c := clusterFor(t)
	compiler := admission.New(admission.Config{Namespace: home})
	plan := compiler.Plan(policytest.Federal(t, deny(109_001, criterion("runAsPrivileged", "=", "true"))), policytest.Local(t), "berlin")
	c.write(t, plan.Objects...)
	for _, o := range plan.Objects {
		u, err := c.Dynamic().Resource(o.Kind.GVR()).Get(t.Context(), o.Name, meta.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(o.Spec, &want); err != nil {
			t.Fatal(err)
		}
		got, isMap := u.Object["spec"].(map[string]any)
		if !isMap {
			t.Fatal(u.Object)
		}
		delete(got, "matchResources") // is of the test
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s %s: -want +got\n%s", o.Kind.Kind, o.Name, d)
		}
	}
	c.await(t, plan.Objects...)
	pod := `
apiVersion: v1
kind: Pod
metadata: {name: x}
spec: {containers: [{name: a, image: nginx, securityContext: {privileged: %}}]}
`
	if text := c.refusal(t, c.space, parse(t, strings.Replace(pod, "%", "false", 1))); text != "" {
		t.Error(text)
	}
	text := c.refusal(t, c.space, parse(t, strings.Replace(pod, "%", "true", 1)))
	if !strings.Contains(text, "refused by rule 109001 of the federation's master berlin") {
		t.Errorf("got %q", text)
	}
}
