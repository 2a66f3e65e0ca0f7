package e2e_test

import (
	"net/http"
	"testing"
)

const networkRules = "/v1/policy/rule"

// TestNeuvectorRules_move is TestFedPolicyRuleMove, and what its refusals should be. The two lists are one for who
// gives a place, federated rules first; a rule leaves its own list for no place.
func TestNeuvectorRules_move(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(100002), fedRule(100003)), nil)
	master.Must(http.MethodPatch, networkRules+"?scope=local", insertRules("null", ownRule(10), ownRule(100)), nil)
	const start, swapped, own, ownSwapped = "100002 100003", "100003 100002", "10 100", "100 10"
	sendToList(t, master, networkRules, []listRequest{
		{"behind a rule of the cluster's own", "fed", moveRule(100003, "10"), isDone, start, own},
		{"to the end", "fed", moveRule(100002, "null"), isDone, swapped, own},
		{"before a rule of the cluster's own", "fed", moveRule(100003, "-10"), isDone, start, own},
		{"behind the rule that it is behind", "fed", moveRule(100003, "100002"), isDone, start, own},
		{"before another", "fed", moveRule(100003, "-100002"), isDone, swapped, own},
		{"to the beginning", "fed", moveRule(100002, "0"), isDone, start, own},

		{"own one, before a federated one", "local", moveRule(100, "-100002"), isDone, start, ownSwapped},
		{"own first one, behind a federated one", "local", moveRule(100, "100003"), isDone, start, ownSwapped},
		{"own last one, behind a federated one", "local", moveRule(10, "100003"), isDone, start, own},
		{"own one, before itself", "local", moveRule(10, "-10"), isDone, start, own},
		{"own one, behind itself", "local", moveRule(10, "10"), isDone, start, own},
		{"own one, behind another", "local", moveRule(10, "100"), isDone, start, ownSwapped},
		{"own last one, to the end", "local", moveRule(10, "null"), isDone, start, ownSwapped},
		{"own first one, to the end", "local", moveRule(100, "null"), isDone, start, own},
		{"own one, before another", "local", moveRule(100, "-10"), isDone, start, ownSwapped},
		{"without a scope it is an own one", "", moveRule(100, "null"), isDone, start, own},

		{"federated one in the local scope", "local", moveRule(100003, "0"), isNotAllowed, start, own},
		{"own one in the federated scope", "fed", moveRule(100, "0"), isNotAllowed, start, own},
		{"that is not there", "fed", moveRule(100009, "0"), isMissing, start, own},
		{"own one that is not there", "local", moveRule(11, "0"), isMissing, start, own},
		{"behind one that is not there", "fed", moveRule(100002, "100009"), isMissing, start, own},
		{"own one, before one that is not there", "local", moveRule(10, "-11"), isMissing, start, own},
	})
}

// TestNeuvectorRules_insert is TestFedPolicyRuleInsert and TestPolicyRuleInsert. New rules without a number get the ones
// above the highest.
func TestNeuvectorRules_insert(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules, insertRules("null", ownRule(10), ownRule(100)), nil)
	sendToList(t, master, networkRules, []listRequest{
		{"before a rule of the cluster's own", "fed", insertRules("-10", fedRule(100002)), isDone, "100002", "10 100"},
		{"behind a rule of the cluster's own", "fed", insertRules("10", fedRule(100003)), isDone, "100002 100003", "10 100"},
		{
			"at the beginning", "fed", insertRules("0", fedRule(0), fedRule(0)), isDone,
			"100004 100005 100002 100003", "10 100",
		},
		{
			"behind another", "fed", insertRules("100003", fedRule(0), fedRule(0)), isDone,
			"100004 100005 100002 100003 100006 100007", "10 100",
		},
		{
			"at the end", "fed", insertRules("null", fedRule(0)), isDone,
			"100004 100005 100002 100003 100006 100007 100008", "10 100",
		},
		{"delete all but one", "fed", replaceRules(bareRule(100002)), isDone, "100002", "10 100"},
		{"own ones, behind a federated one", "local", insertRules("100002", ownRule(0), ownRule(0)), isDone, "100002", "101 102 10 100"},
		{"own one, at the beginning", "local", insertRules("0", ownRule(0)), isDone, "100002", "103 101 102 10 100"},
		{"delete the new ones", "local", deleteRules("101,102,103"), isDone, "100002", "10 100"},
		{"own one, before another", "local", insertRules("-100", ownRule(11)), isDone, "100002", "10 11 100"},
		{
			"own one to an address, at the end", "local", insertRules("null", ruleText(20, "one", "Workload:192.168.0.1", "user_created")), isDone,
			"100002", "10 11 100 20",
		},
		{"own one without a scope", "", insertRules("null", ruleText(0, "one", "one", "")), isDone, "100002", "10 11 100 20 101"},

		{"number that is never given out", "fed", insertRules("null", fedRule(100000)), isDone, "100002 100000", "10 11 100 20 101"},
		{"highest number", "fed", insertRules("null", fedRule(109999)), isDone, "100002 100000 109999", "10 11 100 20 101"},
		{
			"then the lowest that are free", "fed", insertRules("null", fedRule(0), fedRule(0)), isDone,
			"100002 100000 109999 100001 100003", "10 11 100 20 101",
		},
		{"own highest number", "local", insertRules("0", ownRule(9999)), isDone, "100002 100000 109999 100001 100003", "9999 10 11 100 20 101"},
		{
			"own lowest that is free", "local", insertRules("0", ownRule(0)), isDone,
			"100002 100000 109999 100001 100003", "1 9999 10 11 100 20 101",
		},
	})
}

// TestNeuvectorRules_insertRefused is TestFedPolicyRuleInsertNegative and TestPolicyRuleInsertNegative.
func TestNeuvectorRules_insertRefused(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(100001)), nil)
	master.Must(http.MethodPatch, networkRules, insertRules("null", ownRule(10), ownRule(100)), nil)
	mixed := insertRules("100", fedRule(100003), ownRule(100004))
	for _, r := range []struct {
		does, scope, body string
		want              refusal
	}{
		{"a number that is taken", "fed", insertRules("-100", fedRule(100001)), isInUse},
		{"a place that is not there comes first", "fed", insertRules("100009", fedRule(100001)), isMissing},
		{"types that differ", "fed", mixed, isWrong},
		{"types that differ, own scope", "local", mixed, isWrong},
		{"federated type in the own scope", "local", insertRules("100001", ruleText(100003, "one", "one", "federal")), isWrong},
		{"federated type behind an own rule", "local", insertRules("100", ruleText(100003, "one", "one", "federal")), isWrong},
		{"own type in the federated scope", "fed", insertRules("null", ruleText(100003, "fed.one", "fed.one", "user_created")), isWrong},
		{"federated number for an own rule", "local", insertRules("null", ownRule(100013)), isWrong},
		{"base number for an own rule", "local", insertRules("null", ownRule(110013)), isWrong},
		{"learned number for an own rule", "local", insertRules("null", ownRule(10005)), isWrong},
		{"own number for a federated rule", "fed", insertRules("null", fedRule(7)), isWrong},
		{"own number that is taken", "local", insertRules("10", ownRule(100)), isInUse},
		{"own groups", "fed", insertRules("null", ruleText(0, "one", "fed.one", "federal")), isWrong},
		{"federated groups", "local", insertRules("null", ruleText(0, "one", "fed.one", "user_created")), isWrong},
		{"a group that is not there", "fed", insertRules("null", ruleText(0, "fed.one", "fed.gone", "federal")), isWrong},
		{"both ends special", "fed", insertRules("null", ruleText(0, "external", "nodes", "federal")), isWrong},
		{"all containers are not federated", "fed", insertRules("null", ruleText(0, "fed.one", "containers", "federal")), isWrong},
		{"no action", "fed", insertRules("null", `{"from":"fed.one","to":"fed.one","ports":"any"}`), isWrong},
		{"an action that is none", "fed", insertRules("null", `{"from":"fed.one","to":"fed.one","action":"violate"}`), isWrong},
		{"priority", "fed", insertRules("null", `{"from":"fed.one","to":"fed.one","action":"deny","priority":101}`), isWrong},
		{"one wrong rule of two", "fed", insertRules("null", fedRule(0), fedRule(7)), isWrong},
	} {
		sendToList(t, master, networkRules, []listRequest{{r.does, r.scope, r.body, r.want, "100001", "10 100"}})
	}
}
