package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

func TestPromote(t *testing.T) {
	rules := func(ids ...uint32) Decision { return Promote(shop(t), events.ObjectNetworkRule, ids) }
	clash := events.GroupDefined{Group: events.Group{Name: "fed.a", Criteria: []events.Criterion{{Key: "image", Value: "x", Op: "="}}}}
	aimed := group("fed.a")
	aimed.Group.Criteria, aimed.Group.Targets = webLabel, "env=prod"
	profile := events.FileProfileDefined{Profile: events.FileProfile{Group: "fed.a"}}
	had := group("fed.a")
	had.Group.Criteria = webLabel
	for name, tt := range map[string]struct {
		given facts
		when  Decision
		want  []string // of the kinds of the facts
		err   error
		says  string
	}{
		"a rule with all that belongs to its group": {when: rules(1), want: []string{
			"group.defined", "waf.sensor.defined", "network.rule.defined", "file.profile.defined", "waf.group.defined",
		}},
		"two rules of one group": {when: rules(1, 2), want: []string{
			"group.defined", "group.defined", "waf.sensor.defined", "network.rule.defined", "network.rule.defined",
			"process.profile.defined", "file.profile.defined", "waf.group.defined",
		}},
		"a rule of all containers":       {when: rules(3), want: []string{"network.rule.defined"}},
		"an admission rule":              {when: Promote(shop(t), events.ObjectAdmissionRule, []uint32{1000}), want: []string{"admission.rule.defined"}},
		"none":                           {when: rules()},
		"a group that is there already":  {given: facts{had}, when: rules(1), want: []string{"waf.sensor.defined", "network.rule.defined", "file.profile.defined", "waf.group.defined"}},
		"a missing rule":                 {when: rules(1, 9), err: ErrNotFound, says: "rule 9: not found"},
		"a missing admission rule":       {when: Promote(shop(t), events.ObjectAdmissionRule, []uint32{1}), err: ErrNotFound},
		"a rule of another kind":         {when: Promote(response(t), events.ObjectResponseRule, []uint32{8}), err: ErrInvalid, says: "a response rule cannot be promoted"},
		"another group of the name":      {given: facts{clash}, when: rules(1), err: ErrExists, says: `the federation has a group "fed.a" which says something else than "a" here`},
		"the group has targets":          {given: facts{aimed}, when: rules(1), err: ErrExists},
		"another profile":                {given: facts{had, profile}, when: rules(1), err: ErrExists, says: "file profile"},
		"the reserved group is not made": {given: facts{events.GroupRemoved{Name: FederalContainers}}, when: rules(3), err: ErrInvalid, says: FederalContainers},
		"a name that gets too long":      {when: Promote(longNamed(t), events.ObjectNetworkRule, []uint32{1}), err: ErrName},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewState(ScopeFederal)
			must(t, s, FederationGroups())
			fold(t, s, tt.given...)
			fs, err := tt.when(s, noon)
			verdict(t, fs, err, tt.err)
			if err != nil {
				verdict(t, fs, err, ErrPromote)
				if !strings.Contains(err.Error(), tt.says) {
					t.Errorf("%q does not say %q", err, tt.says)
				}
				return
			}
			var got []string
			for _, f := range fs {
				got = append(got, string(f.Kind()))
				fold(t, s, f)
				holds(t, s, f)
			}
			same(t, got, tt.want)
			wellReferred(t, s)
		})
	}
}

// response returns a cluster's own policy with a response rule.
func response(tb testing.TB) *State {
	tb.Helper()
	s := NewState(ScopeLocal)
	must(tb, s, Create(ResponseConfig{
		Event: new("event"), Conditions: &[]events.ResponseCondition{{Type: "name", Value: "x"}}, Actions: new([]string{"quarantine"}),
	}))
	return s
}

// longNamed returns a cluster's own policy with a rule from a group whose name is as long as may be.
func longNamed(tb testing.TB) *State {
	tb.Helper()
	s, name := NewState(ScopeLocal), strings.Repeat("a", MaxNameLen)
	must(tb, s, Create(GroupConfig{Name: name, Criteria: &webLabel}))
	must(tb, s, Create(allow(name, "external")))
	return s
}

func TestPromote_copies(t *testing.T) {
	local, s := shop(t), NewState(ScopeFederal)
	must(t, local, Update("1", RuleConfig{Comment: new("ours"), Ports: new("80"), Priority: new(uint32(7))}))
	must(t, s, FederationGroups())
	must(t, s, Create(allow(FederalContainers, "external")))
	later := noon.Add(time.Hour)
	fs, err := Promote(local, events.ObjectNetworkRule, []uint32{3, 1})(s, later)
	verdict(t, nil, err, nil)
	fold(t, s, fs...)
	same(t, ids(s), []uint32{100001, 100002, 100003})
	r, _ := s.Rule(100003)
	same(t, r, events.NetworkRule{
		ID: 100003, Rank: r.Rank, Comment: "promoted from rule 1", From: "fed.a", To: "external", Ports: "tcp/80", Action: "allow",
		Applications: []string{"any"}, Priority: 7, Meta: events.Meta{CreatedAt: later, ModifiedAt: later},
	})
	r, _ = s.Rule(100002)
	same(t, []string{r.From, r.To, r.Comment}, []string{FederalContainers, "external", "promoted from rule 3"})
	waf, _ := Get[events.WAFGroup](s, "fed.a")
	same(t, waf.Sensors, []events.SensorUsed{{Name: "fed.s", Action: "deny"}})
	original, _ := Get[events.WAFGroup](local, "a")
	same(t, original.Sensors, []events.SensorUsed{{Name: "s", Action: "deny"}})

	again := must(t, s, Promote(local, events.ObjectNetworkRule, []uint32{1}))
	same(t, kinds(again), []events.Kind{events.KindNetworkRuleDefined}) // a copy of what is there already
	must(t, s, Promote(local, events.ObjectNetworkRule, []uint32{2}))
	profile, _ := Get[events.ProcessProfile](s, "fed.b")
	same(t, profile.Mode, "")
}

// TestPromote_numbersTheRulesOfSensors keeps two sensors of the federation from having rules of one number.
func TestPromote_numbersTheRulesOfSensors(t *testing.T) {
	s := NewState(ScopeFederal)
	must(t, s, Create(WAFConfig{SensorConfig{Name: "fed.other", Rules: &[]events.SensorRule{
		{Name: "r", Patterns: []events.Pattern{{Op: "regex", Value: "y+"}}},
	}}}))
	must(t, s, Promote(shop(t), events.ObjectNetworkRule, []uint32{1}))
	seen := map[uint32]string{}
	for sensor := range All[events.WAFSensor](s) {
		for _, r := range sensor.Rules {
			if other, taken := seen[r.ID]; taken {
				t.Errorf("the rules of %s and %s have the number %d", other, sensor.Name, r.ID)
			}
			seen[r.ID] = sensor.Name
		}
	}
	same(t, len(seen), 2)
	same(t, kinds(must(t, s, Promote(shop(t), events.ObjectNetworkRule, []uint32{1}))), []events.Kind{events.KindNetworkRuleDefined})
	local, _ := Get[events.WAFSensor](shop(t), "s")
	same(t, local.Rules[0].ID, sensorRuleIDs[events.ObjectWAFSensor].first)
}

func TestPromote_outOfIDs(t *testing.T) {
	s := NewState(ScopeFederal)
	must(t, s, FederationGroups())
	for i, rank := range ranksBetween("", "", 9998) {
		fold(t, s, rule(uint32(100_001+i), rank, FederalContainers, "external"))
	}
	fs, err := Promote(shop(t), events.ObjectNetworkRule, []uint32{3, 3})(s, noon)
	verdict(t, fs, err, ErrOutOfIDs)
	must(t, s, Promote(shop(t), events.ObjectNetworkRule, []uint32{3}))
}

func TestPromote_besideARollout(t *testing.T) {
	s := NewState(ScopeFederal)
	must(t, s, StartRollout(RolloutPlan{ID: "r1", Waves: []WavePlan{{}}}, Create(GroupConfig{Name: "fed.a", Criteria: &webLabel})))
	fs, err := Promote(shop(t), events.ObjectNetworkRule, []uint32{1})(s, noon)
	verdict(t, fs, err, ErrRollout)
}
