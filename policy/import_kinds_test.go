package policy

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// federation returns the federal state after promote, with sensors and all.
func federation(t *testing.T) *State {
	t.Helper()
	s := NewState(ScopeFederal)
	must(t, s, Foundation())
	return s
}

// read returns what a text asks for that can be read.
func read(t *testing.T, scope Scope, text string) *Imported {
	t.Helper()
	in, err := Import("f", []byte(text), scope)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// taken folds what a text makes of s, looks whether taking it again changes nothing, and returns the report.
func taken(t *testing.T, s *State, text string) []string {
	t.Helper()
	in := read(t, s.scope, text)
	report := lines(in.Report(s))
	must(t, s, in.Decision())
	same(t, len(must(t, s, in.Decision())), 0)
	return report
}

func TestImport_everyKindOfResource(t *testing.T) {
	s := federation(t)
	in := importFile(t, ScopeFederal, "testdata/import/kinds.yaml")
	same(t, lines(in.Report(s)), []string{
		"7 group fed.web: created",
		"16 policymode Protect: skipped: the protection mode is not federated: workloads keep the mode of their own cluster",
		"19 network web-ingress-0: created",
		"21 mode Protect: skipped: the protection mode is not federated: workloads keep the mode of their own cluster",
		"21 process fed.web: created",
		"24 file fed.web: created",
		"26 dlp-group fed.web: created",
		"37 admission-state state: created",
		"39 admission 1005: created",
		"46 admission 1000: created",
		"56 webhook fed.pager: created",
		"63 response alert: created",
		"76 response for-one-group: created",
		"77 response for-one-group: created",
		"84 dlp fed.cards: created",
		"95 waf fed.injection: created",
		"99 NvVulnerabilityProfile default: skipped: resources of this kind are not federated by this version",
		"104 NvComplianceProfile default: skipped: resources of this kind are not federated by this version",
	})
	must(t, s, in.Decision())
	same(t, len(must(t, s, in.Decision())), 0)
	meta := events.Meta{CreatedAt: noon, ModifiedAt: noon}
	for _, want := range []events.Object{
		events.Group{
			Name: "fed.web", Comment: "the front", Criteria: []events.Criterion{{Key: "label", Value: "app=web", Op: "="}}, MonitorMetric: true,
			SessionCurrent: 5, Meta: meta,
		},
		events.NetworkRule{
			ID: 100_001, Rank: "a0", Comment: "web-ingress-0", From: "external", To: "fed.web", Ports: "tcp/443", Action: "allow",
			Applications: []string{"SSL"}, Meta: meta,
		},
		events.ProcessProfile{Group: "fed.web", Baseline: "basic", Processes: []events.ProcessRule{
			{Name: "nginx", Path: "/usr/sbin/nginx", Action: "allow", AllowUpdate: true},
		}, Meta: meta},
		events.FileProfile{Group: "fed.web", Filters: []events.FileFilter{
			{Filter: "/etc/nginx/*", Recursive: true, Behavior: "block_access", Applications: []string{"nginx"}},
		}, Meta: meta},
		events.DLPGroup{SensorGroup: events.SensorGroup{
			Group: "fed.web", Status: true, Sensors: []events.SensorUsed{{Name: "fed.cards", Action: "deny"}}, Meta: meta,
		}},
		events.AdmissionState{Enable: true, Mode: "protect", DefaultAction: "allow", FailurePolicy: "ignore", Meta: meta},
		events.AdmissionRule{
			ID: 100_001, Comment: "no root", Category: "Kubernetes", RuleType: "deny", RuleMode: "monitor", Containers: []string{"containers"},
			Criteria: []events.AdmissionCriterion{{Name: "runAsRoot", Op: "=", Value: "true"}}, Disabled: true, Meta: meta,
		},
		events.AdmissionRule{
			ID: 100_002, Category: "Kubernetes", RuleType: "exception",
			Criteria: []events.AdmissionCriterion{{Name: "namespace", Op: "containsAny", Value: "kube-system,neuvector"}}, Meta: meta,
		},
		events.Webhook{Name: "fed.pager", URL: "https://example.com/hook", Type: "Slack", Enable: true, Meta: meta},
		events.ResponseRule{
			ID: 100_001, Rank: "a0", Comment: "tell us", Event: "security-event", Conditions: []events.ResponseCondition{{Type: "level", Value: "Critical"}},
			Actions: []string{"webhook"}, Webhooks: []string{"fed.pager"}, Meta: meta,
		},
		events.ResponseRule{
			ID: 100_002, Rank: "a1", Event: "event", Group: "fed.web", Conditions: []events.ResponseCondition{{Type: "name", Value: "x"}},
			Actions: []string{"quarantine"}, Meta: meta,
		},
		events.ResponseRule{
			ID: 100_003, Rank: "a2", Event: "event", Group: "fed.nodes", Conditions: []events.ResponseCondition{{Type: "name", Value: "y"}},
			Actions: []string{"suppress-log"}, Disabled: true, Meta: meta,
		},
		events.DLPSensor{Sensor: events.Sensor{Name: "fed.cards", Comment: "numbers of cards", Rules: []events.SensorRule{
			{Name: "visa", ID: 20_000, Patterns: []events.Pattern{{Key: "pattern", Op: "regex", Value: `4\d{15}`, Context: "packet"}}},
		}, Meta: meta}},
		events.WAFSensor{Sensor: events.Sensor{Name: "fed.injection", Rules: []events.SensorRule{
			{Name: "select", ID: 40_000, Patterns: []events.Pattern{{Key: "pattern", Op: "!regex", Value: "(?i)union select", Context: "url"}}},
		}, Meta: meta}},
	} {
		got, _, _ := s.Object(want.About())
		same(t, got, want)
	}
}

func TestImport_local(t *testing.T) {
	s := NewState(ScopeLocal)
	same(t, taken(t, s, `
kind: NvSecurityRule
spec:
  target: {selector: {name: nv.web, criteria: [{key: service, op: =, value: web}]}}
  ingress: [{name: in, action: allow, selector: {name: containers}}]
  process_profile: {baseline: zero-drift, mode: Protect}
  waf: {settings: [{name: s, action: allow, comment: mine}]}
---
kind: NvWafSecurityRule
spec: {sensor: {name: s, rules: []}}
`), []string{"4 group nv.web: created", "5 network in: created", "6 process nv.web: created", "7 waf-group nv.web: created", "10 waf s: created"})
	p, _ := Get[events.ProcessProfile](s, "nv.web")
	same(t, p.Mode, "Protect")
	r, _ := s.Rule(1)
	same(t, r.From, "containers")
	g, _ := Get[events.WAFGroup](s, "nv.web")
	same(t, g.Sensors, []events.SensorUsed{{Name: "s", Action: "allow", Comment: "mine"}})
}

func TestImport_troublesOfEveryKind(t *testing.T) {
	for name, tt := range map[string]struct {
		when string
		want []string
	}{
		"no sensor":   {when: "kind: NvDlpSecurityRule\nmetadata: {name: x}\n", want: []string{"1 NvDlpSecurityRule x: refused: it has no spec"}},
		"no sensor 2": {when: "kind: NvWafSecurityRule\nmetadata: {name: x}\nspec: {a: b}", want: []string{"1 NvWafSecurityRule x: refused: it has no sensor", "3 a : skipped: this version does not know the field"}},
		"no selector": {when: "kind: NvGroupDefinition\nmetadata: {name: x}\nspec: {a: b}", want: []string{"1 NvGroupDefinition x: refused: it has no selector", "3 a : skipped: this version does not know the field"}},
		"no webhooks": {when: "kind: NvConfigSecurityRule\nmetadata: {name: x}\nspec: {config: {syslog: {}}}", want: []string{"1 NvConfigSecurityRule x: skipped: it has no webhooks, and nothing else of the configuration is federated"}},
		"wrong pattern, and what needs the sensor": {
			when: "kind: NvDlpSecurityRule\nspec: {sensor: {name: s, rules: [{name: r, patterns: [{op: regex, value: \"(\"}]}]}}\n" +
				"---\nkind: NvSecurityRule\nspec: {target: {selector: {name: a, criteria: [{key: label, op: =, value: x}]}}, dlp: {settings: [{name: s, action: deny}]}}",
			want: []string{
				"2 dlp fed.s: refused: rule 1 of 1: r: invalid policy: pattern \"(\" is not a regular expression as PCRE reads it: error parsing regexp: missing closing ) in `(`",
				"5 group fed.a: created", `5 dlp-group fed.a: refused: its dlp sensor "fed.s" is refused`,
			},
		},
		"a sensor that cannot be read": {
			when: "kind: NvWafSecurityRule\nspec: {sensor: {name: s, rules: x}}\n" +
				"---\nkind: NvSecurityRule\nspec: {target: {selector: {name: a, criteria: [{key: label, op: =, value: x}]}}, waf: {settings: [{name: s, action: deny}]}}",
			want: []string{`2 waf fed.s: refused: "rules" in line 2 is not a list`, "5 group fed.a: created", `5 waf-group fed.a: refused: its waf sensor "fed.s" is refused`},
		},
		"no such sensor": {
			when: "kind: NvSecurityRule\nspec: {target: {selector: {name: containers}}, dlp: {settings: [{name: s, action: deny}]}}",
			want: []string{`2 dlp-group fed.containers: refused: invalid policy: cannot find the dlp sensor "fed.s"; create it first`},
		},
		"a profile of nothing":   {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: external}}, file: [{filter: /a, behavior: monitor_change}]}", want: []string{`2 file external: refused: invalid policy: cannot find the group "external"; create it first`}},
		"a wrong process":        {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: nodes}}, process: [{name: a, action: x}]}", want: []string{`2 process fed.nodes: refused: process 1 of 1: invalid policy: action "x" of process "a"; use allow or deny`}},
		"a process with a wish":  {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: nodes}}, process: [{name: a, action: deny, unless: b}]}", want: []string{`2 process fed.nodes: refused: "unless" in line 2 is a field that this version does not know`}},
		"not a bool":             {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: containers}}, file: [{filter: /a, recursive: maybe}]}", want: []string{`2 file fed.containers: refused: "recursive" in line 2 is neither true nor false`}},
		"not a number":           {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: containers}}, ingress: [{name: a, priority: high, selector: {name: external}}]}", want: []string{`2 network a: refused: "priority" in line 2 is not a number`}},
		"not a list of rules":    {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: containers}}, ingress: {a: b}}", want: []string{"2 ingress : refused: it is not a list"}},
		"a list of lists":        {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: containers}}, ingress: [{name: a, applications: [[SSH]], selector: {name: external}}]}", want: []string{`2 network a: refused: "applications" in line 2 has an entry that is not a plain value`}},
		"not a rule":             {when: "kind: NvAdmissionControlSecurityRule\nspec: {rules: [a]}", want: []string{"2 admission : refused: it is not a mapping"}},
		"wrong admission":        {when: "kind: NvAdmissionControlSecurityRule\nspec: {rules: [{action: forbid, criteria: [{name: image, op: containsAny, value: a}]}]}", want: []string{`2 admission : refused: invalid policy: rule_type "forbid"; use deny or exception`}},
		"wrong mode":             {when: "kind: NvAdmissionControlSecurityRule\nspec: {config: {mode: x}}", want: []string{`2 admission-state state: refused: invalid policy: mode "x"; use monitor or protect`}},
		"wrong state":            {when: "kind: NvAdmissionControlSecurityRule\nspec: {config: x}", want: []string{"2 admission-state state: refused: it is not a mapping"}},
		"no webhook":             {when: "kind: NvResponseRuleSecurityRule\nmetadata: {name: x}\nspec: {rule: {event: event, conditions: [{type: name, value: x}], actions: [webhook], webhooks: [h]}}", want: []string{`3 response x: refused: invalid policy: cannot find the webhook "fed.h"; create it first`}},
		"wrong webhook":          {when: "kind: NvConfigSecurityRule\nspec: {webhooks: [{name: h, url: x}, 7]}", want: []string{"2 webhook : refused: it is not a mapping", "2 webhook fed.h: refused: invalid policy: the url is not absolute; give one such as https://example.com/hook"}},
		"an address of a file":   {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: a, criteria: [{key: address, op: =, value: 10.0.0.1}]}}, file: [{filter: /a, behavior: monitor_change}]}", want: []string{"2 group fed.a: created", `2 file fed.a: refused: invalid policy: group "fed.a" is one of addresses; a file profile is for containers, so name a group of those`}},
		"a group only by name":   {when: "kind: NvSecurityRule\nspec: {target: {selector: {name: a, name_referral: true}}, file: [{filter: /a, behavior: monitor_change}]}", want: []string{`2 file fed.a: refused: invalid policy: cannot find the group "fed.a"; create it first`}},
		"said twice":             {when: "kind: NvConfigSecurityRule\nspec: {webhooks: [{name: h, url: \"http://a\"},\n{name: h, url: \"http://a\"},\n{name: h, url: \"http://b\"}]}", want: []string{"2 webhook fed.h: created", "3 webhook fed.h: skipped: line 2 has the same", "4 webhook fed.h: refused: line 2 says something else of it; say it once"}},
		"the same rule twice":    {when: "kind: NvAdmissionControlSecurityRule\nspec: {rules: [{action: deny, criteria: [{name: image, op: containsAny, value: a}]},\n{action: deny, criteria: [{name: image, op: containsAny, value: \"a,\"}]}]}", want: []string{"2 admission : created", "3 admission : skipped: line 2 has the same rule"}},
		"a sensor of the system": {when: "kind: NvDlpSecurityRule\nspec: {sensor: {name: sensor.ssn, rules: []}}", want: []string{"2 dlp fed.sensor.ssn: skipped: the dlp sensor is made by promote, and a file does not change it"}},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, taken(t, federation(t), tt.when), tt.want)
		})
	}
}

// TestImport_publicResources reads resources that nobody of this project wrote, where they are at hand.
func TestImport_publicResources(t *testing.T) {
	dir := "../../shared/data/neuvector-resources"
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return
	}
	for name, want := range map[string][4]int{
		"security-rules.yaml": {6, 5, 3, 0}, "demo-policy.yaml": {1, 2, 2, 0}, "admission-rules.yaml": {0, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := master(t)
			in := importFile(t, ScopeFederal, filepath.Join(dir, name))
			must(t, s, in.Decision())
			same(t, [4]int{Count[events.Group](s) - 2, Count[events.NetworkRule](s), Count[events.ProcessProfile](s), Count[events.AdmissionRule](s)}, want)
			same(t, len(must(t, s, in.Decision())), 0)
		})
	}
	data, err := os.ReadFile(filepath.Join(dir, "cluster-rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Import("cluster-rules.yaml", data, ScopeFederal)
	verdict(t, nil, err, ErrImport)
	if !strings.Contains(err.Error(), "cluster-rules.yaml:31: ") {
		t.Error(err)
	}
}

// TestImport_publicAdmissionRules reads rules of NeuVector's interface that nobody of this project wrote.
func TestImport_publicAdmissionRules(t *testing.T) {
	paths, err := filepath.Glob("../../shared/data/admission-cases/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			s := master(t)
			in := importFile(t, ScopeFederal, path)
			for _, item := range in.Report(s) {
				known := item.Kind == "admission" && item.Outcome == OutcomeCreated
				if !known && (item.Outcome != OutcomeSkipped || !slices.Contains([]string{"description", "accept", "reject"}, item.Kind)) {
					t.Errorf("%+v", item)
				}
			}
			must(t, s, in.Decision())
			same(t, Count[events.AdmissionRule](s), 1)
			same(t, len(must(t, s, in.Decision())), 0)
		})
	}
}
