package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newWebhook(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "webhook", Short: "Webhooks: where response rules send what happened"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List webhooks, federated ones first",
			Example: "  fedhub webhook list --scope fed",
		}, listWebhooks, func(webhooks []wire.Webhook) table.Writer {
			t := newTable("name", "scope", "type", "url", "proxy", "targets")
			for _, w := range webhooks {
				t.AppendRow(table.Row{unless(!w.Enable, w.Name), scopeWord(w.CfgType), dash(w.Type), w.URL, w.UseProxy, dash(w.Targets)})
			}
			return t
		}),
		showVerb(around, &cobra.Command{
			Use: "show NAME", Short: "Show a webhook", Args: cobra.ExactArgs(1),
			Example: "  fedhub webhook show fed.ops",
		}, getWebhook, webhookAbout),
		newWebhookAdd(around), newWebhookSet(around),
		deleteVerb(around, &cobra.Command{
			Use: "delete NAME...", Short: "Delete webhooks that no response rule uses", Args: cobra.MinimumNArgs(1),
			Example: "  fedhub webhook delete fed.ops",
		}, "webhook", func(ctx context.Context, s *session, name string) (*http.Response, error) {
			return s.policy.DeleteWebhook(ctx, name, &wire.DeleteWebhookParams{Scope: new(scopeOf(name))})
		}),
	)
	return c
}

func listWebhooks(ctx context.Context, s *session, scope *string) ([]wire.Webhook, error) {
	configs, err := read[wire.SystemConfigs](answerTo(s.policy.GetSystemConfig(ctx, &wire.GetSystemConfigParams{Scope: scope})))
	return append(deref(configs.FedConfig).Webhooks, deref(configs.Config).Webhooks...), err
}

func getWebhook(ctx context.Context, s *session, name string) (wire.Webhook, error) {
	webhooks, err := listWebhooks(ctx, s, new(scopeOf(name)))
	for _, w := range webhooks {
		if w.Name == name {
			return w, nil
		}
	}
	if err == nil {
		err = fmt.Errorf("the server knows no webhook %q", name)
	}
	return wire.Webhook{}, err
}

func newWebhookAdd(around surroundings) *cobra.Command {
	var webhook webhookFlags
	c := &cobra.Command{
		Use: "add NAME", Short: "Make a webhook; one whose name begins with fed. is federated", Args: cobra.ExactArgs(1),
		Example: "  fedhub webhook add fed.ops --url https://hooks.example.com/fedhub --type Slack",
	}
	webhook.add(c)
	c.MarkFlagsOneRequired("url", "file")
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := webhook.config(c, around, args[0])
		if err != nil {
			return err
		}
		params := &wire.CreateWebhookParams{Scope: new(scopeOf(args[0]))}
		return s.write(answerTo(s.policy.CreateWebhook(ctx, params, wire.WebhookWrite{Config: config}))).
			say("added: webhook %s", args[0])
	})
}

func newWebhookSet(around surroundings) *cobra.Command {
	var webhook webhookFlags
	c := &cobra.Command{
		Use: "set NAME", Short: "Change a webhook; what is not given stays", Args: cobra.ExactArgs(1),
		Example: "  fedhub webhook set fed.ops --disable",
	}
	webhook.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := webhook.config(c, around, args[0])
		if err != nil {
			return err
		}
		params := &wire.UpdateWebhookParams{Scope: new(scopeOf(args[0]))}
		return s.write(answerTo(s.policy.UpdateWebhook(ctx, args[0], params, wire.WebhookWrite{Config: config}))).
			say("set: webhook %s", args[0])
	})
}

// webhookFlags say what a webhook is.
type webhookFlags struct {
	commonFlags
	switchFlags
	url, kind string
	proxy     bool
}

func (f *webhookFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.switchFlags.add(c)
	flags := c.Flags()
	flags.StringVar(&f.url, "url", "", "`URL` that is told")
	flags.StringVar(&f.kind, "type", "", "how: Slack, JSON or Teams; as plain text if it is not given")
	flags.BoolVar(&f.proxy, "use-proxy", false, "through the HTTP proxy of the cluster")
}

func (f *webhookFlags) config(c *cobra.Command, around surroundings, name string) (wire.WebhookConfig, error) {
	config, err := readObject[wire.WebhookConfig, wire.Webhook](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	override(c, "url", &config.URL, &f.url)
	override(c, "type", &config.Type, &f.kind)
	override(c, "use-proxy", &config.UseProxy, &f.proxy)
	if on := f.on(c); on != nil {
		config.Enable = on
	}
	f.claims(c, &config.Claims)
	return config, named(&config.Name, name)
}

func webhookAbout(w wire.Webhook) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"name", w.Name},
		{"scope", scopeWord(w.CfgType)},
		{"url", w.URL},
		{"type", dash(w.Type)},
		{"enabled", w.Enable},
		{"proxy", w.UseProxy},
		{"targets", dash(w.Targets)},
	})
	return t
}
