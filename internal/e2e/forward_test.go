package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// through returns the path at the master that stands for a path at the remote.
func through(c *fedtest.Cluster, path string) string { return "/v1/fed/cluster/" + c.ID() + path }

// TestForward_methods works on a remote's own policy from the master's console.
func TestForward_methods(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	group := wire.GroupWrite{Config: wire.GroupConfig{Name: "own", Criteria: &[]wire.Criterion{{Key: "label", Op: "=", Value: "x"}}}}
	master.Must(http.MethodPost, through(berlin, "/v1/group"), group, nil)
	comment := "changed from afar"
	group.Config.Comment = &comment
	master.Must(http.MethodPatch, through(berlin, "/v1/group/own"), group, nil)

	direct := berlin.Must(http.MethodGet, "/v1/group/own", nil, nil)
	switched := master.Must(http.MethodGet, through(berlin, "/v1/group/own"), nil, nil)
	if string(direct.Body) != string(switched.Body) || !strings.Contains(string(switched.Body), comment) {
		t.Errorf("directly: %s\nswitched: %s", direct.Body, switched.Body)
	}
	if got := groupsOf(master, "local"); slices.ContainsFunc(got, func(g wire.GroupBrief) bool { return g.Name == "own" }) {
		t.Error("the group is at the master")
	}
	ports := "tcp/80"
	insert := wire.RulesPatch{Insert: insertAfter(0, rule("own", "external", "r"))}
	master.Must(http.MethodPatch, through(berlin, "/v1/policy/rule?scope=local"), insert, nil)
	var one wire.Rules
	master.Must(http.MethodGet, through(berlin, "/v1/policy/rule?scope=local"), nil, &one)
	if len(one.Rules) != 1 || one.Rules[0].Ports != ports {
		t.Errorf("the query was lost: %+v", one.Rules)
	}

	put := master.Call(http.MethodPut, through(berlin, "/v1/group/own"), group)
	wantProblem(t, "what the remote has no method for", put, http.StatusMethodNotAllowed, 2)
	wantProblem(t, "what the remote has not", master.Call(http.MethodGet, through(berlin, "/v1/nothing"), nil), http.StatusNotFound, 1)
	wantProblem(t, "an object it has not", master.Call(http.MethodGet, through(berlin, "/v1/group/none"), nil), http.StatusNotFound, 7)

	master.Must(http.MethodDelete, through(berlin, "/v1/group/own"), nil, nil)
	wantProblem(t, "deleted", berlin.Call(http.MethodGet, "/v1/group/own", nil), http.StatusNotFound, 7)
	master.Must(http.MethodGet, through(berlin, "//v1//fed/member"), nil, nil)
}

// TestForward_refused holds what is not for a master to ask, of whom, and how that is answered.
func TestForward_refused(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	for _, no := range []struct{ method, path string }{
		{http.MethodGet, "/v1/fed/summary"},
		{http.MethodGet, "/v1/fed/events/stream"},
		{http.MethodGet, "/v1/fed/live"},
		{http.MethodPost, "/v1/fed/leave"},
		{http.MethodPost, "/v1/fed/join"},
		{http.MethodPost, "/v1/fed/deploy"},
		{http.MethodPost, "/v1/auth"},
		{http.MethodDelete, "/v1/auth"},
		{http.MethodPost, "/v1/user/admin/password"},
		{http.MethodPost, "/v1/file/config"},
		{http.MethodGet, "/v1/fed/cluster/" + berlin.ID() + "/v1/group"},
	} {
		wantProblem(t, no.method+" "+no.path, master.Call(no.method, through(berlin, no.path), `{}`), http.StatusForbidden, 4)
	}
	master.Must(http.MethodGet, through(berlin, "/v1/fed/member"), nil, nil)
	master.Must(http.MethodGet, through(berlin, "/v1/fed/events"), nil, nil)
	wantProblem(t, "federated policy", master.Call(http.MethodPost, through(berlin, "/v1/fed/policy/import"), `{}`), http.StatusBadRequest, 46)
	stranger := "/v1/fed/cluster/00000000000000000000000000000000/v1/group"
	wantProblem(t, "a stranger", master.Call(http.MethodGet, stranger, nil), http.StatusBadRequest, 37)
	wantProblem(t, "at a remote", berlin.Call(http.MethodGet, "/v1/fed/cluster/"+master.ID()+"/v1/group", nil), http.StatusForbidden, 25)

	berlin.Stop()
	there := "/v1/fed/cluster/" + w.Summary("berlin").ID + "/v1/group"
	fedtest.Eventually(t, "berlin is missed", func() bool { return master.StatusOf("berlin") == "disconnected" })
	wantProblem(t, "one that is away", master.Call(http.MethodGet, there, nil), http.StatusInternalServerError, 38)
	berlin.Start()
	w.Synced(berlin)
	master.Must(http.MethodGet, there, nil, nil)
}

// TestForward_caller checks as whom a forwarded request is answered, and in whose name it is recorded.
func TestForward_caller(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	password := "another horse battery"
	master.Must(http.MethodPost, "/v1/user", fmt.Sprintf(
		`{"user":{"fullname":"eve","username":"eve","password":%q,"role":"fedReader"}}`, password), nil)
	eve := master.As("eve", password)
	if a := eve.Call(http.MethodGet, through(berlin, "/v1/group"), nil); a.Status != http.StatusOK {
		t.Errorf("a reader cannot read: %d %s", a.Status, a.Body)
	}
	body := `{"config":{"name":"own","criteria":[{"key":"label","op":"=","value":"x"}]}}`
	wantProblem(t, "a reader writes", eve.Call(http.MethodPost, through(berlin, "/v1/group"), body), http.StatusForbidden, 25)
	master.Must(http.MethodPost, through(berlin, "/v1/group"), body, nil)

	made := eventsOf(berlin, events.KindGroupDefined)
	if got := made[len(made)-1].Actor; got != "admin@master" {
		t.Errorf("the group is recorded as made by %q", got)
	}
	berlin.Stop()
	found := false
	for _, e := range berlin.Stored(events.Audit) {
		fact, ok := mustFact(t, e).(events.Audited)
		if ok && e.Actor == "admin@master" && fact.Method == http.MethodPost && fact.Path == "/v1/group" && fact.Status == http.StatusOK {
			found = true
		}
		if ok && strings.HasPrefix(e.Actor, "eve") {
			t.Errorf("eve's refused write reached berlin: %+v", fact)
		}
	}
	if !found {
		t.Error("the audit of berlin does not name the master's admin")
	}
}

// bigRules is as many rules as fill five megabytes.
const bigRules = 1000

// TestForward_bigBodies sends more than five megabytes to a remote and fetches them again.
func TestForward_bigBodies(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	createGroup(berlin, "own")
	var ports []string
	for i := range 150 {
		ports = append(ports, fmt.Sprintf("tcp/%d", 10_000+2*i))
	}
	var rules []wire.RuleConfig
	for i := range bigRules {
		r := rule("own", "external", fmt.Sprintf("%d %s", i, strings.Repeat("x", 4000)))
		many := strings.Join(ports, ",")
		r.Ports = &many
		rules = append(rules, r)
	}
	body := mustJSON(t, wire.RulesPatch{Rules: &rules})
	if len(body) < 5<<20 {
		t.Fatalf("the body has %d bytes only", len(body))
	}
	sent := fedtest.Took(func() { master.Must(http.MethodPatch, through(berlin, "/v1/policy/rule?scope=local"), body, nil) })
	var got wire.Rules
	var answer fedtest.Answer
	fetched := fedtest.Took(func() {
		answer = master.Must(http.MethodGet, through(berlin, "/v1/policy/rule?scope=local"), nil, &got)
	})
	t.Logf("%d bytes there in %s, %d bytes back in %s", len(body), sent, len(answer.Body), fetched)
	if len(answer.Body) < 5<<20 || len(got.Rules) != bigRules {
		t.Fatalf("%d bytes and %d rules came back", len(answer.Body), len(got.Rules))
	}
	for i, r := range got.Rules {
		if r.Comment != *rules[i].Comment {
			t.Fatalf("rule %d came back as %.40q", i, r.Comment)
		}
	}

	// What is wrong stands at the very end: the remote has to have read it all to say so.
	wrong := `{"config":{"name":"own","comment":"` + strings.Repeat("x", 5<<20) + `","criteria":7}}`
	sentence := wantProblem(t, "five megabytes and a mistake", master.Call(http.MethodPatch, through(berlin, "/v1/group/own"), wrong), http.StatusBadRequest, 6)
	if !strings.Contains(sentence, "criteria") {
		t.Errorf("the sentence is %.200q", sentence)
	}
	tooLong := json.RawMessage(`"` + strings.Repeat("x", 17<<20) + `"`)
	wantProblem(t, "more than is taken", master.Call(http.MethodPatch, through(berlin, "/v1/group/own"), []byte(tooLong)), http.StatusRequestEntityTooLarge, 6)
	if w.Synced(berlin); len(rulesOf(berlin, "local")) != bigRules {
		t.Error("the mistakes changed something")
	}
}
