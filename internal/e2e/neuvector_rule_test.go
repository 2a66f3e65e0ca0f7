package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
)

// TestNeuvectorRule_read is TestPolicyRuleList and TestPolicyRuleShow.
func TestNeuvectorRule_read(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(0)), nil)
	master.Must(http.MethodPatch, networkRules, insertRules("null", ownRule(0), ownRule(0)), nil)
	for _, role := range []string{"reader", "fedReader", "admin"} {
		who := userOf(master, role)
		for scope, want := range map[string]string{"fed": "100001", "local": "1 2", "": "100001 1 2"} {
			if got := fieldsOf(t, who, networkRules+"?scope="+scope, "rules", "id"); got != want {
				t.Errorf("%s reads rules %s in scope %q; want %s", role, got, scope, want)
			}
		}
		for _, listed := range rulesOf(master, "") {
			var one wire.OneRule
			readInto(t, who, fmt.Sprintf("%s/%d", networkRules, listed.ID), &one)
			if diff := cmp.Diff(listed, one.Rule); diff != "" {
				t.Errorf("%s reads rule %d otherwise than the list says:\n%s", role, listed.ID, diff)
			}
		}
		sendAll(t, who, []request{
			{role + ", that is not there", http.MethodGet, networkRules + "/20", "", isMissing},
			{role + ", federated one that is not there", http.MethodGet, networkRules + "/100020", "", isMissing},
			{role + ", no number", http.MethodGet, networkRules + "/first", "", isWrong},
		})
	}
}

// rulesUnderTest has a rule of each scope that is changed by itself.
var rulesUnderTest = map[string]struct {
	id               int
	one, two, cfgTyp string
}{
	"fed":   {100001, "fed.one", "fed.two", "federal"},
	"local": {1, "one", "two", "user_created"},
}

// TestNeuvectorRule_change is TestPolicyRuleConfig and TestPolicyRuleConfigGroup, for both scopes.
func TestNeuvectorRule_change(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	for scope, r := range rulesUnderTest {
		master.Must(http.MethodPatch, networkRules+"?scope="+scope, insertRules("null", ruleText(0, r.one, r.one, r.cfgTyp)), nil)
		want := rulesOf(master, scope)[0]
		path := fmt.Sprintf("%s/%d", networkRules, r.id)
		for _, change := range []struct {
			does, body string
			to         func(*wire.Rule)
		}{
			{"nothing", `{"id":%d}`, func(*wire.Rule) {}},
			{"all that it says", `{"id":%d,"applications":["http"],"ports":"80","action":"deny","disable":true,"comment":"c"}`, func(w *wire.Rule) {
				w.Applications, w.Ports, w.Action, w.Disable, w.Comment = []string{"HTTP"}, "tcp/80", "deny", true, "c"
			}},
			{"one end", `{"id":%d,"to":"` + r.two + `"}`, func(w *wire.Rule) { w.To = r.two }},
			{"both ends", `{"id":%d,"from":"` + r.two + `","to":"` + r.one + `"}`, func(w *wire.Rule) { w.From, w.To = r.two, r.one }},
			{"to the outside", `{"id":%d,"to":"external"}`, func(w *wire.Rule) { w.To = "external" }},
		} {
			master.Must(http.MethodPatch, path, fmt.Sprintf(`{"config":`+change.body+`}`, r.id), nil)
			change.to(&want)
			got := rulesOf(master, scope)[0]
			want.LastModifiedTimestamp = got.LastModifiedTimestamp
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s:\n%s", scope, change.does, diff)
			}
		}
		sendAll(t, master, []request{
			{scope + ", both ends outside", http.MethodPatch, path, fmt.Sprintf(`{"config":{"id":%d,"from":"external"}}`, r.id), isWrong},
		})
	}
}

// TestNeuvectorRule_ports is TestPolicyRuleConfigPort, for both scopes.
func TestNeuvectorRule_ports(t *testing.T) {
	t.Parallel()
	wantNormal(t, "ports", func(r wire.Rule) string { return r.Ports }, map[string]string{
		`""`:                                    "any",
		`"80"`:                                  "tcp/80",
		`"8080,80"`:                             "tcp/80,tcp/8080",
		`"2100-2200"`:                           "tcp/2100-2200",
		`"tcp/any"`:                             "tcp/any",
		`"icmp, 22"`:                            "icmp,tcp/22",
		`"7, any, 1-9"`:                         "any",
		`"100,101,102,UDP/80,udp/53-60"`:        "tcp/100,tcp/101,tcp/102,udp/53-60,udp/80",
		`"100 , TCP/80  11153-11260,udp/60-60"`: "tcp/80,tcp/100,tcp/11153-11260,udp/60",
		`"2100-2200,TCP/80,90-"`:                "",
		`"100- 200,80 -90"`:                     "",
		`"icmp/8"`:                              "",
		`"200-100"`:                             "",
		`"65536"`:                               "",
		`"sctp/7"`:                              "",
	})
}

// TestNeuvectorRule_applications is TestPolicyRuleConfigApp, for both scopes.
func TestNeuvectorRule_applications(t *testing.T) {
	t.Parallel()
	wantNormal(t, "applications", func(r wire.Rule) string { return strings.Join(r.Applications, " ") }, map[string]string{
		`[]`:                       "any",
		`["http"]`:                 "HTTP",
		`["http","KafkA"]`:         "HTTP Kafka",
		`["http","KafkA","MySQL"]`: "HTTP Kafka MySQL",
		`["http","anY","KafkA"]`:   "any",
		`[""]`:                     "",
		`[" dummy"]`:               "",
		`["http","KafkA "]`:        "",
	})
}

// wantNormal sets one field of a rule of each scope, and compares what can be read then; "" stands for a refusal.
func wantNormal(t *testing.T, field string, shown func(wire.Rule) string, cases map[string]string) {
	t.Helper()
	master := masterWithGroups(t)
	for scope, r := range rulesUnderTest {
		master.Must(http.MethodPatch, networkRules+"?scope="+scope, insertRules("null", ruleText(0, r.one, r.one, r.cfgTyp)), nil)
		for value, want := range cases {
			before := shown(rulesOf(master, scope)[0])
			answer := master.Call(http.MethodPatch, fmt.Sprintf("%s/%d", networkRules, r.id), fmt.Sprintf(`{"config":{"id":%d,%q:%s}}`, r.id, field, value))
			verdict := isDone
			if want == "" {
				verdict, want = isWrong, before
			}
			verdict.check(t, scope+" "+value, answer)
			if got := shown(rulesOf(master, scope)[0]); got != want {
				t.Errorf("%s: %s %s are read as %q; want %q", scope, field, value, got, want)
			}
		}
	}
}

// TestNeuvectorRule_refused is TestPolicyRuleConfigNegative, with its federated half.
func TestNeuvectorRule_refused(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	master.Must(http.MethodPatch, networkRules+"?scope=fed", insertRules("null", fedRule(0)), nil)
	master.Must(http.MethodPatch, networkRules, insertRules("null", ownRule(0)), nil)
	const own, fed = networkRules + "/1", networkRules + "/100001"
	before := rulesOf(master, "")
	for _, role := range []string{"reader", "fedReader"} {
		sendAll(t, userOf(master, role), []request{
			{role + " changes", http.MethodPatch, own, `{"config":{"id":1,"to":"two"}}`, isForbidden},
			{role + " changes a federated one", http.MethodPatch, fed, `{"config":{"id":100001,"to":"fed.two"}}`, isForbidden},
			{role + " deletes", http.MethodDelete, own, "", isForbidden},
			{role + " deletes all", http.MethodDelete, networkRules, "", isForbidden},
		})
	}
	sendAll(t, userOf(master, "admin"), []request{
		{"admin changes a federated one", http.MethodPatch, fed, `{"config":{"id":100001,"to":"fed.two"}}`, isForbidden},
		{"admin deletes a federated one", http.MethodDelete, fed, "", isForbidden},
		{"admin deletes all federated ones", http.MethodDelete, networkRules + "?scope=fed", "", isForbidden},
	})
	sendAll(t, master, []request{
		{"no config", http.MethodPatch, own, `{}`, isWrong},
		{"no JSON", http.MethodPatch, own, `config`, isWrong},
		{"another number than in the path", http.MethodPatch, own, `{"config":{"id":2,"to":"two"}}`, isWrong},
		{"that is not there", http.MethodPatch, networkRules + "/3", `{"config":{"id":3}}`, isMissing},
		{"federated one that is not there", http.MethodPatch, networkRules + "/100003", `{"config":{"id":100003}}`, isMissing},
		{"delete one that is not there", http.MethodDelete, networkRules + "/3", "", isMissing},
		{"both ends are addresses", http.MethodPatch, own, `{"config":{"id":1,"from":"Host:10.1.1.1","to":"Workload:10.1.1.2"}}`, isWrong},
		{"name with a prefix of no meaning", http.MethodPatch, own, `{"config":{"id":1,"from":"Host:10.1.1.1","to":"nv.Workload:10.1.1.2"}}`, isWrong},
		{"workload that is no address", http.MethodPatch, fed, `{"config":{"id":100001,"to":"Workload:256.0.0.1"}}`, isWrong},
		{"federated one, own group", http.MethodPatch, fed, `{"config":{"id":100001,"to":"two"}}`, isWrong},
		{"own one, federated group", http.MethodPatch, own, `{"config":{"id":1,"to":"fed.two"}}`, isWrong},
		{"own one becomes federated", http.MethodPatch, own, `{"config":{"id":1,"cfg_type":"federal"}}`, isWrong},
		{"federated one becomes own", http.MethodPatch, fed, `{"config":{"id":100001,"cfg_type":"user_created"}}`, isWrong},
		{"priority", http.MethodPatch, fed, `{"config":{"id":100001,"priority":101}}`, isWrong},
		{"scope", http.MethodPatch, networkRules + "?scope=all", replaceRules(), isWrong},
		{"nothing to do", http.MethodPatch, networkRules, `{"rules":null,"delete":null}`, isWrong},
	})
	if diff := cmp.Diff(before, rulesOf(master, "")); diff != "" {
		t.Errorf("what was refused changed something:\n%s", diff)
	}
}
