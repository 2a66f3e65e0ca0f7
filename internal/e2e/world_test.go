package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// What the tests of a federation in this process have in common.

// createGroup makes a group: a federated one when its name says so.
func createGroup(c *fedtest.Cluster, name string) {
	c.Must(http.MethodPost, "/v1/group", wire.GroupWrite{Config: wire.GroupConfig{
		Name: name, Criteria: &[]wire.Criterion{{Key: "label", Op: "=", Value: name}},
	}}, nil)
}

// rule returns a rule that allows HTTP between two groups.
func rule(from, to, comment string) wire.RuleConfig {
	action, ports, apps := "allow", "tcp/80", []string{"HTTP"}
	return wire.RuleConfig{From: &from, To: &to, Comment: &comment, Action: &action, Ports: &ports, Applications: &apps}
}

// setRules makes the rules the only ones of the scope.
func setRules(c *fedtest.Cluster, scope string, rules ...wire.RuleConfig) {
	c.Must(http.MethodPatch, "/v1/policy/rule?scope="+scope, wire.RulesPatch{Rules: &rules}, nil)
}

// rulesOf returns the rules of a scope, or of both for "".
func rulesOf(c *fedtest.Cluster, scope string) []wire.Rule {
	var out wire.Rules
	c.Must(http.MethodGet, "/v1/policy/rule?scope="+scope, nil, &out)
	return out.Rules
}

// groupsOf returns the groups of a scope.
func groupsOf(c *fedtest.Cluster, scope string) []wire.GroupBrief {
	var out wire.Groups
	c.Must(http.MethodGet, "/v1/group?scope="+scope, nil, &out)
	return out.Groups
}

// eventsOf returns what the cluster recorded of the given kind; "" stands for everything.
func eventsOf(c *fedtest.Cluster, kind events.Kind) []wire.Event {
	var out []wire.Event
	after := ""
	for {
		var page wire.Events
		c.Must(http.MethodGet, "/v1/fed/events?limit=1000&after="+after, nil, &page)
		if page.Next == after {
			return out
		}
		after = page.Next
		for _, e := range page.Events {
			if kind == "" || e.Kind == string(kind) {
				out = append(out, e)
			}
		}
	}
}

func memberNames(c *fedtest.Cluster) []string {
	var names []string
	for _, m := range c.Member().JointClusters {
		names = append(names, m.Name)
	}
	return names
}

func mustFact(t *testing.T, e events.Event) events.Fact {
	t.Helper()
	fact, err := e.Fact()
	if err != nil {
		t.Fatal(err)
	}
	return fact
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wantProblem checks status and code of an answer, and returns its sentence.
func wantProblem(t *testing.T, what string, a fedtest.Answer, status, code int) string {
	t.Helper()
	if a.Status != status || a.Problem.Code != code {
		t.Errorf("%s: got %d, code %d: %s; want %d, code %d", what, a.Status, a.Problem.Code, a.Body, status, code)
	}
	return a.Problem.Message
}

func insertAfter(after int, rules ...wire.RuleConfig) *wire.RuleInsert {
	return &wire.RuleInsert{After: &after, Rules: rules}
}
