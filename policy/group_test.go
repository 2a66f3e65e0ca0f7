package policy

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

var webLabel = []events.Criterion{{Key: "label", Value: "web", Op: "="}}

func TestCreateGroup(t *testing.T) {
	for name, tt := range map[string]struct {
		scope Scope
		given facts
		when  GroupConfig
		want  error
	}{
		"federated":                 {when: GroupConfig{Name: "fed.web", Criteria: &webLabel, Claims: Claims{CfgType: "federal"}}},
		"no cfg_type":               {when: GroupConfig{Name: "fed.web", Criteria: &webLabel}},
		"local":                     {scope: ScopeLocal, when: GroupConfig{Name: "web", Criteria: &webLabel, Claims: Claims{CfgType: "user_created"}}},
		"blank in the name":         {when: GroupConfig{Name: "fed.w b", Criteria: &webLabel}, want: ErrName},
		"only the prefix":           {when: GroupConfig{Name: "fed.", Criteria: &webLabel}, want: ErrName},
		"no prefix":                 {when: GroupConfig{Name: "web", Criteria: &webLabel}, want: ErrName},
		"no name":                   {when: GroupConfig{Criteria: &webLabel}, want: ErrName},
		"name too long":             {when: GroupConfig{Name: "fed." + strings.Repeat("a", MaxNameLen), Criteria: &webLabel}, want: ErrName},
		"local with fed. prefix":    {scope: ScopeLocal, when: GroupConfig{Name: "fed.web", Criteria: &webLabel}, want: ErrName},
		"local with learned prefix": {scope: ScopeLocal, when: GroupConfig{Name: "nv.web", Criteria: &webLabel}, want: ErrName},
		"local named external":      {scope: ScopeLocal, when: GroupConfig{Name: "external", Criteria: &webLabel}, want: ErrName},
		"local named containers":    {scope: ScopeLocal, when: GroupConfig{Name: "containers", Criteria: &webLabel}, want: ErrName},
		"local named as a host":     {scope: ScopeLocal, when: GroupConfig{Name: "Host:n1", Criteria: &webLabel}, want: ErrName},
		"reserved name":             {when: GroupConfig{Name: "fed.nodes", Criteria: &webLabel}, want: ErrReserved},
		"there already":             {given: facts{group("fed.web")}, when: GroupConfig{Name: "fed.web", Criteria: &webLabel}, want: ErrExists},
		"no criteria":               {when: GroupConfig{Name: "fed.web"}, want: ErrInvalid},
		"empty criteria":            {when: GroupConfig{Name: "fed.web", Criteria: &[]events.Criterion{}}, want: ErrInvalid},
		"cfg_type of another scope": {when: GroupConfig{Name: "fed.web", Criteria: &webLabel, Claims: Claims{CfgType: "user_created"}}, want: ErrInvalid},
		"comment too long":          {when: GroupConfig{Name: "fed.web", Criteria: &webLabel, Comment: new(strings.Repeat("a", MaxCommentLen+1))}, want: ErrTooLarge},
		"comment not UTF-8":         {when: GroupConfig{Name: "fed.web", Criteria: &webLabel, Comment: new("\xff")}, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, orFederal(tt.scope), tt.given)
			fs, err := Create(tt.when)(s, noon)
			verdict(t, fs, err, tt.want)
			if err == nil {
				fold(t, s, fs...)
				g, _ := s.Group(tt.when.Name)
				same(t, g.Criteria, webLabel)
			}
		})
	}
}

func orFederal(s Scope) Scope {
	if s == "" {
		return ScopeFederal
	}
	return s
}

func TestCreateGroup_storesEveryField(t *testing.T) {
	s := NewState(ScopeFederal)
	berlin := noon.In(time.FixedZone("CET", 3600))
	fs, err := Create(GroupConfig{
		Name: "fed.web", Criteria: &webLabel, Comment: new("front"), MonitorMetric: new(true),
		SessionCurrent: new(uint32(1)), SessionRate: new(uint32(2)), GroupBandWidth: new(^uint32(0)),
	})(s, berlin)
	verdict(t, fs, err, nil)
	same(t, fs, []events.Fact{events.GroupDefined{Group: events.Group{
		Name: "fed.web", Criteria: webLabel, Comment: "front", MonitorMetric: true,
		SessionCurrent: 1, SessionRate: 2, GroupBandWidth: ^uint32(0), Meta: events.Meta{CreatedAt: noon, ModifiedAt: noon},
	}}})
}

func TestUpdateGroup(t *testing.T) {
	other := []events.Criterion{{Key: "image", Value: "nginx", Op: "contains"}}
	for name, tt := range map[string]struct {
		name  string
		when  GroupConfig
		facts int
		want  error
	}{
		"comment":                   {name: "fed.web", when: GroupConfig{Comment: new("x")}, facts: 1},
		"comment taken away":        {name: "fed.web", when: GroupConfig{Comment: new("")}},
		"criteria":                  {name: "fed.web", when: GroupConfig{Name: "fed.web", Criteria: &other}, facts: 1},
		"nothing":                   {name: "fed.web", when: GroupConfig{}},
		"what is there already":     {name: "fed.web", when: GroupConfig{Criteria: &[]events.Criterion{{Key: "label", Value: "fed.web", Op: "="}}}},
		"another name":              {name: "fed.web", when: GroupConfig{Name: "fed.db"}, want: ErrInvalid},
		"missing":                   {name: "fed.db", want: ErrNotFound},
		"criteria taken away":       {name: "fed.web", when: GroupConfig{Criteria: &[]events.Criterion{}}, want: ErrInvalid},
		"cfg_type":                  {name: "fed.web", when: GroupConfig{Claims: Claims{CfgType: "ground"}}, want: ErrInvalid},
		"criteria of a reserved":    {name: FederalNodes, when: GroupConfig{Criteria: &other}, want: ErrReserved},
		"no criteria of a reserved": {name: FederalNodes, when: GroupConfig{Criteria: &[]events.Criterion{}}, want: ErrReserved},
		"comment of a reserved":     {name: FederalNodes, when: GroupConfig{Comment: new("x")}, facts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, facts{group("fed.web")})
			must(t, s, FederationGroups())
			later := noon.Add(time.Hour)
			fs, err := Update(tt.name, tt.when)(s, later)
			verdict(t, fs, err, tt.want)
			same(t, len(fs), tt.facts)
			if len(fs) == 1 {
				fold(t, s, fs...)
				g, _ := s.Group(tt.name)
				same(t, []time.Time{g.CreatedAt, g.ModifiedAt}, []time.Time{noon, later})
			}
		})
	}
}

func TestDeleteGroup(t *testing.T) {
	s := given(t, ScopeFederal, facts{
		group("fed.web"), group("fed.db"),
		rule(100001, "a1", "fed.web", "fed.db"), rule(100002, "a2", "external", "fed.db"), rule(100003, "a0", "fed.db", "fed.web"),
	})
	must(t, s, FederationGroups())
	for name, tt := range map[string]struct {
		when string
		want error
		gone []events.Fact
	}{
		"used by rules": {when: "fed.web", gone: facts{
			events.NetworkRuleRemoved{ID: 100001}, events.NetworkRuleRemoved{ID: 100003}, events.GroupRemoved{Name: "fed.web"},
		}},
		"missing":  {when: "fed.x", want: ErrNotFound},
		"reserved": {when: FederalContainers, want: ErrReserved},
	} {
		t.Run(name, func(t *testing.T) {
			fs, err := Remove(events.ObjectGroup, tt.when)(s, noon)
			verdict(t, fs, err, tt.want)
			same(t, fs, tt.gone)
		})
	}
}

func TestFederationGroups_makesWhatIsMissing(t *testing.T) {
	s := NewState(ScopeFederal)
	same(t, len(must(t, s, FederationGroups())), 2)
	same(t, len(must(t, s, FederationGroups())), 0)
	for g := range All[events.Group](s) {
		if !g.Reserved || !slices.Contains([]string{FederalNodes, FederalContainers}, g.Name) {
			t.Errorf("group %+v", g)
		}
	}
}

func TestRemoveAll_hasNoBound(t *testing.T) {
	const many = 5000
	s := NewState(ScopeFederal)
	for i, rank := range ranksBetween("", "", many) {
		fold(t, s, rule(uint32(100_001+i), rank, "fed.web", "external"))
	}
	same(t, len(must(t, s, RemoveAll(events.ObjectNetworkRule))), many)
	same(t, Count[events.NetworkRule](s), 0)
}
