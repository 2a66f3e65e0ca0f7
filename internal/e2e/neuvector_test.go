package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// What NeuVector's own tests of its REST interface find out, and what its code does with kinds of policy for which it
// has no such tests, asked of real controllers over REST. A comment at each table names the test upstream.
//
// What is not so here:
//
//   - There are neither learned nor base rules. Where a test upstream speaks of one, a rule of the cluster's own stands
//     in for it, or the step is left out.
//   - A refused move moves nothing. Upstream it answers 400 and moves (a bug).
//   - A refused write of federated policy answers 403 for every route. Upstream it is 400 for a whole list of rules.
//   - A number that another rule has is refused with code 16, not 6; a bare number that no rule has with 404, not 400.
//   - A new rule does not get the number of one that goes in the same request.
//   - A change with "replicate", which keeps the learned rule that it is about and puts a new one before it, changes the
//     rule.
//   - A filter of files that cannot be is refused with code 6; code 7 means that something is not there.
//   - An application that is named twice counts once. Upstream it is refused.
//   - The body of a change to one rule may leave out the id, which is in the path.
//   - "Host:" may be followed by any name: hosts are not known here.
//   - The mapping of a directory's groups to roles does not exist; what it says of federated roles holds for users.
//   - Users whose roles are bound to namespaces do not exist, nor does the federated registry.

// refusal is how a request is refused. The zero value stands for one that is answered 200.
type refusal struct {
	status, code int
	says         string // in the sentence
}

var (
	isDone        refusal
	isWrong       = refusal{status: http.StatusBadRequest, code: 6}
	isMissing     = refusal{status: http.StatusNotFound, code: 7}
	isNotAllowed  = refusal{status: http.StatusBadRequest, code: 4}
	isBadName     = refusal{status: http.StatusBadRequest, code: 15}
	isTaken       = refusal{status: http.StatusBadRequest, code: 13}
	isInUse       = refusal{status: http.StatusBadRequest, code: 16}
	isForbidden   = refusal{status: http.StatusForbidden, code: 25}
	isReadOnly    = refusal{status: http.StatusBadRequest, code: 46}
	isNotPromoted = refusal{status: http.StatusInternalServerError, code: 49}
)

// saying is the refusal with a part of its sentence.
func (r refusal) saying(text string) refusal {
	r.says = text
	return r
}

func (r refusal) check(t *testing.T, what string, a fedtest.Answer) {
	t.Helper()
	if r.status == 0 {
		if a.Status != http.StatusOK {
			t.Errorf("%s: got %d %s; want 200", what, a.Status, a.Body)
		}
		return
	}
	if says := wantProblem(t, what, a, r.status, r.code); !strings.Contains(says, r.says) {
		t.Errorf("%s: the sentence is %q and does not say %q", what, says, r.says)
	}
}

// caller is a user's session at a cluster.
type caller interface {
	Call(method, path string, body any) fedtest.Answer
}

// request is a line of a table, in whose order they are sent.
type request struct {
	does         string
	method, path string
	body         string
	want         refusal
}

func sendAll(t *testing.T, who caller, requests []request) {
	t.Helper()
	for _, r := range requests {
		r.want.check(t, r.does, who.Call(r.method, r.path, r.body))
	}
}

// listRequest is a request about a list of rules, and the numbers in both lists after it, in their order.
type listRequest struct {
	does       string
	scope      string // of the query
	body       string
	want       refusal
	fed, local string
}

// sendToList sends the requests to the path of a list and looks at the lists after each.
func sendToList(t *testing.T, c *fedtest.Cluster, path string, requests []listRequest) {
	t.Helper()
	for _, r := range requests {
		r.want.check(t, r.does, c.Call(http.MethodPatch, path+"?scope="+r.scope, r.body))
		for scope, want := range map[string]string{"fed": r.fed, "local": r.local, "": strings.TrimSpace(r.fed + " " + r.local)} {
			if got := fieldsOf(t, c, path+"?scope="+scope, "rules", "id"); got != want {
				t.Errorf("%s: the rules of scope %q are %s; want %s", r.does, scope, got, want)
			}
		}
	}
}

// fieldsOf reads a list and returns one field of each entry, with blanks between them.
func fieldsOf(t *testing.T, who caller, path, list, field string) string {
	t.Helper()
	var all map[string]json.RawMessage
	readInto(t, who, path, &all)
	var entries []map[string]any
	if err := json.Unmarshal(all[list], &entries); err != nil {
		t.Fatalf("%s: %v in %s", path, err, all[list])
	}
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		if id, ok := e[field].(float64); ok {
			e[field] = uint32(id)
		}
		out = append(out, fmt.Sprint(e[field]))
	}
	return strings.Join(out, " ")
}

// readInto reads what is there.
func readInto(t *testing.T, who caller, path string, into any) {
	t.Helper()
	a := who.Call(http.MethodGet, path, nil)
	if a.Status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, a.Status, a.Body)
	}
	a.Into(t, into)
}

// userOf makes a user of the given role at a cluster and returns its session.
func userOf(c *fedtest.Cluster, role string) *fedtest.Session {
	name := "a-" + role
	c.Must(http.MethodPost, "/v1/user", wire.NewUser{User: wire.UserCreate{Username: name, Password: fedtest.Password, Role: role}}, nil)
	return c.As(name, fedtest.Password)
}

// Bodies of requests about the list of network rules. A place is written as in JSON: null, 0, or a number with or
// without a minus.
func moveRule(id int, after string) string {
	return fmt.Sprintf(`{"move":{"id":%d,"after":%s}}`, id, after)
}

func insertRules(after string, rules ...string) string {
	return fmt.Sprintf(`{"insert":{"after":%s,"rules":[%s]}}`, after, strings.Join(rules, ","))
}

func replaceRules(rules ...string) string {
	return fmt.Sprintf(`{"rules":[%s],"delete":null}`, strings.Join(rules, ","))
}

func deleteRules(ids string) string { return fmt.Sprintf(`{"rules":null,"delete":[%s]}`, ids) }

// ruleText returns a rule between two groups that allows everything.
func ruleText(id int, from, to, cfgType string) string {
	return fmt.Sprintf(`{"id":%d,"from":%q,"to":%q,"action":"allow","ports":"any","cfg_type":%q}`, id, from, to, cfgType)
}

func fedRule(id int) string { return ruleText(id, "fed.one", "fed.one", "federal") }

func ownRule(id int) string { return ruleText(id, "one", "one", "user_created") }

// bareRule is a rule of which nothing is to change.
func bareRule(id int) string { return fmt.Sprintf(`{"id":%d}`, id) }

// masterWithGroups starts a master with two groups in each scope.
func masterWithGroups(t *testing.T) *fedtest.Cluster {
	t.Helper()
	master := fedtest.New(t).Master("hub")
	for _, name := range []string{"fed.one", "fed.two", "one", "two"} {
		createGroup(master, name)
	}
	return master
}
