package policy

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

func TestNormalTargets(t *testing.T) {
	for name, tt := range map[string]struct {
		when, then string
		want       error
	}{
		"nothing":                 {},
		"blanks":                  {when: "  "},
		"one label":               {when: "env=prod", then: "env=prod"},
		"blanks around":           {when: " env = prod ", then: "env=prod"},
		"another equals sign":     {when: "env==prod", then: "env=prod"},
		"a list of one":           {when: "env in (prod)", then: "env=prod"},
		"a negated list of one":   {when: "env notin (prod)", then: "env!=prod"},
		"values in order":         {when: "region in (us,eu,us)", then: "region in (eu,us)"},
		"requirements in order":   {when: "region notin (us,eu),env!=dev,a,!b", then: "!b,a,env!=dev,region notin (eu,us)"},
		"of one key in order":     {when: "env!=b,env!=a", then: "env!=a,env!=b"},
		"twice":                   {when: "env=prod,env==prod", then: "env=prod"},
		"a prefixed key":          {when: "example.com/env=prod", then: "example.com/env=prod"},
		"numbers":                 {when: "size > 3, size<9", then: "size<9,size>3"},
		"an empty value":          {when: "env=", then: "env="},
		"no selector":             {when: "=", want: ErrInvalid},
		"a bad key":               {when: "a b=c", want: ErrInvalid},
		"a bad value":             {when: "env=a/b", want: ErrInvalid},
		"a value that is a group": {when: "env in (a", want: ErrInvalid},
		"a number that is none":   {when: "size>x", want: ErrInvalid},
		"too long":                {when: "env=" + strings.Repeat("a", MaxTargetsLen), want: ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := NormalTargets(tt.when)
			verdict(t, nil, err, tt.want)
			same(t, got, tt.then)
		})
	}
}

// TestNormalTargets_chooseTheSame compares the normal form with the text that it stands for.
func TestNormalTargets_chooseTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawer{T: t}
		var words []string
		for range d.below(4) {
			key := pick(d, "a", "b")
			words = append(words, pick(d, key, "!"+key, key+"=x", key+"==x", key+"!=y", key+" in (y,x)", key+" notin (x)", key+" in (x)", key+">1"))
		}
		text := strings.Join(words, ",")
		normal, err := NormalTargets(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := NormalTargets(normal)
		verdict(t, nil, err, nil)
		same(t, again, normal)
		for _, of := range []events.Labels{nil, {"a": "x"}, {"a": "y"}, {"b": "x"}, {"a": "x", "b": "y"}, {"a": "2", "b": "z"}} {
			if Chooses(normal, of) != parsedTargets(text).Matches(labelSet(of)) {
				t.Errorf("%q and %q differ for %v", text, normal, of)
			}
		}
	})
}

func TestChooses(t *testing.T) {
	prod := events.Labels{"env": "prod", "region": "eu"}
	for targets, want := range map[string]bool{
		"": true, "env=prod": true, "env=dev": false, "env": true, "!env": false, "region in (eu,us)": true, "env=prod,region=us": false,
		"what a later version writes ~~": false,
	} {
		t.Run(targets, func(t *testing.T) { same(t, Chooses(targets, prod), want) })
	}
	same(t, Chooses("env=prod", nil), false)
}

func TestTargets_areFederal(t *testing.T) {
	fs, err := Create(GroupConfig{Name: "web", Criteria: &webLabel, Claims: Claims{Targets: new("env=prod")}})(NewState(ScopeLocal), noon)
	verdict(t, fs, err, ErrInvalid)
	must(t, NewState(ScopeLocal), Create(GroupConfig{Name: "web", Criteria: &webLabel, Claims: Claims{Targets: new(" ")}}))
}

// TestTargets_reachWhatSpeaksOfThem is: what an object speaks of is in all clusters, or has the same targets.
func TestTargets_reachWhatSpeaksOfThem(t *testing.T) {
	const prod, dev = "env=prod", "env=dev"
	in := func(targets string) Claims { return Claims{Targets: &targets} }
	for name, tt := range map[string]struct {
		group, rule string // targets that are there
		when        Decision
		want        error
	}{
		"rule in fewer clusters":    {when: Update("100001", RuleConfig{Claims: in(prod)})},
		"group in fewer clusters":   {when: Update("fed.web", GroupConfig{Claims: in(prod)}), want: ErrInvalid},
		"rule in others":            {group: prod, rule: prod, when: Update("100001", RuleConfig{Claims: in(dev)}), want: ErrInvalid},
		"rule in all":               {group: prod, rule: prod, when: Update("100001", RuleConfig{Claims: in("")}), want: ErrInvalid},
		"group in others":           {group: prod, rule: prod, when: Update("fed.web", GroupConfig{Claims: in(dev)}), want: ErrInvalid},
		"group in all":              {group: prod, rule: prod, when: Update("fed.web", GroupConfig{Claims: in("")})},
		"group to the rule's":       {rule: prod, when: Update("fed.web", GroupConfig{Claims: in("env==prod")})},
		"new rule in the same":      {group: prod, rule: prod, when: Create(RuleConfig{From: new("fed.web"), To: new("external"), Action: new("deny"), Claims: in(prod)})},
		"new rule in more":          {group: prod, rule: prod, when: Create(allow("external", "fed.web")), want: ErrInvalid},
		"new rule of other targets": {group: prod, rule: prod, when: Create(RuleConfig{From: new("fed.web"), To: new("external"), Action: new("deny"), Claims: in("env=prod,a=b")}), want: ErrInvalid},
		"replaced rule keeps them":  {group: prod, rule: prod, when: ReplaceRules([]RuleConfig{{ID: 100001, From: new("fed.web"), To: new("nodes"), Action: new("deny")}})},
		"profile in more":           {group: prod, rule: prod, when: Create(FileConfig{Group: "fed.web"}), want: ErrInvalid},
		"comment of the group":      {group: prod, rule: prod, when: Update("fed.web", GroupConfig{Comment: new("x")})},
		"both at once":              {when: ChangeSet([]Edit{{Kind: events.ObjectNetworkRule, Name: "100001", Config: RuleConfig{Claims: in(prod)}}, {Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Claims: in(prod)}}})},
		"both to others at once":    {group: prod, rule: prod, when: ChangeSet([]Edit{{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Claims: in(dev)}}, {Kind: events.ObjectNetworkRule, Name: "100001", Config: RuleConfig{Claims: in(dev)}}})},
		"one of both at once":       {when: ChangeSet([]Edit{{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Claims: in(prod)}}}), want: ErrChange},
	} {
		t.Run(name, func(t *testing.T) {
			web, from := group("fed.web"), rule(100001, "a0", "fed.web", "external")
			web.Group.Targets, from.Rule.Targets = tt.group, tt.rule
			s := given(t, ScopeFederal, facts{web, from})
			fs, err := tt.when(s, noon)
			verdict(t, fs, err, tt.want)
			fold(t, s, fs...)
			wellReferred(t, s)
		})
	}
}

func TestTargets_areStoredInNormalForm(t *testing.T) {
	s := NewState(ScopeFederal)
	must(t, s, Create(GroupConfig{Name: "fed.web", Criteria: &webLabel, Claims: Claims{Targets: new("region in (us, eu), env==prod")}}))
	g, _ := s.Group("fed.web")
	same(t, g.Targets, "env=prod,region in (eu,us)")
	same(t, len(must(t, s, Update("fed.web", GroupConfig{Claims: Claims{Targets: new("env in (prod),region in (eu,us)")}}))), 0)
}
