package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// groupText returns the body that makes a group with the given criteria, written as JSON.
func groupText(name, cfgType, criteria string) string {
	return fmt.Sprintf(`{"config":{"name":%q,"cfg_type":%q,"criteria":%s}}`, name, cfgType, criteria)
}

const anImage = `[{"key":"image","op":"=","value":"nginx"}]`

// TestNeuvectorGroup_names asks what a group may be called in each scope.
func TestNeuvectorGroup_names(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	for _, r := range []struct {
		does, name, cfgType string
		want                refusal
	}{
		{"federated", "fed.web", "federal", isDone},
		{"own", "web", "user_created", isDone},
		{"federated by its name", "fed.db", "", isDone},
		{"own by its name", "db", "", isDone},
		{"federated, twice", "fed.web", "federal", isTaken},
		{"own, twice", "web", "", isTaken},
		{"nothing but the prefix", "fed.", "federal", isBadName},
		{"federated without the prefix", "cache", "federal", isBadName},
		{"own with the prefix", "fed.cache", "user_created", isBadName},
		{"own with that of learned groups", "nv.cache", "user_created", isBadName},
		{"blank in it", "fed.c ache", "federal", isBadName},
		{"begins with a dot", ".cache", "user_created", isBadName},
		{"none at all", "", "user_created", isBadName},
	} {
		r.want.check(t, r.does, master.Call(http.MethodPost, "/v1/group", groupText(r.name, r.cfgType, anImage)))
	}
	const fed, own = "fed.containers fed.db fed.nodes fed.web", "db web"
	for scope, want := range map[string]string{"fed": fed, "local": own, "": fed + " " + own} {
		if got := fieldsOf(t, master, "/v1/group?scope="+scope, "groups", "name"); got != want {
			t.Errorf("the groups of scope %q are %s; want %s", scope, got, want)
		}
	}
}

// TestNeuvectorGroup_criteria asks which criteria a group may have, and what kind of group they make.
func TestNeuvectorGroup_criteria(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	one := func(key, op, value string) string {
		return fmt.Sprintf(`[{"key":%q,"op":%q,"value":%q}]`, key, op, value)
	}
	for criteria, kind := range map[string]string{ // "" stands for a refusal
		one("image", "=", "nginx"):          "container",
		one("image", "=", "ng?nx*"):         "container",
		one("image", "=", ""):               "container",
		one("service", "!=", ""):            "container",
		one("domain", "contains", "x"):      "container",
		one("namespace", "prefix", "x"):     "container",
		one("node", "regex", "^x.*$"):       "container",
		one("app/tier", "!regex", "x|y"):    "container",
		one("address", "=", "10.0.0.1"):     "address",
		one("address", "=", "10.0.0.0/8"):   "address",
		one("address", "=", "::1"):          "address",
		one("address", "=", "example.com"):  "address",
		one("address", "=", "*.example.io"): "address",
		`[{"key":"address","op":"=","value":"10.0.0.1"},{"key":"address","op":"=","value":"10.0.0.3-10.0.0.9"}]`: "address",
		`[{"key":"image","op":"=","value":"x"},{"key":"image","op":"!=","value":"y"}]`:                           "container",

		`null`:                                   "",
		`[]`:                                     "",
		one("", "=", "x"):                        "",
		one("a b", "=", "x"):                     "",
		one("image", "is", "x"):                  "",
		one("image", "contains", ""):             "",
		one("image", "prefix", ""):               "",
		one("image", "regex", ""):                "",
		one("image", "regex", "("):               "",
		one("image", "=", "^x*"):                 "",
		one("image", "!=", "x?$"):                "",
		one("address", "!=", "10.0.0.1"):         "",
		one("address", "=", "10.0.0.300"):        "",
		one("address", "=", "10.0.0.0/33"):       "",
		one("address", "=", "10.0.0.9-10.0.0.1"): "",
		`[{"key":"address","op":"=","value":"10.0.0.1"},{"key":"image","op":"=","value":"x"}]`: "",
	} {
		for _, name := range []string{"fed.tried", "tried"} {
			answer := master.Call(http.MethodPost, "/v1/group", groupText(name, "", criteria))
			if kind == "" {
				isWrong.check(t, name+" of "+criteria, answer)
				continue
			}
			isDone.check(t, name+" of "+criteria, answer)
			var got wire.OneGroup
			readInto(t, master, "/v1/group/"+name, &got)
			if got.Group.Kind != kind {
				t.Errorf("%s of %s is of kind %q; want %q", name, criteria, got.Group.Kind, kind)
			}
			master.Must(http.MethodDelete, "/v1/group/"+name, nil, nil)
		}
	}
}

// TestNeuvectorGroup_change asks what may become of a group.
func TestNeuvectorGroup_change(t *testing.T) {
	t.Parallel()
	master := masterWithGroups(t)
	sendAll(t, master, []request{
		{"comment", http.MethodPatch, "/v1/group/fed.one", `{"config":{"name":"fed.one","comment":"c"}}`, isDone},
		{"metrics", http.MethodPatch, "/v1/group/one", `{"config":{"name":"one","monitor_metric":true,"group_sess_rate":4294967295}}`, isDone},
		{"metric too large", http.MethodPatch, "/v1/group/one", `{"config":{"name":"one","group_sess_rate":4294967296}}`, isWrong},
		{"no criteria any more", http.MethodPatch, "/v1/group/fed.one", `{"config":{"name":"fed.one","criteria":[]}}`, isWrong},
		{"another name", http.MethodPatch, "/v1/group/fed.one", `{"config":{"name":"fed.three"}}`, isWrong.saying("Name mismatch")},
		{"another scope", http.MethodPatch, "/v1/group/one", `{"config":{"name":"one","cfg_type":"federal"}}`, isWrong},
		{"that is not there", http.MethodPatch, "/v1/group/three", `{"config":{"name":"three"}}`, isMissing},
		{"federated one that is not there", http.MethodPatch, "/v1/group/fed.three", `{"config":{"name":"fed.three"}}`, isMissing},
		{"delete one that is not there", http.MethodDelete, "/v1/group/three", "", isMissing},
		{"delete a federated one that is not there", http.MethodDelete, "/v1/group/fed.three", "", isMissing},
		{"delete all nodes", http.MethodDelete, "/v1/group/fed.nodes", "", isWrong},
		{"delete all containers", http.MethodDelete, "/v1/group/fed.containers", "", isWrong},
	})
	var fed, own wire.OneGroup
	readInto(t, master, "/v1/group/fed.one", &fed)
	readInto(t, master, "/v1/group/one", &own)
	if g := fed.Group; g.Comment != "c" || g.CfgType != "federal" || g.Reserved || len(g.Criteria) != 1 {
		t.Errorf("the federated group is %+v", g)
	}
	if g := own.Group; !g.MonitorMetric || g.GroupSessRate != 4294967295 || g.CfgType != "user_created" {
		t.Errorf("the own group is %+v", g)
	}
}

// thingsOfGroup are requests that make what speaks of a group; @ stands for the prefix of names in the scope.
var thingsOfGroup = []struct{ method, path, body string }{
	{http.MethodPost, "/v1/group", `{"config":{"name":"@doomed","cfg_type":"TYPE","criteria":` + anImage + `}}`},
	{http.MethodPost, "/v1/group", `{"config":{"name":"@stays","cfg_type":"TYPE","criteria":` + anImage + `}}`},
	{http.MethodPatch, networkRules + "?scope=SCOPE", `{"insert":{"rules":[
		{"from":"@doomed","to":"@stays","action":"allow"},{"from":"@stays","to":"@stays","action":"allow"},
		{"from":"external","to":"@doomed","action":"deny"}]}}`},
	{http.MethodPatch, "/v1/response/rule", `{"insert":{"rules":[
		{"event":"event","group":"@doomed","conditions":[{"type":"level","value":"Alert"}],"actions":["quarantine"],"cfg_type":"TYPE"},
		{"event":"event","group":"","conditions":[{"type":"level","value":"Alert"}],"actions":["suppress-log"],"cfg_type":"TYPE"}]}}`},
	{http.MethodPatch, "/v1/process_profile/@doomed", `{"process_profile_config":{"group":"@doomed","process_change_list":[
		{"name":"sh","path":"/bin/sh","action":"deny"}]}}`},
	{http.MethodPatch, "/v1/file_monitor/@doomed", `{"config":{"group":"@doomed","add_filters":[{"filter":"/etc/passwd","behavior":"block_access"}]}}`},
	{http.MethodPost, "/v1/dlp/sensor", `{"config":{"name":"@cards","cfg_type":"TYPE","rules":[` + aSensorRule + `]}}`},
	{http.MethodPost, "/v1/waf/sensor", `{"config":{"name":"@shells","cfg_type":"TYPE","rules":[` + aSensorRule + `]}}`},
	{http.MethodPatch, "/v1/dlp/group/@doomed", `{"config":{"name":"@doomed","sensors":[{"name":"@cards","action":"deny"}]}}`},
	{http.MethodPatch, "/v1/waf/group/@doomed", `{"config":{"name":"@doomed","sensors":[{"name":"@shells","action":"deny"}]}}`},
}

// makeThings makes all things of a group in the scope.
func makeThings(c *fedtest.Cluster, scope string) {
	prefix, cfgType := "", "user_created"
	if scope == "fed" {
		prefix, cfgType = "fed.", "federal"
	}
	fill := strings.NewReplacer("@", prefix, "TYPE", cfgType, "SCOPE", scope)
	for _, thing := range thingsOfGroup {
		c.Must(thing.method, fill.Replace(thing.path), fill.Replace(thing.body), nil)
	}
}

// TestNeuvectorGroup_cascade deletes a group of which everything speaks that can, in one change set, in each scope.
func TestNeuvectorGroup_cascade(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	makeThings(master, "fed")
	makeThings(master, "local")
	for scope, prefix := range map[string]string{"fed": "fed.", "local": ""} {
		var whole wire.OneGroup
		readInto(t, master, "/v1/group/"+prefix+"doomed", &whole)
		if len(whole.Group.PolicyRules) != 2 || len(whole.Group.ResponseRules) != 1 {
			t.Errorf("%s: the group has %+v and %+v", scope, whole.Group.PolicyRules, whole.Group.ResponseRules)
		}
		answer := master.Must(http.MethodDelete, "/v1/group/"+prefix+"doomed", nil, nil)
		if scope == "fed" { // the feed of a master has nothing else
			wantKinds(t, master, answer, map[events.Kind]int{
				events.KindGroupRemoved: 1, events.KindNetworkRuleRemoved: 2, events.KindResponseRuleRemoved: 1, events.KindProcessProfileRemoved: 1,
				events.KindFileProfileRemoved: 1, events.KindDLPGroupRemoved: 1, events.KindWAFGroupRemoved: 1,
			})
		}
		for _, path := range []string{"group", "process_profile", "file_monitor", "dlp/group", "waf/group"} {
			isMissing.check(t, scope+" "+path, master.Call(http.MethodGet, "/v1/"+path+"/"+prefix+"doomed", nil))
		}
	}
	left := map[string]string{}
	for list, of := range map[string][3]string{
		"network rules":  {networkRules, "rules", "id"},
		"response rules": {"/v1/response/rule", "rules", "id"},
		"dlp sensors":    {"/v1/dlp/sensor", "sensors", "name"},
		"waf sensors":    {"/v1/waf/sensor", "sensors", "name"},
		"dlp groups":     {"/v1/dlp/group", "dlp_groups", "name"},
		"waf groups":     {"/v1/waf/group", "waf_groups", "name"},
	} {
		left[list] = fieldsOf(t, master, of[0], of[1], of[2])
	}
	want := map[string]string{
		"network rules": "100002 2", "response rules": "100002 9", "dlp sensors": "fed.cards fed.sensor.creditcard fed.sensor.ssn cards",
		"waf sensors": "fed.shells shells", "dlp groups": "", "waf groups": "",
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
}
