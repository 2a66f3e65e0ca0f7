package policy

import (
	"sync"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// rolled is a policy with rollout r1 on its way, which makes fed.new, changes fed.web, and removes rule 100001.
func rolled(tb testing.TB) *State {
	tb.Helper()
	s := given(tb, ScopeFederal, threeRules())
	must(tb, s, StartRollout(RolloutPlan{ID: "r1", Actor: "ada", Waves: []WavePlan{{Selector: "env=dev"}, {}}}, ChangeSet([]Edit{
		{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.new", Criteria: &webLabel}},
		{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Comment: new("changed")}},
		{Kind: events.ObjectNetworkRule, Delete: true, Name: "100001"},
	})))
	return s
}

func TestReached(t *testing.T) {
	s := rolled(t)
	for name, tt := range map[string]struct {
		when    []string
		comment string
		groups  int
		rules   []uint32
	}{
		"none":            {groups: 2, rules: []uint32{100001, 100002, 100003}},
		"another rollout": {when: []string{"r0"}, groups: 2, rules: []uint32{100001, 100002, 100003}},
		"this one":        {when: []string{"r1"}, comment: "changed", groups: 3, rules: []uint32{100002, 100003}},
		"both":            {when: []string{"r0", "r1"}, comment: "changed", groups: 3, rules: []uint32{100002, 100003}},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				reached := s.Reached(tt.when)
				web, _ := reached.Group("fed.web")
				same(t, web.Comment, tt.comment)
				same(t, Count[events.Group](reached), tt.groups)
				same(t, ids(reached), tt.rules)
				same(t, reached.Revision(), s.Revision())
				wellReferred(t, reached)
			}
		})
	}
}

func TestReached_followsThePolicy(t *testing.T) {
	s := rolled(t)
	for i, d := range []Decision{
		Create(allow("fed.db", "external")),
		Update("fed.db", GroupConfig{Comment: new("x")}),
		Remove(events.ObjectNetworkRule, "100003"),
		Create(AdmissionStateConfig{}),
		Create(allow("fed.db", "nodes")),
		Remove(events.ObjectAdmissionState, events.AdmissionState{}.About().Name),
	} {
		asked := s.Clone()
		if i%3 != 2 {
			asked.Reached([]string{"r1"})
		}
		must(t, asked, d)
		anew := asked.Clone()
		anew.reached.Store(nil)
		agree(t, asked, anew)
		same(t, asked.Reached([]string{"r1"}).Revision(), asked.Revision())
		s = asked
	}
	if once, twice := s.Reached([]string{"r1"}), s.Reached([]string{"r1"}); once != twice {
		t.Error("made twice")
	}
	same(t, ids(s.Reached([]string{"r1"})), []uint32{100002, 100004, 100005})
}

func TestReached_besideReaders(t *testing.T) {
	s := rolled(t)
	want := s.Reached([]string{"r1"}).Digest()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			c := s.Clone()
			for range 20 {
				if i%2 == 0 {
					c = s.Clone()
				}
				fold(t, c, rule(100_009, "a9", "fed.web", "external"))
				c.Reached([]string{"r1"})
				s.Reached([]string{"r1"})
				s.DigestFor(events.View{Rollouts: []string{"r1"}})
			}
			same(t, ids(c.Reached([]string{"r1"})), []uint32{100002, 100003, 100009})
		})
	}
	wg.Wait()
	same(t, s.Reached([]string{"r1"}).Digest(), want)
}

func TestEffective_isForTheStatesView(t *testing.T) {
	log := record(t, ScopeFederal, 1, threeRules()...)
	log = append(log, record(t, ScopeFederal, 6, must(t, given(t, ScopeFederal, threeRules()),
		StartRollout(RolloutPlan{ID: "r1", Waves: []WavePlan{{}}}, Remove(events.ObjectGroup, "fed.db")))...)...)
	s := NewStateFor(events.View{})
	for _, e := range log {
		s.Apply(e)
	}
	same(t, ids(s.Effective()), []uint32{100001, 100002, 100003})
	s.See(events.View{Rollouts: []string{"r1"}})
	same(t, ids(s.Effective()), []uint32{100002})
	same(t, ids(s), []uint32{100001, 100002, 100003})
	view, seen := s.Effective().View()
	same(t, view, events.View{Rollouts: []string{"r1"}})
	same(t, seen, true)

	full := NewState(ScopeFederal)
	_, seen = full.View()
	same(t, seen, false)
	same(t, full.Effective() == full, true)
}

func TestViewOf(t *testing.T) {
	s := rolled(t)
	dev := Cluster{ID: "a", Labels: events.Labels{"env": "dev"}}
	prod := Cluster{ID: "b", Labels: events.Labels{"env": "prod"}}
	same(t, s.ViewOf(dev), events.View{Labels: dev.Labels, Rollouts: []string{"r1"}})
	same(t, s.ViewOf(prod), events.View{Labels: prod.Labels})
	same(t, s.ViewOf(Cluster{ID: "c"}).Labels != nil, true)
	must(t, s, AdvanceRollout("r1", 1))
	same(t, s.ViewOf(prod), events.View{Labels: prod.Labels, Rollouts: []string{"r1"}})
	must(t, s, AdvanceRollout("r1", 2))
	same(t, s.ViewOf(prod), events.View{Labels: prod.Labels})
	same(t, s.ViewOf(dev), events.View{Labels: dev.Labels})
}

func TestKeeps(t *testing.T) {
	elsewhere := group("fed.db")
	elsewhere.Group.Targets = "env=prod"
	staged, err := events.Stage("r1", group("fed.x"))
	verdict(t, nil, err, nil)
	log := record(t, ScopeFederal, 1, group("fed.web"), group("fed.web"), elsewhere, events.GroupRemoved{Name: "fed.x"}, staged)
	s := NewStateFor(events.View{Labels: events.Labels{"env": "dev"}})
	for _, e := range log {
		s.Apply(e)
	}
	for i, want := range []bool{false, true, false, true, true} {
		same(t, s.Keeps(log[i]), want)
	}
	same(t, s.Keeps(events.Event{Kind: events.KindGroupDefined, Data: []byte("{")}), false)
}

func TestState_forgetsWhatIsNotMeantForIt(t *testing.T) {
	moved, rest := group("fed.web"), rule(100001, "a0", "fed.web", "external")
	s := NewStateFor(events.View{Labels: events.Labels{"env": "dev"}})
	fold(t, s, moved, rest)
	moved.Group.Targets, rest.Rule.Targets = "env=prod", "env=prod"
	fold(t, s, moved, rest)
	same(t, s.Digest(), NewState(ScopeFederal).Digest())
	same(t, s.uses.Len(), 0)
	same(t, s.Revision(), uint64(4))
	moved.Group.Targets = "env in (dev,prod)"
	fold(t, s, moved)
	same(t, Count[events.Group](s), 1)
}

func TestRollouts_areNewestFirst(t *testing.T) {
	s := NewState(ScopeFederal)
	for i, id := range []string{"b", "c", "a"} {
		r := events.Rollout{ID: id, Status: events.RolloutDone, StartedAt: noon.AddDate(0, 0, i)}
		fold(t, s, events.RolloutCompleted{Rollout: r})
	}
	var got []string
	for _, r := range s.Rollouts() {
		got = append(got, r.ID)
	}
	same(t, got, []string{"a", "c", "b"})
	_, on := s.Current()
	same(t, on, false)
}
