package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newAdmission(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "admission", Short: "Admission rules: which workloads a cluster refuses to create"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List admission rules, federated ones first",
			Example: "  fedhub admission list --scope fed",
		}, listAdmission, admissionTable),
		showVerb(around, &cobra.Command{
			Use: "show ID", Short: "Show an admission rule", Args: ruleIDs(cobra.ExactArgs(1)),
			Example: "  fedhub admission show 100001 -o yaml",
		}, getAdmission, admissionAbout, admissionCriteria),
		newAdmissionAdd(around), newAdmissionSet(around),
		deleteVerb(around, &cobra.Command{
			Use: "delete ID...", Short: "Delete admission rules", Args: ruleIDs(cobra.MinimumNArgs(1)),
			Example: "  fedhub admission delete 100001 100002",
		}, "admission rule", func(ctx context.Context, s *session, id string) (*http.Response, error) {
			return byNumber(id, func(id uint32) (*http.Response, error) { return s.policy.DeleteAdmissionRule(ctx, id) })
		}),
		newAdmissionPromote(around), newAdmissionState(around),
	)
	return c
}

func listAdmission(ctx context.Context, s *session, scope *string) ([]wire.AdmissionRule, error) {
	rules, err := read[wire.AdmissionRules](answerTo(s.policy.ListAdmissionRules(ctx, &wire.ListAdmissionRulesParams{Scope: scope})))
	return rules.Rules, err
}

func getAdmission(ctx context.Context, s *session, id string) (wire.AdmissionRule, error) {
	one, err := read[wire.OneAdmissionRule](answerTo(byNumber(id, func(id uint32) (*http.Response, error) {
		return s.policy.GetAdmissionRule(ctx, id)
	})))
	return one.Rule, err
}

func newAdmissionAdd(around surroundings) *cobra.Command {
	var rule admissionFlags
	var scope scopeFlag
	c := &cobra.Command{
		Use: "add", Short: "Add an admission rule",
		Example: "  fedhub admission add --deny --criterion 'imageRegistry containsAny docker.io,quay.io'\n" +
			"  fedhub admission add --exception --criterion 'namespace containsAny kube-system' --criterion runAsRoot=true\n" +
			"  fedhub admission add -f rule.yaml --targets env=prod",
	}
	rule.add(c)
	scope.add(c)
	c.MarkFlagsOneRequired("deny", "exception", "file")
	c.MarkFlagsOneRequired("criterion", "file")
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		config, err := rule.config(c, around)
		if err != nil {
			return err
		}
		config.CfgType = scope.owner(s)
		made, err := answerTo(s.policy.CreateAdmissionRule(ctx, wire.AdmissionRuleWrite{Config: config}))
		one, err := read[wire.OneAdmissionRule](made, err)
		if err != nil {
			return err
		}
		if s.format != formatTable {
			return s.print(one.Rule, nil)
		}
		return s.write(made, nil).say("added: admission rule %d", one.Rule.ID)
	})
}

func newAdmissionSet(around surroundings) *cobra.Command {
	var rule admissionFlags
	c := &cobra.Command{
		Use: "set ID", Short: "Change an admission rule; what is not given stays", Args: ruleIDs(cobra.ExactArgs(1)),
		Example: "  fedhub admission set 100001 --mode monitor\n" +
			"  fedhub admission show 100001 -o yaml > rule.yaml; fedhub admission set 100001 -f rule.yaml",
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
		return s.write(answerTo(s.policy.UpdateAdmissionRule(ctx, wire.AdmissionRuleWrite{Config: config}))).
			say("set: admission rule %d", ids[0])
	})
}

func newAdmissionPromote(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "promote ID...", Short: "Make federated rules of the master's own", Args: ruleIDs(cobra.MinimumNArgs(1)),
		Example: "  fedhub admission promote 1001",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		ids, err := parseIDs(args)
		if err != nil {
			return err
		}
		return s.write(answerTo(s.PromoteAdmissionRules(ctx, wire.Promote{Request: wire.PromoteRequest{Ids: ids}}))).
			say("promoted: admission rule %s", strings.Join(args, ", "))
	})
}

func admissionTable(rules []wire.AdmissionRule) table.Writer {
	t := newTable("id", "scope", "type", "mode", "criteria", "comment", "targets")
	for _, r := range rules {
		criteria := make([]string, 0, len(r.Criteria))
		for _, c := range r.Criteria {
			criteria = append(criteria, admissionText(c))
		}
		t.AppendRow(table.Row{
			r.ID, scopeWord(r.CfgType), unless(r.Disable, r.RuleType), dash(r.RuleMode), dash(strings.Join(criteria, " and ")),
			dash(r.Comment), dash(r.Targets),
		})
	}
	return t
}

func admissionAbout(r wire.AdmissionRule) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"id", r.ID},
		{"scope", scopeWord(r.CfgType)},
		{"type", unless(r.Disable, r.RuleType)},
		{"mode", dash(r.RuleMode)},
		{"containers", dash(strings.Join(r.Containers, ","))},
		{"comment", dash(r.Comment)},
		{"targets", dash(r.Targets)},
	})
	return t
}

// admissionCriteria shows the criteria; the parts of one stand indented below it.
func admissionCriteria(r wire.AdmissionRule) table.Writer {
	t := newTable("criterion", "operator", "value", "path")
	for _, c := range r.Criteria {
		t.AppendRow(table.Row{c.Name, dash(c.Op), dash(c.Value), dash(c.Path)})
		for _, sub := range c.SubCriteria {
			t.AppendRow(table.Row{"  " + sub.Name, dash(sub.Op), dash(sub.Value), dash(sub.Path)})
		}
	}
	return t
}

// admissionText is a criterion in a line, with its parts in brackets.
func admissionText(c wire.AdmissionCriterion) string {
	words := make([]string, 0, 3)
	for _, word := range []string{c.Name, c.Op, c.Value} {
		if word != "" {
			words = append(words, word)
		}
	}
	line := strings.Join(words, " ")
	if len(c.SubCriteria) == 0 {
		return line
	}
	parts := make([]string, 0, len(c.SubCriteria))
	for _, sub := range c.SubCriteria {
		parts = append(parts, admissionText(sub))
	}
	return line + " (" + strings.Join(parts, ", ") + ")"
}
