package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newResponse(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "response", Short: "Response rules: what a cluster does when something happens in it"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List response rules, federated ones first",
			Example: "  fedhub response list --scope fed",
		}, listResponses, responseTable),
		showVerb(around, &cobra.Command{
			Use: "show ID", Short: "Show a response rule", Args: ruleIDs(cobra.ExactArgs(1)),
			Example: "  fedhub response show 100001",
		}, getResponse, responseAbout),
		newResponseAdd(around), newResponseSet(around),
		deleteVerb(around, &cobra.Command{
			Use: "delete ID...", Short: "Delete response rules", Args: ruleIDs(cobra.MinimumNArgs(1)),
			Example: "  fedhub response delete 100001",
		}, "response rule", func(ctx context.Context, s *session, id string) (*http.Response, error) {
			return byNumber(id, func(id uint32) (*http.Response, error) { return s.policy.DeleteResponseRule(ctx, id) })
		}),
	)
	return c
}

func listResponses(ctx context.Context, s *session, scope *string) ([]wire.ResponseRule, error) {
	rules, err := read[wire.ResponseRules](answerTo(s.policy.ListResponseRules(ctx, &wire.ListResponseRulesParams{Scope: scope})))
	return rules.Rules, err
}

func getResponse(ctx context.Context, s *session, id string) (wire.ResponseRule, error) {
	one, err := read[wire.OneResponseRule](answerTo(byNumber(id, func(id uint32) (*http.Response, error) {
		return s.policy.GetResponseRule(ctx, id)
	})))
	return one.Rule, err
}

func newResponseAdd(around surroundings) *cobra.Command {
	var rule responseFlags
	var scope scopeFlag
	var after afterFlag
	c := &cobra.Command{
		Use: "add", Short: "Add a response rule",
		Example: "  fedhub response add --event security-event --condition level:Critical --action webhook --webhook fed.ops\n" +
			"  fedhub response add --event event --condition name:Container.Suspicious.Process --action quarantine --group fed.web",
	}
	rule.add(c)
	scope.add(c)
	after.add(c)
	for _, name := range []string{"event", "condition", "action"} {
		c.MarkFlagsOneRequired(name, "file")
	}
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		config, err := rule.config(c, around)
		if err != nil {
			return err
		}
		config.CfgType = scope.owner(s)
		insert := &wire.ResponseInsert{After: after.given(c), Rules: []wire.ResponseConfig{config}}
		at := scope.at(s)
		params := &wire.PatchResponseRulesParams{Scope: &at}
		return s.write(answerTo(s.policy.PatchResponseRules(ctx, params, wire.ResponseRulesPatch{Insert: insert}))).
			say("added: a %s response rule to %s", at, deref(config.Event))
	})
}

func newResponseSet(around surroundings) *cobra.Command {
	var rule responseFlags
	c := &cobra.Command{
		Use: "set ID", Short: "Change a response rule; its place, and what is not given, stays",
		Args:    ruleIDs(cobra.ExactArgs(1)),
		Example: "  fedhub response set 100001 --disable",
	}
	rule.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		config, err := rule.config(c, around)
		if err != nil {
			return err
		}
		if err := named(&config.ID, ids[0]); err != nil {
			return err
		}
		return s.write(answerTo(s.policy.UpdateResponseRule(ctx, ids[0], wire.ResponseRuleWrite{Config: config}))).
			say("set: response rule %d", ids[0])
	})
}

// responseFlags say what a response rule is.
type responseFlags struct {
	commonFlags
	switchFlags
	event, group, comment string
	conditions            listFlag[wire.ResponseCondition]
	actions, webhooks     []string
}

func (f *responseFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.switchFlags.add(c)
	f.conditions = listFlag[wire.ResponseCondition]{word: "type:value", parse: parseCondition}
	flags := c.Flags()
	flags.StringVar(&f.event, "event", "",
		"to what: event, security-event, cve-report, compliance, admission-control or serverless")
	flags.Var(&f.conditions, "condition",
		"of what kind it is, such as level:Critical; may be repeated, and stands for all of them")
	flags.StringSliceVar(&f.actions, "action", nil, "quarantine, suppress-log or webhook; may be repeated")
	flags.StringSliceVar(&f.webhooks, "webhook", nil, "`name` of a webhook that is told; may be repeated")
	flags.StringVar(&f.group, "group", "", "`name` of the group that it happens to; any if none is given")
	flags.StringVar(&f.comment, "comment", "", "`text` for people")
}

func (f *responseFlags) config(c *cobra.Command, around surroundings) (wire.ResponseConfig, error) {
	config, err := readObject[wire.ResponseConfig, wire.ResponseRule](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	override(c, "event", &config.Event, &f.event)
	override(c, "condition", &config.Conditions, &f.conditions.list)
	override(c, "action", &config.Actions, &f.actions)
	override(c, "webhook", &config.Webhooks, &f.webhooks)
	override(c, "group", &config.Group, &f.group)
	override(c, "comment", &config.Comment, &f.comment)
	if off := f.off(c); off != nil {
		config.Disable = off
	}
	f.claims(c, &config.Claims)
	return config, nil
}

func parseCondition(text string) (wire.ResponseCondition, error) {
	kind, value, ok := strings.Cut(text, ":")
	if !ok || kind == "" {
		return wire.ResponseCondition{}, badUsage("give TYPE:VALUE, such as level:Critical")
	}
	return wire.ResponseCondition{Type: kind, Value: value}, nil
}

func conditionsText(conditions []wire.ResponseCondition) string {
	words := make([]string, 0, len(conditions))
	for _, c := range conditions {
		words = append(words, c.Type+":"+c.Value)
	}
	return dash(strings.Join(words, ", "))
}

func responseTable(rules []wire.ResponseRule) table.Writer {
	t := newTable("id", "scope", "event", "group", "conditions", "actions", "webhooks", "comment", "targets")
	for _, r := range rules {
		t.AppendRow(table.Row{
			r.ID, scopeWord(r.CfgType), r.Event, dash(r.Group), conditionsText(r.Conditions),
			unless(r.Disable, strings.Join(r.Actions, ",")), dash(strings.Join(r.Webhooks, ",")), dash(r.Comment), dash(r.Targets),
		})
	}
	return t
}

func responseAbout(r wire.ResponseRule) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"id", r.ID},
		{"scope", scopeWord(r.CfgType)},
		{"event", r.Event},
		{"group", dash(r.Group)},
		{"conditions", conditionsText(r.Conditions)},
		{"actions", unless(r.Disable, strings.Join(r.Actions, ","))},
		{"webhooks", dash(strings.Join(r.Webhooks, ","))},
		{"comment", dash(r.Comment)},
		{"targets", dash(r.Targets)},
	})
	return t
}
