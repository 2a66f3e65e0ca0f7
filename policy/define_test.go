package policy

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

func TestPut_makesOrChanges(t *testing.T) {
	s := NewState(ScopeFederal)
	same(t, len(must(t, s, Put(GroupConfig{Name: "fed.web", Criteria: &webLabel}))), 1)
	same(t, len(must(t, s, Put(GroupConfig{Name: "fed.web", Criteria: &webLabel}))), 0)
	same(t, len(must(t, s, Put(GroupConfig{Name: "fed.web", Comment: new("x")}))), 1)
	g, _ := s.Group("fed.web")
	same(t, []any{g.Comment, g.Criteria}, []any{"x", webLabel})
	must(t, s, Put(RuleConfig{ID: 100005, From: new("fed.web"), To: new("external"), Action: new("deny")}))
	must(t, s, Put(RuleConfig{ID: 100005, Action: new("allow")}))
	r, _ := s.Rule(100005)
	same(t, r.Action, "allow")
}

func TestDefine_refuses(t *testing.T) {
	for name, tt := range map[string]struct {
		when Decision
		want error
		says string
	}{
		"a reserved group that is there": {when: Create(GroupConfig{Name: FederalNodes, Criteria: &webLabel}), want: ErrReserved, says: `group "fed.nodes" is made by promote`},
		"a group that is there":          {when: Create(GroupConfig{Name: "fed.web", Criteria: &webLabel}), want: ErrExists, says: `group "fed.web"; change it or choose another name`},
		"a rule that is there":           {when: Create(RuleConfig{ID: 100001}), want: ErrInUse, says: "rule 100001; leave the id out to get a free one"},
		"a missing group":                {when: Update("fed.x", GroupConfig{}), want: ErrNotFound, says: `group "fed.x": not found`},
		"a missing rule":                 {when: Update("100009", RuleConfig{}), want: ErrNotFound, says: "rule 100009: not found"},
		"a rule written otherwise":       {when: Update("0000100001", RuleConfig{}), want: ErrNotFound},
		"a number that is none":          {when: ChangeSet([]Edit{{Kind: events.ObjectNetworkRule, Name: "x", Config: allow("fed.web", "external")}}), want: ErrChange, says: `"x" is not the number of a rule`},
		"the profile of no group":        {when: Create(FileConfig{Group: "fed.x"}), want: ErrInvalid, says: `cannot find the group "fed.x"; create it first`},
		"a second state":                 {when: Create(AdmissionStateConfig{}), want: ErrExists},
		"addresses for workloads":        {when: Update("fed.web", GroupConfig{Criteria: &[]events.Criterion{{Key: "address", Value: "10.0.0.1", Op: "="}}}), want: ErrInvalid, says: "it has a process profile"},
		"a response to another webhook":  {when: Create(ResponseConfig{Event: new("event"), Conditions: &[]events.ResponseCondition{{Type: "name", Value: "x"}}, Actions: new([]string{"webhook"}), Webhooks: new([]string{"fed.x"})}), want: ErrInvalid, says: `cannot find the webhook "fed.x"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := furnished(t)
			fs, err := tt.when(s, noon)
			verdict(t, fs, err, tt.want)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
		})
	}
}

// TestDefine_keepsTimes: an object's times are those of its making and of its last change, in UTC; one that only
// made room for another keeps both.
func TestDefine_keepsTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, ScopeFederal)
		w.live(t, 10)
		d := drawer{T: t, scope: ScopeFederal}
		k := d.kind()
		name := d.name(k)
		at := noon.AddDate(1, 0, 0)
		old, _, there := w.state.Object(events.About{Kind: k.object, Name: name})
		fs, err := Put(d.config(k, name))(w.state, at.In(time.FixedZone("CET", 3600)))
		if err != nil || len(fs) == 0 {
			return
		}
		for _, f := range fs {
			made, ok := f.(events.Definition)
			if !ok {
				t.Fatalf("%+v", f)
			}
			got := made.Object().Common()
			switch before, _, was := w.state.Object(made.Object().About()); {
			case was && there && made.Object().About() == old.About():
				same(t, []time.Time{got.CreatedAt, got.ModifiedAt}, []time.Time{old.Common().CreatedAt, at})
			case was:
				same(t, got, before.Common())
			default:
				same(t, []time.Time{got.CreatedAt, got.ModifiedAt}, []time.Time{at, at})
			}
		}
	})
}
