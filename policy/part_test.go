package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

func TestPart(t *testing.T) {
	prod := events.Meta{Targets: "env=prod"}
	s := given(t, ScopeFederal, facts{
		events.NetworkRuleDefined{Rule: events.NetworkRule{ID: 100001, Rank: "c"}},
		events.NetworkRuleDefined{Rule: events.NetworkRule{ID: 100002, Rank: "b", Meta: prod}},
		events.GroupDefined{Group: events.Group{Name: "fed.b"}},
		events.GroupDefined{Group: events.Group{Name: "fed.a", Meta: events.Meta{Targets: "env!=prod"}}},
	})
	must(t, s, StartRollout(RolloutPlan{ID: "r1", Waves: []WavePlan{{Selector: "env"}, {}}}, func(*State, time.Time) ([]events.Fact, error) {
		return facts{events.GroupRemoved{Name: "fed.b"}, events.GroupDefined{Group: events.Group{Name: "fed.c", Meta: prod}}}, nil
	}))
	view := func(env string, rollouts ...string) *events.View {
		return &events.View{Labels: events.Labels{"env": env}, Rollouts: rollouts}
	}
	for name, tt := range map[string]struct {
		view *events.View
		want []string
	}{
		"all":             {nil, []string{"fed.a", "fed.b", "100002", "100001"}},
		"no labels":       {&events.View{}, []string{"fed.a", "fed.b", "100001"}},
		"prod":            {view("prod"), []string{"fed.b", "100002", "100001"}},
		"prod, reached":   {view("prod", "r1"), []string{"fed.c", "100002", "100001"}},
		"others, reached": {view("test", "r1"), []string{"fed.a", "100001"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, o := range s.Part(tt.view) {
				got = append(got, o.About().Name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("part (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	group := func(name, comment string, at time.Time) events.Object {
		return events.Group{Name: name, Comment: comment, Meta: events.Meta{ModifiedAt: at}}
	}
	rule := func(rank string) events.Object { return events.NetworkRule{ID: 100001, Rank: rank} }
	var none time.Time
	before := []events.Object{group("fed.a", "", none), group("fed.b", "", none), group("fed.gone", "", none), rule("b")}
	after := []events.Object{group("fed.a", "", noon), group("fed.b", "new", noon), group("fed.c", "", noon), rule("c")}
	var got []string
	for _, d := range Difference(before, after) {
		got = append(got, d.About.Name)
		if d.Before == nil && d.After == nil || d.About.Name == "fed.b" && (d.Before == nil || d.After == nil) {
			t.Errorf("delta = %+v", d)
		}
	}
	if diff := cmp.Diff([]string{"fed.b", "fed.c", "100001", "fed.gone"}, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	if same := Difference(after, after); len(same) != 0 {
		t.Errorf("of a part and itself: %+v", same)
	}
}
