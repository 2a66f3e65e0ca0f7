package policy

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedhub/fedhub/events"
)

// allParts are the parts that make up a policy, in an order in which they can be imported.
var allParts = []Part{
	{Kind: events.ObjectWebhook},
	{Kind: events.ObjectDLPSensor},
	{Kind: events.ObjectWAFSensor},
	{Kind: events.ObjectGroup},
	{Kind: events.ObjectAdmissionRule, AdmissionState: true},
	{Kind: events.ObjectResponseRule},
}

// withPart returns what an exported part of s makes of another state. Nothing in it may be refused.
func withPart(tb rapid.TB, s, onto *State, p Part) *State {
	tb.Helper()
	data, err := ExportPart(s, p)
	if err != nil {
		tb.Fatal(err)
	}
	in, err := Import("f", data, s.scope)
	if err != nil {
		tb.Fatalf("%v\n%s", err, data)
	}
	for _, item := range in.Report(onto) {
		if item.Outcome == OutcomeSkipped || item.Outcome == OutcomeRefused {
			tb.Fatalf("%+v\n%s", item, data)
		}
	}
	out := onto.Clone()
	must(tb, out, in.Decision())
	return out
}

func TestExportPart_allPartsMakeTheWhole(t *testing.T) {
	for _, scope := range []Scope{ScopeFederal, ScopeLocal} {
		t.Run(string(scope), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, scope)
				w.live(t, 40)
				got := NewState(scope)
				for _, p := range allParts {
					got = withPart(t, w.state, got, p)
				}
				same(t, objects(got), objects(w.state))
			})
		})
	}
}

func TestExportPart(t *testing.T) {
	s := shop(t)
	must(t, s, Create(AdmissionStateConfig{Enable: new(true), Mode: new("protect")}))
	must(t, s, Create(AdmissionConfig{
		RuleType: new("deny"), Criteria: &[]events.AdmissionCriterion{{Name: "runAsRoot", Op: "=", Value: "true"}},
	}))
	const list = "apiVersion: v1\nkind: List\nitems:"
	tests := map[string]struct {
		part   Part
		begins string // the file
		want   string // what is in it
		err    error
	}{
		"a group with all that it has": {
			Part{Kind: events.ObjectGroup, Names: []string{"b"}}, list, "group b, network b-egress-0, group a, process b", nil,
		},
		"a group with rules to others": {
			Part{Kind: events.ObjectGroup, Names: []string{"a"}},
			list,
			"group a, network a-ingress-0, group b, network a-egress-0, file a, waf-group a", nil,
		},
		"no group":           {Part{Kind: events.ObjectGroup, Names: []string{}}, list + " []\n", "", nil},
		"a sensor":           {Part{Kind: events.ObjectWAFSensor, Names: []string{"s"}}, list, "waf s", nil},
		"no sensor is there": {Part{Kind: events.ObjectDLPSensor}, list + " []\n", "", nil},
		"admission rules": {
			Part{Kind: events.ObjectAdmissionRule}, "apiVersion: neuvector", "admission 1000, admission 1001", nil,
		},
		"an admission rule": {
			Part{Kind: events.ObjectAdmissionRule, Names: []string{"1001"}}, "apiVersion: neuvector", "admission 1001", nil,
		},
		"only the admission state": {
			Part{Kind: events.ObjectAdmissionRule, Names: []string{}, AdmissionState: true}, "apiVersion: neuvector", "admission-state state", nil,
		},
		"a group that is not there": {
			Part{Kind: events.ObjectGroup, Names: []string{"a", "x"}}, "", "", ErrNotFound,
		},
		"a rule that is not there": {Part{Kind: events.ObjectResponseRule, Names: []string{"8"}}, "", "", ErrNotFound},
		"what is no part":          {Part{Kind: events.ObjectNetworkRule}, "", "", ErrInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := ExportPart(s, tt.part)
			if !errors.Is(err, tt.err) || !strings.HasPrefix(string(data), tt.begins) {
				t.Fatalf("%v, want %v\n%s", err, tt.err, data)
			}
			if tt.err != nil {
				return
			}
			in, err := Import("f", data, ScopeLocal)
			if err != nil {
				t.Fatalf("%v\n%s", err, data)
			}
			var got []string
			for _, item := range in.Report(s) {
				got = append(got, item.Kind+" "+item.Name)
				if item.Outcome != OutcomeUnchanged {
					t.Errorf("%+v\n%s", item, data)
				}
			}
			same(t, strings.Join(got, ", "), tt.want)
		})
	}
}
