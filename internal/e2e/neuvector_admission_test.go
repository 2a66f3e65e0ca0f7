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
	admissionRules = "/v1/admission/rules"
	admissionRule  = "/v1/admission/rule"
)

// admissionText returns the body that writes an admission rule with the given criteria, written as JSON.
func admissionText(id int, cfgType, ruleType, criteria string) string {
	return fmt.Sprintf(`{"config":{"id":%d,"category":"Kubernetes","comment":"","criteria":[%s],"disable":false,"actions":[],
		"cfg_type":%q,"rule_type":%q}}`, id, criteria, cfgType, ruleType)
}

// criterionText returns a criterion as JSON.
func criterionText(name, op, value string) string {
	return fmt.Sprintf(`{"name":%q,"op":%q,"value":%q}`, name, op, value)
}

var asRoot = criterionText("runAsRoot", "=", "true")

// TestNeuvectorAdmission_numbers asks which numbers rules get. The number in a request is no more than a claim that no
// rule has it; federated rules come first, and in each scope they are listed by number.
func TestNeuvectorAdmission_numbers(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	for _, r := range []struct {
		does, cfgType string
		asked         int
		want          refusal
		got           uint32
	}{
		{"first federated one", "federal", 0, isDone, 100001},
		{"first own one", "user_created", 0, isDone, 1000},
		{"federated one that asks for a number", "federal", 100050, isDone, 100002},
		{"own one that asks for a number", "user_created", 2000, isDone, 1001},
		{"own one without a type", "", 0, isDone, 1002},
		{"federated one that asks for a taken number", "federal", 100001, isWrong, 0},
		{"own one that asks for a taken number", "user_created", 1001, isWrong, 0},
		{"own one that asks for that of a federated one", "user_created", 100002, isWrong, 0},
		{"federated one that asks for that of an own one", "federal", 1000, isWrong, 0},
		{"another federated one", "federal", 0, isDone, 100003},
	} {
		answer := master.Call(http.MethodPost, admissionRule, admissionText(r.asked, r.cfgType, "deny", asRoot))
		r.want.check(t, r.does, answer)
		if r.want != isDone {
			continue
		}
		var made wire.OneAdmissionRule
		answer.Into(t, &made)
		if made.Rule.ID != r.got || made.Rule.RuleType != "deny" || len(made.Rule.Criteria) != 1 {
			t.Errorf("%s: made %+v; want the number %d", r.does, made.Rule, r.got)
		}
	}
	numbers := func(does, fed, own string) {
		t.Helper()
		for scope, want := range map[string]string{"fed": fed, "local": own, "": fed + " " + own} {
			if got := fieldsOf(t, master, admissionRules+"?scope="+scope, "rules", "id"); got != want {
				t.Errorf("%s: the rules of scope %q are %s; want %s", does, scope, got, want)
			}
		}
	}
	numbers("made", "100001 100002 100003", "1000 1001 1002")
	sendAll(t, master, []request{
		{"highest one deleted", http.MethodDelete, admissionRule + "/100003", "", isDone},
		{"one between deleted", http.MethodDelete, admissionRule + "/1001", "", isDone},
		{"next federated one", http.MethodPost, admissionRule, admissionText(0, "federal", "exception", asRoot), isDone},
		{"next own one", http.MethodPost, admissionRule, admissionText(0, "user_created", "exception", asRoot), isDone},
	})
	numbers("given out again", "100001 100002 100003", "1000 1002 1003")
	master.Must(http.MethodDelete, admissionRules, nil, nil)
	if got := fieldsOf(t, master, admissionRules, "rules", "id"); got != "100001 100002 100003" {
		t.Errorf("after the own ones were deleted: %s", got)
	}
	master.Must(http.MethodDelete, admissionRules+"?scope=fed", nil, nil)
	if got := fieldsOf(t, master, admissionRules, "rules", "id"); got != "" {
		t.Errorf("after all were deleted: %s", got)
	}
}

// TestNeuvectorAdmission_change asks what a change may say: the number is in the body, and an exception has no mode.
func TestNeuvectorAdmission_change(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	for scope, r := range map[string]struct {
		id, gone       uint32
		cfgType, other string
	}{"fed": {100001, 100009, "federal", "user_created"}, "local": {1000, 1009, "user_created", "federal"}} {
		patch := func(fields string) string { return fmt.Sprintf(`{"config":{"id":%d,%s}}`, r.id, fields) }
		does := func(what string) string { return scope + ": " + what }
		sendAll(t, master, []request{
			{does("made"), http.MethodPost, admissionRule, admissionText(0, r.cfgType, "deny", asRoot), isDone},
			{does("exception with a mode"), http.MethodPost, admissionRule, fmt.Sprintf(
				`{"config":{"cfg_type":%q,"rule_type":"exception","rule_mode":"monitor","criteria":[%s]}}`, r.cfgType, asRoot), isWrong},
			{does("no type"), http.MethodPost, admissionRule, admissionText(0, r.cfgType, "", asRoot), isWrong},
			{does("another type"), http.MethodPost, admissionRule, admissionText(0, r.cfgType, "ask", asRoot), isWrong},
			{does("no criteria"), http.MethodPost, admissionRule, admissionText(0, r.cfgType, "deny", ""), isWrong},
			{does("mode"), http.MethodPatch, admissionRule, patch(`"rule_mode":"protect"`), isDone},
			{does("another mode"), http.MethodPatch, admissionRule, patch(`"rule_mode":"discover"`), isWrong},
			{does("containers"), http.MethodPatch, admissionRule, patch(`"containers":["init_containers","containers"],"disable":true,"comment":"c"`), isDone},
			{does("containers of no kind"), http.MethodPatch, admissionRule, patch(`"containers":["sidecars"]`), isWrong},
			{does("exception, and its mode stays"), http.MethodPatch, admissionRule, patch(`"rule_type":"exception","rule_mode":"protect"`), isWrong},
			{does("of the other scope"), http.MethodPatch, admissionRule, patch(fmt.Sprintf(`"cfg_type":%q`, r.other)), isWrong},
			{does("that is not there"), http.MethodPatch, admissionRule, fmt.Sprintf(`{"config":{"id":%d,"comment":"c"}}`, r.gone), isMissing},
			{does("read one that is not there"), http.MethodGet, fmt.Sprintf("%s/%d", admissionRule, r.gone), "", isMissing},
			{does("delete one that is not there"), http.MethodDelete, fmt.Sprintf("%s/%d", admissionRule, r.gone), "", isMissing},
		})
		var got wire.OneAdmissionRule
		readInto(t, master, fmt.Sprintf("%s/%d", admissionRule, r.id), &got)
		want := wire.AdmissionRule{
			ID: r.id, Category: "Kubernetes", CfgType: r.cfgType, Comment: "c", Disable: true, RuleType: "deny", RuleMode: "protect",
			Containers: []string{"containers", "init_containers"}, Criteria: []events.AdmissionCriterion{{Name: "runAsRoot", Op: "=", Value: "true"}},
			CreatedTimestamp: got.Rule.CreatedTimestamp, LastModifiedTimestamp: got.Rule.LastModifiedTimestamp,
		}
		if diff := cmp.Diff(want, got.Rule); diff != "" {
			t.Errorf("%s (-want +got):\n%s", scope, diff)
		}
		isDone.check(t, does("all containers, and let in"), master.Call(http.MethodPatch, admissionRule,
			patch(`"rule_type":"allow","containers":["ephemeral_containers","containers","init_containers"]`)))
		readInto(t, master, fmt.Sprintf("%s/%d", admissionRule, r.id), &got)
		if len(got.Rule.Containers) != 0 || got.Rule.RuleType != "exception" || got.Rule.RuleMode != "" {
			t.Errorf("%s: an exception for all containers is %+v", scope, got.Rule)
		}
	}
	admin := userOf(master, "admin")
	sendAll(t, admin, []request{
		{"admin makes a federated one", http.MethodPost, admissionRule, admissionText(0, "federal", "deny", asRoot), isForbidden},
		{"admin changes a federated one", http.MethodPatch, admissionRule, `{"config":{"id":100001,"comment":"d"}}`, isForbidden},
		{"admin deletes a federated one", http.MethodDelete, admissionRule + "/100001", "", isForbidden},
		{"admin deletes all federated ones", http.MethodDelete, admissionRules + "?scope=fed", "", isForbidden},
		{"admin makes an own one", http.MethodPost, admissionRule, admissionText(0, "user_created", "deny", asRoot), isDone},
	})
}

// TestNeuvectorAdmission_criteria asks which criteria each type of rule takes.
func TestNeuvectorAdmission_criteria(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	const name, op, value = "Unsupported criterion name: ", "Invalid criterion operator: ", "Invalid criterion value: "
	for _, c := range []struct {
		criteria  string
		deny, let refusal // by a deny rule, by an exception
	}{
		{criterionText("image", "containsAny", "nginx*"), isDone, isDone},
		{criterionText("image", "containsAll", "nginx*"), isWrong.saying(op + "containsAll"), isWrong.saying(op + "containsAll")},
		{criterionText("user", "regex", "^dev-"), isDone, isDone},
		{criterionText("userGroups", "containsOtherThan", "ops"), isDone, isDone},
		{criterionText("labels", "containsOtherThan", "app=x"), isDone, isDone},
		{criterionText("imageVerifiers", "containsOtherThan", "x"), isWrong.saying(op), isWrong.saying(op)},
		{criterionText("cveHighCount", ">=", "3"), isDone, isDone},
		{criterionText("cveHighCount", "<=", "3"), isWrong.saying(op + "<="), isDone},
		{criterionText("cveHighCount", ">=", "many"), isWrong.saying(value + "many"), isWrong.saying(value + "many")},
		{criterionText("cveScoreCount", ">=", "7"), isDone, isWrong.saying(name + "cveScoreCount")},
		{`{"name":"cveScoreCount","op":">=","value":"7","sub_criteria":[{"name":"count","op":">=","value":"2"}]}`, isDone, isWrong},
		{`{"name":"cveHighCount","op":">=","value":"1","sub_criteria":[{"name":"publishDays","op":">=","value":"30"}]}`, isDone, isWrong},
		{`{"name":"cveHighCount","op":">=","value":"1","sub_criteria":[{"name":"count","op":">=","value":"30"}]}`, isWrong, isWrong},
		{criterionText("imageScanned", "=", "false"), isDone, isDone},
		{criterionText("imageScanned", "=", "no"), isWrong.saying(value + "no"), isWrong.saying(value + "no")},
		{criterionText("imageNoOS", "=", "true"), isDone, isWrong.saying(name + "imageNoOS")},
		{criterionText("sharePidWithHost", "=", "true"), isDone, isWrong},
		{criterionText("allowPrivEscalation", "=", "true"), isDone, isWrong},
		{criterionText("allowPrivEscalation", "=", "false"), isWrong, isWrong},
		{criterionText("violatePssPolicy", "=", "restricted"), isDone, isWrong},
		{criterionText("violatePssPolicy", "=", "strict"), isWrong, isWrong},
		{criterionText("storageClassName", "containsAny", "fast") + "," + criterionText("namespace", "containsAny", "shop"), isDone, isWrong},
		{criterionText("storageClassName", "containsAny", "fast") + "," + asRoot, isWrong.saying("storageClassName"), isWrong},
		{`{"name":"resourceLimit","op":"","value":"","sub_criteria":[{"name":"cpuLimit","op":">","value":"2"}]}`, isDone, isWrong},
		{`{"name":"resourceLimit","op":"","value":"","sub_criteria":[]}`, isWrong, isWrong},
		{`{"name":"saBindRiskyRole","type":"saBindRiskyRole","op":"containsTagAny","value":"risky_role_view_secret"}`, isDone, isWrong},
		{`{"name":"customPath","type":"customPath","op":"=","value":"7","path":"item.spec.priority","value_type":"number"}`, isDone, isWrong},
		{`{"name":"customPath","type":"customPath","op":"containsAll","value":"7","path":"item.spec.priority","value_type":"number"}`, isWrong, isWrong},
		{criterionText("moonPhase", "=", "full"), isWrong.saying(name + "moonPhase"), isWrong.saying(name + "moonPhase")},
	} {
		for ruleType, want := range map[string]refusal{"deny": c.deny, "exception": c.let} {
			for _, cfgType := range []string{"federal", "user_created"} {
				answer := master.Call(http.MethodPost, admissionRule, admissionText(0, cfgType, ruleType, c.criteria))
				want.check(t, cfgType+" "+ruleType+" "+c.criteria, answer)
			}
		}
	}
}
