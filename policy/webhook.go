package policy

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fedhub/fedhub/events"
)

var webhookKind = &kind{
	object: events.ObjectWebhook,
	word:   "webhook",
	naming: byName,
	limits: limits{name: 256, text: 2048},
	parse:  parseConfig[WebhookConfig],
	keeps:  true,
}

// webhookTypes are the forms in which a webhook is told what happened.
var webhookTypes = []string{"", "Slack", "JSON", "Teams"}

// WebhookConfig is what a request says about a webhook.
type WebhookConfig struct {
	Name     string  `json:"name"`
	URL      *string `json:"url,omitempty"`
	Enable   *bool   `json:"enable,omitempty"` // a new webhook is enabled
	UseProxy *bool   `json:"use_proxy,omitempty"`
	Type     *string `json:"type,omitempty"`
	Claims
}

func (WebhookConfig) kind() *kind     { return webhookKind }
func (c WebhookConfig) about() string { return c.Name }

func (c WebhookConfig) onto(old events.Object, _ *State) (events.Object, error) {
	w, exists := old.(events.Webhook)
	if !exists {
		w.Name, w.Enable = c.Name, true
	}
	set(&w.URL, c.URL)
	set(&w.Enable, c.Enable)
	set(&w.UseProxy, c.UseProxy)
	set(&w.Type, c.Type)
	if !slices.Contains(webhookTypes, w.Type) {
		return nil, fmt.Errorf("%w: type %q; use %s, or leave it empty",
			ErrInvalid, w.Type, strings.Join(webhookTypes[1:], ", "))
	}
	if err := checkWebhookURL(w.URL); err != nil {
		return nil, err
	}
	return w, nil
}

// checkWebhookURL judges a URL. Its errors do not quote it, as its path is often a secret.
func checkWebhookURL(text string) error {
	switch {
	case text == "":
		return fmt.Errorf("%w: the webhook has no url; give one that begins with http:// or https://", ErrInvalid)
	case len(text) > webhookKind.limits.text:
		return fmt.Errorf("%w: a url of %d bytes; at most %d are allowed", ErrTooLarge, len(text), webhookKind.limits.text)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, isBlank):
		return fmt.Errorf("%w: the url has a blank or a control character in it; write it as %%20 or take it away", ErrInvalid)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || !isPort(u.Port()):
		return fmt.Errorf("%w: the url is not absolute; give one such as https://example.com/hook", ErrInvalid)
	case u.User != nil:
		return fmt.Errorf("%w: the url has a user or a password in it, which all who read the policy would see; take it away",
			ErrInvalid)
	}
	return nil
}

func isBlank(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }

// isPort reports whether text is the port of a URL; it may have none.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}
