package admission_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/agent/kubernetes/admission"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// words are the names of the objects of a plan and what it falls short of, in short.
func words(p apply.Plan) []string {
	var out []string
	for _, o := range p.Objects {
		if o.Kind == admission.Binding {
			var spec struct{ ValidationActions []string }
			_ = json.Unmarshal(o.Spec, &spec) //nolint:errcheck // other tests read it
			out = append(out, strings.TrimPrefix(o.Name, "fedhub-admission-")+" "+strings.Join(spec.ValidationActions, "+"))
		}
	}
	for _, s := range p.Short {
		out = append(out, s.Object.Name+" "+string(s.State)+": "+s.Reason)
	}
	return out
}

func TestCompiler_Plan(t *testing.T) {
	type configs = []policy.Config
	nginx, redis, scan := criterion("image", "containsAny", "nginx"), criterion("image", "containsAny", "redis"), criterion("imageScanned", "=", "false")
	monitored, protected, disabled := deny(1000, nginx), deny(1001, nginx), deny(1002, nginx)
	monitored.RuleMode, protected.RuleMode, disabled.Disable = new("monitor"), new("protect"), new(true)
	on := policy.AdmissionStateConfig{Enable: new(true)}
	off, all, strict := on, on, on
	off.Enable, all.DefaultAction, strict.Mode = new(false), new("deny"), new("protect")
	const without = ": the criterion imageScanned needs image scan results, and no scan source is configured in this cluster; " +
		"the rule is not in force, since without the criterion it would say something else"
	const lonely = " idle: no deny rule is in force that it could be an exception from"
	for name, tt := range map[string]struct {
		federal, local configs
		want           []string
	}{
		"nothing":                  {},
		"of both":                  {federal: configs{deny(100_001, nginx)}, local: configs{deny(1000, nginx)}, want: []string{"100001 Deny", "1000 Deny"}},
		"modes, without a state":   {local: configs{monitored, protected, deny(1003, redis)}, want: []string{"1000 Warn+Audit", "1001 Deny", "1003 Deny"}},
		"modes, monitored":         {local: configs{on, monitored, protected, deny(1003, redis)}, want: []string{"1000 Warn+Audit", "1001 Deny", "1003 Warn+Audit"}},
		"disabled":                 {local: configs{disabled}, want: []string{"1002 idle: the rule is disabled"}},
		"switched off":             {local: configs{off, protected}, want: []string{"1001 idle: the admission state of this cluster switches admission control off"}},
		"the federation's state":   {federal: configs{strict}, local: configs{off, deny(1000, nginx)}, want: []string{"1000 Deny", "state idle: the admission state of the federation counts in its place"}},
		"switched off from above":  {federal: configs{off}, local: configs{protected}, want: []string{"1001 idle: the admission state of the federation's master berlin switches admission control off"}},
		"the default":              {local: configs{all, protected}, want: []string{"1001 Deny", "default Warn+Audit"}},
		"needs a scan":             {federal: configs{deny(100_001, nginx, scan)}, want: []string{"100001 unsupported" + without}},
		"exception needs a scan":   {local: configs{protected, exception(1004, nginx, scan)}, want: []string{"1001 Deny", "1004 unsupported" + without}},
		"exception":                {local: configs{protected, exception(1004, redis)}, want: []string{"1001 Deny"}},
		"exception from nothing":   {local: configs{exception(1004, redis)}, want: []string{"1004" + lonely}},
		"exception from above it":  {federal: configs{deny(100_001, nginx)}, local: configs{exception(1004, redis)}, want: []string{"100001 Deny", "1004" + lonely}},
		"exception from below it":  {federal: configs{exception(100_001, nginx)}, local: configs{protected}, want: []string{"1001 Deny"}},
		"exception to the default": {local: configs{all, exception(1004, redis)}, want: []string{"default Warn+Audit"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t, tt.federal...), policytest.Local(t, tt.local...), "berlin")
			if d := cmp.Diff(tt.want, words(got)); d != "" {
				t.Error("-want +got\n" + d)
			}
		})
	}
}

// What happens to a workload whose judgment fails is what the admission state says. Nobody's silence lets it in.
func TestCompiler_Plan_failure(t *testing.T) {
	rule := deny(1000, criterion("image", "containsAny", "nginx"))
	for policyOf, state := range map[string][]policy.Config{
		"Fail":   {rule},
		"Ignore": {rule, policy.AdmissionStateConfig{Enable: new(true), FailurePolicy: new("ignore")}},
	} {
		plan := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), policytest.Local(t, state...), "")
		if want := `"failurePolicy":"` + policyOf + `"`; !strings.Contains(string(plan.Objects[0].Spec), want) {
			t.Errorf("no %s in %s", want, plan.Objects[0].Spec)
		}
	}
}

// Every way in which a criterion can be written becomes an expression, or needs a scan of the image.
func TestCompiler_Plan_everyCriterion(t *testing.T) {
	needScan := func(name string) bool {
		return strings.HasPrefix(name, "cve") || strings.HasPrefix(name, "image") && name != "image" && name != "imageRegistry" || name == "modules"
	}
	for _, form := range policy.AdmissionForms() {
		t.Run(fmt.Sprint(form), func(t *testing.T) {
			plan := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), policytest.Local(t, rulesOf(form)...), "")
			if supported := len(plan.Short) == 0; supported == needScan(form.Name) {
				t.Error(plan.Short)
			}
		})
	}
}

// rulesOf returns rules of which one is written in the form.
func rulesOf(form policy.AdmissionForm) []policy.Config {
	c := criterion(form.Name, form.Op, form.Value)
	c.ValueType = form.ValueType
	switch {
	case form.Sub != "":
		c.SubCriteria = criteria{criterion(form.Sub, form.Op, form.Value)}
		c.Op, c.Value = "", ""
		if form.Name != "resourceLimit" {
			c.Op, c.Value = ">=", "3"
		}
	case form.Name == "customPath":
		c.Type, c.Path = form.Name, "item.spec.containers[_].a"
	}
	if form.Deny {
		return []policy.Config{deny(1000, c)}
	}
	return []policy.Config{deny(1001, criterion("image", "containsAny", "nginx")), exception(1000, c)}
}

// A plan is made again from what did not change.
func TestCompiler_Plan_remembers(t *testing.T) {
	compiler := admission.New(admission.Config{Namespace: home})
	rules := []policy.Config{deny(1000, criterion("image", "containsAny", "nginx")), deny(1001, criterion("image", "containsAny", "redis"))}
	first := compiler.Plan(policytest.Federal(t), policytest.Local(t, rules...), "berlin")
	rules[1] = deny(1001, criterion("image", "containsAny", "alpine"))
	second := compiler.Plan(policytest.Federal(t), policytest.Local(t, rules...), "berlin")
	fresh := admission.New(admission.Config{Namespace: home}).Plan(policytest.Federal(t), policytest.Local(t, rules...), "berlin")
	if d := cmp.Diff(fresh, second); d != "" {
		t.Error("-fresh +remembered\n" + d)
	}
	if &first.Objects[0].Spec[0] != &second.Objects[0].Spec[0] {
		t.Error("a rule that did not change was compiled again")
	}
	if first.Objects[2].Probe.Mark == second.Objects[2].Probe.Mark {
		t.Error("a rule that changed has the mark that it had")
	}
	excepted := compiler.Plan(policytest.Federal(t, exception(100_001, criterion("user", "containsAny", "bob"))), policytest.Local(t, rules...), "berlin")
	if first.Objects[0].Probe.Mark == excepted.Objects[0].Probe.Mark {
		t.Error("a rule with another exception has the mark that it had")
	}
}

func BenchmarkCompiler_Plan(b *testing.B) {
	configs := make([]policy.Config, 1000)
	for i := range configs {
		configs[i] = deny(uint32(1000+i), criterion("image", "containsAny", fmt.Sprintf("team/app-%d,redis*", i)))
	}
	above := policytest.Federal(b)
	states := []*policy.State{policytest.Local(b, configs...)}
	configs[500] = deny(1500, criterion("image", "containsAny", "nginx"))
	states = append(states, policytest.Local(b, configs...))
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			admission.New(admission.Config{Namespace: home}).Plan(above, states[0], "berlin")
		}
	})
	b.Run("one of 1000", func(b *testing.B) {
		compiler := admission.New(admission.Config{Namespace: home})
		for i := 0; b.Loop(); i++ {
			compiler.Plan(above, states[i%2], "berlin")
		}
	})
}
