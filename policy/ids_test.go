package policy

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

func TestIDPool(t *testing.T) {
	full := facts{}
	for id := uint32(1); id <= 9999; id++ {
		if id != 17 && id != 4000 {
			full = append(full, events.NetworkRuleDefined{Rule: events.NetworkRule{ID: id, Rank: "a0"}})
		}
	}
	for name, tt := range map[string]struct {
		scope   Scope
		given   facts
		reserve []uint32
		draws   []uint32 // 0: none left
		want    error
	}{
		"federal begins at 100001":         {scope: ScopeFederal, draws: []uint32{100001, 100002}},
		"local begins at 1":                {scope: ScopeLocal, draws: []uint32{1, 2}},
		"one above the highest":            {scope: ScopeFederal, given: facts{rule(100007, "a0", "x", "y")}, draws: []uint32{100008}},
		"above what the request names":     {scope: ScopeFederal, reserve: []uint32{100050}, draws: []uint32{100051}},
		"smallest gaps when used up":       {scope: ScopeLocal, given: full, draws: []uint32{17, 4000, 0}},
		"gaps when the highest is used":    {scope: ScopeFederal, given: facts{rule(109999, "a0", "x", "y")}, draws: []uint32{100001, 100002}},
		"100000 counts as federal":         {scope: ScopeFederal, reserve: []uint32{100000}, draws: []uint32{100001}},
		"110000 is not federal":            {scope: ScopeFederal, reserve: []uint32{110000}, want: ErrInvalid},
		"a local id is not federal":        {scope: ScopeFederal, reserve: []uint32{1}, want: ErrInvalid},
		"a learned id is not local":        {scope: ScopeLocal, reserve: []uint32{10000}, want: ErrInvalid},
		"a federal id is not local":        {scope: ScopeLocal, reserve: []uint32{100001}, want: ErrInvalid},
		"an id twice":                      {scope: ScopeLocal, reserve: []uint32{5, 5}, want: ErrInvalid},
		"an id beyond the range is no one": {scope: ScopeLocal, given: facts{rule(20000, "a0", "x", "y")}, draws: []uint32{1}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newIDPool(given(t, tt.scope, tt.given), networkKind)
			var err error
			for _, id := range tt.reserve {
				err = p.reserve(id)
			}
			verdict(t, nil, err, tt.want)
			for _, want := range tt.draws {
				got, err := p.draw()
				if want == 0 {
					verdict(t, nil, err, ErrOutOfIDs)
				}
				same(t, got, want)
			}
		})
	}
}

// TestIDPool_givesTheLowestGap compares with a search number by number.
func TestIDPool_givesTheLowestGap(t *testing.T) {
	for _, k := range []*kind{networkKind, admissionKind, responseKind} {
		for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
			t.Run(k.word+" "+string(scope), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					s, d, span := NewState(scope), drawer{T: t, scope: scope}, k.ids[scope]
					taken := map[uint32]bool{span.last: true}
					for range d.below(20) {
						taken[span.first+d.offset(12)] = true
					}
					for id := range taken {
						s.put(k.withID(blankOf(k), id), 1, "")
					}
					pool := newIDPool(s, k)
					for range d.below(4) {
						id := span.first + d.offset(12)
						if !taken[id] {
							verdict(t, nil, pool.reserve(id), nil)
							taken[id] = true
						}
					}
					for range 5 {
						want := span.first
						for taken[want] {
							want++
						}
						got, err := pool.draw()
						verdict(t, nil, err, nil)
						same(t, got, want)
						taken[got] = true
					}
				})
			})
		}
	}
}

// blankOf returns an object of a numbered kind that says nothing.
func blankOf(k *kind) events.Object {
	return map[*kind]events.Object{
		networkKind: events.NetworkRule{}, admissionKind: events.AdmissionRule{}, responseKind: events.ResponseRule{},
	}[k]
}

func TestIDPool_numbersAreUsedAgain(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	must(t, s, Remove(events.ObjectNetworkRule, "100003"))
	must(t, s, Create(allow("fed.web", "external")))
	same(t, ids(s), []uint32{100001, 100002, 100003})
	must(t, s, Remove(events.ObjectNetworkRule, "100001"))
	must(t, s, Create(allow("fed.web", "external")))
	same(t, ids(s), []uint32{100002, 100003, 100004})
}

func TestIDPool_whenNumbersRunOut(t *testing.T) {
	s := given(t, ScopeLocal, facts{group("web")})
	for i, rank := range ranksBetween("", "", 9998) {
		fold(t, s, rule(uint32(i+1), rank, "web", "external"))
	}
	more := allow("web", "nodes")
	fs, err := Insert(nil, []RuleConfig{more, more})(s, noon)
	verdict(t, fs, err, ErrOutOfIDs)
	fs, err = ReplaceRules([]RuleConfig{{ID: 1}, more, more})(s, noon)
	verdict(t, fs, err, ErrOutOfIDs) // the numbers of what goes are not free yet
	fs, err = ChangeSet([]Edit{{Kind: events.ObjectNetworkRule, Config: more}, {Kind: events.ObjectNetworkRule, Config: more}})(s, noon)
	verdict(t, fs, err, ErrChange)
	must(t, s, Create(more))
	fs, err = Create(more)(s, noon)
	verdict(t, fs, err, ErrOutOfIDs)
	must(t, s, Remove(events.ObjectNetworkRule, "77"))
	same(t, must(t, s, Create(more))[0].(events.NetworkRuleDefined).Rule.ID, uint32(77)) //nolint:errcheck // a fact of one rule
}

func TestIDPool_leavesNumbersToARollout(t *testing.T) {
	more := allow("fed.web", "nodes")
	with := func(id uint32) RuleConfig { c := more; c.ID = id; return c }
	start := func(t *testing.T) *State {
		t.Helper()
		s := given(t, ScopeFederal, threeRules())
		must(t, s, StartRollout(RolloutPlan{ID: "r1", Waves: []WavePlan{{}}}, ChangeSet([]Edit{
			wantRule(0, "fed.web", "external"), wantRule(100009, "fed.web", "external"), wantRule(109_999, "fed.web", "external"),
			{Kind: events.ObjectNetworkRule, Config: RuleConfig{ID: 100002, Comment: new("x")}},
		})))
		return s
	}
	for name, tt := range map[string]struct {
		when Decision
		ids  []uint32
		want error
	}{
		"next":                    {when: Create(more), ids: []uint32{100001, 100002, 100003, 100005}},
		"next ones":               {when: Insert(nil, []RuleConfig{more, more, more, more, more}), ids: []uint32{100001, 100002, 100003, 100005, 100006, 100007, 100008, 100010}},
		"asked for":               {when: Create(with(100004)), want: ErrRollout},
		"asked for in a list":     {when: Insert(nil, []RuleConfig{with(100009)}), want: ErrRollout},
		"beside one that it has":  {when: ReplaceRules([]RuleConfig{{ID: 100001}, {ID: 100002}, {ID: 100003}, more}), ids: []uint32{100001, 100002, 100003, 100005}},
		"without one that it has": {when: ReplaceRules([]RuleConfig{{ID: 100001}, {ID: 100003}, more}), want: ErrRollout},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			fs, err := tt.when(s, noon)
			verdict(t, fs, err, tt.want)
			fold(t, s, fs...)
			if err == nil {
				same(t, ids(s), tt.ids)
				must(t, s, AdvanceRollout("r1", 1))
				wellReferred(t, s)
			}
		})
	}
	s := start(t)
	must(t, s, AbortRollout("r1", ""))
	must(t, s, Create(more))
	same(t, ids(s), []uint32{100001, 100002, 100003, 100004})
}
