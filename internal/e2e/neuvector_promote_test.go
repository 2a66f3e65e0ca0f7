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

const (
	promoteNetwork   = "/v1/policy/rules/promote"
	promoteAdmission = "/v1/admission/rule/promote"
)

func promoteText(ids string) string { return fmt.Sprintf(`{"request":{"ids":[%s]}}`, ids) }

// TestNeuvectorPromote_network makes federated rules of the master's own: copies at the end of the federated ones, with
// federated copies of the groups and of what belongs to those.
func TestNeuvectorPromote_network(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	makeThings(master, "local")
	createGroup(master, "fed.old")
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", ruleText(0, "fed.old", "external", "federal")), nil)
	own := rulesOf(master, "local")

	master.Must(http.MethodPost, promoteNetwork, promoteText("3,1"), nil)
	rules := rulesOf(master, "fed")
	var got []string
	for _, r := range rules {
		got = append(got, fmt.Sprintf("%d %s>%s %s %q", r.ID, r.From, r.To, r.Action, r.Comment))
	}
	want := []string{
		`100001 fed.old>external allow ""`,
		`100002 external>fed.doomed deny "promoted from rule 3"`,
		`100003 fed.doomed>fed.stays allow "promoted from rule 1"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("federated rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(own, rulesOf(master, "local")); diff != "" {
		t.Errorf("the own rules changed:\n%s", diff)
	}
	if got := fieldsOf(t, master, "/v1/group?scope=fed", "groups", "name"); got != "fed.containers fed.doomed fed.nodes fed.old fed.stays" {
		t.Errorf("federated groups: %s", got)
	}
	wantPromotedBelongings(t, master)

	master.Must(http.MethodPost, promoteNetwork, promoteText("2"), nil) // its groups are there by now, and say the same
	if got := fieldsOf(t, master, networkRules+"?scope=fed", "rules", "id"); got != "100001 100002 100003 100004" {
		t.Errorf("after another promotion: %s", got)
	}
	before := master.Federal().Digest()
	sendAll(t, master, []request{
		{"a rule that is not there", http.MethodPost, promoteNetwork, promoteText("9"), isNotPromoted},
		{"one that is there and one that is not", http.MethodPost, promoteNetwork, promoteText("1,9"), isNotPromoted},
		{"a federated rule", http.MethodPost, promoteNetwork, promoteText("100001"), isNotPromoted},
		{"none", http.MethodPost, promoteNetwork, promoteText(""), isWrong},
		{"the group says something else by now", http.MethodPatch, "/v1/group/stays", `{"config":{"name":"stays","comment":"c"}}`, isDone},
		{"a rule of that group", http.MethodPost, promoteNetwork, promoteText("2"), isNotPromoted},
	})
	for _, role := range []string{"admin", "fedReader", "reader"} {
		isForbidden.check(t, role+" promotes", userOf(master, role).Call(http.MethodPost, promoteNetwork, promoteText("1")))
	}
	if master.Federal().Digest() != before {
		t.Error("a refused promotion changed something")
	}
}

// wantPromotedBelongings checks what came with the group: its profiles and its sensors, by the numbers of federated ones.
func wantPromotedBelongings(t *testing.T, master *fedtest.Cluster) {
	t.Helper()
	var process wire.OneProcessProfile
	readInto(t, master, "/v1/process_profile/fed.doomed", &process)
	if list := process.ProcessProfile.ProcessList; len(list) != 1 || list[0].Name != "sh" || list[0].CfgType != "federal" {
		t.Errorf("process profile: %+v", process.ProcessProfile)
	}
	var file wire.OneFileProfile
	readInto(t, master, "/v1/file_monitor/fed.doomed", &file)
	if list := file.Profile.Filters; len(list) != 1 || list[0].Filter != "/etc/passwd" {
		t.Errorf("file profile: %+v", file.Profile)
	}
	for kind, name := range map[string]string{"dlp": "fed.cards", "waf": "fed.shells"} {
		var bound wire.OneSensorGroup
		readInto(t, master, "/v1/"+kind+"/group/fed.doomed", &bound)
		if got := usedBy(bound); got != "true "+name+":deny" {
			t.Errorf("%s: %s", kind, got)
		}
		var sensor wire.OneSensor
		readInto(t, master, "/v1/"+kind+"/sensor/"+name, &sensor)
		if s := sensor.Sensor; s.CfgType != "federal" || len(s.Rules) != 1 || s.Rules[0].Name != "r" || len(s.Groups) != 1 {
			t.Errorf("%s: %+v", kind, s)
		}
	}
}

// TestNeuvectorPromote_admission makes federated rules of the master's own.
func TestNeuvectorPromote_admission(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	for _, cfgType := range []string{"federal", "user_created"} {
		master.Must(http.MethodPost, admissionRule, admissionText(0, cfgType, "exception", asRoot), nil)
	}
	master.Must(http.MethodPost, admissionRule, admissionText(0, "user_created", "deny", criterionText("namespace", "containsAny", "shop")), nil)
	master.Must(http.MethodPost, promoteAdmission, promoteText("1001,1000"), nil)
	want := []string{
		"100001 exception runAsRoot ", "100002 deny namespace promoted from rule 1001", "100003 exception runAsRoot promoted from rule 1000",
	}
	if diff := cmp.Diff(want, admissionsOf(t, master, "fed")); diff != "" {
		t.Errorf("federated rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"1000 exception runAsRoot ", "1001 deny namespace "}, admissionsOf(t, master, "local")); diff != "" {
		t.Errorf("own rules (-want +got):\n%s", diff)
	}
	before := master.Federal().Digest()
	sendAll(t, master, []request{
		{"a rule that is not there", http.MethodPost, promoteAdmission, promoteText("1000,1009"), isNotPromoted},
		{"a federated rule", http.MethodPost, promoteAdmission, promoteText("100001"), isNotPromoted},
		{"none", http.MethodPost, promoteAdmission, promoteText(""), isWrong},
	})
	isForbidden.check(t, "admin promotes", userOf(master, "admin").Call(http.MethodPost, promoteAdmission, promoteText("1000")))
	if master.Federal().Digest() != before {
		t.Error("a refused promotion changed something")
	}
}

// admissionsOf returns the admission rules of a scope in a few words each.
func admissionsOf(t *testing.T, c *fedtest.Cluster, scope string) []string {
	t.Helper()
	var got wire.AdmissionRules
	readInto(t, c, admissionRules+"?scope="+scope, &got)
	var out []string
	for _, r := range got.Rules {
		first := events.AdmissionCriterion{}
		if len(r.Criteria) > 0 {
			first = r.Criteria[0]
		}
		out = append(out, fmt.Sprintf("%d %s %s %s", r.ID, r.RuleType, first.Name, r.Comment))
	}
	return out
}
