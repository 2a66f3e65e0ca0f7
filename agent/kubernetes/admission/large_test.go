package admission_test

import (
	"fmt"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// Workloads larger than anybody's are judged within what Kubernetes lets a judgment cost.
func TestCompiler_Plan_large(t *testing.T) {
	c := clusterFor(t)
	rules := []policy.Config{
		deny(509_01, criterion("envVarSecrets", "=", "true")), deny(509_02, criterion("violatePssPolicy", "=", "restricted")),
		deny(509_03, criterion("image", "containsAny", "quay.io/*")),
		deny(509_04, events.AdmissionCriterion{
			Name: "saBindRiskyRole", Type: "saBindRiskyRole", Op: "containsTagAny",
			Value: "risky_role_any_action_workload,risky_role_any_action_rbac,risky_role_view_secret,risky_role_exec_into_container",
		}),
	}
	for i := range uint32(100) {
		rules = append(rules, exception(510_00+i, criterion("image", "containsAny", fmt.Sprintf("quay.io/team/app-%d", i))))
	}
	c.enforce(t, policytest.Federal(t), policytest.Local(t, rules...))
	var containers strings.Builder
	for i := range 20 {
		fmt.Fprintf(&containers, "{name: c%d, image: quay.io/team/app-99, securityContext: {runAsNonRoot: true, %s}, env: [", i, hardened)
		for j := range 50 {
			fmt.Fprintf(&containers, "{name: VARIABLE_%d, value: '%s'}, ", j, strings.Repeat("a fine day ", 5))
		}
		containers.WriteString("]}, ")
	}
	large := "{spec: {containers: [" + containers.String() + "]}}"
	if got := c.refusal(t, c.space, workload(t, large)); got != "" {
		t.Error(got)
	}
	if c.refusal(t, c.space, workload(t, strings.Replace(large, "app-99", "app-100", 1))) == "" {
		t.Error("let in what no exception is about")
	}
}

// A pod that runs may not grow beyond what it may have when it begins.
func TestCompiler_Plan_resize(t *testing.T) {
	c := clusterFor(t)
	pods := c.Client().CoreV1().Pods(c.space)
	one := core.ResourceList{core.ResourceCPU: resource.MustParse("1")}
	pod := &core.Pod{ObjectMeta: c.meta("x"), Spec: core.PodSpec{Containers: []core.Container{
		{Name: "a", Image: "nginx", Resources: core.ResourceRequirements{Limits: one, Requests: one}},
	}}}
	if _, err := pods.Create(t.Context(), pod, meta.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.enforce(t, policytest.Federal(t), policytest.Local(t, deny(511_01, limit("cpuLimit", ">", "2")...)))
	for cpu, refused := range map[string]bool{"2": false, "3": true} {
		patch := `{"spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": "` + cpu + `"}, "limits": {"cpu": "` + cpu + `"}}}]}}`
		_, err := pods.Patch(t.Context(), "x", types.StrategicMergePatchType, []byte(patch), meta.PatchOptions{DryRun: []string{meta.DryRunAll}}, "resize")
		if got := refusalIn(t, err); (got != "") != refused {
			t.Errorf("%s: got %q", cpu, got)
		}
	}
}
