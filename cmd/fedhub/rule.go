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
	c.AddCommand(newRuleList(around), newRuleShow(around), newRuleAdd(around), newRuleDelete(around))
	return c
}

func newRuleList(around surroundings) *cobra.Command {
	var scope string
	c := &cobra.Command{Use: "list", Short: "List network rules, federated ones first"}
	c.Flags().StringVar(&scope, "scope", "", "fed or local; both if it is not given")
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		r, err := answered(s.policy.ListRulesWithResponse(ctx, &wire.ListRulesParams{Scope: given(scope)}))
		if err != nil {
			return err
		}
		return s.print(r.JSON200.Rules, func() table.Writer { return ruleTable(r.JSON200.Rules) })
	})
}

func newRuleShow(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "show ID", Short: "Show a network rule", Args: ruleIDs(cobra.ExactArgs(1))}
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		r, err := answered(s.policy.GetRuleWithResponse(ctx, ids[0]))
		if err != nil {
			return err
		}
		return s.print(r.JSON200.Rule, func() table.Writer { return ruleTable([]wire.Rule{r.JSON200.Rule}) })
	})
}

func newRuleAdd(around surroundings) *cobra.Command {
	var rule ruleFlags
	c := &cobra.Command{
		Use: "add", Short: "Add a network rule",
		Example: "  fedhub rule add --from fed.web --to fed.db --ports tcp/5432 --action allow",
	}
	rule.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		insert := &wire.RuleInsert{Rules: []wire.RuleConfig{rule.config()}}
		if c.Flags().Changed("after") {
			insert.After = &rule.after
		}
		scope := rule.scopeAt(s)
		r, err := answered(s.policy.PatchRulesWithResponse(ctx, &wire.PatchRulesParams{Scope: &scope}, wire.RulesPatch{Insert: insert}))
		if err != nil {
			return err
		}
		s.say("added: a %s rule from %s to %s (%s)", scope, rule.from, rule.to, written(r.HTTPResponse.Header))
		return nil
	})
}

func newRuleDelete(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "delete ID...", Short: "Delete network rules, all or none", Args: ruleIDs(cobra.MinimumNArgs(1))}
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		scope := scopeLocal
		if ids[0] >= firstFederalID {
			scope = scopeFederal
		}
		r, err := answered(s.policy.PatchRulesWithResponse(ctx, &wire.PatchRulesParams{Scope: &scope}, wire.RulesPatch{Delete: &ids}))
		if err != nil {
			return err
		}
		s.say("deleted: rule %s (%s)", strings.Join(args, ", "), written(r.HTTPResponse.Header))
		return nil
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

func ruleTable(rules []wire.Rule) table.Writer {
	t := newTable("id", "scope", "from", "to", "ports", "applications", "action", "comment")
	for _, r := range rules {
		action := r.Action
		if r.Disable {
			action += " (disabled)"
		}
		t.AppendRow(table.Row{
			r.ID, scopeWord(r.CfgType), r.From, r.To, r.Ports, dash(strings.Join(r.Applications, ",")), action, dash(r.Comment),
		})
	}
	return t
}

// written tells which revision of the policy a write made.
func written(h http.Header) string { return "revision " + dash(h.Get("X-Fedhub-Revision")) }
