package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

func TestReplace(t *testing.T) {
	full := func(id uint32, from, to string) RuleConfig {
		return RuleConfig{ID: id, From: &from, To: &to, Action: new("allow")}
	}
	for name, tt := range map[string]struct {
		when  []RuleConfig
		then  []uint32
		facts []events.Kind
		want  error
	}{
		"the same":                    {when: []RuleConfig{{ID: 100001}, {ID: 100002}, {ID: 100003}}, then: []uint32{100001, 100002, 100003}},
		"the same in full":            {when: []RuleConfig{full(100001, "fed.web", "fed.db"), {ID: 100002}, full(100003, "fed.db", "external")}, then: []uint32{100001, 100002, 100003}},
		"zero values for a bare id":   {when: []RuleConfig{{ID: 100001, From: new(""), To: new(""), Disable: new(false), Applications: &[]string{}}, {ID: 100002}, {ID: 100003}}, then: []uint32{100001, 100002, 100003}},
		"one left out":                {when: []RuleConfig{{ID: 100001}, {ID: 100003}}, then: []uint32{100001, 100003}, facts: []events.Kind{events.KindNetworkRuleRemoved}},
		"last one first":              {when: []RuleConfig{{ID: 100003}, {ID: 100001}, {ID: 100002}}, then: []uint32{100003, 100001, 100002}, facts: []events.Kind{events.KindNetworkRuleDefined}},
		"a new one between":           {when: []RuleConfig{{ID: 100001}, full(0, "fed.web", "external"), {ID: 100002}, {ID: 100003}}, then: []uint32{100001, 100004, 100002, 100003}, facts: []events.Kind{events.KindNetworkRuleDefined}},
		"a new one with an id":        {when: []RuleConfig{full(100077, "fed.web", "external"), {ID: 100002}}, then: []uint32{100077, 100002}, facts: []events.Kind{events.KindNetworkRuleRemoved, events.KindNetworkRuleRemoved, events.KindNetworkRuleDefined}},
		"one changed":                 {when: []RuleConfig{full(100001, "fed.db", "fed.web"), {ID: 100002}, {ID: 100003}}, then: []uint32{100001, 100002, 100003}, facts: []events.Kind{events.KindNetworkRuleDefined}},
		"nothing":                     {when: []RuleConfig{}, facts: slices.Repeat([]events.Kind{events.KindNetworkRuleRemoved}, 3)},
		"an id twice":                 {when: []RuleConfig{{ID: 100001}, {ID: 100001}}, want: ErrInvalid},
		"an id of another scope":      {when: []RuleConfig{full(5, "fed.web", "fed.db")}, want: ErrInvalid},
		"a bare id that is not there": {when: []RuleConfig{{ID: 100009}}, want: ErrNotFound},
		"nothing at all said":         {when: []RuleConfig{{}}, want: ErrInvalid},
		"a bad one":                   {when: []RuleConfig{{ID: 100001}, full(0, "external", "nodes")}, want: ErrInvalid},
		"cfg_type of another scope":   {when: []RuleConfig{{ID: 100001, Claims: Claims{CfgType: "learned"}}}, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			fs, err := PatchRules(RulesPatch{Rules: &tt.when})(s, noon)
			verdict(t, fs, err, tt.want)
			same(t, kinds(fs), tt.facts)
			fold(t, s, fs...)
			if err == nil {
				same(t, ids(s), tt.then)
			}
		})
	}
}

func TestReplace_whatIsNotSaidIsAsInANewRule(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	must(t, s, Update(number(100001), RuleConfig{Comment: new("old"), Priority: new(uint32(9)), Ports: new("80")}))
	config := allow("fed.web", "fed.db")
	config.ID = 100001
	later := noon.Add(time.Hour)
	fs, err := PatchRules(RulesPatch{Rules: &[]RuleConfig{config, {ID: 100002}, {ID: 100003}}})(s, later)
	verdict(t, fs, err, nil)
	want := rule(100001, "a0", "fed.web", "fed.db")
	want.Rule.ModifiedAt = later
	same(t, fs, []events.Fact{want})
}

// TestReplace_keepsTheOrderAndMovesFewest compares with a plain search for the longest ascent.
func TestReplace_keepsTheOrderAndMovesFewest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := given(t, ScopeFederal, facts{group("fed.web")})
		n := rapid.IntRange(0, 12).Draw(rt, "rules")
		for i, rank := range ranksBetween("", "", n) {
			fold(t, s, rule(uint32(100_001+i), rank, "fed.web", "external"))
		}
		all := ids(s)
		wanted := rapid.Permutation(all).Draw(rt, "order")
		wanted = wanted[:rapid.IntRange(0, len(wanted)).Draw(rt, "kept")]
		var configs []RuleConfig
		for _, id := range wanted {
			configs = append(configs, RuleConfig{ID: id})
		}
		fs := must(t, s, PatchRules(RulesPatch{Rules: &configs}))
		same(t, ids(s), slices.Clip(wanted))
		moved := 0
		for _, f := range fs {
			if f.Kind() == events.KindNetworkRuleDefined {
				moved++
			}
		}
		same(t, moved, len(wanted)-ascent(wanted))
		same(t, len(fs)-moved, len(all)-len(wanted))
		same(t, len(must(t, s, PatchRules(RulesPatch{Rules: &configs}))), 0)
	})
}

// ascent returns the length of the longest ascending choice of ids.
func ascent(ids []uint32) int {
	longest, best := make([]int, len(ids)), 0
	for i := range ids {
		longest[i] = 1
		for j := range i {
			if ids[j] < ids[i] {
				longest[i] = max(longest[i], longest[j]+1)
			}
		}
		best = max(best, longest[i])
	}
	return best
}

// TestRules_stayInOrderUnderAnyPatches compares the folded order with a plain list.
func TestRules_stayInOrderUnderAnyPatches(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := given(t, ScopeFederal, facts{group("fed.web")})
		var model []uint32
		for range rapid.IntRange(1, 40).Draw(rt, "patches") {
			at := rapid.IntRange(0, len(model)).Draw(rt, "at")
			after := new(0)
			if at > 0 {
				after = new(int(model[at-1]))
			}
			if len(model) > 0 && rapid.Bool().Draw(rt, "move") {
				from := rapid.IntRange(0, len(model)-1).Draw(rt, "from")
				must(t, s, PatchRules(RulesPatch{Move: &RuleMove{ID: model[from], After: after}}))
				id := model[from]
				if at > from {
					at--
				}
				if from != at {
					model = slices.Insert(slices.Delete(model, from, from+1), at, id)
				}
			} else {
				fs := must(t, s, PatchRules(RulesPatch{Insert: &RuleInsert{After: after, Rules: []RuleConfig{allow("fed.web", "external")}}}))
				for _, f := range fs {
					if r, ok := f.(events.NetworkRuleDefined); ok && !slices.Contains(model, r.Rule.ID) {
						model = slices.Insert(model, at, r.Rule.ID)
					}
				}
			}
			same(t, ids(s), model)
		}
	})
}
