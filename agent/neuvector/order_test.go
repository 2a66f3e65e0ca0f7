package neuvector

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// rulesOf returns the network rules of all resources of a plan, by name.
func rulesOf(tb rapid.TB, p apply.Plan) map[string]networkRule {
	tb.Helper()
	out := map[string]networkRule{}
	for _, o := range p.Objects {
		if o.Kind != kindCluster {
			continue
		}
		var spec clusterSpec
		if err := json.Unmarshal(o.Spec, &spec); err != nil {
			tb.Fatal(err)
		}
		for _, r := range slices.Concat(spec.Ingress, spec.Egress) {
			out[r.Name] = r
		}
	}
	return out
}

func serviceOf(name string) policy.Config {
	return policy.GroupConfig{Name: name, Criteria: &[]events.Criterion{
		{Key: "service", Op: "=", Value: name + ".shop"}, {Key: "domain", Op: "=", Value: "shop"},
	}}
}

// TestPlan_order: whichever resources rules are in, their priorities have those in order that contradict each other.
func TestPlan_order(t *testing.T) {
	s := policytest.Federal(t, groupOf("fed.a"), groupOf("fed.b"), serviceOf("fed.s"), serviceOf("fed.t"),
		rule("allow", "fed.a", "fed.b"),
		rule("allow", "external", "fed.a"),
		rule("deny", "external", "fed.b"), // which may have members in common with fed.a
		rule("deny", "fed.b", "external"),
		rule("allow", "fed.b", "fed.a"),
		rule("allow", "fed.a", "fed.s"),
		rule("deny", "fed.a", "fed.t"), // which has none in common with fed.s
		rule("deny", "fed.containers", "fed.containers"))
	own := policytest.Local(t, groupOf("a"), rule("allow", "external", "a"), rule("deny", "a", "a"))
	got := map[string]uint32{}
	for name, r := range rulesOf(t, planOf(s, own)) {
		got[name] = highest - r.Priority
	}
	want := map[string]uint32{
		"fed.100001": 0, "fed.100002": 0, "fed.100003": 1, "fed.100004": 0, "fed.100005": 0, "fed.100006": 0, "fed.100007": 1, "fed.100008": 1,
		"local.1": 2, "local.2": 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestPlan_orderDecides: what decides of a connection in NeuVector is what decides in the policy.
func TestPlan_orderDecides(t *testing.T) {
	type place struct{ outside, service, domain string }
	places := []place{{outside: "yes"}, {service: "a.x", domain: "x"}, {service: "b.x", domain: "x"}, {service: "c.y", domain: "y"}}
	has := func(name string, at place) bool {
		is, in := strings.TrimPrefix(name, "fed."), at.outside == ""
		return name == "external" && !in || in && (is == "containers" || is == at.service || is == at.domain)
	}
	names := []string{"external", "fed.containers", "fed.a.x", "fed.b.x", "fed.c.y", "fed.x", "fed.y"}
	var groups []policy.Config
	for _, name := range names[2:] {
		c := events.Criterion{Key: "service", Op: "=", Value: strings.TrimPrefix(name, "fed.")}
		if len(c.Value) == 1 {
			c.Key = "domain"
		}
		groups = append(groups, policy.GroupConfig{Name: name, Criteria: &[]events.Criterion{c}})
	}
	base := policytest.Federal(t, groups...)
	rapid.Check(t, func(rt *rapid.T) {
		var configs []policy.RuleConfig
		for range rapid.IntRange(1, 12).Draw(rt, "rules") {
			from, to := rapid.SampledFrom(names).Draw(rt, "from"), rapid.SampledFrom(names[1:]).Draw(rt, "to")
			configs = append(configs, rule(rapid.SampledFrom([]string{"allow", "deny"}).Draw(rt, "action"), from, to))
		}
		s := base.Clone()
		policytest.Take(t, s, policy.Insert(nil, configs))
		plan := rulesOf(rt, planOf(s, policytest.Local(t)))
		for _, src := range places {
			for _, dst := range places {
				var first string
				decide := map[uint32]map[string]bool{}
				for r := range policy.All[events.NetworkRule](s) {
					if !has(r.From, src) || !has(r.To, dst) {
						continue
					}
					if first == "" {
						first = r.Action
					}
					at := plan[fmt.Sprintf("fed.%d", r.ID)].Priority
					if decide[at] == nil {
						decide[at] = map[string]bool{}
					}
					decide[at][r.Action] = true
				}
				if first == "" {
					continue
				}
				if top := decide[slices.Max(slices.Collect(maps.Keys(decide)))]; len(top) != 1 || !top[first] {
					rt.Fatalf("%v to %v: %v instead of %s", src, dst, top, first)
				}
			}
		}
	})
}

func TestPlan_tooManyChanges(t *testing.T) {
	for rules, short := range map[int]int{101: 0, 102: 2, 105: 5} {
		configs := []policy.Config{groupOf("fed.a"), groupOf("fed.b")}
		for i := range rules {
			configs = append(configs, rule([]string{"allow", "deny"}[i%2], "fed.a", "fed.b"))
		}
		p := planOf(policytest.Federal(t, configs...), policytest.Local(t))
		if len(p.Short) != short {
			t.Errorf("%d rules: %+v", rules, p.Short)
		}
		for _, s := range p.Short {
			if s.State != events.Partial || s.Object.Name < "100101" {
				t.Errorf("%d rules: %+v", rules, s)
			}
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	configs := make([]policy.RuleConfig, 9_000)
	s := policytest.Federal(b)
	for i := range 500 {
		policytest.Take(b, s, policy.Put(serviceOf(fmt.Sprintf("fed.g%d", i))))
	}
	for i := range configs {
		configs[i] = rule([]string{"allow", "allow", "deny"}[i%3], fmt.Sprintf("fed.g%d", i%500), fmt.Sprintf("fed.g%d", i/20))
	}
	for _, part := range slices.Collect(slices.Chunk(configs, 1000)) {
		policytest.Take(b, s, policy.Insert(nil, part))
	}
	own := policytest.Local(b)
	for b.Loop() {
		if p := planOf(s, own); len(p.Objects) != 500 {
			b.Fatal(len(p.Objects))
		}
	}
}
