package neuvector

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/policy"
)

// TestPlan_reports: what no resource can say is reported, with what is missing; the rest counts as in force.
func TestPlan_reports(t *testing.T) {
	web := groupOf("fed.web")
	process := func(change func(*policy.ProcessConfig)) policy.Config {
		c := policy.ProcessConfig{Group: "fed.web", Baseline: new("basic")}
		change(&c)
		return c
	}
	response := func(change func(*policy.ResponseConfig)) policy.Config {
		c := policy.ResponseConfig{
			ID: 100001, Event: new("event"), Conditions: &[]events.ResponseCondition{{Type: "level", Value: "Critical"}}, Actions: &[]string{"suppress-log"},
		}
		change(&c)
		return c
	}
	hook := policy.WebhookConfig{Name: "fed.oncall", URL: new("https://hooks.example.com/a")}
	state := policy.AdmissionStateConfig{Enable: new(true), DefaultAction: new("allow"), FailurePolicy: new("ignore")}
	with := func(change func(*policy.AdmissionStateConfig)) policy.Config {
		c := state
		change(&c)
		return c
	}
	switchedOff := rule("deny", "external", "fed.web")
	switchedOff.Disable = new(true)
	tests := map[string]struct {
		federal []policy.Config
		local   []policy.Config
		kind    events.ObjectKind
		name    string
		want    events.Enforcement
		says    string
	}{
		"group":                {federal: []policy.Config{web}, kind: events.ObjectGroup, name: "fed.web"},
		"reserved group":       {kind: events.ObjectGroup, name: "fed.nodes"},
		"rule":                 {federal: []policy.Config{web, rule("deny", "external", "fed.web")}, kind: events.ObjectNetworkRule, name: "100001"},
		"rule that is off":     {federal: []policy.Config{web, switchedOff}, kind: events.ObjectNetworkRule, name: "100001", want: events.Idle, says: "disabled"},
		"rule of a machine":    {federal: []policy.Config{web, rule("deny", "Host:10.0.0.1", "fed.web")}, kind: events.ObjectNetworkRule, name: "100001", want: events.Unsupported, says: `"Host:10.0.0.1"`},
		"rule to all nodes":    {federal: []policy.Config{web, rule("deny", "fed.web", "fed.nodes")}, kind: events.ObjectNetworkRule, name: "100001"},
		"rule among nodes":     {federal: []policy.Config{rule("deny", "nodes", "fed.nodes")}, kind: events.ObjectNetworkRule, name: "100001", want: events.Unsupported, says: "protection mode of the nodes"},
		"rule outside of all":  {federal: []policy.Config{rule("deny", "fed.nodes", "external")}, kind: events.ObjectNetworkRule, name: "100001"},
		"processes":            {federal: []policy.Config{web, process(func(*policy.ProcessConfig) {})}, kind: events.ObjectProcessProfile, name: "fed.web"},
		"zero drift":           {federal: []policy.Config{web, process(func(c *policy.ProcessConfig) { c.Baseline = new("zero-drift") })}, kind: events.ObjectProcessProfile, name: "fed.web", want: events.Partial, says: "baseline"},
		"hashes, no alerts":    {federal: []policy.Config{web, process(func(c *policy.ProcessConfig) { c.HashEnabled, c.AlertDisabled = new(true), new(true) })}, kind: events.ObjectProcessProfile, name: "fed.web", want: events.Partial, says: noHash + "; " + noQuiet},
		"processes of nodes":   {federal: []policy.Config{policy.ProcessConfig{Group: "fed.nodes", Baseline: new("basic")}}, kind: events.ObjectProcessProfile, name: "fed.nodes", want: events.Unsupported, says: "protection mode"},
		"processes of all":     {federal: []policy.Config{policy.ProcessConfig{Group: "fed.containers", Baseline: new("basic")}}, kind: events.ObjectProcessProfile, name: "fed.containers"},
		"webhook":              {federal: []policy.Config{hook}, kind: events.ObjectWebhook, name: "fed.oncall", want: events.Unsupported, says: "fedhub.oncall"},
		"response":             {federal: []policy.Config{response(func(*policy.ResponseConfig) {})}, kind: events.ObjectResponseRule, name: "100001"},
		"response with hook":   {federal: []policy.Config{hook, response(func(c *policy.ResponseConfig) { c.Actions, c.Webhooks = &[]string{"webhook"}, &[]string{"fed.oncall"} })}, kind: events.ObjectResponseRule, name: "100001", want: events.Partial, says: "fedhub.oncall"},
		"response of a group":  {federal: []policy.Config{web, response(func(c *policy.ResponseConfig) { c.Group = new("fed.web") })}, kind: events.ObjectResponseRule, name: "100001", want: events.Unsupported, says: `"fed.web"`},
		"response, serverless": {federal: []policy.Config{response(func(c *policy.ResponseConfig) { c.Event = new("serverless") })}, kind: events.ObjectResponseRule, name: "100001", want: events.Unsupported, says: `"serverless"`},
		"response that is off": {federal: []policy.Config{response(func(c *policy.ResponseConfig) { c.Disable = new(true) })}, kind: events.ObjectResponseRule, name: "100001", want: events.Idle, says: "disabled"},
		"admission":            {federal: []policy.Config{admissionOf("deny", "a")}, kind: events.ObjectAdmissionRule, name: "100001"},
		"admission, all off":   {federal: []policy.Config{admissionOf("deny", "a"), with(func(c *policy.AdmissionStateConfig) { c.Enable = new(false) })}, kind: events.ObjectAdmissionRule, name: "100001", want: events.Idle, says: "switches admission control off"},
		"admission state":      {federal: []policy.Config{state}, kind: events.ObjectAdmissionState, name: "state"},
		"default is deny":      {federal: []policy.Config{with(func(c *policy.AdmissionStateConfig) { c.DefaultAction = new("deny") })}, kind: events.ObjectAdmissionState, name: "state", want: events.Partial, says: "deny rule"},
		"closed on failure":    {federal: []policy.Config{with(func(c *policy.AdmissionStateConfig) { c.FailurePolicy = new("fail") })}, kind: events.ObjectAdmissionState, name: "state", want: events.Partial, says: "failure policy"},
		"own exception":        {local: []policy.Config{admissionOf("exception", "a")}, kind: events.ObjectAdmissionRule, name: "1000"},
		"own exception from a federated rule": {
			federal: []policy.Config{admissionOf("deny", "b")}, local: []policy.Config{admissionOf("exception", "a")},
			kind: events.ObjectAdmissionRule, name: "1000", want: events.Unsupported, says: "before every deny rule",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, why := shortOf(planOf(policytest.Federal(t, test.federal...), policytest.Local(t, test.local...)), test.kind, test.name)
			if got != test.want || !strings.Contains(why, test.says) {
				t.Errorf("%s: %s", got, why)
			}
		})
	}
}

// TestPlan_ownException: an exception that would hold against the federation is not written.
func TestPlan_ownException(t *testing.T) {
	p := planOf(policytest.Federal(t, admissionOf("deny", "theirs")), policytest.Local(t, admissionOf("exception", "ours"), admissionOf("deny", "ours-too")))
	spec := written(p, kindAdmission, "local")
	if strings.Contains(spec, `"ours"`) || !strings.Contains(spec, `"theirs"`) || !strings.Contains(spec, `"ours-too"`) {
		t.Error(spec)
	}
}

// TestPlan_tooLarge: what no object can hold is not cut.
func TestPlan_tooLarge(t *testing.T) {
	const many = 1500
	var configs []policy.Config
	for i := range many {
		configs = append(configs, admissionOf("deny", fmt.Sprintf("%d%s", i, strings.Repeat("x", 800))))
	}
	p := planOf(policytest.Federal(t, configs...), policytest.Local(t))
	state, why := shortOf(p, events.ObjectAdmissionRule, "100001")
	if state != events.Unsupported || !strings.Contains(why, "Kubernetes keeps at most") || len(p.Short) != many || len(p.Objects) > 0 {
		t.Errorf("%s: %s; %d objects", state, why, len(p.Objects))
	}
}

// TestPlan_local: what both policies call alike stays apart.
func TestPlan_local(t *testing.T) {
	p := planOf(policytest.Federal(t, groupOf("fed.web")), policytest.Local(t, groupOf("web"), groupOf("fedhub.web")))
	var names []string
	for _, o := range p.Objects {
		names = append(names, o.Name)
	}
	if want := []string{"fedhub-local.fedhub.web", "fedhub-local.web", "fedhub.web"}; !slices.Equal(names, want) {
		t.Errorf("got %v", names)
	}
}

// TestPlan_steady: a change of one object leaves the objects of others as they are, and the same policy is not planned
// again.
func TestPlan_steady(t *testing.T) {
	s, own := examples(t), policytest.Local(t)
	e := &Enforcer{}
	before := e.plan(s, own)
	if again := e.plan(s.Clone(), own); &again.Objects[0] != &before.Objects[0] || !reflect.DeepEqual(before, planOf(s.Clone(), own)) {
		t.Error("the same policy becomes something else")
	}
	changed := s.Clone()
	policytest.Take(t, changed, policy.Put(policy.GroupConfig{Name: "fed.office", Comment: new("moved")}))
	after := e.plan(changed, own)
	var different []string
	for i, o := range after.Objects {
		if string(o.Spec) != string(before.Objects[i].Spec) || !slices.Equal(o.For, before.Objects[i].For) {
			different = append(different, o.Name)
		}
	}
	if !slices.Equal(different, []string{"fedhub.office"}) {
		t.Errorf("different are %v", different)
	}
}

func TestVerdictOf(t *testing.T) {
	s := policytest.Federal(t, groupOf("fed.web"))
	theirs, own := events.About{Kind: events.ObjectGroup, Name: "fed.web"}, events.About{Kind: events.ObjectGroup, Name: "web"}
	tests := map[string]struct {
		out     apply.Outcome
		failed  int
		pending bool
		err     error
	}{
		"all there":       {},
		"failed":          {out: apply.Outcome{Failed: map[events.About]string{theirs: "refused", own: "refused"}}, failed: 1},
		"pending":         {out: apply.Outcome{Pending: 1}, pending: true},
		"away":            {out: apply.Outcome{Away: "since noon", Left: "something"}, err: apply.ErrAway},
		"cannot remove":   {out: apply.Outcome{Left: "something", Failed: map[events.About]string{theirs: "refused"}}, failed: 1, err: apply.ErrLeft},
		"failed at home":  {out: apply.Outcome{Failed: map[events.About]string{own: "refused"}}},
		"not heard of it": {out: apply.Outcome{Failed: map[events.About]string{{Kind: events.ObjectGroup, Name: "fed.gone"}: "refused"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := verdictOf(agent.Effective{Federal: s}, apply.Plan{}, test.out)
			if len(got.Objects) != test.failed || got.Pending != test.pending || !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
