package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newRule(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "rule", Short: "Network rules, in the order in which they are tried"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List network rules, federated ones first",
			Example: "  fedhub rule list --scope fed",
		}, listRules, ruleTable),
		showVerb(around, &cobra.Command{
			Use: "show ID", Short: "Show a network rule", Args: ruleIDs(cobra.ExactArgs(1)),
			Example: "  fedhub rule show 100001",
		}, getRule, func(r wire.Rule) table.Writer { return ruleTable([]wire.Rule{r}) }),
		newRuleAdd(around), newRuleSet(around), newRuleMove(around), newRuleDelete(around), newRulePromote(around),
	)
	return c
}

func listRules(ctx context.Context, s *session, scope *string) ([]wire.Rule, error) {
	rules, err := read[wire.Rules](answerTo(s.policy.ListRules(ctx, &wire.ListRulesParams{Scope: scope})))
	return rules.Rules, err
}

func getRule(ctx context.Context, s *session, id string) (wire.Rule, error) {
	one, err := read[wire.OneRule](answerTo(byNumber(id, func(id uint32) (*http.Response, error) {
		return s.policy.GetRule(ctx, id)
	})))
	return one.Rule, err
}

func newRuleAdd(around surroundings) *cobra.Command {
	var rule ruleFlags
	var scope scopeFlag
	var after afterFlag
	c := &cobra.Command{
		Use: "add", Short: "Add a network rule",
		Example: "  fedhub rule add --from fed.web --to fed.db --ports tcp/5432 --action allow\n" +
			"  fedhub rule add --from fed.web --to external --action deny --after 0 --targets env=prod",
	}
	rule.add(c)
	scope.add(c)
	after.add(c)
	for _, name := range []string{"from", "to", "action"} {
		c.MarkFlagsOneRequired(name, "file")
	}
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		config, err := rule.config(c, around)
		if err != nil {
			return err
		}
		rule.defaults(&config)
		insert := &wire.RuleInsert{After: after.given(c), Rules: []wire.RuleConfig{config}}
		at := scope.at(s)
		return s.write(answerTo(s.policy.PatchRules(ctx, &wire.PatchRulesParams{Scope: &at}, wire.RulesPatch{Insert: insert}))).
			say("added: a %s rule from %s to %s", at, deref(config.From), deref(config.To))
	})
}

func newRuleSet(around surroundings) *cobra.Command {
	var rule ruleFlags
	c := &cobra.Command{
		Use: "set ID", Short: "Change a network rule; its place, and what is not given, stays",
		Args:    ruleIDs(cobra.ExactArgs(1)),
		Example: "  fedhub rule set 100001 --action deny --comment 'closed on 1 June'",
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
		return s.write(answerTo(s.policy.UpdateRule(ctx, ids[0], wire.RuleWrite{Config: config}))).
			say("set: rule %d", ids[0])
	})
}

func newRuleMove(around surroundings) *cobra.Command {
	var after afterFlag
	c := &cobra.Command{
		Use: "move ID", Short: "Move a network rule to another place in the order", Args: ruleIDs(cobra.ExactArgs(1)),
		Example: "  fedhub rule move 100003 --after 0\n  fedhub rule move 100003 --after 100007",
	}
	after.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		scope := scopeOfID(ids[0])
		move := &wire.RuleMove{ID: ids[0], After: after.given(c)}
		return s.write(answerTo(s.policy.PatchRules(ctx, &wire.PatchRulesParams{Scope: &scope}, wire.RulesPatch{Move: move}))).
			say("moved: rule %d", ids[0])
	})
}

func newRuleDelete(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "delete ID...", Short: "Delete network rules, all or none", Args: ruleIDs(cobra.MinimumNArgs(1)),
		Example: "  fedhub rule delete 100001 100002",
	}
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		scope := scopeOfID(ids[0])
		return s.write(answerTo(s.policy.PatchRules(ctx, &wire.PatchRulesParams{Scope: &scope}, wire.RulesPatch{Delete: &ids}))).
			say("deleted: rule %s", strings.Join(args, ", "))
	})
}

func newRulePromote(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "promote ID...", Short: "Make federated rules of the master's own, together with their groups",
		Args:    ruleIDs(cobra.MinimumNArgs(1)),
		Example: "  fedhub rule promote 12 15",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		return s.write(answerTo(s.PromoteRules(ctx, wire.Promote{Request: wire.PromoteRequest{Ids: ids}}))).
			say("promoted: rule %s", strings.Join(args, ", "))
	})
}

// ruleIDs demands that all arguments are ids of rules.
func ruleIDs(count cobra.PositionalArgs) cobra.PositionalArgs {
	return cobra.MatchAll(count, func(_ *cobra.Command, args []string) error {
		_, err := parseIDs(args)
		return err
	})
}

func parseIDs(args []string) ([]uint32, error) {
	ids := make([]uint32, 0, len(args))
	for _, a := range args {
		id, err := strconv.ParseUint(a, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is not the id of a rule", a)
		}
		ids = append(ids, uint32(id))
	}
	return ids, nil
}

// byNumber asks for the rule whose id an argument is.
func byNumber(arg string, ask func(id uint32) (*http.Response, error)) (*http.Response, error) {
	ids, err := parseIDs([]string{arg})
	if err != nil {
		return nil, err
	}
	return ask(ids[0])
}

// scopeOfID returns whose the object with the given number is.
func scopeOfID(id uint32) string {
	if id >= firstFederalID {
		return scopeFederal
	}
	return scopeLocal
}

func ruleTable(rules []wire.Rule) table.Writer {
	t := newTable("id", "scope", "from", "to", "ports", "applications", "action", "comment", "targets")
	for _, r := range rules {
		t.AppendRow(table.Row{
			r.ID, scopeWord(r.CfgType), r.From, r.To, r.Ports, dash(strings.Join(r.Applications, ",")),
			unless(r.Disable, r.Action), dash(r.Comment), dash(r.Targets),
		})
	}
	return t
}

// unless marks what a rule does when the rule is disabled.
func unless(disabled bool, does string) string {
	if disabled {
		return does + " (disabled)"
	}
	return does
}
