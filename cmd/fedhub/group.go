package main

import (
	"context"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newGroup(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "group", Short: "Groups of workloads or addresses, which rules speak of"}
	c.AddCommand(newGroupList(around), newGroupShow(around), newGroupCreate(around), newGroupDelete(around))
	return c
}

func newGroupList(around surroundings) *cobra.Command {
	var scope string
	c := &cobra.Command{Use: "list", Short: "List groups, federated ones first"}
	c.Flags().StringVar(&scope, "scope", "", "fed or local; both if it is not given")
	return operateAt(around, c, func(ctx context.Context, s *session, _ []string) error {
		r, err := answered(s.policy.ListGroupsWithResponse(ctx, &wire.ListGroupsParams{Scope: given(scope)}))
		if err != nil {
			return err
		}
		return s.print(r.JSON200.Groups, func() table.Writer {
			t := newTable("name", "scope", "members", "rules", "comment")
			for _, g := range r.JSON200.Groups {
				t.AppendRow(table.Row{g.Name, scopeWord(g.CfgType), criteriaText(g.Criteria), len(g.PolicyRules), dash(g.Comment)})
			}
			return t
		})
	})
}

func newGroupShow(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "show NAME", Short: "Show a group and the rules that use it", Args: cobra.ExactArgs(1)}
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		r, err := answered(s.policy.GetGroupWithResponse(ctx, args[0]))
		if err != nil {
			return err
		}
		g := r.JSON200.Group
		if s.format == formatTable {
			about := newTable()
			about.AppendRows([]table.Row{
				{"name", g.Name}, {"scope", scopeWord(g.CfgType)}, {"members", criteriaText(g.Criteria)}, {"comment", dash(g.Comment)},
			})
			if err := s.printTable(about); err != nil {
				return err
			}
			s.say("")
		}
		return s.print(g, func() table.Writer { return ruleTable(g.PolicyRules) })
	})
}

func newGroupCreate(around surroundings) *cobra.Command {
	var comment string
	var criteria criteriaFlag
	c := &cobra.Command{
		Use: "create NAME", Short: "Make a group; one whose name begins with fed. is federated", Args: cobra.ExactArgs(1),
		Example: "  fedhub group create fed.web --member service=nginx --member 'domain prefix shop-'",
	}
	c.Flags().Var(&criteria, "member", "what is in the group, as KEY=VALUE or 'KEY OPERATOR VALUE'; may be repeated")
	c.Flags().StringVar(&comment, "comment", "", "`text` for people")
	_ = c.MarkFlagRequired("member") //nolint:errcheck // the flag is there
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config := wire.GroupConfig{Name: args[0], Comment: given(comment), Criteria: &criteria.list}
		r, err := answered(s.policy.CreateGroupWithResponse(ctx, wire.GroupWrite{Config: config}))
		if err != nil {
			return err
		}
		s.say("created: group %s (%s)", args[0], written(r.HTTPResponse.Header))
		return nil
	})
}

func newGroupDelete(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "delete NAME", Short: "Delete a group and the rules that use it", Args: cobra.ExactArgs(1)}
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		r, err := answered(s.policy.DeleteGroupWithResponse(ctx, args[0]))
		if err != nil {
			return err
		}
		s.say("deleted: group %s and its rules (%s)", args[0], written(r.HTTPResponse.Header))
		return nil
	})
}

// criteriaFlag collects criteria. It is a [pflag.Value].
type criteriaFlag struct {
	list []wire.Criterion
}

// criterionShape is a key, an operator that is a word or a sign, and a value.
var criterionShape = regexp.MustCompile(`^\s*([^\s=!]+)(?:\s+(!?[a-z]+)\s+|\s*(!?=)\s*)(.*)$`)

// String implements [pflag.Value].
func (f *criteriaFlag) String() string { return strings.TrimPrefix(criteriaText(f.list), "-") }

// Type implements [pflag.Value].
func (*criteriaFlag) Type() string { return "criterion" }

// Set implements [pflag.Value].
func (f *criteriaFlag) Set(text string) error {
	m := criterionShape.FindStringSubmatch(text)
	if m == nil {
		return badUsage("give KEY=VALUE, KEY!=VALUE, or 'KEY contains|prefix|regex|!regex VALUE'")
	}
	f.list = append(f.list, wire.Criterion{Key: m[1], Op: m[2] + m[3], Value: m[4]})
	return nil
}

func criteriaText(criteria []wire.Criterion) string {
	words := make([]string, 0, len(criteria))
	for _, c := range criteria {
		if strings.HasSuffix(c.Op, "=") {
			words = append(words, c.Key+c.Op+c.Value)
		} else {
			words = append(words, c.Key+" "+c.Op+" "+c.Value)
		}
	}
	return dash(strings.Join(words, ", "))
}

// scopeWord is whose an object is, in the words of the scope flag.
func scopeWord(cfgType string) string {
	if cfgType == "federal" {
		return "fed"
	}
	return "local"
}
