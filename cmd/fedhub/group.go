package main

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newGroup(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "group", Short: "Groups of workloads or addresses, which rules speak of"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List groups, federated ones first",
			Example: "  fedhub group list --scope fed",
		}, listGroups, groupTable),
		newGroupShow(around), newGroupAdd(around), newGroupSet(around),
		deleteVerb(around, &cobra.Command{
			Use: "delete NAME...", Short: "Delete groups, and the rules and profiles that use them",
			Args:    cobra.MinimumNArgs(1),
			Example: "  fedhub group delete fed.web",
		}, "group", func(ctx context.Context, s *session, name string) (*http.Response, error) {
			return s.policy.DeleteGroup(ctx, name)
		}),
	)
	return c
}

func listGroups(ctx context.Context, s *session, scope *string) ([]wire.GroupBrief, error) {
	groups, err := read[wire.Groups](answerTo(s.policy.ListGroups(ctx, &wire.ListGroupsParams{Scope: scope})))
	return groups.Groups, err
}

func groupTable(groups []wire.GroupBrief) table.Writer {
	t := newTable("name", "scope", "members", "rules", "comment", "targets")
	for _, g := range groups {
		t.AppendRow(table.Row{
			g.Name, scopeWord(g.CfgType), criteriaText(g.Criteria), len(g.PolicyRules) + len(g.ResponseRules),
			dash(g.Comment), dash(g.Targets),
		})
	}
	return t
}

func newGroupShow(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "show NAME", Short: "Show a group and the rules that use it", Args: cobra.ExactArgs(1),
		Example: "  fedhub group show fed.web",
	}
	get := func(ctx context.Context, s *session, name string) (wire.Group, error) {
		one, err := read[wire.OneGroup](answerTo(s.policy.GetGroup(ctx, name)))
		return one.Group, err
	}
	return showVerb(around, c, get, func(g wire.Group) table.Writer {
		t := newTable()
		t.AppendRows([]table.Row{
			{"name", g.Name},
			{"scope", scopeWord(g.CfgType)},
			{"members", criteriaText(g.Criteria)},
			{"comment", dash(g.Comment)},
			{"targets", dash(g.Targets)},
		})
		return t
	}, func(g wire.Group) table.Writer {
		return ruleTable(g.PolicyRules)
	}, func(g wire.Group) table.Writer {
		return responseTable(g.ResponseRules)
	})
}

func newGroupAdd(around surroundings) *cobra.Command {
	var group groupFlags
	c := &cobra.Command{
		Use: "add NAME", Aliases: []string{"create"}, Args: cobra.ExactArgs(1),
		Short: "Make a group; one whose name begins with fed. is federated",
		Example: "  fedhub group add fed.web --member service=nginx --member 'domain prefix shop-'\n" +
			"  fedhub group add fed.card --member label=pci --targets 'env=prod'",
	}
	group.add(c)
	c.MarkFlagsOneRequired("member", "file")
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := group.config(c, around, args[0])
		if err != nil {
			return err
		}
		return s.write(answerTo(s.policy.CreateGroup(ctx, wire.GroupWrite{Config: config}))).say("added: group %s", args[0])
	})
}

func newGroupSet(around surroundings) *cobra.Command {
	var group groupFlags
	c := &cobra.Command{
		Use: "set NAME", Short: "Change a group; what is not given stays", Args: cobra.ExactArgs(1),
		Example: "  fedhub group set fed.web --comment 'what faces the world' --targets region=eu",
	}
	group.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := group.config(c, around, args[0])
		if err != nil {
			return err
		}
		return s.write(answerTo(s.policy.UpdateGroup(ctx, args[0], wire.GroupWrite{Config: config}))).
			say("set: group %s", args[0])
	})
}

// groupFlags say what a group is.
type groupFlags struct {
	commonFlags
	comment string
	members listFlag[wire.Criterion]
}

func (f *groupFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.members = listFlag[wire.Criterion]{word: "criterion", parse: parseCriterion}
	c.Flags().Var(&f.members, "member",
		"what is in the group, as KEY=VALUE or 'KEY OPERATOR VALUE'; may be repeated, and stands for all of them")
	c.Flags().StringVar(&f.comment, "comment", "", "`text` for people")
}

func (f *groupFlags) config(c *cobra.Command, around surroundings, name string) (wire.GroupConfig, error) {
	config, err := readObject[wire.GroupConfig, wire.Group](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	override(c, "member", &config.Criteria, &f.members.list)
	override(c, "comment", &config.Comment, &f.comment)
	f.claims(c, &config.Claims)
	return config, named(&config.Name, name)
}

// criterionShape is a key, an operator that is a word or a sign, and a value.
var criterionShape = regexp.MustCompile(`^\s*([^\s=!]+)(?:\s+(!?[a-z]+)\s+|\s*(!?=)\s*)(.*)$`)

func parseCriterion(text string) (wire.Criterion, error) {
	m := criterionShape.FindStringSubmatch(text)
	if m == nil {
		return wire.Criterion{}, badUsage("give KEY=VALUE, KEY!=VALUE, or 'KEY contains|prefix|regex|!regex VALUE'")
	}
	return wire.Criterion{Key: m[1], Op: m[2] + m[3], Value: m[4]}, nil
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
