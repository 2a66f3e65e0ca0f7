package policy

import (
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

func TestWebhookConfig(t *testing.T) {
	old := events.Webhook{Name: "fed.ops", URL: "https://example.com/x", Type: "Slack", UseProxy: true, Meta: events.Meta{CreatedAt: noon}}
	for name, tt := range map[string]struct {
		old  events.Object
		when string
		want events.Webhook
	}{
		"new":         {when: `{"name":"fed.ops","url":"https://example.com/hook"}`, want: events.Webhook{Name: "fed.ops", URL: "https://example.com/hook", Enable: true}},
		"every field": {when: `{"name":"fed.ops","url":"http://[fd00::1]:8080/a%20b?c=d","enable":false,"use_proxy":true,"type":"Teams","cfg_type":"federal"}`, want: events.Webhook{Name: "fed.ops", URL: "http://[fd00::1]:8080/a%20b?c=d", Type: "Teams", UseProxy: true}},
		"JSON":        {when: `{"name":"fed.ops","url":"HTTPS://example.com","type":"JSON"}`, want: events.Webhook{Name: "fed.ops", URL: "HTTPS://example.com", Type: "JSON", Enable: true}},
		"nothing":     {old: old, when: `{}`, want: old},
		"enable": {old: old, when: `{"name":"fed.ops","enable":true,"use_proxy":false,"type":""}`, want: events.Webhook{
			Name: "fed.ops", URL: "https://example.com/x", Enable: true, Meta: events.Meta{CreatedAt: noon},
		}},
		"a url as long as may be": {old: old, when: `{"url":"http://` + strings.Repeat("a", 2041) + `"}`, want: events.Webhook{
			Name: "fed.ops", URL: "http://" + strings.Repeat("a", 2041), Type: "Slack", UseProxy: true, Meta: events.Meta{CreatedAt: noon},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := settled(t, webhookKind, tt.old, NewState(ScopeFederal), tt.when)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, tt.want)
		})
	}
}

func TestWebhookConfig_refuses(t *testing.T) {
	for name, tt := range map[string]struct {
		when  string
		want  error
		words string
	}{
		"no url":             {when: `{"name":"fed.ops"}`, want: ErrInvalid, words: "no url"},
		"another scheme":     {when: `{"url":"ftp://example.com"}`, want: ErrInvalid, words: "not absolute"},
		"no scheme":          {when: `{"url":"example.com/hook"}`, want: ErrInvalid, words: "not absolute"},
		"no host":            {when: `{"url":"https:///hook"}`, want: ErrInvalid, words: "not absolute"},
		"only a port":        {when: `{"url":"https://:443/hook"}`, want: ErrInvalid, words: "not absolute"},
		"no such port":       {when: `{"url":"https://example.com:65536/"}`, want: ErrInvalid, words: "not absolute"},
		"cannot be read":     {when: `{"url":"https://example.com/%zz"}`, want: ErrInvalid, words: "not absolute"},
		"user":               {when: `{"url":"https://me@example.com/"}`, want: ErrInvalid, words: "a user or a password"},
		"password":           {when: `{"url":"https://me:secret@example.com/"}`, want: ErrInvalid, words: "a user or a password"}, //nolint:gosec // G101: nobody has it
		"blank":              {when: `{"url":"https://example.com/a b"}`, want: ErrInvalid, words: "blank"},
		"line break":         {when: `{"url":"https://example.com/\r\nHost: x"}`, want: ErrInvalid, words: "control character"},
		"control of Unicode": {when: `{"url":"https://example.com/\u0085"}`, want: ErrInvalid, words: "control character"},
		"too long":           {when: `{"url":"https://` + strings.Repeat("a", 2041) + `"}`, want: ErrTooLarge, words: "2049"},
		"unknown type":       {when: `{"url":"https://example.com","type":"slack"}`, want: ErrInvalid, words: "Slack, JSON, Teams"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settled(t, webhookKind, nil, NewState(ScopeFederal), tt.when)
			refused(t, err, tt.want, tt.words)
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

func TestWebhookConfig_keepsSecretsOutOfErrors(t *testing.T) {
	for _, url := range []string{
		"https://me:secret/@example.com", "https://me:secret@exa mple.com", "secret", "https://example.com/secret\n",
		"https://example.com:secret/", "https://example.com/%secret",
	} {
		c := WebhookConfig{Name: "fed.ops", URL: &url}
		if _, err := c.onto(nil, NewState(ScopeFederal)); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestWebhook_staysWhileARuleSendsToIt(t *testing.T) {
	s := NewState(ScopeFederal)
	rule := ResponseConfig{
		Event: new("event"), Conditions: &[]events.ResponseCondition{{Type: "level", Value: "Info"}},
		Actions: &[]string{"webhook"}, Webhooks: &[]string{"fed.ops"},
	}
	_, err := Create(rule)(s, noon)
	refused(t, err, ErrInvalid, `cannot find the webhook "fed.ops"`)
	must(t, s, Create(WebhookConfig{Name: "fed.ops", URL: new("https://example.com")}))
	must(t, s, Create(rule))
	_, err = Remove(events.ObjectWebhook, "fed.ops")(s, noon)
	refused(t, err, ErrInUse, "response rule 100001")
	must(t, s, Remove(events.ObjectResponseRule, "100001"))
	must(t, s, Remove(events.ObjectWebhook, "fed.ops"))
}
