package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// Edits of groups and network rules.
func wantGroup(name string) Edit {
	return Edit{Kind: events.ObjectGroup, Config: GroupConfig{Name: name, Criteria: &webLabel}}
}

func wantRule(id uint32, from, to string) Edit {
	c := allow(from, to)
	c.ID = id
	return Edit{Kind: events.ObjectNetworkRule, Config: c}
}

func noMore(kind events.ObjectKind, name string) Edit {
	return Edit{Delete: true, Kind: kind, Name: name}
}

// placed returns the edit with a place.
func (e Edit) placed(after int) Edit { e.After = &after; return e }

func TestChangeSet(t *testing.T) {
	change := func(c Config) Edit { return Edit{Kind: c.kind().object, Name: c.about(), Config: c} }
	for name, tt := range map[string]struct {
		when []Edit
		want []events.Kind
		ids  []uint32 // of the rules afterwards
	}{
		"nothing":                    {ids: []uint32{100001, 100002, 100003}},
		"a rule before its groups":   {when: []Edit{wantRule(0, "fed.a", "fed.b"), wantGroup("fed.b"), wantGroup("fed.a")}, want: []events.Kind{events.KindGroupDefined, events.KindGroupDefined, events.KindNetworkRuleDefined}, ids: []uint32{100001, 100002, 100003, 100004}},
		"what is there already":      {when: []Edit{change(GroupConfig{Name: "fed.web"}), change(RuleConfig{ID: 100001, Ports: new("")})}, ids: []uint32{100001, 100002, 100003}},
		"changed":                    {when: []Edit{change(RuleConfig{ID: 100002, Comment: new("x")})}, want: []events.Kind{events.KindNetworkRuleDefined}, ids: []uint32{100001, 100002, 100003}},
		"there and back":             {when: []Edit{change(GroupConfig{Name: "fed.web", Comment: new("x")}), change(GroupConfig{Name: "fed.web", Comment: new("")})}, ids: []uint32{100001, 100002, 100003}},
		"two edits of one object":    {when: []Edit{change(GroupConfig{Name: "fed.web", Comment: new("x")}), change(GroupConfig{Name: "fed.web", MonitorMetric: new(true)})}, want: []events.Kind{events.KindGroupDefined}, ids: []uint32{100001, 100002, 100003}},
		"cascade":                    {when: []Edit{noMore(events.ObjectGroup, "fed.web")}, want: []events.Kind{events.KindNetworkRuleRemoved, events.KindNetworkRuleRemoved, events.KindGroupRemoved}, ids: []uint32{100003}},
		"cascade and the same":       {when: []Edit{noMore(events.ObjectGroup, "fed.web"), noMore(events.ObjectNetworkRule, "100001")}, want: []events.Kind{events.KindNetworkRuleRemoved, events.KindNetworkRuleRemoved, events.KindGroupRemoved}, ids: []uint32{100003}},
		"deleted twice":              {when: []Edit{noMore(events.ObjectNetworkRule, "100001"), noMore(events.ObjectNetworkRule, "100001")}, want: []events.Kind{events.KindNetworkRuleRemoved}, ids: []uint32{100002, 100003}},
		"off the group that goes":    {when: []Edit{noMore(events.ObjectGroup, "fed.web"), wantRule(100001, "fed.db", "nodes"), wantRule(100002, "external", "fed.db")}, want: []events.Kind{events.KindNetworkRuleDefined, events.KindNetworkRuleDefined, events.KindGroupRemoved}, ids: []uint32{100001, 100002, 100003}},
		"deleted, then wanted":       {when: []Edit{noMore(events.ObjectNetworkRule, "100001"), change(RuleConfig{ID: 100001, Comment: new("x")})}, want: []events.Kind{events.KindNetworkRuleDefined}, ids: []uint32{100001, 100002, 100003}},
		"wanted, then deleted":       {when: []Edit{change(RuleConfig{ID: 100001, Comment: new("x")}), noMore(events.ObjectNetworkRule, "100001")}, want: []events.Kind{events.KindNetworkRuleRemoved}, ids: []uint32{100002, 100003}},
		"made and deleted":           {when: []Edit{wantGroup("fed.a"), noMore(events.ObjectGroup, "fed.a")}, ids: []uint32{100001, 100002, 100003}},
		"made where there was none":  {when: []Edit{noMore(events.ObjectGroup, "fed.a"), wantGroup("fed.a")}, want: []events.Kind{events.KindGroupDefined}, ids: []uint32{100001, 100002, 100003}},
		"a number asked for later":   {when: []Edit{wantRule(0, "fed.web", "external"), wantRule(100004, "fed.web", "nodes")}, want: []events.Kind{events.KindNetworkRuleDefined, events.KindNetworkRuleDefined}, ids: []uint32{100001, 100002, 100003, 100004, 100005}},
		"first":                      {when: []Edit{wantRule(0, "fed.web", "nodes").placed(0)}, want: []events.Kind{events.KindNetworkRuleDefined}, ids: []uint32{100004, 100001, 100002, 100003}},
		"before":                     {when: []Edit{wantRule(100007, "fed.web", "nodes").placed(-100002)}, want: []events.Kind{events.KindNetworkRuleDefined}, ids: []uint32{100001, 100007, 100002, 100003}},
		"behind a later one":         {when: []Edit{wantRule(100008, "fed.web", "nodes").placed(100007), wantRule(100007, "fed.web", "external").placed(0)}, want: []events.Kind{events.KindNetworkRuleDefined, events.KindNetworkRuleDefined}, ids: []uint32{100007, 100001, 100002, 100003, 100008}},
		"side by side":               {when: []Edit{wantRule(100008, "fed.web", "nodes").placed(100001), wantRule(100007, "fed.web", "external").placed(100008)}, want: []events.Kind{events.KindNetworkRuleDefined, events.KindNetworkRuleDefined}, ids: []uint32{100001, 100008, 100007, 100002, 100003}},
		"moved only":                 {when: []Edit{change(RuleConfig{ID: 100003}).placed(0)}, want: []events.Kind{events.KindNetworkRuleDefined}, ids: []uint32{100003, 100001, 100002}},
		"moved there and back":       {when: []Edit{change(RuleConfig{ID: 100003}).placed(0), change(RuleConfig{ID: 100003}).placed(100002)}, ids: []uint32{100001, 100002, 100003}},
		"behind one that goes":       {when: []Edit{noMore(events.ObjectNetworkRule, "100001"), change(RuleConfig{ID: 100003}).placed(100001)}, want: []events.Kind{events.KindNetworkRuleDefined, events.KindNetworkRuleRemoved}, ids: []uint32{100003, 100002}},
		"profiles without theirs":    {when: []Edit{{Kind: events.ObjectFileProfile, Config: FileConfig{Group: "fed.a"}}, wantGroup("fed.a")}, want: []events.Kind{events.KindGroupDefined, events.KindFileProfileDefined}, ids: []uint32{100001, 100002, 100003}},
		"sensor off its last group":  {when: []Edit{{Kind: events.ObjectDLPSensor, Config: DLPConfig{SensorConfig{Name: "fed.s"}}}, {Kind: events.ObjectDLPGroup, Config: DLPGroupConfig{SensorGroupConfig{Name: "fed.db", Sensors: []events.SensorUsed{{Name: "fed.s", Action: "deny"}}}}}}, want: []events.Kind{events.KindDLPSensorDefined, events.KindDLPGroupDefined}, ids: []uint32{100001, 100002, 100003}},
		"addresses without profiles": {when: []Edit{{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Criteria: &[]events.Criterion{{Key: "address", Value: "10.0.0.1", Op: "="}}}}}, want: []events.Kind{events.KindGroupDefined}, ids: []uint32{100001, 100002, 100003}},
	} {
		t.Run(name, func(t *testing.T) {
			s := given(t, ScopeFederal, threeRules())
			fs, err := ChangeSet(tt.when)(s, noon.Add(time.Hour))
			verdict(t, fs, err, nil)
			fold(t, s, fs...)
			same(t, kinds(fs), tt.want)
			same(t, ids(s), tt.ids)
			wellReferred(t, s)
		})
	}
}

func TestChangeSet_reportsAllThatIsWrong(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	must(t, s, FederationGroups())
	must(t, s, Create(FileConfig{Group: "fed.db"}))
	edits := []Edit{
		wantRule(0, "fed.none", "fed.web"),
		wantGroup("fed.good"),
		wantGroup("bad"),
		noMore(events.ObjectGroup, "fed.missing"),
		noMore(events.ObjectGroup, FederalNodes),
		wantRule(100009, "fed.web", "external").placed(100099),
		{Kind: events.ObjectNetworkRule, Name: "100001", Config: RuleConfig{ID: 100002}},
		{Kind: events.ObjectNetworkRule, Name: "0100001", Config: RuleConfig{}},
		{Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.db", Criteria: &[]events.Criterion{{Key: "address", Value: "10.0.0.1", Op: "="}}}},
		noMore(events.ObjectNetworkRule, "0100002"),
	}
	fs, err := ChangeSet(edits)(s, noon)
	verdict(t, fs, err, ErrChange)
	wrong, ok := errors.AsType[*ChangeError](err)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, p := range wrong.Problems {
		got = append(got, fmt.Sprintf("%d %s: %v", p.Index, called(p.About), p.Err))
	}
	same(t, got, []string{
		`0 network : invalid policy: cannot find the "from" group "fed.none"; create it first`,
		`2 group bad: group "bad": invalid name: "bad"; the name of a federated group is "fed." and at least one character more`,
		`3 group fed.missing: group "fed.missing": not found`,
		`4 group fed.nodes: reserved by the system: group "fed.nodes" cannot be deleted`,
		`5 network 100009: rule 100099, which the place is given by: not found`,
		`6 network 100001: invalid policy: Name mismatch: the edit says "100001" and its object "100002"`,
		`7 network 0100001: rule 0100001: invalid policy: "0100001" is not the number of a rule; write it in digits, without zeros before it`,
		`8 group fed.db: group "fed.db": invalid policy: it has a file profile, which only a group of workloads can have; delete that first, or make another group for the addresses`,
		`9 network 0100002: rule 0100002: not found`,
	})
	if !strings.Contains(err.Error(), "9 wrong, nothing was changed: edit 1: ") || !strings.Contains(err.Error(), " and 4 more") {
		t.Error(err)
	}
}

// TestChangeSet_doesNotUndoItself refuses to remove, for one edit, what another one wants.
func TestChangeSet_doesNotUndoItself(t *testing.T) {
	for name, edits := range map[string][]Edit{
		"a new rule":       {noMore(events.ObjectGroup, "fed.web"), wantRule(0, "fed.web", "fed.db")},
		"a changed rule":   {{Kind: events.ObjectNetworkRule, Config: RuleConfig{ID: 100001, Comment: new("x")}}, noMore(events.ObjectGroup, "fed.web")},
		"a new profile":    {noMore(events.ObjectGroup, "fed.web"), {Kind: events.ObjectFileProfile, Config: FileConfig{Group: "fed.web"}}},
		"an unchanged one": {noMore(events.ObjectGroup, "fed.web"), {Kind: events.ObjectNetworkRule, Config: RuleConfig{ID: 100001}}},
	} {
		t.Run(name, func(t *testing.T) {
			fs, err := ChangeSet(edits)(given(t, ScopeFederal, threeRules()), noon)
			verdict(t, fs, err, ErrChange)
			wrong, _ := errors.AsType[*ChangeError](err)
			if len(wrong.Problems) != 1 || !errors.Is(wrong.Problems[0].Err, ErrInUse) {
				t.Error(err)
			}
		})
	}
}

// TestChangeSet_orderHasNoMeaning compares with the same edits in another order. Free numbers and places are
// given in the order of the edits, so there are none.
func TestChangeSet_orderHasNoMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, ScopeFederal)
		w.live(t, 10)
		d, taken := drawer{T: t, scope: ScopeFederal}, map[events.About]bool{}
		var edits []Edit
		for range d.below(12) {
			e := d.edit()
			if about := e.about(); about.Name != "" && !taken[about] {
				e.After = nil
				taken[about] = true
				edits = append(edits, e)
			}
		}
		other := rapid.Permutation(edits).Draw(t, "order")
		was := w.state.Clone()
		one, err1 := ChangeSet(edits)(was, noon)
		two, err2 := ChangeSet(other)(was, noon)
		if (err1 == nil) != (err2 == nil) {
			t.Fatalf("one order: %v; another: %v", err1, err2)
		}
		if wrong, ok := errors.AsType[*ChangeError](err1); ok {
			again, _ := errors.AsType[*ChangeError](err2)
			same(t, problemsOf(again), problemsOf(wrong))
			return
		}
		a, b := was.Clone(), was.Clone()
		fold(t, a, one...)
		fold(t, b, two...)
		for _, k := range kindTable { // rules made by number are behind the others in the order of the edits
			if k.rank == nil {
				same(t, kindContent(a, k), kindContent(b, k))
			}
		}
		same(t, len(one), len(two))
	})
}

func problemsOf(err *ChangeError) map[string]string {
	out := map[string]string{}
	for _, p := range err.Problems {
		out[called(p.About)] = p.Err.Error()
	}
	return out
}

// kindContent returns the objects of a kind without the numbers of sensors' rules, which are free ones.
func kindContent(s *State, k *kind) []string {
	var out []string
	for o := range s.Objects(k.object) {
		rules := sensorOf(o).Rules
		text := string(stored(o))
		for _, r := range rules {
			text = strings.ReplaceAll(text, fmt.Sprintf(`"id":%d,`, r.ID), "")
		}
		out = append(out, text)
	}
	return out
}

func TestParseEdit(t *testing.T) {
	for name, tt := range map[string]struct {
		remove       bool
		kind, object string
		after        *int
		want         error
	}{
		"group":                 {kind: "group", object: `{"name":"fed.web","targets":"env=prod"}`},
		"rule with a place":     {kind: "network", object: `{"from":"fed.web"}`, after: new(0)},
		"deletion":              {kind: "webhook", remove: true},
		"unknown kind":          {kind: "policy", object: `{}`, want: ErrInvalid},
		"no kind":               {object: `{}`, want: ErrInvalid},
		"no object":             {kind: "group", want: ErrInvalid},
		"not JSON":              {kind: "group", object: `{`, want: ErrInvalid},
		"another shape":         {kind: "group", object: `{"name":1}`, want: ErrInvalid},
		"a place where none is": {kind: "admission", object: `{}`, after: new(0), want: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := ParseEdit(tt.remove, tt.kind, "", json.RawMessage(tt.object), tt.after)
			verdict(t, nil, err, tt.want)
			if err == nil && (e.Config == nil) != tt.remove {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestParseEdit_readsEveryKind makes one object of each kind from the form of the REST interface.
func TestParseEdit_readsEveryKind(t *testing.T) {
	objects := map[string]string{
		"group":           `{"name":"fed.a","criteria":[{"key":"label","op":"=","value":"x"}],"cfg_type":"federal","targets":"env=prod"}`,
		"webhook":         `{"name":"fed.h","url":"https://a.example","targets":"env=prod"}`,
		"dlp":             `{"name":"fed.s","rules":[{"name":"r","patterns":[{"op":"regex","value":"x+"}]}],"targets":"env=prod"}`,
		"waf":             `{"name":"fed.s","rules":[],"targets":"env=prod"}`,
		"network":         `{"from":"fed.a","to":"external","action":"allow","targets":"env=prod"}`,
		"admission":       `{"rule_type":"deny","criteria":[{"name":"image","op":"containsAny","value":"nginx"}],"targets":"env=prod"}`,
		"admission-state": `{"enable":true,"targets":"env=prod"}`,
		"response":        `{"event":"event","group":"fed.a","conditions":[{"type":"name","value":"x"}],"actions":["webhook"],"webhooks":["fed.h"],"targets":"env=prod"}`,
		"process":         `{"group":"fed.a","process_change_list":[{"name":"a","action":"allow"}],"targets":"env=prod"}`,
		"file":            `{"group":"fed.a","add_filters":[{"filter":"/etc/*","behavior":"monitor_change"}],"targets":"env=prod"}`,
		"dlp-group":       `{"name":"fed.a","sensors":[{"name":"fed.s","action":"deny"}],"targets":"env=prod"}`,
		"waf-group":       `{"name":"fed.a","replace":[{"name":"fed.s","action":"allow"}],"targets":"env=prod"}`,
	}
	var edits []Edit
	for _, kind := range Kinds() {
		e, err := ParseEdit(false, kind, "", json.RawMessage(objects[kind]), nil)
		verdict(t, nil, err, nil)
		edits = append([]Edit{e}, edits...)
	}
	s := NewState(ScopeFederal)
	same(t, len(must(t, s, ChangeSet(edits))), len(kindTable))
	for _, k := range kindTable {
		for o := range s.Objects(k.object) {
			same(t, o.Common(), events.Meta{Targets: "env=prod", CreatedAt: noon, ModifiedAt: noon})
		}
	}
}

func TestIfRevision(t *testing.T) {
	s := given(t, ScopeFederal, threeRules()) // revisions 1 to 5
	fold(t, s, events.TokenMinted{})          // 6
	d := Update("fed.web", GroupConfig{Comment: new("x")})
	for revision, want := range map[uint64]error{0: ErrRevision, 4: ErrRevision, 5: nil, 6: nil, 7: ErrRevision} {
		t.Run(strconv.FormatUint(revision, 10), func(t *testing.T) {
			fs, err := IfRevision(revision, d)(s, noon)
			verdict(t, fs, err, want)
		})
	}
	fs := must(t, s, IfRevision(6, d))
	same(t, len(fs), 1)
	fs, err := IfRevision(6, d)(s, noon)
	verdict(t, fs, err, ErrRevision)
	fold(t, s, events.GroupRemoved{Name: "fed.none"})
	fs, err = IfRevision(7, d)(s, noon)
	verdict(t, fs, err, ErrRevision)
}

func TestIfRevision_isNotOfRollouts(t *testing.T) {
	s := rolled(t)
	must(t, s, PauseRollout("r1", ""))
	must(t, s, IfRevision(5, Create(allow("fed.db", "external"))))
}

func TestDeltas(t *testing.T) {
	s := given(t, ScopeFederal, threeRules())
	fs, err := ChangeSet([]Edit{wantGroup("fed.new"), noMore(events.ObjectGroup, "fed.db"), {
		Kind: events.ObjectGroup, Config: GroupConfig{Name: "fed.web", Claims: Claims{Targets: new("")}, Comment: new("x")},
	}})(s, noon.Add(time.Hour))
	verdict(t, nil, err, nil)
	var got []string
	for _, d := range Deltas(s, append(fs, events.RolloutStarted{})) {
		got = append(got, fmt.Sprint(called(d.About), " ", d.Before != nil, " ", d.After != nil))
	}
	same(t, got, []string{
		"group fed.new false true", "group fed.web true true", "network 100001 true false", "network 100003 true false", "group fed.db true false",
	})
}

func TestTouches(t *testing.T) {
	in := func(targets string) events.Object {
		return events.Group{Name: "g", Meta: events.Meta{Targets: targets}}
	}
	dev := events.Labels{"env": "dev"}
	for name, tt := range map[string]struct {
		when []Delta
		want bool
	}{
		"nothing":          {},
		"in all":           {when: []Delta{{After: in("")}}, want: true},
		"new elsewhere":    {when: []Delta{{After: in("env=prod")}}},
		"gone elsewhere":   {when: []Delta{{Before: in("env=prod")}}},
		"taken away here":  {when: []Delta{{Before: in("env=dev"), After: in("env=prod")}}, want: true},
		"comes here":       {when: []Delta{{Before: in("env=prod"), After: in("env!=prod")}}, want: true},
		"one of many here": {when: []Delta{{After: in("env=prod")}, {After: in("env=prod")}, {Before: in("env")}}, want: true},
	} {
		t.Run(name, func(t *testing.T) { same(t, Touches(tt.when, dev), tt.want) })
	}
}
