package policy

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

var update = flag.Bool("update", false, "rewrite testdata")

// imported returns what an export of s makes of another state. Nothing in it may be refused.
func imported(tb rapid.TB, s, onto *State, format Format) *State {
	tb.Helper()
	data, err := Export(s, format)
	if err != nil {
		tb.Fatal(err)
	}
	in, err := Import("f", data, s.scope)
	if err != nil {
		tb.Fatalf("%v\n%s", err, data)
	}
	fs, report, err := in.Plan(onto, noon.Add(time.Hour))
	if err != nil {
		tb.Fatal(err)
	}
	for _, item := range report {
		if item.Outcome == OutcomeSkipped || item.Outcome == OutcomeRefused {
			tb.Fatalf("%+v\n%s", item, data)
		}
	}
	out := onto.Clone()
	fold(tb, out, fs...)
	return out
}

// objects returns all objects as they are stored, in order.
func objects(s *State) []string {
	var out []string
	for _, k := range kindTable {
		for o := range s.Objects(k.object) {
			out = append(out, fmt.Sprintf("%s %s", called(o.About()), stored(o)))
		}
	}
	return out
}

// movesWhole fails unless an export of s, in any format, makes the same of nothing, and nothing of s.
func movesWhole(tb rapid.TB, s *State) {
	tb.Helper()
	for _, format := range []Format{FormatYAML, FormatJSON} {
		got := imported(tb, s, NewState(s.scope), format)
		same(tb, objects(got), objects(s))
		same(tb, got.Digest(), s.Digest())
		same(tb, imported(tb, s, got, format).Revision(), got.Revision())
	}
}

func TestExport_importedIntoNothingIsTheSame(t *testing.T) {
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		t.Run(string(scope), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, scope)
				w.live(t, 40)
				movesWhole(t, w.state)
			})
		})
	}
}

// hostile are texts that are easily written so that they are read as something else.
var hostile = []string{
	"", "null", "~", "Null", "true", "False", "no", "on", "y", "1", "-1", "1e3", "0x1F", "0o7", "010", "1_000", "1:30", ".5", ".inf", ".nan", "2026-01-01",
	"=", "!=", "<<", "-", "- a", "?", "? a", ":", "a: b", "a:", ": a", "#", "# a", "a # b", "*a", "&a", "!a", "!!str a", "|", "| a", ">", "%a", "@a", "`a`",
	"{", "{a: b}", "[a", "]", ",", "a, b", "'", "'a'", `"`, `"a"`, `\`, `\n`, `a\`, "---", "...", "--- a", "\n---\n", "# not\n# a comment", "${A}", "{{ .A }}",
	" a", "a ", "  ", "\t", "a\tb", "\n", "a\nb", "a\n", "\n a", "a\r\nb", "\r", "\x00", "\x1b[0m", "\x7f", "\u0085", "\u00a0", "\u00ad", "\u2028", "\u2029",
	"\ufeff", "a\ufeff", "\ufffe", "\uffff", "\ufffd", "\U0001F600", "\U0010ffff", "ä", "日本", "a\u0301", "\u202eabc", strings.Repeat("a b ", 60),
	`^\d+(?:\.\d{1,2})?$`, `[^"'\\]+`, `\x41\u0041`, `(?i)<script[^>]*>`, "fedhub", "kind: List",
}

func (d drawer) text() string {
	if d.below(3) == 2 {
		return rapid.String().Draw(d.T, "text")
	}
	return strings.Join(some(d, hostile...), "")
}

// hostileConfig draws a request with hostile texts wherever texts may stand.
func (d drawer) hostileConfig(k *kind) Config {
	var claims Claims
	if d.scope == ScopeFederal && d.below(4) == 3 {
		claims.Targets = new(pick(d, "env=prod", "a in (b,c),!d"))
	}
	group := d.prefix() + pick(d, "a", "1", "null")
	switch k {
	case groupKind:
		list := []events.Criterion{{Key: "label", Value: d.text(), Op: "="}}
		for range d.below(6) {
			list = append(list, events.Criterion{Key: pick(d, "image", "1", "null"), Value: d.text(), Op: pick(d, operators...)})
		}
		return GroupConfig{
			Name: group, Comment: new(d.text()), Criteria: &list, MonitorMetric: maybe(d, true), SessionRate: maybe(d, uint32(7)), Claims: claims,
		}
	case webhookKind:
		return WebhookConfig{
			Name: d.prefix() + pick(d, "h", "1", "no"), URL: new("https://example.com/" + d.text()), Enable: maybe(d, true, false),
			UseProxy: maybe(d, true), Type: new(pick(d, webhookTypes...)), Claims: claims,
		}
	case dlpSensorKind:
		return DLPConfig{d.hostileSensor(claims)}
	case wafSensorKind:
		return WAFConfig{d.hostileSensor(claims)}
	case networkKind:
		return RuleConfig{
			ID: d.id(k), Comment: new(d.text()), From: new(pick(d, group, "external", "nodes", "containers", "Host:1", "Workload:ingress")), To: new(pick(d, group, "external", "containers")),
			Ports: new(pick(d, "any", "80", "tcp/80,udp/53", "icmp")), Action: new(pick(d, "allow", "deny")), Applications: new(some(d, applications...)),
			Disable: maybe(d, true), Priority: maybe(d, uint32(9)), Claims: claims,
		}
	case admissionKind:
		return d.hostileAdmission(claims)
	case admissionStateKind:
		return AdmissionStateConfig{
			Enable: maybe(d, true), Mode: maybe(d, "protect"), DefaultAction: maybe(d, "deny"), FailurePolicy: maybe(d, "fail"), Claims: claims,
		}
	case responseKind:
		return ResponseConfig{
			ID: d.id(k), Comment: new(d.text()), Group: maybe(d, group, "external", "nodes", "default"), Event: new("cve-report"), Actions: new([]string{"webhook"}),
			Webhooks: new([]string{d.prefix() + pick(d, "h", "1", "no")}), Disable: maybe(d, true), Claims: claims,
			Conditions: &[]events.ResponseCondition{{Type: "name", Value: d.text()}, {Type: "cve-name", Value: d.text()}, {Type: "cve-high-with-fix", Value: "3/30"}},
		}
	case processKind:
		return ProcessConfig{
			Group: group, Baseline: maybe(d, "basic"), AlertDisabled: maybe(d, true), HashEnabled: maybe(d, true), Claims: claims,
			Change: []events.ProcessRule{{Name: d.text() + "x", Path: "/" + d.text() + "x", Action: "deny", AllowUpdate: d.rarely()}, {Name: "1", Action: "allow"}}[:d.below(3)],
		}
	case fileKind:
		return FileConfig{
			Group: group, Claims: claims,
			Add: []events.FileFilter{{Filter: "/" + d.text(), Behavior: "block_access", Recursive: d.rarely(), Applications: []string{d.text()}}}[:d.below(2)],
		}
	}
	list := []events.SensorUsed{{Name: d.prefix() + pick(d, "s", "1"), Action: "deny", Comment: d.text()}}[:d.below(2)]
	c := SensorGroupConfig{Name: group, Status: maybe(d, true, false), Replace: &list, Claims: claims}
	if k == dlpGroupKind {
		return DLPGroupConfig{c}
	}
	return WAFGroupConfig{c}
}

func (d drawer) hostileSensor(claims Claims) SensorConfig {
	rules := []events.SensorRule{}
	for range d.below(3) {
		rules = append(rules, events.SensorRule{Name: pick(d, "q", "1", "null"), Patterns: []events.Pattern{
			{Op: pick(d, "regex", "!regex"), Value: d.text(), Context: pick(d, "", "url", "body")}, {Op: "regex", Value: "a"},
		}})
	}
	return SensorConfig{Name: d.prefix() + pick(d, "s", "1", "null"), Comment: new(d.text()), Rules: &rules, Claims: claims}
}

func (d drawer) hostileAdmission(claims Claims) AdmissionConfig {
	list := []events.AdmissionCriterion{{Name: "image", Op: "containsAny", Value: d.text()}}
	if d.below(2) == 1 {
		list = append(list, events.AdmissionCriterion{Name: "cveHighCount", Op: ">=", Value: "3", SubCriteria: []events.AdmissionCriterion{{Name: "publishDays", Op: ">=", Value: "7"}}})
	}
	if d.below(2) == 1 {
		list = append(list, events.AdmissionCriterion{Name: "item.spec.a", Type: "customPath", Op: "containsAny", ValueType: "string", Value: d.text()})
	}
	return AdmissionConfig{
		ID: d.id(admissionKind), Comment: new(d.text()), RuleType: new(pick(d, "deny", "exception")), RuleMode: maybe(d, "monitor"), Criteria: &list, Disable: maybe(d, true),
		Containers: new(some(d, admissionContainers...)), Claims: claims,
	}
}

func TestExport_textsAreReadAsTheyWereWritten(t *testing.T) {
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		t.Run(string(scope), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				d, s := drawer{t, scope}, NewState(scope)
				if scope == ScopeFederal {
					must(t, s, Foundation())
				}
				for _, k := range kindTable {
					for range 6 {
						if fs, err := Create(d.hostileConfig(k))(s, noon.Add(time.Duration(d.below(1000)))); err == nil {
							fold(t, s, fs...)
						}
					}
				}
				movesWhole(t, s)
			})
		})
	}
}

func TestExport_importedOntoAnotherPolicyIsStable(t *testing.T) {
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		t.Run(string(scope), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				from, onto := newWorld(t, scope), newWorld(t, scope)
				from.live(t, 30)
				if rapid.Bool().Draw(t, "drifted") {
					onto.state, onto.log, onto.past = from.state, from.log, from.past
				}
				onto.live(t, 20)
				if r, on := onto.state.Current(); on {
					onto.decide(t, AbortRollout(r.ID, "import"))
				}
				data, err := Export(from.state, FormatJSON)
				if err != nil {
					t.Fatal(err)
				}
				in, err := Import("f", data, scope)
				if err != nil {
					t.Fatal(err)
				}
				was := onto.state
				onto.decide(t, in.Decision())
				for _, line := range lines(in.Report(was)) {
					t.Log(line)
				}
				if fs, again, err := in.Plan(onto.state, noon.Add(time.Hour)); err != nil || len(fs) > 0 {
					t.Fatalf("imported twice: %v, %v\n%s", kinds(fs), err, strings.Join(lines(again), "\n"))
				}
			})
		})
	}
}

func TestExport_mayBeLargerThanAnImport(t *testing.T) {
	if _, err := readOwnJSON([]byte(`"` + strings.Repeat("x", MaxImportText*MaxImportNodes) + `"`)); err != nil {
		t.Error(err)
	}
}

func TestExport_manyRulesOfALargeGroupNameIt(t *testing.T) {
	s := NewState(ScopeFederal)
	var many []events.Criterion
	for i := range MaxCriteria {
		many = append(many, events.Criterion{Key: "label", Value: strings.Repeat("x", MaxCriterionLen-3) + strconv.Itoa(i), Op: "="})
	}
	must(t, s, Create(GroupConfig{Name: "fed.a", Criteria: &many}))
	must(t, s, Create(GroupConfig{Name: "fed.b", Criteria: &webLabel}))
	must(t, s, Insert(nil, slices.Repeat([]RuleConfig{allow("fed.a", "fed.b")}, 1000)))
	data, err := Export(s, FormatYAML)
	if err != nil || len(data) > 1<<20 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	movesWhole(t, s)
}

func TestExport_nothing(t *testing.T) {
	for _, format := range []Format{FormatYAML, FormatJSON} {
		movesWhole(t, NewState(ScopeLocal))
		data, err := Export(NewState(ScopeLocal), format)
		verdict(t, nil, err, nil)
		if in := read(t, ScopeLocal, string(data)); len(in.Report(NewState(ScopeLocal))) > 0 {
			t.Errorf("%q", data)
		}
	}
	_, err := Export(NewState(ScopeLocal), "toml")
	verdict(t, nil, err, ErrInvalid)
}

// TestExport_golden shows what is written, and that it stays so: the same state gives the same bytes.
func TestExport_golden(t *testing.T) {
	s := federation(t)
	must(t, s, importFile(t, ScopeFederal, "testdata/import/kinds.yaml").Decision())
	must(t, s, Update("100001", RuleConfig{Comment: new("yes"), Disable: new(true), Claims: Claims{Targets: new("env=prod")}}))
	must(t, s, RemoveAll(events.ObjectAdmissionRule))
	must(t, s, Create(AdmissionConfig{RuleType: new("allow"), Criteria: &[]events.AdmissionCriterion{{Name: "cveHighCount", Op: "<=", Value: "7"}}}))
	const golden = "testdata/export/kinds.yaml"
	data, err := Export(s, FormatYAML)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	same(t, string(data), string(want))
	data, err = Export(s.Clone(), FormatJSON)
	if err != nil || !json.Valid(data) {
		t.Errorf("%s: %v", data, err)
	}
}

// implicit is what YAML 1.1 takes for something else than a text.
var implicit = regexp.MustCompile(`^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|` +
	`~|null|Null|NULL||[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+|` +
	`[-+]?(?:[0-9][0-9_]*)?\.[0-9.]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|` +
	`=|<<|[0-9]{4}-[0-9]{2}-[0-9]{2}.*)$`)

func TestExport_oldReadersReadTextsAsTexts(t *testing.T) {
	for _, text := range append(hostile, "Y", "N", "yes", "No", "ON", "Off", "0b1", "-0b1_0", "190:20:30", "190:20:30.15", "+12", "0o14", "1e+3", "2001-12-14t21:59:43.10-05:00") {
		var out bytes.Buffer
		if err := appendYAML(&out, &value{kind: kindScalar, text: text, quoted: true}); err != nil {
			t.Fatal(err)
		}
		if written := strings.TrimSuffix(out.String(), "\n"); implicit.MatchString(written) {
			t.Errorf("%q is written as %s", text, written)
		}
	}
}
