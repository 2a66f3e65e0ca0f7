package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// task returns what an answer says of an import.
func task(t *testing.T, r reply, status int) wire.ImportTask {
	t.Helper()
	r.want(t, status, 0)
	var out wire.ImportTaskData
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
		t.Fatalf("%s: %v", r.Body, err)
	}
	return out.Data
}

// TestFileImport goes as NeuVector's command line and console do: send the file, and with the tid of a 206 ask with an
// empty body until a 200 comes.
func TestFileImport(t *testing.T) {
	const path = "/v1/file/group/config?scope=fed"
	w := open(t, newFake(cluster.RoleMaster))
	token := w.login(t, "fedAdmin")
	sent := w.ask(t, http.MethodPost, path, shopYAML, "X-Auth-Token", token, "Content-Type", "text/plain")
	first := task(t, sent, 206)
	want := wire.ImportTask{
		Tid: sent.Header.Get("X-Request-Id"), CtrlerID: "0123456789abcdef0123456789abcdef", LastUpdateTime: noon,
		Percentage: 100, TriggeredBy: "fedAdmin", Status: "done",
	}
	if diff := cmp.Diff(want, first); diff != "" || first.Tid == "" {
		t.Errorf("task, -want +got:\n%s", diff)
	}
	if rev := sent.Header.Get("X-Fedhub-Revision"); rev != "4" || policy.Count[events.Group](w.federal) != 2 {
		t.Errorf("revision %q and %d groups, want 4 and 2", rev, policy.Count[events.Group](w.federal))
	}
	asked := w.ask(t, http.MethodPost, path, "", "X-Auth-Token", token, "X-Transaction-Id", first.Tid)
	if diff := cmp.Diff(first, task(t, asked, 200)); diff != "" || asked.Header.Get("X-Fedhub-Revision") != "4" {
		t.Errorf("the task when it was asked for, with revision %q:\n%s", asked.Header.Get("X-Fedhub-Revision"), diff)
	}
	task(t, w.ask(t, http.MethodPost, path, shopYAML, "X-Auth-Token", token, "X-Transaction-Id", first.Tid), 200)
	again := w.ask(t, http.MethodPost, path, shopYAML, "X-Auth-Token", token)
	if task(t, again, 206).Tid == first.Tid || again.Header.Get("X-Fedhub-Revision") != "4" {
		t.Errorf("a second import has the tid of the first, or made revision %q", again.Header.Get("X-Fedhub-Revision"))
	}
	w.ask(t, http.MethodPost, path, "", "X-Auth-Token", token, "X-Transaction-Id", "x").want(t, 410, 6)
	for range 100 {
		w.ask(t, http.MethodPost, path, shopYAML, "X-Auth-Token", token)
	}
	w.ask(t, http.MethodPost, path, "", "X-Auth-Token", token, "X-Transaction-Id", first.Tid).want(t, 410, 6)
}

func TestFileImport_local(t *testing.T) {
	w := open(t, newFake(cluster.RoleRemote))
	task(t, w.as(t, "admin", http.MethodPost, "/v1/file/group/config", shopYAML), 206)
	if n := policy.Count[events.Group](w.local); n != 2 {
		t.Errorf("%d groups, want 2", n)
	}
}

func TestFileImport_refusals(t *testing.T) {
	const master, remote, standalone = cluster.RoleMaster, cluster.RoleRemote, cluster.RoleStandalone
	const sensor = "kind: NvDlpSecurityRule\nspec: {sensor: {name: %s, rules: [{name: card, patterns: [{op: regex, value: \"%s\"}]}]}}\n"
	good := strings.NewReplacer("%s", "cards")
	bad := strings.NewReplacer("name: %s", "name: broken", `"%s"`, `"("`)
	tests := map[string]struct {
		at           cluster.Role
		as           string
		path, body   string
		status, code int
		says         string
	}{
		"federated, at a remote":        {remote, "admin", "group/config?scope=fed", shopYAML, 400, 18, "a remote"},
		"federated, standalone":         {standalone, "admin", "fed/config", shopYAML, 400, 18, "standalone"},
		"federated, by an admin":        {master, "admin", "group/config?scope=fed", shopYAML, 403, 25, "role"},
		"by a reader":                   {master, "reader", "group/config", shopYAML, 403, 25, "role"},
		"a scope that is none":          {master, "fedAdmin", "group/config?scope=all", shopYAML, 400, 6, "scope"},
		"federated webhooks, locally":   {master, "fedAdmin", "fed/config?scope=local", allYAML, 400, 6, "scope"},
		"no YAML":                       {master, "fedAdmin", "group/config?scope=fed", "a: [", 400, 18, "the file"},
		"nothing":                       {master, "fedAdmin", "group/config?scope=fed", "", 400, 18, "nothing in the file"},
		"an empty list":                 {master, "fedAdmin", "dlp/config?scope=fed", "kind: List\nitems: []", 400, 18, "nothing in the file"},
		"a kind that is not federated":  {master, "fedAdmin", "dlp/config?scope=fed", "kind: NvComplianceProfile\nspec: {}", 400, 18, "nothing of it can be taken: line 1"},
		"another kind":                  {master, "fedAdmin", "waf/config?scope=fed", good.Replace(sensor), 400, 18, `line 2, dlp \"fed.cards\": it is imported at another path`},
		"something of another kind":     {master, "fedAdmin", "group/config?scope=fed", allYAML, 400, 18, "and 4 more"},
		"one that is wrong":             {master, "fedAdmin", "dlp/config?scope=fed", good.Replace(sensor) + "---\n" + bad.Replace(sensor), 400, 18, `line 5, dlp \"fed.broken\"`},
		"one whose webhook is not here": {master, "fedAdmin", "response/rule/config?scope=fed", allYAML[strings.LastIndex(allYAML, "---"):], 400, 18, "fed.hook"},
		"a form":                        {master, "fedAdmin", "group/config?scope=fed", "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n" + shopYAML + "\r\n--b--\r\n", 400, 18, "the file:"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newFake(tt.at))
			got := w.as(t, tt.as, http.MethodPost, "/v1/file/"+tt.path, tt.body)
			got.want(t, tt.status, tt.code)
			if !strings.Contains(got.Body, tt.says) {
				t.Errorf("%s does not say %q", got.Body, tt.says)
			}
			if w.commands != 0 {
				t.Error("something was changed")
			}
		})
	}
	w := open(t, newFake(master))
	w.ask(t, http.MethodPost, "/v1/file/group/config?scope=fed", shopYAML,
		"X-Auth-Token", w.login(t, "fedAdmin"), "X-Import-Overwrite", "1").want(t, 400, 6)
}
