package kubernetes

import (
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

func TestOthers(t *testing.T) {
	web := policy.GroupConfig{Name: "fed.web", Criteria: &[]events.Criterion{{Key: "app", Op: "=", Value: "web"}}}
	tests := map[string]struct {
		federal []policy.Config
		want    []events.About
	}{
		"what every policy has":    {},
		"a group and its profiles": {federal: []policy.Config{web}},
		"processes": {
			federal: []policy.Config{web, policy.ProcessConfig{Group: "fed.web", Change: []events.ProcessRule{{Name: "nginx", Path: "/bin/nginx", Action: "allow"}}}},
			want:    []events.About{{Kind: events.ObjectProcessProfile, Name: "fed.web"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			federal := policytest.Federal(t, test.federal...)
			policytest.Take(t, federal, policy.Foundation())
			got := others(agent.Effective{Federal: federal, Local: policytest.Local(t)})
			if len(got) != len(test.want) {
				t.Fatalf("got %+v, want %v", got, test.want)
			}
			for i, s := range got {
				if s.Object != test.want[i] || s.State != events.Unsupported || s.Reason == "" {
					t.Errorf("got %+v, want %v", s, test.want[i])
				}
			}
		})
	}
}
