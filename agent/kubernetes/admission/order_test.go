package admission_test

import (
	"strings"
	"testing"

	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// The federation's exceptions go before its deny rules, these before the cluster's own exceptions, and these before
// its deny rules. What no rule meets, the default action decides.
func TestCompiler_Plan_order(t *testing.T) {
	c := clusterFor(t)
	state := policy.AdmissionStateConfig{Enable: new(true), Mode: new("protect"), DefaultAction: new("deny"), FailurePolicy: new("fail")}
	c.enforce(t,
		policytest.Federal(t, state, deny(109_011, criterion("image", "containsAny", "a,b,c")), exception(109_012, criterion("image", "containsAny", "a,d"))),
		policytest.Local(t, deny(506_01, criterion("image", "containsAny", "d,e,f")), exception(506_02, criterion("image", "containsAny", "a,b,e,g"))))
	for image, want := range map[string]string{
		"a": "",                                                         // excepted by the federation
		"b": "refused by rule 109011 of the federation's master berlin", // whatever the cluster says
		"c": "refused by",                                               // of several denials Kubernetes tells one
		"d": "",
		"e": "",
		"f": "refused by",
		"g": "",
		"h": "refused by the default action of the federation's master berlin",
	} {
		t.Run(image, func(t *testing.T) {
			got := c.refusal(t, c.space, workload(t, "image: "+image))
			if (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// A rule that only monitors warns and lets in; its probe is a warning, too.
func TestCompiler_Plan_monitor(t *testing.T) {
	c := clusterFor(t)
	rule := deny(507_01, criterion("image", "containsAny", "nginx"))
	rule.RuleMode, rule.Comment = new("monitor"), new("no nginx\nhere")
	c.enforce(t, policytest.Federal(t), policytest.Local(t, rule))
	if got := c.refusal(t, c.space, workload(t, nginx)); got != "" {
		t.Error(got)
	}
	if want := "reported by rule 50701 of this cluster: no nginx here"; !c.heard(want) {
		t.Errorf("heard no %q in %q", want, c.said)
	}
}

// A probe tells one version of a rule from another.
func TestCompiler_Plan_marks(t *testing.T) {
	c := clusterFor(t)
	compiler := admission.New(admission.Config{Namespace: home})
	for _, image := range []string{"nginx", "redis"} {
		plan := compiler.Plan(policytest.Federal(t), policytest.Local(t, deny(508_01, criterion("image", "containsAny", image))), "")
		c.write(t, plan.Objects...)
		c.await(t, plan.Objects...)
		if c.refusal(t, c.space, workload(t, "image: "+image)) == "" {
			t.Errorf("%s is let in, though the rule is in force", image)
		}
	}
	if got := c.refusal(t, c.space, workload(t, nginx)); got != "" {
		t.Error(got)
	}
}
