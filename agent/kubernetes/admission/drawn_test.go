package admission_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// Whatever rule the policy takes, a cluster takes what it becomes: its expressions compile there.
func TestCompiler_Plan_drawn(t *testing.T) {
	c := clusterFor(t)
	rapid.Check(t, func(r *rapid.T) {
		state := policy.NewState(policy.ScopeLocal)
		var rules []policy.Config
		for id := range uint32(3) {
			rule := drawRule(r, 1000+id)
			if _, err := policy.Put(rule)(state, time.Now()); err == nil {
				rules = append(rules, rule)
			}
		}
		rules = append(rules, deny(1010, criterion("image", "containsAny", "nginx")))
		plan := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), policytest.Local(t, rules...), "berlin")
		for _, o := range plan.Objects {
			if err := c.compiles(t, o); err != nil {
				r.Fatalf("%v\n%s", err, o.Spec)
			}
		}
	})
}

// drawRule draws a rule that is mostly valid, with values that are hard to quote.
func drawRule(r *rapid.T, id uint32) policy.AdmissionConfig {
	kind, denies := "exception", rapid.Bool().Draw(r, "denies")
	if denies {
		kind = "deny"
	}
	var of criteria
	for range rapid.IntRange(1, 4).Draw(r, "criteria") {
		form := rapid.SampledFrom(formsOf(denies)).Draw(r, "form")
		c := events.AdmissionCriterion{Name: form.Name, Op: form.Op, Value: form.Value, ValueType: form.ValueType}
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab*?=.,:/@\"'\\$%{}[]()^|+-_ \n\t\x00\x7fé世\U0001F600")), 1, 12, -1).Draw(r, "text")
		if strings.Contains(form.Value, ",") || form.Value == "^a+$" {
			c.Value = text
		}
		if form.Sub != "" {
			c = events.AdmissionCriterion{Name: form.Name, SubCriteria: criteria{criterion(form.Sub, form.Op, form.Value)}}
		}
		if form.Name == "customPath" {
			steps := rapid.SliceOfN(rapid.SampledFrom([]string{"spec", "containers[_]", "in", "a-b", "x/y", "l[_][_]", "metadata"}), 1, 6)
			c.Type, c.Path = form.Name, "item."+strings.Join(steps.Draw(r, "path"), ".")
		}
		of = append(of, c)
	}
	words := rapid.SampledFrom([][]string{nil, {"containers"}, {"init_containers", "ephemeral_containers"}}).Draw(r, "containers")
	return policy.AdmissionConfig{ID: id, RuleType: &kind, Criteria: &of, Containers: &words}
}

func formsOf(deny bool) []policy.AdmissionForm {
	var out []policy.AdmissionForm
	for _, form := range policy.AdmissionForms() {
		if form.Deny == deny && !strings.HasPrefix(form.Name, "cve") {
			out = append(out, form)
		}
	}
	return out
}

// compiles creates an object as a dry run.
func (c cluster) compiles(t *testing.T, o apply.Object) error {
	t.Helper()
	u := &unstructured.Unstructured{Object: map[string]any{}}
	u.SetGroupVersionKind(o.Kind.GroupVersionKind)
	u.SetName("drawn-" + o.Name)
	var spec map[string]any
	if err := json.Unmarshal(o.Spec, &spec); err != nil {
		return err
	}
	u.Object["spec"] = spec
	_, err := c.Dynamic().Resource(o.Kind.GVR()).Create(t.Context(), u, meta.CreateOptions{DryRun: []string{meta.DryRunAll}, FieldValidation: "Strict"})
	return err
}
