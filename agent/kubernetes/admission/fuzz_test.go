package admission_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// FuzzCompiler_Plan looks for a rule that the policy takes and that makes the compiler panic, that becomes neither
// objects nor a reason why not, or not the same ones twice.
func FuzzCompiler_Plan(f *testing.F) {
	for _, form := range policy.AdmissionForms() {
		for _, rule := range rulesOf(form) {
			data, err := json.Marshal(rule)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var rule policy.AdmissionConfig
		if json.Unmarshal(data, &rule) != nil {
			return
		}
		rule.ID, rule.Disable, rule.Claims = 1000, nil, policy.Claims{}
		state := policy.NewState(policy.ScopeLocal)
		if _, err := policy.Put(rule)(state, time.Now()); err != nil {
			return
		}
		state = policytest.Local(t, rule, deny(1001, criterion("image", "containsAny", "nginx")))
		compiler := admission.New(admission.Config{Namespace: home})
		plan := compiler.Plan(policytest.Federal(t), state, "berlin")
		if d := cmp.Diff(plan, admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), state, "berlin")); d != "" {
			t.Error("-once +again\n" + d)
		}
		about := false
		for _, o := range plan.Objects {
			if !json.Valid(o.Spec) || len(o.Name) > 63 {
				t.Errorf("%s: %s", o.Name, o.Spec)
			}
			for _, of := range o.For {
				about = about || of.Name == "1000"
			}
		}
		for _, s := range plan.Short {
			about = about || s.Object.Name == "1000"
		}
		if !about {
			t.Error("nothing is said about the rule")
		}
	})
}
