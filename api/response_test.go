package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

func TestResponseRule(t *testing.T) {
	w := furnished(t, cluster.RoleMaster)
	insert := func(after, id string) string {
		return `{"insert":{` + after + `"rules":[{"id":` + id + `,"event":"security-event","comment":"","group":"fed.web",` +
			`"conditions":[{"type":"process","value":"sh"},{"type":"level","value":"warning"}],"actions":["suppress-log","quarantine"],` +
			`"webhooks":[],"disable":false,"cfg_type":"federal"}]}}`
	}
	const made = `{"rule":{"actions":["quarantine","suppress-log"],"cfg_type":"federal","comment":"","conditions":[{"type":"level","value":"Warning"},` +
		`{"type":"process","value":"sh"}],"created_timestamp":1795348800,"disable":false,"event":"security-event","group":"fed.web","id":100002,` +
		`"last_modified_timestamp":1795348800,"targets":"","webhooks":[]}}`
	changed := fill(made, `"disable":false`, `"disable":true`, `"group":"fed.web"`, `"group":""`)
	w.play(t,
		step{as: "reader", method: "GET", target: "/v1/response/rule/100001", want: `{"rule":` + wireWebResponse + `}`},
		step{as: "fedAdmin", method: "PATCH", target: "/v1/response/rule", body: insert(`"after":0,`, "0")},
		step{as: "reader", method: "GET", target: "/v1/response/rule/100002", want: made},
		step{as: "fedAdmin", method: "PATCH", target: "/v1/response/rule?scope=fed", body: insert("", "100007")},
		step{as: "fedAdmin", method: "PATCH", target: "/v1/response/rule", body: insert(`"after":-100001,`, "0")},
	)
	list := w.as(t, "reader", http.MethodGet, "/v1/response/rule", "")
	if diff := cmp.Diff([]uint32{100002, 100008, 100001, 100007, 8}, ruleIDs(t, list)); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	w.play(t,
		step{as: "fedAdmin", method: "PATCH", target: "/v1/response/rule/100002", body: `{"config":{"id":100002,"group":"","disable":true}}`},
		step{as: "reader", method: "GET", target: "/v1/response/rule/100002", want: changed},
		step{as: "fedAdmin", method: "DELETE", target: "/v1/response/rule/100002"},
		step{as: "fedAdmin", method: "DELETE", target: "/v1/response/rule/100002", status: 404, code: 7},
		step{as: "admin", method: "DELETE", target: "/v1/response/rule"}, // those of the cluster
	)
	if diff := cmp.Diff([]uint32{100008, 100001, 100007}, ruleIDs(t, w.as(t, "reader", http.MethodGet, "/v1/response/rule", ""))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
}

// TestResponseRule_scope: a missing cfg_type says user_created, unless the query says more.
func TestResponseRule_scope(t *testing.T) {
	const rule = `{"event":"event","conditions":[{"type":"level","value":"Alert"}],"actions":["suppress-log"]TYPE}`
	insert := func(types ...string) string {
		var rules []string
		for _, cfgType := range types {
			if cfgType != "" {
				cfgType = `,"cfg_type":"` + cfgType + `"`
			}
			rules = append(rules, strings.Replace(rule, "TYPE", cfgType, 1))
		}
		return `{"insert":{"rules":[` + strings.Join(rules, ",") + `]}}`
	}
	const target = "/v1/response/rule"
	w := furnished(t, cluster.RoleMaster)
	w.play(t,
		step{as: "admin", method: "PATCH", target: target, body: insert("", "user_created")},
		step{as: "reader", method: "GET", target: target + "/10"},
		step{as: "fedAdmin", method: "PATCH", target: target + "?scope=fed", body: insert("", "")},
		step{as: "reader", method: "GET", target: target + "/100003"},
		step{as: "fedAdmin", method: "PATCH", target: target, body: insert("federal", ""), status: 400, code: 6},
		step{as: "fedAdmin", method: "PATCH", target: target, body: insert("user_created", "federal"), status: 400, code: 6},
		step{as: "fedAdmin", method: "PATCH", target: target + "?scope=fed", body: insert("user_created"), status: 400, code: 6},
		step{as: "fedAdmin", method: "PATCH", target: target + "?scope=local", body: insert("federal"), status: 400, code: 6},
	)
}

// TestResponseRule_noRules: as in NeuVector, there is nothing to refuse.
func TestResponseRule_noRules(t *testing.T) {
	w := furnished(t, cluster.RoleRemote)
	for _, body := range []string{`{"insert":{}}`, `{"insert":{"after":7,"rules":null}}`, `{"insert":{"rules":[]}}`} {
		w.as(t, "admin", http.MethodPatch, "/v1/response/rule", body).wantBody(t, "")
	}
	w.as(t, "reader", http.MethodPatch, "/v1/response/rule", `{"insert":{}}`).want(t, 403, 25)
}

func TestResponseRule_refusals(t *testing.T) {
	const master, target = cluster.RoleMaster, "/v1/response/rule"
	one := func(fields string) string {
		return `{"insert":{"rules":[{"event":"event","conditions":[{"type":"level","value":"Alert"}],"actions":["quarantine"],` + fields + `}]}}`
	}
	refuse(t, map[string]refusal{
		"no body":             {master, "admin", "PATCH", target, "", 400, 6},
		"no insert":           {master, "admin", "PATCH", target, `{}`, 400, 6},
		"rules no list":       {master, "admin", "PATCH", target, `{"insert":{"rules":1}}`, 400, 6},
		"unknown event":       {master, "admin", "PATCH", target, one(`"event":"party"`), 400, 6},
		"no conditions":       {master, "admin", "PATCH", target, one(`"conditions":[]`), 400, 6},
		"unknown group":       {master, "admin", "PATCH", target, one(`"group":"nobody"`), 400, 6},
		"federated group":     {master, "admin", "PATCH", target, one(`"group":"fed.web"`), 400, 6},
		"local hook":          {master, "fedAdmin", "PATCH", target, one(`"cfg_type":"federal","actions":["webhook"],"webhooks":["hook"]`), 400, 6},
		"number taken":        {master, "admin", "PATCH", target, one(`"id":8`), 400, 16},
		"number of others":    {master, "admin", "PATCH", target, one(`"id":100001`), 400, 6},
		"unknown place":       {master, "admin", "PATCH", target, `{"insert":{"after":9,` + one(`"x":1`)[len(`{"insert":{`):], 404, 7},
		"bad scope":           {master, "admin", "PATCH", target + "?scope=x", one(`"x":1`), 400, 6},
		"update unknown":      {master, "admin", "PATCH", target + "/9", `{"config":{"id":9}}`, 404, 7},
		"update another":      {master, "admin", "PATCH", target + "/8", `{"config":{"id":9}}`, 400, 6},
		"update of no number": {master, "admin", "PATCH", target + "/x", `{"config":{}}`, 400, 6},
		"read unknown":        {master, "reader", "GET", target + "/9", "", 404, 7},
		"delete unknown":      {master, "admin", "DELETE", target + "/9", "", 404, 7},
		"delete in no scope":  {master, "admin", "DELETE", target + "?scope=x", "", 400, 6},
	})
}

// TestResponseOptions compares what the options offer with what a refusal says that there is.
func TestResponseOptions(t *testing.T) {
	w := furnished(t, cluster.RoleMaster)
	var got wire.ResponseOptions
	if err := json.Unmarshal([]byte(w.as(t, "reader", http.MethodGet, "/v1/response/options?scope=fed", "").Body), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"fed.hook"}, got.Webhooks); diff != "" {
		t.Errorf("webhooks, -want +got:\n%s", diff)
	}
	// offered asks for something that there is not, and returns what there is instead.
	offered := func(event, condition, value, action string) []string {
		body := fmt.Sprintf(`{"insert":{"rules":[{"event":%q,"conditions":[{"type":%q,"value":%q}],"actions":[%q]}]}}`, event, condition, value, action)
		answer := w.as(t, "admin", http.MethodPatch, "/v1/response/rule", body)
		var problem wire.Error
		if err := json.Unmarshal([]byte(answer.Body), &problem); err != nil {
			t.Fatal(err)
		}
		_, list, ok := strings.Cut(problem.Message, "use one of ")
		if !ok {
			t.Fatalf("%s: %q does not say what there is", body, problem.Message)
		}
		return strings.Split(list, ", ")
	}
	events := offered("none", "name", "x", "quarantine")
	if len(events) != len(got.ResponseRuleOptions) {
		t.Errorf("%d events, want %v", len(got.ResponseRuleOptions), events)
	}
	levels, actions := offered("event", "level", "none", "quarantine"), offered("event", "name", "x", "none")
	for _, event := range events {
		want := wire.ResponseOption{Types: offered(event, "none", "x", "quarantine"), Level: levels, Actions: actions}
		option := got.ResponseRuleOptions[event]
		for _, list := range [][]string{want.Types, want.Level, want.Actions, option.Types, option.Level, option.Actions} {
			slices.Sort(list)
		}
		if diff := cmp.Diff(want, option); diff != "" {
			t.Errorf("%s, -want +got:\n%s", event, diff)
		}
	}
	w.as(t, "reader", http.MethodGet, "/v1/response/options?scope=x", "").want(t, 400, 6)
}
