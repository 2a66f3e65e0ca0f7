package neuvector

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// examples returns the policy that all example files together make.
func examples(tb testing.TB) *policy.State {
	tb.Helper()
	s := policy.NewState(policy.ScopeFederal)
	policytest.Take(tb, s, policy.Foundation())
	for _, name := range []string{"demo", "groups", "admission", "sensors", "profiles", "responses"} {
		data := waittest.Must(os.ReadFile(filepath.Join("..", "..", "deploy", "examples", name+".yaml")))(tb)
		policytest.Take(tb, s, waittest.Must(policy.Import(name, data, policy.ScopeFederal))(tb).Decision())
	}
	return s
}

func groupOf(name string) policy.Config {
	return policy.GroupConfig{Name: name, Criteria: &[]events.Criterion{{Key: "label", Op: "=", Value: "app=" + name}}}
}

func rule(action, from, to string) policy.RuleConfig {
	return policy.RuleConfig{From: &from, To: &to, Ports: new("tcp/80"), Action: &action}
}

func admissionOf(action, value string) policy.AdmissionConfig {
	return policy.AdmissionConfig{RuleType: &action, Criteria: &[]events.AdmissionCriterion{{Name: "namespace", Op: "containsAny", Value: value}}}
}

// written returns the spec of an object of the plan as JSON; "": the plan has none of the name.
func written(p apply.Plan, kind apply.Kind, name string) string {
	for _, o := range p.Objects {
		if o.Kind == kind && o.Name == name {
			return string(o.Spec)
		}
	}
	return ""
}

// shortOf returns what the plan says of an object; "" stands for: all of it is in force.
func shortOf(p apply.Plan, kind events.ObjectKind, name string) (events.Enforcement, string) {
	for _, s := range p.Short {
		if s.Object == (events.About{Kind: kind, Name: name}) {
			return s.State, s.Reason
		}
	}
	return "", ""
}
