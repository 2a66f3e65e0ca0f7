package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

const (
	webhooks = "/v1/system/config/webhook"
	settings = "/v2/system/config"
)

// scopesFilled write texts for either scope, by cfg_type: @ stands for the prefix of its names, # for the other one's.
var scopesFilled = map[string]*strings.Replacer{
	"federal":      strings.NewReplacer("@", "fed.", "#", "", "SCOPE", "fed", "TYPE", "federal"),
	"user_created": strings.NewReplacer("@", "", "#", "fed.", "SCOPE", "local", "TYPE", "user_created"),
}

func webhookText(name, cfgType string) string {
	return fmt.Sprintf(`{"config":{"name":%q,"url":"https://example.com/hook","enable":true,"use_proxy":false,"type":"Slack",
		"cfg_type":%q}}`, name, cfgType)
}

// makeWebhooks makes a webhook in each scope.
func makeWebhooks(c *fedtest.Cluster) {
	c.Must(http.MethodPost, webhooks, webhookText("fed.hook", "federal"), nil)
	c.Must(http.MethodPost, webhooks, webhookText("hook", "user_created"), nil)
}

// TestNeuvectorWebhook asks what may become of webhooks in each scope. One that a response rule sends to stays.
func TestNeuvectorWebhook(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	makeWebhooks(master)
	for cfgType, fill := range scopesFilled {
		for _, r := range []request{
			{"twice", http.MethodPost, webhooks, webhookText("@hook", "TYPE"), isTaken},
			{"with the prefix of the other scope", http.MethodPost, webhooks, webhookText("#other", "TYPE"), isBadName},
			{"type that is none", http.MethodPost, webhooks, `{"config":{"name":"@x","url":"https://example.com","type":"Pager"}}`, isWrong},
			{"no url", http.MethodPost, webhooks, `{"config":{"name":"@x"}}`, isWrong},
			{"url that is none", http.MethodPost, webhooks, `{"config":{"name":"@x","url":"example.com/hook"}}`, isWrong},
			{"changed", http.MethodPatch, webhooks + "/@hook?scope=SCOPE", `{"config":{"name":"@hook","enable":false,"type":"Teams"}}`, isDone},
			{"another name", http.MethodPatch, webhooks + "/@hook?scope=SCOPE", `{"config":{"name":"@other"}}`, isWrong},
			{"that is not there", http.MethodPatch, webhooks + "/@gone?scope=SCOPE", `{"config":{"name":"@gone"}}`, isMissing},
			{"delete one that is not there", http.MethodDelete, webhooks + "/@gone?scope=SCOPE", "", isMissing},
			{"a rule that sends to it", http.MethodPatch, responseRules, `{"insert":{"rules":[{"event":"event","conditions":[{"type":"level","value":"Alert"}],
				"actions":["webhook"],"webhooks":["@hook"],"cfg_type":"TYPE"}]}}`, isDone},
			{"delete while a rule sends to it", http.MethodDelete, webhooks + "/@hook?scope=SCOPE", "", isInUse},
			{"left out while a rule sends to it", http.MethodPatch, settings + "?scope=SCOPE", `{"SCOPE_config":{"webhooks":[]}}`, isWrong},
		} {
			path, body := fill.Replace(r.path), fill.Replace(r.body)
			body = strings.Replace(body, "local_config", "config_v2", 1)
			r.want.check(t, cfgType+": "+r.does, master.Call(r.method, path, body))
		}
	}
	want := map[string]string{
		"fed": "fed.hook Teams false federal", "local": "hook Teams false user_created", "": "fed.hook Teams false federal, hook Teams false user_created",
	}
	for _, version := range []string{"v1", "v2"} {
		got := map[string]string{}
		for scope := range want {
			got[scope] = webhooksOf(t, master, fmt.Sprintf("/%s/system/config?scope=%s", version, scope))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("webhooks in %s (-want +got):\n%s", version, diff)
		}
	}
}

const twoWebhooks = `{"fed_config":{"webhooks":[{"name":"fed.a","url":"http://a.example.com","enable":true,"use_proxy":true,"type":""},
	{"name":"fed.hook","url":"https://b.example.com","enable":true,"type":"JSON"}]}}`

// TestNeuvectorWebhook_whole replaces the list of each scope.
func TestNeuvectorWebhook_whole(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	makeWebhooks(master)
	one := func(part, name string, enable bool) string {
		return fmt.Sprintf(`{%q:{"webhooks":[{"name":%q,"url":"https://example.com","enable":%t}]}}`, part, name, enable)
	}
	sendAll(t, master, []request{
		{"federated list", http.MethodPatch, settings + "?scope=fed", twoWebhooks, isDone},
		{"own list", http.MethodPatch, settings + "?scope=local", one("config_v2", "c", false), isDone},
		{"an own one in the federated list", http.MethodPatch, settings + "?scope=fed", one("fed_config", "d", true), isWrong},
		{"a federated one in the own list", http.MethodPatch, settings, one("config_v2", "fed.d", true), isWrong},
		{"other settings of the federation", http.MethodPatch, settings + "?scope=fed", `{"fed_config":{}}`, isDone},
	})
	const want = "fed.a  true federal, fed.hook JSON true federal, c  false user_created"
	if got := webhooksOf(t, master, settings); got != want {
		t.Errorf("the webhooks are %q; want %q", got, want)
	}
	sendAll(t, userOf(master, "admin"), []request{
		{"admin makes a federated one", http.MethodPost, webhooks, webhookText("fed.e", "federal"), isForbidden},
		{"admin replaces the federated list", http.MethodPatch, settings + "?scope=fed", `{"fed_config":{"webhooks":[]}}`, isForbidden},
		{"admin deletes a federated one", http.MethodDelete, webhooks + "/fed.a?scope=fed", "", isForbidden},
		{"admin deletes an own one", http.MethodDelete, webhooks + "/c", "", isDone},
	})
}

// webhooksOf returns what settings say of webhooks, federated ones first.
func webhooksOf(t *testing.T, c *fedtest.Cluster, path string) string {
	t.Helper()
	var got wire.SystemConfigs
	readInto(t, c, path, &got)
	var out []string
	for _, config := range []*wire.SystemConfig{got.FedConfig, got.Config} {
		if config == nil {
			continue
		}
		for _, w := range config.Webhooks {
			out = append(out, fmt.Sprintf("%s %s %t %s", w.Name, w.Type, w.Enable, w.CfgType))
		}
	}
	return strings.Join(out, ", ")
}
