package policy

import (
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

func TestState_folds(t *testing.T) {
	web, db := group("fed.web"), group("fed.db")
	for name, tt := range map[string]struct {
		given  facts
		groups []string
		rules  []uint32
	}{
		"nothing":                 {},
		"groups by name":          {given: facts{web, db}, groups: []string{"fed.db", "fed.web"}},
		"group removed":           {given: facts{web, db, events.GroupRemoved{Name: "fed.web"}}, groups: []string{"fed.db"}},
		"rules by rank":           {given: facts{rule(100002, "a0", "fed.web", "fed.db"), rule(100001, "a1", "fed.db", "fed.web")}, rules: []uint32{100002, 100001}},
		"equal ranks by id":       {given: facts{rule(100002, "a0", "x", "y"), rule(100001, "a0", "x", "y")}, rules: []uint32{100001, 100002}},
		"rule moved":              {given: facts{rule(100001, "a0", "x", "y"), rule(100002, "a1", "x", "y"), rule(100001, "a2", "x", "y")}, rules: []uint32{100002, 100001}},
		"rule removed":            {given: facts{rule(100001, "a0", "x", "y"), events.NetworkRuleRemoved{ID: 100001}}},
		"not policy":              {given: facts{events.TokenMinted{Federation: "f", Token: "t"}}},
		"removed without being":   {given: facts{events.NetworkRuleRemoved{ID: 100001}, events.GroupRemoved{Name: "fed.web"}}},
		"made again after remove": {given: facts{web, events.GroupRemoved{Name: "fed.web"}, web}, groups: []string{"fed.web"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, tt.given)
			var groups []string
			for g := range All[events.Group](s) {
				groups = append(groups, g.Name)
			}
			same(t, groups, tt.groups)
			same(t, ids(s), tt.rules)
			same(t, s.Revision(), uint64(len(tt.given)))
			same(t, []int{Count[events.Group](s), Count[events.NetworkRule](s)}, []int{len(tt.groups), len(tt.rules)})
		})
	}
}

func TestState_anOlderEventDoesNotWin(t *testing.T) {
	for name, fs := range map[string]facts{
		"changed": {group("fed.web"), events.GroupDefined{Group: events.Group{Name: "fed.web", Comment: "new"}}},
		"removed": {rule(100001, "a0", "x", "y"), events.NetworkRuleRemoved{ID: 100001}},
	} {
		t.Run(name, func(t *testing.T) {
			live, late := NewState(ScopeFederal), NewState(ScopeFederal)
			log := record(t, ScopeFederal, 1, fs...)
			for _, e := range log {
				live.Apply(e)
			}
			for _, e := range slices.Backward(log) {
				late.Apply(e)
			}
			same(t, late.Digest(), live.Digest())
			same(t, Count[events.NetworkRule](late), Count[events.NetworkRule](live))
			same(t, late.Revision(), uint64(2))
		})
	}
}

func TestState_unreadableDataOnlyMovesTheRevision(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.web")})
	before := s.Digest()
	s.Apply(events.Event{Kind: events.KindGroupDefined, Subject: "fed.rules.0.0.group.x", Revision: 7, Data: []byte("{")})
	same(t, s.Revision(), uint64(7))
	same(t, s.Digest(), before)
}

func TestUsers_byKindAndNumber(t *testing.T) {
	s := given(t, ScopeFederal, facts{
		rule(100001, "a2", "fed.web", "fed.db"), rule(100002, "a1", "external", "fed.web"), rule(100003, "a0", "fed.db", "external"),
		rule(100004, "a3", "fed.web", "fed.web"),
		events.FileProfileDefined{Profile: events.FileProfile{Group: "fed.web"}},
		events.ResponseRuleDefined{Rule: events.ResponseRule{ID: 100001, Group: "fed.web", Webhooks: []string{"fed.hook"}}},
	})
	for name, want := range map[events.About][]string{
		{Kind: events.ObjectGroup, Name: "fed.web"}:    {"file fed.web", "network 100001", "network 100002", "network 100004", "response 100001"},
		{Kind: events.ObjectGroup, Name: "fed.db"}:     {"network 100001", "network 100003"},
		{Kind: events.ObjectWebhook, Name: "fed.hook"}: {"response 100001"},
		{Kind: events.ObjectGroup, Name: "external"}:   nil,
		{Kind: events.ObjectGroup, Name: "fed.we"}:     nil,
		{Kind: events.ObjectWebhook, Name: "fed.web"}:  nil,
	} {
		t.Run(called(name), func(t *testing.T) {
			var got []string
			for _, by := range s.Users(name) {
				got = append(got, called(by))
			}
			same(t, got, want)
		})
	}
	fold(t, s, rule(100001, "a2", "fed.db", "external"), events.NetworkRuleRemoved{ID: 100004})
	same(t, s.Users(events.About{Kind: events.ObjectGroup, Name: "fed.web"}), []events.About{
		{Kind: events.ObjectFileProfile, Name: "fed.web"},
		{Kind: events.ObjectNetworkRule, Name: "100002"},
		{Kind: events.ObjectResponseRule, Name: "100001"},
	})
}

func TestClone_isIndependent(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.web"), rule(100001, "a0", "fed.web", "external")})
	before := s.Digest()
	c := s.Clone()
	fold(t, c, events.GroupRemoved{Name: "fed.web"}, rule(100002, "a1", "x", "y"))
	fold(t, c.Clone(), group("fed.db"))
	same(t, s.Digest(), before)
	same(t, ids(s), []uint32{100001})
	same(t, ids(c), []uint32{100001, 100002})
	same(t, []int{Count[events.Group](s), Count[events.Group](c)}, []int{1, 0})
}

func TestClone_besideReaders(t *testing.T) {
	s := given(t, ScopeFederal, facts{group("fed.web"), rule(100001, "a0", "fed.web", "external")})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				c := s.Clone()
				fold(t, c, rule(100002, "a1", "x", "y"), events.GroupRemoved{Name: "fed.web"})
				c.Digest()
				s.Digest()
				s.Users(events.About{Kind: events.ObjectGroup, Name: "fed.web"})
			}
		})
	}
	wg.Wait()
	same(t, ids(s), []uint32{100001})
}

// history draws facts about few objects, so that they are changed and removed often.
func history(t *rapid.T) []events.Fact {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) events.Fact {
		name := rapid.SampledFrom([]string{"fed.a", "fed.b", "fed.c", "fed.d"}).Draw(t, "group")
		id := rapid.Uint32Range(100001, 100006).Draw(t, "id")
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return events.GroupRemoved{Name: name}
		case 1:
			return events.NetworkRuleRemoved{ID: id}
		case 2:
			return events.GroupDefined{Group: events.Group{Name: name, Comment: rapid.StringN(0, 3, 9).Draw(t, "comment")}}
		}
		return rule(id, rapid.SampledFrom([]string{"a0", "a1", "a2"}).Draw(t, "rank"), name, "external")
	}), 0, 60).Draw(t, "facts")
}

func TestDigest_dependsOnNothingButTheNewestEventOfEachObject(t *testing.T) {
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		t.Run(string(scope), func(tt *testing.T) {
			rapid.Check(tt, func(t *rapid.T) {
				log := record(tt, scope, 1, history(t)...)
				live := NewState(scope)
				newest := map[string]events.Event{}
				for _, e := range log {
					if rapid.Bool().Draw(t, "clone") {
						live = live.Clone()
					}
					live.Apply(e)
					live.Digest()
					newest[e.Subject] = e
				}
				replayed, shuffled, condensed := NewState(scope), NewState(scope), NewState(scope)
				for _, e := range log {
					replayed.Apply(e)
				}
				for _, e := range rapid.Permutation(log).Draw(t, "order") {
					shuffled.Apply(e)
				}
				for _, e := range newest {
					condensed.Apply(e)
				}
				for _, other := range []*State{replayed, shuffled, condensed} {
					same(tt, other.Digest(), live.Digest())
					same(tt, slices.Collect(All[events.NetworkRule](other)), slices.Collect(All[events.NetworkRule](live)))
					same(tt, slices.Collect(All[events.Group](other)), slices.Collect(All[events.Group](live)))
					about := events.About{Kind: events.ObjectGroup, Name: "fed.a"}
					same(tt, other.Users(about), live.Users(about))
				}
			})
		})
	}
}
