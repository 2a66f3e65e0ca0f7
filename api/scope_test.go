package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// furniture is one object of every kind, and a group of addresses. Without "fed." it is that of a cluster.
var furniture = []struct{ kind, object string }{
	{"group", `{"name":"fed.web","criteria":[{"key":"label","value":"x","op":"="}]}`},
	{"group", `{"name":"fed.net","criteria":[{"key":"address","value":"10.0.0.0/8","op":"="}]}`},
	{"webhook", `{"name":"fed.hook","url":"https://example.com/hook","type":"Slack"}`},
	{"dlp", `{"name":"fed.card","rules":[{"name":"visa","patterns":[{"key":"pattern","op":"regex","value":"4[0-9]{15}","context":"packet"}]}]}`},
	{"waf", `{"name":"fed.sqli","rules":[{"name":"union","patterns":[{"key":"pattern","op":"regex","value":"union.*select","context":"url"}]}]}`},
	{"network", `{"from":"fed.web","to":"external","ports":"tcp/443","action":"allow","applications":["SSL"]}`},
	{"admission", `{"rule_type":"deny","criteria":[{"name":"runAsPrivileged","op":"=","value":"true"}]}`},
	{"admission-state", `{"enable":true}`},
	{"response", `{"group":"fed.web","event":"event","conditions":[{"type":"level","value":"Critical"}],"actions":["webhook"],"webhooks":["fed.hook"]}`},
	{"process", `{"group":"fed.web","process_list":[{"name":"nginx","path":"/usr/sbin/nginx","action":"allow"}]}`},
	{"file", `{"group":"fed.web","filters":[{"filter":"/etc/nginx/*","recursive":true,"behavior":"block_access","applications":["nginx"]}]}`},
	{"dlp-group", `{"name":"fed.web","sensors":[{"name":"fed.card","action":"deny"}]}`},
	{"waf-group", `{"name":"fed.web","sensors":[{"name":"fed.sqli","action":"deny"}]}`},
}

// furnished opens a cluster that has the furniture, and that of a federation if it is in one.
func furnished(t *testing.T, at cluster.Role) *world {
	t.Helper()
	f := newFake(at)
	if at != cluster.RoleStandalone {
		f.furnish(t, f.federal, "fed.")
	}
	f.furnish(t, f.local, "")
	return open(t, f)
}

func (f *fake) furnish(t *testing.T, state *policy.State, prefix string) {
	t.Helper()
	var edits []policy.Edit
	for _, o := range furniture {
		edit, err := policy.ParseEdit(false, o.kind, "", json.RawMessage(strings.ReplaceAll(o.object, "fed.", prefix)), nil)
		if err != nil {
			t.Fatal(err)
		}
		edits = append(edits, edit)
	}
	facts, err := policy.ChangeSet(edits)(state, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.record(state, "admin", facts); err != nil {
		t.Fatal(err)
	}
}

// found makes what every federation has from promote on.
func (f *fake) found(t *testing.T) {
	t.Helper()
	facts, err := policy.Foundation()(f.federal, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.record(f.federal, "admin", facts); err != nil {
		t.Fatal(err)
	}
}

// fill writes words into a text, given as pairs of what to replace and by what.
func fill(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }

// next returns the number after n.
func next(n string) string {
	id, err := strconv.Atoi(n)
	if err != nil {
		panic(err)
	}
	return strconv.Itoa(id + 1)
}

// step is a request and what has to come back. A status that is missing is 200; an answer that is missing
// does not matter.
type step struct {
	as, method, target, body string
	status, code             int
	want                     string
}

// play sends one request after the other.
func (w *world) play(t *testing.T, steps ...step) {
	t.Helper()
	for i, s := range steps {
		if s.status == 0 {
			s.status = http.StatusOK
		}
		got := w.as(t, s.as, s.method, s.target, s.body)
		if got.Status != s.status || got.Code != s.code {
			t.Errorf("step %d, %s of %s by %s = %d code %d %s, want %d code %d", i+1, s.method, s.target, s.as, got.Status, got.Code, got.Body, s.status, s.code)
		}
		if s.want != "" && got.Body != s.want {
			t.Errorf("step %d, %s of %s:\n%s", i+1, s.method, s.target, cmp.Diff(s.want, got.Body))
		}
	}
}

// refusal is a request to a furnished cluster that is refused.
type refusal struct {
	at                       cluster.Role
	as, method, target, body string
	status, code             int
}

func refuse(t *testing.T, tests map[string]refusal) {
	t.Helper()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := furnished(t, tt.at)
			federal, local := w.federal.Revision(), w.local.Revision()
			w.as(t, tt.as, tt.method, tt.target, tt.body).want(t, tt.status, tt.code)
			if w.federal.Revision() != federal || w.local.Revision() != local {
				t.Error("it was refused and changed something")
			}
		})
	}
}

// writes are all writes of policy but promotions, in their federated form. Each is good in a furnished cluster;
// id is the number there that stands for 100001.
var writes = map[string]struct {
	method, target, body string
	id                   string
}{
	"create group":         {"POST", "/v1/group", `{"config":{"name":"fed.db","criteria":[{"key":"label","value":"y","op":"="}]}}`, ""},
	"create group by type": {"POST", "/v1/group", `{"config":{"name":"fed.db","cfg_type":"federal","criteria":[{"key":"label","value":"y","op":"="}]}}`, ""},
	"update group":         {"PATCH", "/v1/group/fed.web", `{"config":{"name":"fed.web","comment":"c"}}`, ""},
	"delete group":         {"DELETE", "/v1/group/fed.web", "", ""},

	"insert rules":  {"PATCH", "/v1/policy/rule?scope=fed", `{"insert":{"rules":[{"from":"fed.web","to":"external","ports":"any","action":"deny","cfg_type":"federal"}]}}`, ""},
	"replace rules": {"PATCH", "/v1/policy/rule?scope=fed", `{"rules":[]}`, ""},
	"delete some":   {"PATCH", "/v1/policy/rule?scope=fed", `{"delete":[100001]}`, "1"},
	"delete rules":  {"DELETE", "/v1/policy/rule?scope=fed", "", ""},
	"update rule":   {"PATCH", "/v1/policy/rule/100001", `{"config":{"id":100001,"comment":"c"},"replicate":true}`, "1"},
	"delete rule":   {"DELETE", "/v1/policy/rule/100001", "", "1"},

	"create admission":       {"POST", "/v1/admission/rule", `{"config":{"cfg_type":"federal","rule_type":"deny","criteria":[{"name":"runAsRoot","op":"=","value":"true"}]}}`, ""},
	"update admission":       {"PATCH", "/v1/admission/rule", `{"config":{"id":100001,"comment":"c"}}`, "1000"},
	"delete admission":       {"DELETE", "/v1/admission/rule/100001", "", "1000"},
	"delete admissions":      {"DELETE", "/v1/admission/rules?scope=fed", "", ""},
	"admission state":        {"PATCH", "/v1/admission/state?scope=fed", `{"state":{"mode":"protect"}}`, ""},
	"admission state, typed": {"PATCH", "/v1/admission/state", `{"state":{"mode":"protect","cfg_type":"federal"}}`, ""},

	"insert responses": {"PATCH", "/v1/response/rule", `{"insert":{"rules":[{"group":"fed.web","event":"event","conditions":[{"type":"level","value":"Alert"}],"actions":["suppress-log"],"cfg_type":"federal"}]}}`, ""},
	"insert in scope":  {"PATCH", "/v1/response/rule?scope=fed", `{"insert":{"rules":[{"event":"event","conditions":[{"type":"level","value":"Alert"}],"actions":["suppress-log"],"cfg_type":"federal"}]}}`, ""},
	"update response":  {"PATCH", "/v1/response/rule/100001", `{"config":{"id":100001,"comment":"c"}}`, "8"},
	"delete response":  {"DELETE", "/v1/response/rule/100001", "", "8"},
	"delete responses": {"DELETE", "/v1/response/rule?scope=fed", "", ""},

	"process profile": {"PATCH", "/v1/process_profile/fed.web", `{"process_profile_config":{"group":"fed.web","baseline":"basic"}}`, ""},
	"file profile":    {"PATCH", "/v1/file_monitor/fed.web", `{"config":{"delete_filters":[{"filter":"/etc/nginx/*"}]}}`, ""},

	"create dlp sensor": {"POST", "/v1/dlp/sensor", `{"config":{"name":"fed.id","rules":[{"name":"id","patterns":[{"key":"pattern","op":"regex","value":"[0-9]{9}"}]}]}}`, ""},
	"update dlp sensor": {"PATCH", "/v1/dlp/sensor/fed.card", `{"config":{"name":"fed.card","comment":"c"}}`, ""},
	"dlp group":         {"PATCH", "/v1/dlp/group/fed.web", `{"config":{"name":"fed.web","status":false}}`, ""},
	"create waf sensor": {"POST", "/v1/waf/sensor", `{"config":{"name":"fed.xss","cfg_type":"federal","rules":[{"name":"x","patterns":[{"key":"pattern","op":"regex","value":"<script","context":"url"}]}]}}`, ""},
	"update waf sensor": {"PATCH", "/v1/waf/sensor/fed.sqli", `{"config":{"comment":"c"}}`, ""},
	"waf group":         {"PATCH", "/v1/waf/group/fed.web", `{"config":{"delete":["fed.sqli"]}}`, ""},

	"create webhook":  {"POST", "/v1/system/config/webhook?scope=fed", `{"config":{"name":"fed.bell","url":"https://example.com/bell","cfg_type":"federal"}}`, ""},
	"webhook by name": {"POST", "/v1/system/config/webhook", `{"config":{"name":"fed.bell","url":"https://example.com/bell"}}`, ""},
	"update webhook":  {"PATCH", "/v1/system/config/webhook/fed.hook?scope=fed", `{"config":{"name":"fed.hook","enable":false}}`, ""},
	"webhooks":        {"PATCH", "/v2/system/config?scope=fed", `{"fed_config":{"webhooks":[{"name":"fed.hook","use_proxy":true}]}}`, ""},
}

// ofCluster turns the federated form of a write into that of a cluster's own policy.
func ofCluster(id string) *strings.Replacer {
	return strings.NewReplacer("fed.", "", "federal", "user_created", "scope=fed", "scope=local", "fed_config", "config_v2", "100001", id)
}

func TestWrites_scopes(t *testing.T) {
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			for _, tt := range []struct {
				at           cluster.Role
				as           string
				status, code int
			}{
				{cluster.RoleMaster, "fedAdmin", 200, 0},
				{cluster.RoleMaster, "admin", 403, 25},
				{cluster.RoleMaster, "fedReader", 403, 25},
				{cluster.RoleMaster, "reader", 403, 25},
				{cluster.RoleRemote, "admin", 400, 46},
				{cluster.RoleRemote, "reader", 403, 25},
				{cluster.RoleStandalone, "admin", 400, 6},
			} {
				w := furnished(t, tt.at)
				federal, local := w.federal.Revision(), w.local.Revision()
				got := w.as(t, tt.as, write.method, write.target, write.body)
				if got.Status != tt.status || got.Code != tt.code {
					t.Errorf("by %s of a %s = %d code %d %s, want %d code %d", tt.as, tt.at, got.Status, got.Code, got.Body, tt.status, tt.code)
				}
				if changed := w.federal.Revision() > federal; changed != (tt.status == 200) || w.local.Revision() > local {
					t.Errorf("by %s of a %s: federated policy changed %t, local revision %d -> %d", tt.as, tt.at, changed, local, w.local.Revision())
				}
				if header := got.Header.Get("X-Fedhub-Revision"); tt.status == 200 && header != strconv.FormatUint(w.federal.Revision(), 10) {
					t.Errorf("revision %q, want %d", header, w.federal.Revision())
				}
			}
			local := ofCluster(write.id)
			for _, at := range []cluster.Role{cluster.RoleMaster, cluster.RoleRemote, cluster.RoleStandalone} {
				w := furnished(t, at)
				federal, before := w.federal.Revision(), w.local.Revision()
				w.as(t, "reader", write.method, local.Replace(write.target), local.Replace(write.body)).want(t, 403, 25)
				w.as(t, "admin", write.method, local.Replace(write.target), local.Replace(write.body)).want(t, 200, 0)
				if w.federal.Revision() > federal || w.local.Revision() == before {
					t.Errorf("on a %s the local policy was not what changed", at)
				}
			}
		})
	}
}

// TestReads_scopes: who may read a cluster reads the federated policy there, first and on its own.
func TestReads_scopes(t *testing.T) {
	tests := map[string]struct {
		federal, local string // what only the answers about that scope have in them
	}{
		"/v1/group":            {`"fed.net"`, `"net"`},
		"/v1/policy/rule":      {`"id":100001`, `"id":1,`},
		"/v1/admission/rules":  {`"id":100001`, `"id":1000,`},
		"/v1/response/rule":    {`"id":100001`, `"id":8,`},
		"/v1/response/options": {`"fed.hook"`, `"hook"`},
		"/v1/process_profile":  {`"group":"fed.web"`, `"group":"web"`},
		"/v1/file_monitor":     {`"group":"fed.web"`, `"group":"web"`},
		"/v1/dlp/sensor":       {`"fed.card"`, `"card"`},
		"/v1/dlp/rule":         {`"federal"`, `"user_created"`},
		"/v1/dlp/group":        {`"fed.web"`, `"web"`},
		"/v1/waf/sensor":       {`"fed.sqli"`, `"sqli"`},
		"/v1/waf/rule":         {`"federal"`, `"user_created"`},
		"/v1/waf/group":        {`"fed.web"`, `"web"`},
	}
	for target, tt := range tests {
		for _, at := range []cluster.Role{cluster.RoleMaster, cluster.RoleRemote} {
			w := furnished(t, at)
			for query, want := range map[string][2]bool{
				"": {true, true}, "?scope=": {true, true}, "?scope=fed": {true, false}, "?scope=local": {false, true},
			} {
				body := w.as(t, "reader", http.MethodGet, target+query, "").Body
				federal, local := strings.Index(body, tt.federal), strings.Index(body, tt.local)
				if (federal >= 0) != want[0] || (local >= 0) != want[1] || want[0] && want[1] && federal > local {
					t.Errorf("%s%s on a %s has the federated object at %d and the local one at %d: %s", target, query, at, federal, local, body)
				}
			}
			w.as(t, "reader", http.MethodGet, target+"?scope=galaxy", "").want(t, 400, 6)
			w.ask(t, http.MethodGet, target, "").want(t, 401, 3)
		}
	}
}

// TestWrites_targets: what an object is for travels both ways, whatever its kind.
func TestWrites_targets(t *testing.T) {
	tests := map[string]struct{ method, write, body, read string }{
		"group":           {"PATCH", "/v1/group/fed.net", `{"config":{"targets":"env = prod"}}`, "/v1/group/fed.net"},
		"rule":            {"PATCH", "/v1/policy/rule/100001", `{"config":{"targets":"env = prod"}}`, "/v1/policy/rule/100001"},
		"admission":       {"PATCH", "/v1/admission/rule", `{"config":{"id":100001,"targets":"env = prod"}}`, "/v1/admission/rule/100001"},
		"admission state": {"PATCH", "/v1/admission/state?scope=fed", `{"state":{"targets":"env = prod"}}`, "/v1/admission/state?scope=fed"},
		"response":        {"PATCH", "/v1/response/rule/100001", `{"config":{"targets":"env = prod"}}`, "/v1/response/rule/100001"},
		"process":         {"PATCH", "/v1/process_profile/fed.web", `{"process_profile_config":{"targets":"env = prod"}}`, "/v1/process_profile/fed.web"},
		"file":            {"PATCH", "/v1/file_monitor/fed.web", `{"config":{"targets":"env = prod"}}`, "/v1/file_monitor/fed.web"},
		"dlp group":       {"PATCH", "/v1/dlp/group/fed.web", `{"config":{"targets":"env = prod"}}`, "/v1/dlp/group/fed.web"},
		"waf group":       {"PATCH", "/v1/waf/group/fed.web", `{"config":{"targets":"env = prod"}}`, "/v1/waf/group/fed.web"},
		"dlp sensor":      {"POST", "/v1/dlp/sensor", `{"config":{"name":"fed.a","rules":[],"targets":"env = prod"}}`, "/v1/dlp/sensor/fed.a"},
		"waf sensor":      {"POST", "/v1/waf/sensor", `{"config":{"name":"fed.a","rules":[],"targets":"env = prod"}}`, "/v1/waf/sensor/fed.a"},
		"webhook":         {"POST", "/v1/system/config/webhook", `{"config":{"name":"fed.a","url":"http://a/","targets":"env = prod"}}`, "/v1/system/config?scope=fed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := furnished(t, cluster.RoleMaster)
			w.as(t, "fedAdmin", tt.method, tt.write, tt.body).want(t, 200, 0)
			if got := w.as(t, "reader", http.MethodGet, tt.read, ""); !strings.Contains(got.Body, `"targets":"env=prod"`) {
				t.Errorf("answer %s does not show the targets", got.Body)
			}
			w.as(t, "fedAdmin", tt.method, tt.write, fill(tt.body, "env = prod", "env = =", "fed.a", "fed.b")).want(t, 400, 6)
		})
	}
}

// TestWrites_failures: why a change does not happen is told apart.
func TestWrites_failures(t *testing.T) {
	tests := map[string]struct {
		err          error
		status, code int
	}{
		"another revision":  {policy.ErrRevision, 409, 74},
		"rollout":           {policy.ErrRollout, 409, 79},
		"change set":        {&policy.ChangeError{}, 400, 6},
		"promotion":         {fmt.Errorf("%w: rule 7: %w", policy.ErrPromote, policy.ErrNotFound), 500, 49},
		"a part":            {fmt.Errorf("%w: %w", bus.ErrPartly, bus.ErrDiskFull), 500, 80},
		"a part, or more":   {fmt.Errorf("%w: %w", bus.ErrPartly, bus.ErrInDoubt), 500, 80},
		"full disk":         {&bus.CommandError{Command: "c", Err: bus.ErrDiskFull}, 507, 72},
		"full disk, unsure": {fmt.Errorf("%w: %w", bus.ErrInDoubt, bus.ErrDiskFull), 503, 77},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFake(cluster.RoleMaster)
			f.change = func(cluster.Change) error { return tt.err }
			got := open(t, f).as(t, "admin", http.MethodDelete, "/v1/admission/rules", "")
			got.want(t, tt.status, tt.code)
			if strings.Contains(got.Body, `"error":""`) {
				t.Errorf("answer %s has no text for its code", got.Body)
			}
		})
	}
}

// TestWrites_rollout: what a rollout has on its way is refused to others.
func TestWrites_rollout(t *testing.T) {
	w := furnished(t, cluster.RoleMaster)
	_, err := w.Change(t.Context(), cluster.Change{
		Actor: "fedAdmin", Scope: policy.ScopeFederal,
		Decide:  policy.Update("fed.web", policy.GroupConfig{Comment: new("new")}),
		Rollout: &cluster.RolloutPlan{Waves: []policy.WavePlan{{}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.as(t, "fedAdmin", http.MethodPatch, "/v1/group/fed.web", `{"config":{"comment":"other"}}`).want(t, 409, 79)
	if g, _ := policy.Get[events.Group](w.federal, "fed.web"); g.Comment != "" {
		t.Errorf("comment %q, want none yet", g.Comment)
	}
}
