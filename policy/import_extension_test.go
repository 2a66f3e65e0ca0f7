package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

// exported returns what an import of a state's export asks for.
func exported(t *testing.T, s *State) *Imported {
	t.Helper()
	data, err := Export(s, FormatYAML)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, s.scope, string(data))
}

// differing returns the parts of a report that are not as they were.
func differing(items []ReportItem) []string {
	var out []string
	for _, i := range items {
		if i.Outcome == OutcomeUnchanged {
			continue
		}
		text := strings.Join([]string{i.Kind, i.Name, string(i.Outcome)}, " ")
		if i.Reason != "" {
			text += ": " + i.Reason
		}
		out = append(out, text)
	}
	return out
}

// shopped returns a federation with two groups, a sensor and a webhook, and three rules of each kind that has numbers.
func shopped(t *testing.T) *State {
	t.Helper()
	s := federation(t)
	for _, name := range []string{"fed.a", "fed.b"} {
		must(t, s, Create(GroupConfig{Name: name, Criteria: &webLabel}))
	}
	must(t, s, Create(WebhookConfig{Name: "fed.h", URL: new("http://a")}))
	must(t, s, Create(DLPConfig{SensorConfig{Name: "fed.s", Rules: &[]events.SensorRule{{Name: "r", Patterns: []events.Pattern{{Op: "regex", Value: "x"}}}}}}))
	must(t, s, Insert(nil, []RuleConfig{allow("fed.a", "external"), allow("fed.b", "external"), allow("fed.a", "fed.b")}))
	for _, name := range []string{"x", "y", "z"} {
		must(t, s, Create(AdmissionConfig{RuleType: new("deny"), Criteria: &[]events.AdmissionCriterion{{Name: "image", Op: "containsAny", Value: name}}}))
		must(t, s, Create(ResponseConfig{
			Event: new("event"), Conditions: &[]events.ResponseCondition{{Type: "name", Value: name}}, Actions: &[]string{"webhook"}, Webhooks: &[]string{"fed.h"},
		}))
	}
	return s
}

// restored takes an import, looks whether taking it again changes nothing, and returns what was not as it is to be.
func restored(t *testing.T, s *State, in *Imported) []string {
	t.Helper()
	fs, report, err := in.Plan(s, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	fold(t, s, fs...)
	wellReferred(t, s)
	fs, again, err := in.Plan(s, noon.Add(2*time.Hour))
	if err != nil || len(fs) > 0 {
		t.Errorf("a second import gives %v, %v\n%s", kinds(fs), err, strings.Join(lines(again), "\n"))
	}
	return differing(report)
}

func TestExport_bringsBackWhatIsGone(t *testing.T) {
	s := shopped(t)
	before, in := s.Digest(), exported(t, s)
	must(t, s, Remove(events.ObjectNetworkRule, "100002"))
	must(t, s, Remove(events.ObjectAdmissionRule, "100001"))
	must(t, s, Remove(events.ObjectResponseRule, "100001"))
	must(t, s, Remove(events.ObjectDLPSensor, "fed.s"))
	same(t, restored(t, s, in), []string{"dlp fed.s created", "network fed.b-egress-0 created", "admission 100001 created", "response fed-response-100001 created"})
	same(t, s.Digest(), before)
}

func TestExport_bringsBackGroupsWithTheirRules(t *testing.T) {
	s := shopped(t)
	before, in := s.Digest(), exported(t, s)
	must(t, s, Remove(events.ObjectGroup, "fed.a"))
	restored(t, s, in)
	same(t, s.Digest(), before)
}

func TestExport_undoesWhatChanged(t *testing.T) {
	s := shopped(t)
	in := exported(t, s)
	must(t, s, Update("fed.a", GroupConfig{Comment: new("new"), SessionRate: new(uint32(9)), Criteria: &[]events.Criterion{{Key: "label", Value: "other", Op: "="}}}))
	must(t, s, Update("100001", RuleConfig{Comment: new("new"), Disable: new(true), Priority: new(uint32(4))}))
	must(t, s, Update("fed.h", WebhookConfig{Enable: new(false)}))
	must(t, s, Update("fed.s", DLPConfig{SensorConfig{Change: []events.SensorRule{{Name: "q", Patterns: []events.Pattern{{Op: "regex", Value: "x"}}}}}}))
	same(t, restored(t, s, in), []string{"webhook fed.h changed", "dlp fed.s changed", "group fed.a changed", "network fed.a-egress-0 changed"})
	r, _ := s.Rule(100_001)
	same(t, r, events.NetworkRule{
		ID: 100_001, Rank: "a0", From: "fed.a", To: "external", Ports: "any", Action: "allow", Applications: []string{"any"},
		Meta: events.Meta{CreatedAt: noon, ModifiedAt: noon.Add(time.Hour)},
	})
	g, _ := s.Group("fed.a")
	same(t, []any{g.Comment, g.SessionRate, g.Criteria[0].Value}, []any{"", uint32(0), "web"})
}

func TestExport_aRuleThatBecameAnotherIsMadeAgain(t *testing.T) {
	s := shopped(t)
	in := exported(t, s)
	must(t, s, Update("100001", RuleConfig{Action: new("deny")}))
	must(t, s, Update("100002", AdmissionConfig{Comment: new("mine")}))
	must(t, s, Update("100003", ResponseConfig{Comment: new("mine")}))
	same(t, restored(t, s, in), []string{"network fed.a-egress-0 created", "admission 100002 created", "response fed-response-100003 created"})
	same(t, ids(s), []uint32{100_001, 100_004, 100_002, 100_003}) // before the one that follows it in the file
}

func TestExport_rulesKeepTheirPlaces(t *testing.T) {
	for name, tt := range map[string]struct {
		given []events.Fact // what is done to the rules 1 to 5 before they are imported again
		want  []uint32
	}{
		"first":            {given: []events.Fact{events.NetworkRuleRemoved{ID: 100_001}}, want: []uint32{100_001, 100_002, 100_003, 100_004, 100_005}},
		"last":             {given: []events.Fact{events.NetworkRuleRemoved{ID: 100_005}}, want: []uint32{100_001, 100_002, 100_003, 100_004, 100_005}},
		"two together":     {given: []events.Fact{events.NetworkRuleRemoved{ID: 100_002}, events.NetworkRuleRemoved{ID: 100_003}}, want: []uint32{100_001, 100_002, 100_003, 100_004, 100_005}},
		"behind a new one": {given: []events.Fact{events.NetworkRuleRemoved{ID: 100_002}, rule(100_009, "a0V", "fed.a", "nodes")}, want: []uint32{100_001, 100_002, 100_009, 100_003, 100_004, 100_005}},
		"behind one that moved": {
			given: []events.Fact{events.NetworkRuleRemoved{ID: 100_002}, rule(100_001, "a9", "fed.a", "Host:1")}, want: []uint32{100_003, 100_004, 100_005, 100_001, 100_002},
		},
		"none is left": {
			given: []events.Fact{
				rule(100_001, "a0", "fed.a", "nodes"),
				events.NetworkRuleRemoved{ID: 100_002},
				events.NetworkRuleRemoved{ID: 100_003},
				events.NetworkRuleRemoved{ID: 100_004},
				events.NetworkRuleRemoved{ID: 100_005},
			},
			want: []uint32{100_001, 100_006, 100_002, 100_003, 100_004, 100_005},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := federation(t)
			must(t, s, Create(GroupConfig{Name: "fed.a", Criteria: &webLabel}))
			for i, rank := range []string{"a0", "a1", "a2", "a3", "a4"} {
				fold(t, s, rule(uint32(100_001+i), rank, "fed.a", "Host:"+number(uint32(1+i))))
			}
			in := exported(t, s)
			fold(t, s, tt.given...)
			restored(t, s, in)
			same(t, ids(s), tt.want)
		})
	}
}

func TestExport_twinsStayTwo(t *testing.T) {
	s := shopped(t)
	must(t, s, Insert(nil, []RuleConfig{allow("fed.a", "external")}))
	in := exported(t, s)
	must(t, s, Remove(events.ObjectNetworkRule, "100001"))
	same(t, restored(t, s, in), []string{"network fed.a-egress-0 created"})
	same(t, ids(s), []uint32{100_001, 100_002, 100_003, 100_004})
	must(t, s, Remove(events.ObjectNetworkRule, "100001"))
	must(t, s, Insert(new(100_002), []RuleConfig{{ID: 100_001, From: new("fed.b"), To: new("nodes"), Action: new("deny")}}))
	same(t, restored(t, s, in), []string{"network fed.a-egress-0 created"})
	same(t, ids(s), []uint32{100_005, 100_002, 100_001, 100_003, 100_004})
}

func TestExport_theFederationsOwnStays(t *testing.T) {
	s := federation(t)
	in := exported(t, s)
	same(t, len(restored(t, s, in)), 0)
	must(t, s, Update("fed.nodes", GroupConfig{Comment: new("ours")}))
	same(t, restored(t, s, in), []string{"group fed.nodes skipped: the group is made by promote, and a file does not change it"})
	same(t, restored(t, NewState(ScopeFederal), in), []string{
		"dlp fed.sensor.creditcard created", "dlp fed.sensor.ssn created", "group fed.containers created", "group fed.nodes created",
	})
	same(t, differing(read(t, ScopeFederal, `
kind: NvDlpSecurityRule
spec: {sensor: {name: fed.sensor.ssn, rules: [], fedhub: {reserved: true}}}
---
kind: NvClusterSecurityRule
spec: {target: {selector: {name: fed.nodes, criteria: [{key: image, op: =, value: x}], fedhub: {reserved: true}}}}
---
kind: NvClusterSecurityRule
spec: {target: {selector: {name: containers, criteria: [{key: image, op: =, value: x}], fedhub: {reserved: true}}}}
`).Report(NewState(ScopeFederal))), []string{
		"dlp fed.sensor.ssn refused: it is not the one that promote makes",
		`group fed.nodes refused: reserved by the system: the criteria of group "fed.nodes" cannot be changed`,
		`group fed.containers refused: reserved by the system: the criteria of group "fed.containers" cannot be changed`,
	})
}

func TestExport_targetsChangeTogether(t *testing.T) {
	s := federation(t)
	prod := Claims{Targets: new("env=prod")}
	must(t, s, Create(GroupConfig{Name: "fed.a", Criteria: &webLabel, Claims: prod}))
	must(t, s, Create(RuleConfig{From: new("fed.a"), To: new("external"), Action: new("allow"), Claims: prod}))
	must(t, s, Create(ProcessConfig{Group: "fed.a", Claims: prod}))
	in := exported(t, s)
	dev := Claims{Targets: new("env=dev")}
	must(t, s, ChangeSet([]Edit{
		{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.a", Claims: dev}},
		{Kind: events.ObjectNetworkRule, Config: RuleConfig{ID: 100_001, Claims: dev}},
		{Kind: events.ObjectProcessProfile, Config: ProcessConfig{Group: "fed.a", Claims: dev}},
	}))
	same(t, restored(t, s, in), []string{"group fed.a changed", "network fed.a-egress-0 changed", "process fed.a changed"})
	must(t, s, Update("fed.a", GroupConfig{Claims: Claims{Targets: new("")}}))
	must(t, s, Create(RuleConfig{From: new("fed.a"), To: new("nodes"), Action: new("allow")}))
	same(t, restored(t, s, in), []string{
		`group fed.a refused: invalid policy: rule 100002 needs it with the targets ""; change that first`,
		`network fed.a-egress-0 refused: its group "fed.a" is refused`,
		`process fed.a refused: its group "fed.a" is refused`,
	})
}

func TestImport_aHandWrittenExtension(t *testing.T) {
	s := shopped(t)
	text := `
kind: NvClusterSecurityRule
spec:
  target:
    selector: {name: c, criteria: [{key: label, op: =, value: c}], fedhub: {targets: "env = prod"}}
  egress:
  - {name: one, action: deny, selector: {name: external}, fedhub: {id: 100001, targets: env=prod, comment: mine}}
  - {name: two, action: deny, selector: {name: nodes}, fedhub: {id: 5, targets: env=prod}}
  - {name: three, action: deny, ports: 1, selector: {name: nodes}, fedhub: {id: 100020, targets: env=prod}}
  - {name: four, action: deny, ports: 2, selector: {name: nodes}, fedhub: {id: 100020, targets: env=prod}}
  - {name: five, action: deny, ports: 3, selector: {name: nodes}, fedhub: {rank: "-"}}
  - {name: six, action: deny, ports: 3, selector: {name: nodes}, fedhub: {rank: a0, created_at: noon}}
  - {name: seven, action: deny, ports: 3, selector: {name: nodes}, fedhub: {color: red}}
  - {name: eight, action: deny, ports: 3, selector: {name: nodes}}
`
	same(t, differing(read(t, ScopeFederal, text).Report(s)), []string{
		"group fed.c created",
		"network one created", "network two created", "network three created", "network four created",
		"network five refused: its rank is none that an export writes; leave it out",
		`network six refused: "created_at" in line 12 is not a time such as 2026-03-01T12:00:00Z`,
		`network seven refused: "color" in line 13 is a field that this version does not know`,
		`network eight refused: invalid policy: the group "fed.c" has the targets "env=prod" and this has ""; what it speaks of must be in all clusters or have the same targets`,
	})
	restored(t, s, read(t, ScopeFederal, text))
	same(t, ids(s), []uint32{100_001, 100_002, 100_003, 100_021, 100_022, 100_020, 100_023})
	r, _ := s.Rule(100_021)
	same(t, []string{r.Comment, r.Targets}, []string{"mine", "env=prod"})
}
