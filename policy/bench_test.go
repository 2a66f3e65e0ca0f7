package policy

import (
	"fmt"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// many is how many objects the benchmarks have.
const many = 10_000

// mixed returns n objects of all kinds: of 20, one is a group, eleven are network rules, three admission rules,
// two response rules, and the others are profiles, sensors, bindings and webhooks.
func mixed(n int) facts {
	out := make(facts, 0, n)
	ranks := ranksBetween("", "", n)
	meta := events.Meta{CreatedAt: noon, ModifiedAt: noon}
	targets := []string{"", "", "", "env=prod", "region in (eu,us)"}
	for i := range n {
		id, name := uint32(100_001+i), fmt.Sprintf("fed.g%d", i/20)
		meta.Targets = targets[i/20%len(targets)]
		var o events.Object
		switch i % 20 {
		case 0:
			o = events.Group{Name: name, Criteria: webLabel, Meta: meta}
		case 1, 2, 3:
			o = events.AdmissionRule{
				ID: id, Category: "Kubernetes", RuleType: "deny", Meta: meta,
				Criteria: []events.AdmissionCriterion{{Name: "image", Op: "containsAny", Value: "nginx,redis"}},
			}
		case 4, 5:
			o = events.ResponseRule{
				ID: id, Rank: ranks[i], Event: "security-event", Group: name, Actions: []string{"quarantine"}, Meta: meta,
				Conditions: []events.ResponseCondition{{Type: "level", Value: "Critical"}},
			}
		case 6:
			o = events.ProcessProfile{
				Group: name, Baseline: "basic", Meta: meta,
				Processes: []events.ProcessRule{{Name: "nginx", Path: "/usr/sbin/nginx", Action: "allow"}},
			}
		case 7:
			o = events.DLPSensor{Sensor: events.Sensor{Name: name, Meta: meta, Rules: []events.SensorRule{
				{Name: "r", ID: 20_000 + id, Patterns: []events.Pattern{{Key: "pattern", Op: "regex", Value: "x+", Context: "body"}}},
			}}}
		case 8:
			o = events.DLPGroup{SensorGroup: events.SensorGroup{
				Group: name, Status: true, Sensors: []events.SensorUsed{{Name: name, Action: "deny"}}, Meta: meta,
			}}
		default:
			o = events.NetworkRule{
				ID: id, Rank: ranks[i], From: name, To: "external", Ports: "tcp/443", Action: "allow",
				Applications: []string{"any"}, Meta: meta,
			}
		}
		out = append(out, o.Defined())
	}
	return out
}

func BenchmarkFold10000(b *testing.B) {
	log := record(b, ScopeFederal, 1, mixed(many)...)
	for b.Loop() {
		s := NewState(ScopeFederal)
		for _, e := range log {
			s.Apply(e)
		}
	}
}

func BenchmarkDigest10000(b *testing.B) {
	log := record(b, ScopeFederal, 1, mixed(many)...)
	for b.Loop() {
		b.StopTimer()
		s := NewState(ScopeFederal)
		for _, e := range log {
			s.Apply(e)
		}
		b.StartTimer()
		s.Digest()
	}
}

// race runs one operation on top of many objects beside the same on top of few, and reports how much longer it
// takes.
func race(b *testing.B, large, small *State, op func(s *State) *State) {
	b.Helper()
	took := [2]float64{}
	for b.Loop() {
		for i, s := range []*State{small, large} {
			before := b.Elapsed()
			op(s)
			took[i] += float64(b.Elapsed() - before)
		}
	}
	b.ReportMetric(took[0]/float64(b.N), "ns/on-1")
	b.ReportMetric(took[1]/float64(b.N), "ns/on-10000")
	b.ReportMetric(took[1]/took[0], "ratio")
	b.ReportMetric(0, "ns/op")
}

// decided decides, folds and sums up, as a hub does.
func decided(b *testing.B, d Decision) func(s *State) *State {
	b.Helper()
	return func(s *State) *State {
		fs, err := d(s, noon)
		if err != nil || len(fs) == 0 {
			b.Fatal(fs, err)
		}
		s = s.Clone()
		fold(b, s, fs...)
		s.Digest()
		return s
	}
}

// BenchmarkOneChangeAmong10000 is what one change costs when there are many objects.
func BenchmarkOneChangeAmong10000(b *testing.B) {
	small, large := given(b, ScopeFederal, facts{group("fed.g0")}), given(b, ScopeFederal, mixed(many))
	seed := facts{group("fed.a"), rule(100_000, "a0V", "fed.a", "external"), rule(100_002, "a0W", "fed.a", "external")}
	waves := RolloutPlan{ID: "r", Waves: []WavePlan{{Percent: 10}}}
	all := make([]Edit, 0, 1000)
	for i := range cap(all) {
		all = append(all, Edit{Kind: events.ObjectGroup, Config: GroupConfig{Name: fmt.Sprintf("fed.s%d", i), Criteria: &webLabel}})
	}
	for _, s := range []*State{small, large} {
		fold(b, s, seed...)
		s.Digest()
	}
	beside := large.Clone()
	must(b, beside, StartRollout(waves, ChangeSet(all)))
	last := given(b, ScopeFederal, nil) // all numbers but two are taken, the highest among them
	for i, rank := range ranksBetween("", "", 9999) {
		if id := uint32(100_001 + i); id != 107_000 && id != 109_998 {
			fold(b, last, rule(id, rank, "fed.a", "external"))
		}
	}
	fold(b, last, seed...)
	create, comment := Create(allow("fed.a", "external")), Update("fed.a", GroupConfig{Comment: new("x")})
	for _, bench := range []struct {
		name  string
		large *State
		d     Decision
	}{
		{"create a rule", large, create},
		{"create a rule beside a rollout of 1000", beside, create},
		{"create a rule when numbers run out", last, create},
		{"insert before a rule", large, Insert(new(-100_000), []RuleConfig{allow("fed.a", "external")})},
		{"update a rule", large, Update("100000", RuleConfig{Comment: new("x")})},
		{"move a rule", large, Move(events.ObjectNetworkRule, 100_000, nil)},
		{"update a group", large, comment},
		{"update a group of 10000 rules", last, comment},
		{"delete a rule", large, Remove(events.ObjectNetworkRule, "100000")},
		{"change set", large, ChangeSet([]Edit{{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.new", Criteria: &webLabel}}})},
		{"promote", large, Promote(given(b, ScopeLocal, facts{rule(1, "a0", "external", "nodes")}), events.ObjectNetworkRule, []uint32{1})},
	} {
		b.Run(bench.name, func(b *testing.B) { race(b, bench.large, small, decided(b, bench.d)) })
	}
}

// BenchmarkChangeSet10000 decides a change set of many edits on top of as many objects.
func BenchmarkChangeSet10000(b *testing.B) {
	s := given(b, ScopeFederal, mixed(many))
	edits := make([]Edit, 0, many)
	for i := range many / 20 {
		name := fmt.Sprintf("fed.n%d", i)
		edits = append(edits, Edit{Kind: events.ObjectGroup, Config: GroupConfig{Name: name, Criteria: &webLabel}})
		for range 8 {
			edits = append(edits, Edit{Kind: events.ObjectNetworkRule, Config: allow(name, "external"), After: new(0)})
		}
		for range 11 {
			edits = append(edits, Edit{Kind: events.ObjectAdmissionRule, Config: AdmissionConfig{
				RuleType: new("deny"), Criteria: &[]events.AdmissionCriterion{{Name: "image", Op: "containsAny", Value: "nginx"}},
			}})
		}
	}
	d := ChangeSet(edits)
	for b.Loop() {
		if fs, err := d(s, noon); err != nil || len(fs) != many {
			b.Fatal(len(fs), err)
		}
	}
}

// BenchmarkReplace10000 replaces a list of many rules by the same in reverse.
func BenchmarkReplace10000(b *testing.B) {
	s := given(b, ScopeFederal, facts{group("fed.a")})
	configs := make([]RuleConfig, many-1)
	for i, rank := range ranksBetween("", "", many-1) {
		fold(b, s, rule(uint32(100_001+i), rank, "fed.a", "external"))
		configs[len(configs)-1-i].ID = uint32(100_001 + i)
	}
	d := ReplaceRules(configs)
	for b.Loop() {
		if _, err := d(s, noon); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReachedAfterOneChange is what a cluster that a rollout has reached pays for one more change.
func BenchmarkReachedAfterOneChange(b *testing.B) {
	s := given(b, ScopeFederal, mixed(many))
	past := given(b, ScopeFederal, mixed(many/2))
	must(b, s, StartRollout(RolloutPlan{ID: "r", Waves: []WavePlan{{Percent: 10}}}, Restore(past)))
	view := events.View{Rollouts: []string{"r"}}
	next := rule(100_000, "a0V", "fed.g0", "external")
	s.DigestFor(view)
	for b.Loop() {
		s = s.Clone()
		fold(b, s, next)
		s.DigestFor(view)
	}
}
