package policy

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func admissionRule(ruleType string, criteria ...events.AdmissionCriterion) AdmissionConfig {
	return AdmissionConfig{RuleType: &ruleType, Criteria: &criteria}
}

func criterion(name, op, value string, sub ...events.AdmissionCriterion) events.AdmissionCriterion {
	return events.AdmissionCriterion{Name: name, Op: op, Value: value, SubCriteria: sub}
}

// ontoRule returns the rule that the request makes, and sees that it is in normal form.
func ontoRule(t *testing.T, c AdmissionConfig, old events.Object) (events.AdmissionRule, error) {
	t.Helper()
	o, err := c.onto(old, NewState(ScopeFederal))
	if err != nil {
		if o != nil {
			t.Errorf("an error came with %+v", o)
		}
		return events.AdmissionRule{}, err
	}
	r, ok := o.(events.AdmissionRule)
	if !ok {
		t.Fatalf("got a %T", o)
	}
	again, err := AdmissionConfig{}.onto(r, NewState(ScopeFederal))
	verdict(t, nil, err, nil)
	same(t, again, r)
	return r, nil
}

func TestAdmissionConfig_new(t *testing.T) {
	nginx := criterion("image", "containsAny", "nginx")
	got, err := ontoRule(t, AdmissionConfig{
		ID: 100_007, Criteria: &admissionCriteria{nginx}, RuleType: new("deny"), Category: new("Docker"),
		Comment: new("no proxies"), RuleMode: new("protect"), Disable: new(true), Actions: &[]string{"deny"},
		Containers: &[]string{"init_containers", "containers", "init_containers"},
	}, nil)
	verdict(t, nil, err, nil)
	same(t, got, events.AdmissionRule{
		ID: 100_007, Comment: "no proxies", Category: "Kubernetes", RuleType: "deny", RuleMode: "protect",
		Criteria: admissionCriteria{nginx}, Containers: []string{"containers", "init_containers"}, Disabled: true,
	})

	got, err = ontoRule(t, admissionRule("deny", nginx), nil)
	verdict(t, nil, err, nil)
	same(t, got, events.AdmissionRule{Category: "Kubernetes", RuleType: "deny", Criteria: admissionCriteria{nginx}})
}

func TestAdmissionConfig_existing(t *testing.T) {
	nginx, root := criterion("image", "containsAny", "nginx"), criterion("runAsRoot", "=", "true")
	host := criterion("sharePidWithHost", "=", "true")
	old := events.AdmissionRule{
		ID: 1000, Comment: "old", Category: "Kubernetes", RuleType: "deny", RuleMode: "monitor",
		Criteria: admissionCriteria{nginx}, Containers: []string{"containers"}, Meta: events.Meta{CreatedAt: noon},
	}
	silent, plain, off, everywhere, other := old, old, old, old, old
	silent.Comment, plain.RuleMode, off.Disabled, everywhere.Containers, other.Criteria = "", "", true, nil, admissionCriteria{root}
	exception := plain
	exception.RuleType = "exception"
	for name, tt := range map[string]struct {
		when AdmissionConfig
		want events.AdmissionRule
		err  error
	}{
		"nothing":                        {want: old},
		"comment":                        {when: AdmissionConfig{Comment: new("")}, want: silent},
		"disable":                        {when: AdmissionConfig{Disable: new(true)}, want: off},
		"all containers":                 {when: AdmissionConfig{Containers: &[]string{}}, want: everywhere},
		"no mode":                        {when: AdmissionConfig{RuleMode: new("")}, want: plain},
		"criteria":                       {when: admissionRule("deny", root), want: other},
		"an exception has no mode":       {when: AdmissionConfig{RuleType: new("exception")}, want: exception},
		"in NeuVector's other word":      {when: AdmissionConfig{RuleType: new("allow"), RuleMode: new("")}, want: exception},
		"an exception with a mode":       {when: AdmissionConfig{RuleType: new("exception"), RuleMode: new("protect")}, err: ErrInvalid},
		"an exception of other criteria": {when: admissionRule("exception", host), err: ErrInvalid},
		"criteria taken away":            {when: AdmissionConfig{Criteria: &admissionCriteria{}}, err: ErrInvalid},
		"unknown mode":                   {when: AdmissionConfig{RuleMode: new("discover")}, err: ErrInvalid},
		"unknown type":                   {when: AdmissionConfig{RuleType: new("fed_deny")}, err: ErrInvalid},
		"type taken away":                {when: AdmissionConfig{RuleType: new("")}, err: ErrInvalid},
		"unknown container":              {when: AdmissionConfig{Containers: &[]string{"sidecars"}}, err: ErrInvalid},
		"comment too long":               {when: AdmissionConfig{Comment: new(strings.Repeat("a", MaxCommentLen+1))}, err: ErrTooLarge},
		"comment not UTF-8":              {when: AdmissionConfig{Comment: new("\xff")}, err: ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ontoRule(t, tt.when, old)
			verdict(t, nil, err, tt.err)
			if err == nil {
				same(t, got, tt.want)
			}
		})
	}
}

func TestAdmissionConfig_containers(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"containers":                           "containers",
		"ephemeral_containers,init_containers": "init_containers,ephemeral_containers",
		"ephemeral_containers,containers,init_containers": "",
	} {
		t.Run(text, func(t *testing.T) {
			got, err := normalContainers(strings.FieldsFunc(text, func(c rune) bool { return c == ',' }))
			verdict(t, nil, err, nil)
			same(t, strings.Join(got, ","), want)
		})
	}
}

// A request comes in the words of the REST interface.
func TestAdmissionKind_parse(t *testing.T) {
	c, err := admissionKind.parse(json.RawMessage(`{
		"id": 0, "category": "Kubernetes", "cfg_type": "federal", "comment": "c", "rule_type": "deny",
		"rule_mode": "monitor", "disable": false, "critical": false, "actions": ["deny"], "containers": ["containers"],
		"targets": "env=prod",
		"criteria": [{"name": "cveHighCount", "op": ">=", "path": "cveHighCount", "value": "5", "value_type": "string",
			"sub_criteria": [{"name": "publishDays", "op": ">=", "path": "publishDays", "value": "30", "unit": "Day(s)"}]}]
	}`))
	verdict(t, nil, err, nil)
	same(t, c.kind().object, events.ObjectAdmissionRule)
	same(t, c.about(), "")
	same(t, c.claims(), Claims{CfgType: "federal", Targets: new("env=prod")})
	o, err := c.onto(nil, NewState(ScopeFederal))
	verdict(t, nil, err, nil)
	same(t, admissionKind.withID(o, 100_001), events.AdmissionRule{
		ID: 100_001, Comment: "c", Category: "Kubernetes", RuleType: "deny", RuleMode: "monitor",
		Containers: []string{"containers"},
		Criteria:   admissionCriteria{criterion("cveHighCount", ">=", "5", criterion("publishDays", ">=", "30"))},
	})
	same(t, AdmissionConfig{ID: 1000}.about(), "1000")

	_, err = admissionKind.parse(json.RawMessage(`{"criteria": "all"}`))
	verdict(t, nil, err, ErrInvalid)
}

// The cases that NeuVector's own converter is tested with. They lie beside the repository on some machines only.
func TestAdmissionConfig_neuvectorCases(t *testing.T) {
	files, err := filepath.Glob("../../shared/data/admission-cases/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var all struct {
				Rules []AdmissionConfig `json:"rules"`
			}
			if err := json.Unmarshal(data, &all); err != nil || len(all.Rules) == 0 {
				t.Fatalf("%d rules: %v", len(all.Rules), err)
			}
			for _, c := range all.Rules {
				got, err := ontoRule(t, c, nil)
				verdict(t, nil, err, nil)
				for i, sent := range *c.Criteria {
					if got.Criteria[i].Name != sent.Name || got.Criteria[i].Value != sent.Value || got.Criteria[i].Path != "" {
						t.Errorf("%+v became %+v", sent, got.Criteria[i])
					}
				}
			}
		})
	}
}

// A refusal begins with NeuVector's words and goes on with what is possible.
func TestAdmissionConfig_sentences(t *testing.T) {
	for _, tt := range []struct {
		ruleType string
		when     events.AdmissionCriterion
		want     string
	}{
		{
			"deny", criterion("imageName", "=", "a"),
			"Unsupported criterion name: imageName; for a deny rule use one of image, imageRegistry,",
		},
		{
			"exception", criterion("imageNoOS", "=", "true"),
			"Unsupported criterion name: imageNoOS; for an exception use one of image,",
		},
		{
			"deny", criterion("image", "=", "a"),
			`Invalid criterion operator: =; for "image" use one of containsAny, notContainsAny`,
		},
		{"deny", criterion("runAsRoot", "!=", "true"), `Invalid criterion operator: !=; for "runAsRoot" use =`},
		{"deny", criterion("resourceLimit", ">", ""), `Invalid criterion operator: >; for "resourceLimit" leave it out`},
		{"deny", criterion("resourceLimit", "", ""), `criterion "resourceLimit" needs at least one sub criterion`},
		{"deny", criterion("runAsRoot", "=", "yes"), `Invalid criterion value: yes; for "runAsRoot" write one of true, false`},
		{
			"deny", criterion("cveScoreCount", ">=", "11"),
			`Invalid criterion value: 11; for "cveScoreCount" write a number from 0 to 10`,
		},
		{
			"deny", criterion("image", "containsAny", " , "),
			`Invalid criterion value:  , ; for "image" write words with commas between them`,
		},
		{"deny", criterion("saBindRiskyRole", "containsTagAny", "admin"), `write one or more of risky_role_view_secret,`},
		{
			"deny", criterion("cveHighCount", ">=", "1", criterion("count", ">=", "1")),
			`Unsupported criterion name: count; as a sub criterion of "cveHighCount" use publishDays`,
		},
		{
			"exception", criterion("cveHighCount", "<=", "1", criterion("publishDays", ">=", "1")),
			`Unsupported criterion name: publishDays; the criterion "cveHighCount" has no sub criteria in an exception`,
		},
		{
			"deny", criterion("customPath", "exist", ""),
			`criterion path "customPath"; write it like item.spec.containers[_].image`,
		},
	} {
		t.Run(tt.want, func(t *testing.T) {
			_, err := ontoRule(t, admissionRule(tt.ruleType, tt.when), nil)
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
