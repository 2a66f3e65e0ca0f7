package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/internal/fedtest"
)

// everyKind are requests that make an object of every kind in a scope, besides those of thingsOfGroup.
var everyKind = []struct{ method, path, body string }{
	{http.MethodPost, webhooks, `{"config":{"name":"@hook","url":"https://example.com/hook","cfg_type":"TYPE"}}`},
	{http.MethodPost, admissionRule, `{"config":{"cfg_type":"TYPE","rule_type":"deny","criteria":[{"name":"runAsRoot","op":"=","value":"true"}]}}`},
	{http.MethodPatch, "/v1/admission/state?scope=SCOPE", `{"state":{"enable":true,"mode":"protect"}}`},
}

// makeEverything makes an object of every kind in a scope.
func makeEverything(c *fedtest.Cluster, scope string) {
	makeThings(c, scope)
	fill := scopesFilled[map[string]string{"fed": "federal", "local": "user_created"}[scope]]
	for _, thing := range everyKind {
		c.Must(thing.method, fill.Replace(thing.path), fill.Replace(thing.body), nil)
	}
}

// listsOfAllKinds are the routes that list objects, with the field of the answer and of its entries.
var listsOfAllKinds = map[string][3]string{
	"/v1/group":           {"groups", "name", "fed.containers fed.doomed fed.nodes fed.stays|doomed stays"},
	networkRules:          {"rules", "id", "100001 100002 100003|1 2 3"},
	admissionRules:        {"rules", "id", "100001|1000"},
	responseRules:         {"rules", "id", "100001 100002|8 9"},
	"/v1/process_profile": {"process_profiles", "group", "fed.containers fed.doomed fed.stays|doomed stays"},
	"/v1/file_monitor":    {"profiles", "group", "fed.containers fed.doomed fed.stays|doomed stays"},
	"/v1/dlp/sensor":      {"sensors", "name", "fed.cards fed.sensor.creditcard fed.sensor.ssn|cards"},
	"/v1/waf/sensor":      {"sensors", "name", "fed.shells|shells"},
	"/v1/dlp/group":       {"dlp_groups", "name", "fed.doomed|doomed"},
	"/v1/waf/group":       {"waf_groups", "name", "fed.doomed|doomed"},
	"/v1/waf/rule":        {"rules", "id", "40000|40000"},
	"/v1/dlp/rule":        {"rules", "name", "r amex diners discover jcb mastercard visa ssn|r"},
}

// thingsToRead are the routes of one object each.
var thingsToRead = []string{
	"/v1/group/fed.doomed", networkRules + "/100001", admissionRule + "/100001", responseRules + "/100001", "/v1/process_profile/fed.doomed",
	"/v1/file_monitor/fed.doomed", "/v1/dlp/sensor/fed.cards", "/v1/waf/sensor/fed.shells", "/v1/dlp/group/fed.doomed", "/v1/waf/group/fed.doomed",
	"/v1/admission/state?scope=fed", "/v1/system/config?scope=fed", "/v2/system/config?scope=fed", "/v1/response/options?scope=fed",
}

// TestNeuvectorRemote_reads compares what a remote says of federated policy, besides its own, with the master.
func TestNeuvectorRemote_reads(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	makeEverything(master, "fed")
	makeEverything(berlin, "local")
	w.Synced(berlin)
	for _, role := range []string{"admin", "reader"} {
		who := userOf(berlin, role)
		for path, list := range listsOfAllKinds {
			fed, own, _ := strings.Cut(list[2], "|")
			for scope, want := range map[string]string{"fed": fed, "local": own, "": fed + " " + own} {
				if got := fieldsOf(t, who, path+"?scope="+scope, list[0], list[1]); got != want {
					t.Errorf("%s reads %s of scope %q: %s; want %s", role, path, scope, got, want)
				}
			}
			isWrong.check(t, path, who.Call(http.MethodGet, path+"?scope=world", nil))
		}
	}
	for _, path := range thingsToRead {
		there, here := master.Must(http.MethodGet, path, nil, nil), berlin.Must(http.MethodGet, path, nil, nil)
		if diff := cmp.Diff(string(there.Body), string(here.Body)); diff != "" {
			t.Errorf("%s (-master +remote):\n%s", path, diff)
		}
	}
	if got := webhooksOf(t, berlin, "/v2/system/config"); got != "fed.hook  true federal, hook  true user_created" {
		t.Errorf("webhooks: %s", got)
	}
}

// TestNeuvectorRemote_ownRules writes a remote's own rules beside federated ones, as clients do that know of one list
// only: they read it whole and send it back.
func TestNeuvectorRemote_ownRules(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	for c, name := range map[*fedtest.Cluster]string{master: "fed.one", berlin: "one"} {
		createGroup(c, name)
	}
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(0), fedRule(0)), nil)
	w.Synced(berlin)
	const fed = "100001 100002"
	sendToList(t, berlin, networkRules, []listRequest{
		{"behind a federated one", "", insertRules("100002", ownRule(0), ownRule(0)), isDone, fed, "1 2"},
		{"before a federated one", "", insertRules("-100001", ownRule(0)), isDone, fed, "3 1 2"},
		{"moved behind a federated one", "local", moveRule(2, "100001"), isDone, fed, "2 3 1"},
		{"federated one moved", "local", moveRule(100002, "0"), isNotAllowed, fed, "2 3 1"},
		{"federated one deleted", "local", deleteRules("1,100002"), isNotAllowed, fed, "2 3 1"},
	})
	all := rulesOf(berlin, "")
	slices.Reverse(all)
	berlin.Must(http.MethodPatch, networkRules, map[string]any{"rules": all, "delete": nil}, nil)
	if got := fieldsOf(t, berlin, networkRules, "rules", "id"); got != fed+" 1 3 2" {
		t.Errorf("after the whole list was sent back the other way round: %s", got)
	}
	w.Synced(berlin)
}

// writesOfAllKinds are requests that write federated policy, each of which a master takes.
var writesOfAllKinds = []struct{ method, path, body string }{
	{http.MethodPatch, "/v1/group/fed.doomed", `{"config":{"name":"fed.doomed","comment":"c"}}`},
	{http.MethodPatch, networkRules + "?scope=fed", `{"move":{"id":100001}}`},
	{http.MethodPatch, networkRules + "/100001", `{"config":{"id":100001,"comment":"c"}}`},
	{http.MethodDelete, networkRules + "/100002", ""},
	{http.MethodPost, admissionRule, `{"config":{"cfg_type":"federal","rule_type":"deny","criteria":[{"name":"imageNoOS","op":"=","value":"true"}]}}`},
	{http.MethodPatch, admissionRule, `{"config":{"id":100001,"comment":"c"}}`},
	{http.MethodDelete, admissionRule + "/100001", ""},
	{http.MethodDelete, admissionRules + "?scope=fed", ""},
	{http.MethodPatch, "/v1/admission/state?scope=fed", `{"state":{"enable":false}}`},
	{http.MethodPatch, responseRules, insertRules("0", alertText(0, "", "federal"))},
	{http.MethodPatch, responseRules + "/100001", `{"config":{"id":100001,"comment":"c"}}`},
	{http.MethodDelete, responseRules + "/100002", ""},
	{http.MethodPatch, "/v1/process_profile/fed.doomed", `{"process_profile_config":{"group":"fed.doomed","baseline":"basic"}}`},
	{http.MethodPatch, "/v1/file_monitor/fed.doomed", `{"config":{"group":"fed.doomed","delete_filters":[{"filter":"/etc/passwd"}]}}`},
	{http.MethodPatch, "/v1/dlp/group/fed.doomed", `{"config":{"name":"fed.doomed","delete":["fed.cards"]}}`},
	{http.MethodPatch, "/v1/waf/group/fed.doomed", `{"config":{"name":"fed.doomed","delete":["fed.shells"]}}`},
	{http.MethodPatch, "/v1/dlp/sensor/fed.cards", `{"config":{"name":"fed.cards","comment":"c"}}`},
	{http.MethodDelete, "/v1/dlp/sensor/fed.cards", ""},
	{http.MethodDelete, "/v1/waf/sensor/fed.shells", ""},
	{http.MethodPost, "/v1/waf/sensor", newSensor("fed.more", "federal", aSensorRule)},
	{http.MethodPatch, webhooks + "/fed.hook?scope=fed", `{"config":{"name":"fed.hook","enable":false}}`},
	{http.MethodDelete, webhooks + "/fed.hook", ""},
	{http.MethodPatch, "/v2/system/config?scope=fed", `{"fed_config":{"webhooks":[]}}`},
	{http.MethodDelete, responseRules + "?scope=fed", ""},
	{http.MethodDelete, networkRules + "?scope=fed", ""},
	{http.MethodDelete, "/v1/group/fed.doomed", ""},
}

// TestNeuvectorRemote_readOnly sends writes of federated policy to a remote, which refuses them all, and then to the
// master, which does not.
func TestNeuvectorRemote_readOnly(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	makeEverything(master, "fed")
	w.Synced(berlin)
	before, own := berlin.Federal().Digest(), berlin.Local().Digest()
	reader := userOf(berlin, "reader")
	for _, write := range writesOfAllKinds {
		what := fmt.Sprintf("%s %s", write.method, write.path)
		isReadOnly.check(t, what, berlin.Call(write.method, write.path, write.body))
		isForbidden.check(t, what+" by a reader", reader.Call(write.method, write.path, write.body))
	}
	if berlin.Federal().Digest() != before || berlin.Local().Digest() != own {
		t.Error("a refused write changed something")
	}
	for _, write := range writesOfAllKinds {
		isDone.check(t, fmt.Sprintf("%s %s at the master", write.method, write.path), master.Call(write.method, write.path, write.body))
	}
	w.Synced(berlin)
	if got := fieldsOf(t, berlin, "/v1/group", "groups", "name"); got != "fed.containers fed.nodes fed.stays" {
		t.Errorf("in the end the remote has the groups %s", got)
	}
}
