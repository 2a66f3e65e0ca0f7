package policy

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

func TestPatchRules_firstPartCounts(t *testing.T) {
	move, insert := &RuleMove{ID: 100001}, &RuleInsert{Rules: []RuleConfig{allow("fed.web", "fed.db")}}
	for name, tt := range map[string]struct {
		when RulesPatch
		want []uint32
	}{
		"nothing":                     {want: []uint32{100001, 100002, 100003}},
		"delete nothing":              {when: RulesPatch{Delete: []uint32{}}, want: []uint32{100001, 100002, 100003}},
		"delete":                      {when: RulesPatch{Delete: []uint32{100003, 100001, 100003}}, want: []uint32{100002}},
		"rules before delete":         {when: RulesPatch{Rules: &[]RuleConfig{{ID: 100002}}, Delete: []uint32{100002}}, want: []uint32{100002}},
		"empty rules delete all":      {when: RulesPatch{Rules: &[]RuleConfig{}}},
		"insert before rules":         {when: RulesPatch{Insert: insert, Rules: &[]RuleConfig{}}, want: []uint32{100001, 100002, 100003, 100004}},
		"move before all of them":     {when: RulesPatch{Move: move, Insert: insert, Delete: []uint32{100002}}, want: []uint32{100002, 100003, 100001}},
		"insertion of nothing counts": {when: RulesPatch{Insert: &RuleInsert{}, Delete: []uint32{100002}}, want: []uint32{100001, 100002, 100003}},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			must(t, s, PatchRules(tt.when))
			same(t, ids(s), tt.want)
		})
	}
}

func TestMove(t *testing.T) {
	for name, tt := range map[string]struct {
		when  RuleMove
		then  []uint32
		facts int
		want  error
	}{
		"to the end":           {when: RuleMove{ID: 100001}, then: []uint32{100002, 100003, 100001}, facts: 1},
		"to the beginning":     {when: RuleMove{ID: 100003, After: new(0)}, then: []uint32{100003, 100001, 100002}, facts: 1},
		"behind a rule":        {when: RuleMove{ID: 100001, After: new(100002)}, then: []uint32{100002, 100001, 100003}, facts: 1},
		"before a rule":        {when: RuleMove{ID: 100003, After: new(-100002)}, then: []uint32{100001, 100003, 100002}, facts: 1},
		"behind itself":        {when: RuleMove{ID: 100002, After: new(100002)}, then: []uint32{100001, 100002, 100003}},
		"before itself":        {when: RuleMove{ID: 100002, After: new(-100002)}, then: []uint32{100001, 100002, 100003}},
		"where it is":          {when: RuleMove{ID: 100002, After: new(100001)}, then: []uint32{100001, 100002, 100003}},
		"last is last":         {when: RuleMove{ID: 100003}, then: []uint32{100001, 100002, 100003}},
		"missing":              {when: RuleMove{ID: 100009}, want: ErrNotFound},
		"of another scope":     {when: RuleMove{ID: 5}, want: ErrNotAllowed},
		"behind a missing one": {when: RuleMove{ID: 100001, After: new(100009)}, want: ErrNotFound},
		"behind no id at all":  {when: RuleMove{ID: 100001, After: new(math.MinInt)}, want: ErrNotFound},
		"behind a wrapped id":  {when: RuleMove{ID: 100001, After: new(1<<32 + 100002)}, want: ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			fs, err := PatchRules(RulesPatch{Move: &tt.when})(s, noon.Add(time.Hour))
			verdict(t, fs, err, tt.want)
			same(t, len(fs), tt.facts)
			fold(t, s, fs...)
			if tt.want == nil {
				same(t, ids(s), tt.then)
			}
			for r := range All[events.NetworkRule](s) {
				same(t, r.ModifiedAt, noon)
			}
		})
	}
}

func TestInsert(t *testing.T) {
	two := []RuleConfig{allow("fed.web", "external"), allow("fed.db", "external")}
	with := func(c RuleConfig, id uint32) RuleConfig { c.ID = id; return c }
	for name, tt := range map[string]struct {
		when RuleInsert
		then []uint32
		want error
	}{
		"last":                     {when: RuleInsert{Rules: two}, then: []uint32{100001, 100002, 100003, 100004, 100005}},
		"first":                    {when: RuleInsert{After: new(0), Rules: two}, then: []uint32{100004, 100005, 100001, 100002, 100003}},
		"behind":                   {when: RuleInsert{After: new(100001), Rules: two}, then: []uint32{100001, 100004, 100005, 100002, 100003}},
		"behind the last":          {when: RuleInsert{After: new(100003), Rules: two}, then: []uint32{100001, 100002, 100003, 100004, 100005}},
		"before":                   {when: RuleInsert{After: new(-100003), Rules: two}, then: []uint32{100001, 100002, 100004, 100005, 100003}},
		"before the first":         {when: RuleInsert{After: new(-100001), Rules: two}, then: []uint32{100004, 100005, 100001, 100002, 100003}},
		"with an id":               {when: RuleInsert{Rules: []RuleConfig{with(two[0], 100050), two[1]}}, then: []uint32{100001, 100002, 100003, 100050, 100051}},
		"id after one without":     {when: RuleInsert{Rules: []RuleConfig{two[1], with(two[0], 100004)}}, then: []uint32{100001, 100002, 100003, 100005, 100004}},
		"unknown place":            {when: RuleInsert{After: new(5), Rules: two}, want: ErrNotFound},
		"id in use":                {when: RuleInsert{Rules: []RuleConfig{with(two[0], 100001)}}, want: ErrInUse},
		"id twice":                 {when: RuleInsert{Rules: []RuleConfig{with(two[0], 100007), with(two[1], 100007)}}, want: ErrInvalid},
		"local id":                 {when: RuleInsert{Rules: []RuleConfig{with(two[0], 7)}}, want: ErrInvalid},
		"no action":                {when: RuleInsert{Rules: []RuleConfig{{From: new("fed.web"), To: new("fed.db")}}}, want: ErrInvalid},
		"no ends":                  {when: RuleInsert{Rules: []RuleConfig{{Action: new("deny")}}}, want: ErrInvalid},
		"containers":               {when: RuleInsert{Rules: []RuleConfig{allow("containers", "fed.web")}}, want: ErrInvalid},
		"one bad one refuses both": {when: RuleInsert{Rules: []RuleConfig{two[0], allow("fed.x", "fed.web")}}, want: ErrInvalid},
		"cfg_type of local rules":  {when: RuleInsert{Rules: []RuleConfig{{From: new("fed.web"), To: new("fed.db"), Action: new("deny"), Claims: Claims{CfgType: "user_created"}}}}, want: ErrInvalid},
		"priority out of range":    {when: RuleInsert{Rules: []RuleConfig{{From: new("fed.web"), To: new("fed.db"), Action: new("deny"), Priority: new(uint32(500))}}}, want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			fs, err := PatchRules(RulesPatch{Insert: &tt.when})(s, noon)
			verdict(t, fs, err, tt.want)
			if err != nil {
				return
			}
			same(t, len(fs), len(tt.when.Rules))
			fold(t, s, fs...)
			same(t, ids(s), tt.then)
		})
	}
}

func TestInsert_atOnePlaceForEver(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	want, most := []uint32{100001}, 0
	for range 1000 {
		fs := must(t, s, PatchRules(RulesPatch{Insert: &RuleInsert{After: new(100001), Rules: []RuleConfig{allow("fed.web", "fed.db")}}}))
		most = max(most, len(fs))
	}
	for id := uint32(101003); id > 100003; id-- {
		want = append(want, id)
	}
	same(t, ids(s), append(want, 100002, 100003))
	if most == 1 || most > 100 {
		t.Errorf("the largest change has %d facts", most)
	}
	for r := range All[events.NetworkRule](s) {
		if !validRank(r.Rank) {
			t.Errorf("rank %q", r.Rank)
		}
	}
}

func TestInsert_betweenRulesOfEqualRank(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.web"), rule(100001, "a0", "fed.web", "external"), rule(100002, "a0", "fed.web", "external")})
	must(t, s, PatchRules(RulesPatch{Insert: &RuleInsert{After: new(100001), Rules: []RuleConfig{allow("fed.web", "nodes")}}}))
	same(t, ids(s), []uint32{100001, 100003, 100002})
}

func TestMove_amongRulesOfEqualRank(t *testing.T) {
	for name, tt := range map[string]struct {
		id    uint32
		after *int
		then  []uint32
		moved bool
	}{
		"behind the one before": {id: 100002, after: new(100001), then: []uint32{100001, 100002, 100003}},
		"before the one behind": {id: 100002, after: new(-100003), then: []uint32{100001, 100002, 100003}},
		"last is last":          {id: 100003, then: []uint32{100001, 100002, 100003}},
		"first is first":        {id: 100001, after: new(0), then: []uint32{100001, 100002, 100003}},
		"first is last":         {id: 100001, then: []uint32{100002, 100003, 100001}, moved: true},
		"last before the last":  {id: 100003, after: new(100001), then: []uint32{100001, 100003, 100002}, moved: true},
		"first behind the next": {id: 100001, after: new(100002), then: []uint32{100002, 100001, 100003}, moved: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, facts{
				rule(100001, "a0", "fed.web", "external"), rule(100002, "a0", "fed.web", "external"), rule(100003, "a0", "fed.web", "external"),
			})
			fs := must(t, s, Move(events.ObjectNetworkRule, tt.id, tt.after))
			same(t, ids(s), tt.then)
			same(t, len(fs) > 0, tt.moved)
		})
	}
}

// TestMove_asInALongList compares a move that looks at its neighbors with one that ranks the whole list.
func TestMove_asInALongList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d := NewState(ScopeFederal), drawer{T: t, scope: ScopeFederal}
		n := 1 + d.below(6)
		for i := range n {
			fold(t, s, rule(uint32(100_001+i), pick(d, "a0", "a1", "a2", "a3", "!", "a0V"), "fed.web", "external"))
		}
		id := 100_001 + d.offset(n)
		anchored := 100_001 + d.below(n)
		after := pick(d, nil, new(0), &anchored, new(-anchored))
		o, _ := s.Rule(id)
		slow := s.Clone()
		fold(t, slow, makeRoom(slow, o, after)...)
		before := ids(s)
		fs := must(t, s, Move(events.ObjectNetworkRule, id, after))
		same(t, ids(s), ids(slow))
		if slices.Equal(ids(s), before) {
			same(t, len(fs), 0)
		}
	})
}

func TestInsert_local(t *testing.T) {
	s := NewState(ScopeLocal)
	must(t, s, Create(GroupConfig{Name: "web", Criteria: &webLabel}))
	must(t, s, PatchRules(RulesPatch{Insert: &RuleInsert{Rules: []RuleConfig{allow("web", "containers"), allow("external", "web")}}}))
	same(t, ids(s), []uint32{1, 2})
	fs, err := PatchRules(RulesPatch{Move: &RuleMove{ID: 100001}})(s, noon)
	verdict(t, fs, err, ErrNotAllowed)
	same(t, must(t, s, Remove(events.ObjectGroup, "web")), facts{
		events.NetworkRuleRemoved{ID: 1}, events.NetworkRuleRemoved{ID: 2}, events.GroupRemoved{Name: "web"},
	})
}

func TestReplicate(t *testing.T) {
	s := given(t, ScopeFederal, facts{
		group("fed.web"), group("fed.db"), rule(100001, "a0", "fed.web", "fed.db"), rule(100002, "a1", "fed.db", "fed.web"),
	})
	must(t, s, Replicate(100002, RuleConfig{ID: 100002, Action: new(ActionDeny)}))
	same(t, ids(s), []uint32{100001, 100003, 100002})
	copied, _ := s.Rule(100003)
	stays, _ := s.Rule(100002)
	same(t, []string{copied.Action, copied.From, copied.To}, []string{ActionDeny, "fed.db", "fed.web"})
	same(t, stays.Action, ActionAllow)

	fs, err := Replicate(100009, RuleConfig{})(s, noon)
	verdict(t, fs, err, ErrNotFound)
}
