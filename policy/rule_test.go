package policy

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

// threeRules is federal rules 100001, 100002 and 100003 in this order.
func threeRules() facts {
	return facts{
		group("fed.web"), group("fed.db"),
		rule(100001, "a0", "fed.web", "fed.db"), rule(100002, "a1", "external", "fed.web"), rule(100003, "a2", "fed.db", "external"),
	}
}

func TestUpdateRule(t *testing.T) {
	for name, tt := range map[string]struct {
		id   uint32
		when RuleConfig
		then func(*events.NetworkRule) // nil: nothing changes
		want error
	}{
		"comment":             {id: 100001, when: RuleConfig{Comment: new("x")}, then: func(r *events.NetworkRule) { r.Comment = "x" }},
		"action":              {id: 100001, when: RuleConfig{Action: new("deny")}, then: func(r *events.NetworkRule) { r.Action = "deny" }},
		"ends":                {id: 100001, when: RuleConfig{From: new("fed.db"), To: new("nodes")}, then: func(r *events.NetworkRule) { r.From, r.To = "fed.db", "nodes" }},
		"ports are normal":    {id: 100001, when: RuleConfig{Ports: new("udp/53, 80")}, then: func(r *events.NetworkRule) { r.Ports = "tcp/80,udp/53" }},
		"applications":        {id: 100001, when: RuleConfig{Applications: &[]string{"SSL", "HTTP"}}, then: func(r *events.NetworkRule) { r.Applications = []string{"HTTP", "SSL"} }},
		"disable":             {id: 100001, when: RuleConfig{Disable: new(true)}, then: func(r *events.NetworkRule) { r.Disabled = true }},
		"priority is stored":  {id: 100001, when: RuleConfig{Priority: new(uint32(100))}, then: func(r *events.NetworkRule) { r.Priority = 100 }},
		"nothing":             {id: 100001},
		"what is there":       {id: 100001, when: RuleConfig{ID: 100001, Ports: new(""), Action: new("allow"), Claims: Claims{CfgType: "federal"}}},
		"priority 101":        {id: 100001, when: RuleConfig{Priority: new(uint32(101))}, want: ErrInvalid},
		"unknown action":      {id: 100001, when: RuleConfig{Action: new("maybe")}, want: ErrInvalid},
		"bad ports":           {id: 100001, when: RuleConfig{Ports: new("http")}, want: ErrInvalid},
		"unknown application": {id: 100001, when: RuleConfig{Applications: &[]string{"Gopher"}}, want: ErrInvalid},
		"missing group":       {id: 100001, when: RuleConfig{From: new("fed.x")}, want: ErrInvalid},
		"both ends special":   {id: 100003, when: RuleConfig{From: new("nodes")}, want: ErrInvalid},
		"another id":          {id: 100001, when: RuleConfig{ID: 100002}, want: ErrInvalid},
		"another cfg_type":    {id: 100001, when: RuleConfig{Claims: Claims{CfgType: "user_created"}}, want: ErrInvalid},
		"missing":             {id: 100009, want: ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			later := noon.Add(time.Minute)
			fs, err := Update(number(tt.id), tt.when)(s, later)
			verdict(t, fs, err, tt.want)
			if tt.then == nil {
				same(t, len(fs), 0)
				return
			}
			want, _ := s.Rule(tt.id)
			want.ModifiedAt = later
			tt.then(&want)
			same(t, fs, []events.Fact{events.NetworkRuleDefined{Rule: want}})
		})
	}
}

func TestDeleteRule(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	fs, err := Remove(events.ObjectNetworkRule, number(100009))(s, noon)
	verdict(t, fs, err, ErrNotFound)
	same(t, must(t, s, Remove(events.ObjectNetworkRule, number(100002))), facts{events.NetworkRuleRemoved{ID: 100002}})
	same(t, ids(s), []uint32{100001, 100003})
}

func TestDeleteAllRules(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	same(t, len(must(t, s, RemoveAll(events.ObjectNetworkRule))), 3)
	same(t, len(must(t, s, RemoveAll(events.ObjectNetworkRule))), 0)
	same(t, Count[events.Group](s), 2)
}
