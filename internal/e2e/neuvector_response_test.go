package e2e_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

const responseRules = "/v1/response/rule"

// alertText returns a response rule for a group as JSON.
func alertText(id int, group, cfgType string) string {
	return fmt.Sprintf(`{"id":%d,"event":"event","comment":"","group":%q,"conditions":[{"type":"level","value":"Alert"}],"actions":["suppress-log"],
		"webhooks":[],"disable":false,"cfg_type":%q}`, id, group, cfgType)
}

// TestNeuvectorResponse_insert asks where new rules come and which numbers they get. The type of the rules says which
// list they come into.
func TestNeuvectorResponse_insert(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	fed := func(id int) string { return alertText(id, "fed.one", "federal") }
	own := func(id int) string { return alertText(id, "one", "") }
	sendToList(t, master, responseRules, []listRequest{
		{"first own one", "", insertRules("null", own(0)), isDone, "", "8"},
		{"first federated one", "", insertRules("null", fed(0)), isDone, "100001", "8"},
		{"last", "", insertRules("null", fed(0), fed(0)), isDone, "100001 100002 100003", "8"},
		{"first", "", insertRules("0", fed(0)), isDone, "100004 100001 100002 100003", "8"},
		{"behind another", "", insertRules("100001", fed(100020)), isDone, "100004 100001 100020 100002 100003", "8"},
		{"before another", "", insertRules("-100002", fed(0)), isDone, "100004 100001 100020 100021 100002 100003", "8"},
		{"delete all federated ones", "fed", `{"insert":{"rules":[]}}`, isDone, "100004 100001 100020 100021 100002 100003", "8"},
		{"own one behind a federated one", "", insertRules("100003", own(0)), isDone, "100004 100001 100020 100021 100002 100003", "9 8"},
		{"no rules", "", insertRules("0"), isDone, "100004 100001 100020 100021 100002 100003", "9 8"},
	})
	master.Must(http.MethodDelete, responseRules+"?scope=fed", nil, nil)
	sendToList(t, master, responseRules, []listRequest{
		{"federated one behind an own one", "", insertRules("9", fed(100005)), isDone, "100005", "9 8"},
		{"federated one before an own one", "", insertRules("-9", fed(0)), isDone, "100005 100006", "9 8"},

		{"two types", "", insertRules("0", fed(0), own(0)), isWrong, "100005 100006", "9 8"},
		{"a number that is taken", "", insertRules("0", fed(100005)), isInUse, "100005 100006", "9 8"},
		{"own number that is taken", "", insertRules("0", own(8)), isInUse, "100005 100006", "9 8"},
		{"number of the other scope", "", insertRules("0", fed(10)), isWrong, "100005 100006", "9 8"},
		{"number below the first", "", insertRules("0", own(7)), isWrong, "100005 100006", "9 8"},
		{"a place that is not there", "", insertRules("100009", fed(0)), isMissing, "100005 100006", "9 8"},
		{"not an insert", "", `{"move":{"id":8,"after":0}}`, isWrong, "100005 100006", "9 8"},
	})
	master.Must(http.MethodDelete, responseRules, nil, nil)
	if got := fieldsOf(t, master, responseRules, "rules", "id"); got != "100005 100006" {
		t.Errorf("after the own ones were deleted: %s", got)
	}
}

// TestNeuvectorResponse_who asks who may write a federated rule. One for no group belongs to the federation like any
// other.
func TestNeuvectorResponse_who(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	alone, master := w.Standalone("alone"), w.Master("hub")
	createGroup(master, "fed.one")
	for _, group := range []string{"", "fed.one", "fed.nodes", "fed.containers", "external"} {
		body := insertRules("0", alertText(0, group, "federal"))
		isDone.check(t, "for "+group, master.Call(http.MethodPatch, responseRules, body))
		isWrong.check(t, "outside of a federation for "+group, alone.Call(http.MethodPatch, responseRules, body))
	}
	for role, own := range map[string]refusal{"admin": isDone, "reader": isForbidden, "fedReader": isForbidden} {
		sendAll(t, userOf(master, role), []request{
			{role + " for no group", http.MethodPatch, responseRules, insertRules("0", alertText(0, "", "federal")), isForbidden},
			{role + " for a group", http.MethodPatch, responseRules, insertRules("0", alertText(0, "fed.one", "federal")), isForbidden},
			{role + " changes", http.MethodPatch, responseRules + "/100001", `{"config":{"id":100001,"comment":"c"}}`, isForbidden},
			{role + " deletes", http.MethodDelete, responseRules + "/100001", "", isForbidden},
			{role + " own one", http.MethodPatch, responseRules, insertRules("0", alertText(0, "", "")), own},
		})
	}
}

// TestNeuvectorResponse_change asks what becomes of one rule in each scope.
func TestNeuvectorResponse_change(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	makeWebhooks(master)
	for _, r := range []struct {
		id, gone        uint32
		prefix, cfgType string
	}{{100001, 100009, "fed.", "federal"}, {8, 9, "", "user_created"}} {
		one := fmt.Sprintf("%s/%d", responseRules, r.id)
		patch := func(fields string) string { return fmt.Sprintf(`{"config":{"id":%d,%s}}`, r.id, fields) }
		does := func(what string) string { return r.cfgType + ": " + what }
		sendAll(t, master, []request{
			{does("made"), http.MethodPatch, responseRules, insertRules("null", alertText(0, r.prefix+"one", r.cfgType)), isDone},
			{does("changed"), http.MethodPatch, one, patch(`"event":"security-event","disable":true,"comment":"c",
				"conditions":[{"type":"process","value":"nc"},{"type":"level","value":"critical"}]`), isDone},
			{does("actions"), http.MethodPatch, one, patch(`"actions":["webhook","quarantine"],"webhooks":["` + r.prefix + `hook"]`), isDone},
			{does("another number"), http.MethodPatch, one, `{"config":{"id":11,"comment":"d"}}`, isWrong},
			{does("that is not there"), http.MethodPatch, fmt.Sprintf("%s/%d", responseRules, r.gone), fmt.Sprintf(`{"config":{"id":%d}}`, r.gone), isMissing},
			{does("read one that is not there"), http.MethodGet, fmt.Sprintf("%s/%d", responseRules, r.gone), "", isMissing},
			{does("delete one that is not there"), http.MethodDelete, fmt.Sprintf("%s/%d", responseRules, r.gone), "", isMissing},
		})
		var got wire.OneResponseRule
		readInto(t, master, one, &got)
		want := wire.ResponseRule{
			ID: r.id, Event: "security-event", Comment: "c", Group: r.prefix + "one", Disable: true, CfgType: r.cfgType,
			Conditions:       []events.ResponseCondition{{Type: "level", Value: "Critical"}, {Type: "process", Value: "nc"}},
			Actions:          []string{"quarantine", "webhook"},
			Webhooks:         []string{r.prefix + "hook"},
			CreatedTimestamp: got.Rule.CreatedTimestamp, LastModifiedTimestamp: got.Rule.LastModifiedTimestamp,
		}
		if diff := cmp.Diff(want, got.Rule); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.cfgType, diff)
		}
		isDone.check(t, does("deleted"), master.Call(http.MethodDelete, one, nil))
	}
}

// TestNeuvectorResponse_refused asks what a rule must have in each scope, and what it may not.
func TestNeuvectorResponse_refused(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	makeWebhooks(master)
	const level, quiet = `[{"type":"level","value":"Alert"}]`, `"actions":["suppress-log"]`
	for does, fields := range map[string]string{
		"no conditions":                   `"event":"event","conditions":[],` + quiet,
		"a condition twice":               `"event":"event","conditions":[{"type":"level","value":"Alert"},{"type":"level","value":"Error"}],` + quiet,
		"a condition of another event":    `"event":"event","conditions":[{"type":"process","value":"nc"}],` + quiet,
		"vulnerability of another event":  `"event":"compliance","conditions":[{"type":"cve-name","value":"CVE-2024-1"}],` + quiet,
		"days for a count that takes one": `"event":"cve-report","conditions":[{"type":"cve-high","value":"3/30"}],` + quiet,
		"a count that is none":            `"event":"cve-report","conditions":[{"type":"cve-high-with-fix","value":"many"}],` + quiet,
		"a level that is none":            `"event":"event","conditions":[{"type":"level","value":"Loud"}],` + quiet,
		"an event that is none":           `"event":"weather","conditions":` + level + `,` + quiet,
		"no actions":                      `"event":"event","conditions":` + level + `,"actions":[]`,
		"an action that is none":          `"event":"event","conditions":` + level + `,"actions":["explode"]`,
		"no webhook for its action":       `"event":"event","conditions":` + level + `,"actions":["webhook"]`,
		"a webhook that is not there":     `"event":"event","conditions":` + level + `,"actions":["webhook"],"webhooks":["@gone"]`,
		"a webhook of the other scope":    `"event":"event","conditions":` + level + `,"actions":["webhook"],"webhooks":["#hook"]`,
		"a group that is not there":       `"event":"event","group":"@gone","conditions":` + level + `,` + quiet,
		"a group of the other scope":      `"event":"event","group":"#one","conditions":` + level + `,` + quiet,
		"an end that is no group":         `"event":"event","group":"Workload:ingress","conditions":` + level + `,` + quiet,
	} {
		for cfgType, fill := range scopesFilled {
			body := fill.Replace(`{"insert":{"rules":[{"cfg_type":"` + cfgType + `",` + fields + `}]}}`)
			isWrong.check(t, cfgType+": "+does, master.Call(http.MethodPatch, responseRules, body))
		}
	}
	for does, fields := range map[string]string{
		"days for a count that takes two": `"event":"cve-report","conditions":[{"type":"cve-high-with-fix","value":"3/30"}],` + quiet,
		"all conditions of a report": `"event":"cve-report","conditions":[{"type":"name","value":"x"},{"type":"cve-name","value":"CVE-2024-1"},
			{"type":"cve-critical","value":"1"}],` + quiet,
		"serverless": `"event":"serverless","conditions":` + level + `,` + quiet,
		"admission":  `"event":"admission-control","conditions":[{"type":"name","value":"x"}],` + quiet,
	} {
		for cfgType, fill := range scopesFilled {
			body := fill.Replace(`{"insert":{"rules":[{"cfg_type":"` + cfgType + `",` + fields + `}]}}`)
			isDone.check(t, cfgType+": "+does, master.Call(http.MethodPatch, responseRules, body))
		}
	}
}

// TestNeuvectorResponse_options asks what a client may offer: the webhooks are those of the scope.
func TestNeuvectorResponse_options(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	makeWebhooks(master)
	for scope, hooks := range map[string][]string{"fed": {"fed.hook"}, "local": {"hook"}, "": {"fed.hook", "hook"}} {
		var got wire.ResponseOptions
		readInto(t, master, "/v1/response/options?scope="+scope, &got)
		if diff := cmp.Diff(hooks, got.Webhooks); diff != "" {
			t.Errorf("webhooks of scope %q:\n%s", scope, diff)
		}
		if diff := cmp.Diff([]string{"name", "level", "process"}, got.ResponseRuleOptions["security-event"].Types); diff != "" {
			t.Errorf("scope %q, conditions of a security event:\n%s", scope, diff)
		}
		if len(got.ResponseRuleOptions) != 6 {
			t.Errorf("scope %q has %d events", scope, len(got.ResponseRuleOptions))
		}
	}
}
