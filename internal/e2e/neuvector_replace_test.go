package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// TestNeuvectorRules_replace is TestFedPolicyRuleReplace, TestFedPolicyRuleReplaceNegative and
// TestFedPolicyRuleReplaceWithSmallerPayload. What is not in the list is gone, and a rule of which there is only the
// number stays as it is.
func TestNeuvectorRules_replace(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(100001)), nil)
	master.Must(http.MethodPatch, networkRules, insertRules("null", ownRule(10), ownRule(20)), nil)
	crossed, back := ruleText(100002, "fed.one", "fed.two", "federal"), ruleText(100003, "fed.two", "fed.one", "federal")
	fresh, again := ruleText(0, "fed.two", "fed.two", "federal"), ruleText(100003, "fed.two", "fed.two", "federal")
	sendToList(t, master, networkRules, []listRequest{
		{"own list", "local", replaceRules(ownRule(10)), isDone, "100001", "10"},
		{"with one to the outside", "fed", replaceRules(ruleText(100002, "fed.one", "external", "")), isDone, "100002", "10"},
		{"with one to all nodes", "fed", replaceRules(ruleText(100002, "fed.one", "nodes", "")), isDone, "100002", "10"},
		{"begin again", "fed", replaceRules(fedRule(100001)), isDone, "100001", "10"},

		{"own rule in the federated list", "fed", replaceRules(ruleText(10, "one", "one", "")), isWrong, "100001", "10"},
		{"base rule", "fed", replaceRules(ruleText(110001, "one", "one", "ground")), isWrong, "100001", "10"},
		{"number of a base rule", "fed", replaceRules(ruleText(110002, "one", "one", "")), isWrong, "100001", "10"},
		{"with one to all containers", "fed", replaceRules(ruleText(100002, "fed.one", "containers", "")), isWrong, "100001", "10"},

		{"bare number that no rule has", "fed", replaceRules(bareRule(100002)), isMissing, "100001", "10"},
		{"two new ones before the old one", "fed", replaceRules(crossed, back, bareRule(100001)), isDone, "100002 100003 100001", "10"},
		{"another order and one less", "fed", replaceRules(bareRule(100001), bareRule(100002)), isDone, "100001 100002", "10"},
		{
			"new one before the old ones", "fed", replaceRules(fresh, bareRule(100001), bareRule(100002)), isDone,
			"100003 100001 100002", "10",
		},
		{
			"a number twice", "fed", replaceRules(bareRule(100002), bareRule(100003), again, bareRule(100001)), isWrong,
			"100003 100001 100002", "10",
		},
		{
			"another order", "fed", replaceRules(bareRule(100002), bareRule(100001), bareRule(100003)), isDone,
			"100002 100001 100003", "10",
		},
		{"delete a number that is not federated", "fed", deleteRules("10003"), isNotAllowed, "100002 100001 100003", "10"},
		{"delete two, and one that is gone", "fed", deleteRules("100002,100003,100004"), isDone, "100001", "10"},
		{"delete one that is gone", "fed", deleteRules("100004"), isDone, "100001", "10"},
		{"nothing", "fed", replaceRules(), isDone, "", "10"},
	})
}

// TestNeuvectorRules_replaceKeeps holds a rule that is given by its number to what it says.
func TestNeuvectorRules_replaceKeeps(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	const full = `{"from":"fed.one","to":"fed.two","action":"deny","ports":"udp/53","applications":["DNS"],"comment":"names","disable":true}`
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", full, fedRule(0)), nil)
	before := rulesOf(master, "fed")
	const zeros = `{"id":100001,"comment":"","from":"","to":"","ports":"","action":"","applications":null,"learned":false,"disable":false,"priority":0}`
	for name, bare := range map[string]string{"the number alone": bareRule(100001), "with the zero values of a client": zeros} {
		master.Must(http.MethodPatch, networkRules+"?scope=fed", replaceRules(bareRule(100002), bare), nil)
		if diff := cmp.Diff(before[0], rulesOf(master, "fed")[1]); diff != "" {
			t.Errorf("%s: the rule is another one now:\n%s", name, diff)
		}
	}
}

// TestNeuvectorRules_replaceByAdmin is the part of both negative tests that is about who may.
func TestNeuvectorRules_replaceByAdmin(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(0), fedRule(0)), nil)
	admin := userOf(master, "admin")
	for _, body := range []string{
		replaceRules(bareRule(100002), bareRule(100001)), replaceRules(), deleteRules("100001"),
		insertRules("0", fedRule(0)), moveRule(100002, "0"),
	} {
		isForbidden.check(t, body, admin.Call(http.MethodPatch, networkRules+"?scope=fed", body))
	}
	if got := fieldsOf(t, admin, networkRules+"?scope=fed", "rules", "id"); got != "100001 100002" {
		t.Errorf("the federated rules are %s", got)
	}
	isDone.check(t, "own rules", admin.Call(http.MethodPatch, networkRules, replaceRules(ownRule(1))))
}

// TestNeuvectorRules_replaceOwn is TestPolicyRuleReplace, TestPolicyRuleReplaceWithSmallerPayload,
// TestPolicyRuleReplaceWrongID, TestPolicyRuleAddRuleAssignID and TestPolicyRuleReplaceRuleDuplicateID.
func TestNeuvectorRules_replaceOwn(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	const fed = "100001"
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(100001)), nil)
	toHost, fromWorkload := ruleText(100, "one", "Host:1.2.3.4", "user_created"), ruleText(101, "Workload:10.1.1.1", "one", "user_created")
	sendToList(t, master, networkRules, []listRequest{
		{"the first one", "local", replaceRules(ownRule(10)), isDone, fed, "10"},
		{"bare number that no rule has", "local", replaceRules(bareRule(10), bareRule(11)), isMissing, fed, "10"},
		{"new one behind it", "local", replaceRules(bareRule(10), ownRule(0)), isDone, fed, "10 11"},
		{"new one first, another with its number", "local", replaceRules(ownRule(0), ownRule(1), bareRule(11), bareRule(10)), isDone, fed, "12 1 11 10"},
		{"another order", "local", replaceRules(bareRule(11), bareRule(10), bareRule(12), bareRule(1)), isDone, fed, "11 10 12 1"},
		{"hosts and workloads", "local", replaceRules(bareRule(1), toHost, fromWorkload, ownRule(102)), isDone, fed, "1 100 101 102"},
		{"delete the number of a base rule", "local", deleteRules("110001"), isNotAllowed, fed, "1 100 101 102"},
		{"delete a federated one", "local", deleteRules("100001"), isNotAllowed, fed, "1 100 101 102"},
		{"delete a federated one that is not there", "", deleteRules("100003"), isNotAllowed, fed, "1 100 101 102"},
		{"delete two, and one that is not there", "", deleteRules("1,100,1004"), isDone, fed, "101 102"},
		{"new one in the place of both", "local", replaceRules(ownRule(0), ownRule(1)), isDone, fed, "103 1"},
		{"nothing", "local", replaceRules(), isDone, fed, ""},

		{"two", "local", replaceRules(ownRule(10), ownRule(11)), isDone, fed, "10 11"},
		{
			"numbers given and left out", "local", replaceRules(ownRule(10), bareRule(11), ownRule(12), ownRule(0), ownRule(0)), isDone,
			fed, "10 11 12 13 14",
		},
		{"a number twice", "local", replaceRules(bareRule(10), ownRule(12), bareRule(11), ownRule(12)), isWrong, fed, "10 11 12 13 14"},
		{"number of a learned rule", "local", replaceRules(bareRule(10), ownRule(10005)), isWrong, fed, "10 11 12 13 14"},
	})
}

// TestNeuvectorRules_replaceOfOneScope is TestPolicyRuleReplaceFedRuleOrder and TestPolicyRuleReplaceOrder: a client sends
// back the whole list that it read, and only the rules of the scope are replaced.
func TestNeuvectorRules_replaceOfOneScope(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(100001), fedRule(100002)), nil)
	master.Must(http.MethodPatch, networkRules, insertRules("null", ownRule(10), ownRule(20), ownRule(30)), nil)
	before := rulesOf(master, "fed")
	toTwo := ruleText(10, "one", "two", "user_created")
	sendToList(t, master, networkRules, []listRequest{
		{
			"federated ones last, and other words in one", "local",
			replaceRules(ownRule(30), ownRule(20), toTwo, ruleText(100002, "one", "one", "federal"), fedRule(100001)), isDone,
			"100001 100002", "30 20 10",
		},
		{
			"federated ones by their numbers", "local", replaceRules(bareRule(100001), bareRule(10), bareRule(20), bareRule(30)), isDone,
			"100001 100002", "10 20 30",
		},
	})
	if diff := cmp.Diff(before, rulesOf(master, "fed")); diff != "" {
		t.Errorf("federated rules that were sent with own ones changed:\n%s", diff)
	}
	own := rulesOf(master, "local")
	if own[0].To != "two" {
		t.Errorf("rule 10 goes to %q", own[0].To)
	}
	sendToList(t, master, networkRules, []listRequest{
		{"own ones between", "fed", replaceRules(ownRule(99), bareRule(100002), bareRule(10), bareRule(100001)), isDone, "100002 100001", "10 20 30"},
	})
	if diff := cmp.Diff(own, rulesOf(master, "local")); diff != "" {
		t.Errorf("own rules that were sent with federated ones changed:\n%s", diff)
	}
}

// TestNeuvectorRules_replaceTime is TestPolicyRuleReplaceTime and TestPolicyRuleReplaceDeleteCount: a changed rule stays
// the one that it is, and the others are left alone.
func TestNeuvectorRules_replaceTime(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	withSSL := func(id int) string {
		return fmt.Sprintf(`{"id":%d,"from":"fed.one","to":"fed.two","action":"allow","ports":"any","applications":["HTTP","SSL"]}`, id)
	}
	const scope = networkRules + "?scope=fed"
	master.Must(http.MethodPatch, scope, insertRules("null", fedRule(100010), fedRule(100011), withSSL(100012), fedRule(100013),
		fedRule(100020), fedRule(100021)), nil)
	before := rulesOf(master, "fed")
	master.Clock.Move(time.Minute)
	const otherApplication = `{"id":100011,"from":"fed.one","to":"fed.one","action":"allow","ports":"any","applications":["HTTP"]}`
	const otherAction = `{"id":100013,"from":"fed.one","to":"fed.one","action":"deny","ports":"any"}`
	answer := master.Must(http.MethodPatch, scope, replaceRules(
		fedRule(100010), otherApplication, withSSL(100012), otherAction, bareRule(100020)), nil)
	changed := map[uint32]bool{100011: true, 100013: true}
	for i, r := range rulesOf(master, "fed") {
		if was := before[i]; r.ID != was.ID || r.CreatedTimestamp != was.CreatedTimestamp ||
			(r.LastModifiedTimestamp != was.LastModifiedTimestamp) != changed[r.ID] {
			t.Errorf("rule %d was %+v and is %+v", was.ID, was, r)
		}
	}
	wantKinds(t, master, answer, map[events.Kind]int{events.KindNetworkRuleRemoved: 1, events.KindNetworkRuleDefined: 2})
}

// wantKinds checks what a request to change federated policy had recorded.
func wantKinds(t *testing.T, c *fedtest.Cluster, answer fedtest.Answer, want map[events.Kind]int) {
	t.Helper()
	got := map[events.Kind]int{}
	for _, e := range eventsOf(c, "") {
		if e.Command == answer.Header.Get("X-Fedhub-Command") {
			got[events.Kind(e.Kind)]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
