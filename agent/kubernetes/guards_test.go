package kubernetes

import (
	"slices"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/inventory"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// deny returns a request for a rule that refuses what meets all the criteria, each a name and a value.
func deny(edit func(*policy.AdmissionConfig), criteria ...string) policy.AdmissionConfig {
	var list []events.AdmissionCriterion
	for pair := range slices.Chunk(criteria, 2) {
		list = append(list, events.AdmissionCriterion{Name: pair[0], Op: "=", Value: pair[1]})
	}
	c := policy.AdmissionConfig{RuleType: new("deny"), Criteria: &list}
	if edit != nil {
		edit(&c)
	}
	return c
}

func TestGuardsOf(t *testing.T) {
	tests := map[string]struct {
		federal, local []policy.Config
		states         []events.ObjectState
		want           inventory.AdmissionRules
	}{
		"no rules":           {},
		"privileged":         {federal: []policy.Config{deny(nil, "runAsPrivileged", "true")}, want: inventory.AdmissionRules{Privileged: true}},
		"root, a local rule": {local: []policy.Config{deny(nil, "runAsRoot", "true")}, want: inventory.AdmissionRules{RunAsRoot: true}},
		"escalation":         {federal: []policy.Config{deny(nil, "allowPrivEscalation", "true")}, want: inventory.AdmissionRules{PrivilegeEscalation: true}},
		"one host namespace": {federal: []policy.Config{deny(nil, "sharePidWithHost", "true")}},
		"all host namespaces": {
			federal: []policy.Config{deny(nil, "sharePidWithHost", "true"), deny(nil, "shareIpcWithHost", "true")},
			local:   []policy.Config{deny(nil, "shareNetWithHost", "true")}, want: inventory.AdmissionRules{HostNamespaces: true},
		},
		"all three only together": {federal: []policy.Config{deny(nil, "sharePidWithHost", "true", "shareIpcWithHost", "true", "shareNetWithHost", "true")}},
		"the standard, baseline":  {federal: []policy.Config{deny(nil, "violatePssPolicy", "baseline")}, want: inventory.AdmissionRules{Privileged: true, HostNamespaces: true}},
		"the standard, restricted": {
			federal: []policy.Config{deny(nil, "violatePssPolicy", "restricted")},
			want:    inventory.AdmissionRules{Privileged: true, HostNamespaces: true, RunAsRoot: true, PrivilegeEscalation: true},
		},
		"what is not privileged": {federal: []policy.Config{deny(nil, "runAsPrivileged", "false")}},
		"in some namespaces": {federal: []policy.Config{deny(func(c *policy.AdmissionConfig) {
			*c.Criteria = append(*c.Criteria, events.AdmissionCriterion{Name: "namespace", Op: "containsAny", Value: "shop"})
		}, "runAsPrivileged", "true")}},
		"of some containers": {federal: []policy.Config{deny(func(c *policy.AdmissionConfig) { c.Containers = &[]string{"containers"} }, "runAsPrivileged", "true")}},
		"only watched":       {federal: []policy.Config{deny(func(c *policy.AdmissionConfig) { c.RuleMode = new("monitor") }, "runAsPrivileged", "true")}},
		"disabled":           {federal: []policy.Config{deny(func(c *policy.AdmissionConfig) { c.Disable = new(true) }, "runAsPrivileged", "true")}},
		"not in force": {
			federal: []policy.Config{deny(nil, "runAsPrivileged", "true")},
			states:  []events.ObjectState{{Object: events.About{Kind: events.ObjectAdmissionRule, Name: "100001"}, State: events.Failed}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := agent.Effective{Federal: policytest.Federal(t, test.federal...), Local: policytest.Local(t, test.local...)}
			if got := guardsOf(p, test.states); *got != test.want {
				t.Errorf("got %+v, want %+v", *got, test.want)
			}
		})
	}
}
