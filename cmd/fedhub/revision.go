package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newRevision(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "revision", Short: "The history of the federated policy: who changed what, and when"}
	c.AddCommand(newRevisionList(around), newRevisionShow(around))
	return c
}

// maxRevisions is how many revisions the server tells in one answer.
const maxRevisions = 500

func newRevisionList(around surroundings) *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use: "list", Short: "List the change sets of the federated policy, newest first",
		Example: "  fedhub revision list --limit 10",
	}
	c.Flags().IntVar(&limit, "limit", 50, "how many to show at most")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		list, err := history(ctx, s, limit)
		if err != nil {
			return err
		}
		return s.print(list, func() table.Writer {
			t := newTable("revision", "time", "who", "events", "what", "rollout")
			for _, r := range list {
				t.AppendRow(table.Row{r.Revision, showTime(&r.At), r.Actor, r.Events, objectsText(r), dash(r.Rollout)})
			}
			return t
		})
	})
}

// history asks for page after page until it has enough.
func history(ctx context.Context, s *session, limit int) ([]wire.Revision, error) {
	var out []wire.Revision
	var before uint64
	for len(out) < limit {
		page, err := read[wire.Revisions](answerTo(s.ListRevisions(ctx, &wire.ListRevisionsParams{
			Before: given(before), Limit: new(min(limit-len(out), maxRevisions)),
		})))
		if err != nil {
			return nil, err
		}
		out = append(out, page.Revisions...)
		if before = page.Next; before == 0 {
			break
		}
	}
	return out, nil
}

func newRevisionShow(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "show REVISION", Short: "Show who made a revision, when, and what it changed", Args: revisionArg,
		Example: "  fedhub revision show 41",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		revision, err := parseRevision(args[0])
		if err != nil {
			return err
		}
		one, err := read[wire.OneRevision](answerTo(s.GetRevision(ctx, revision)))
		if err != nil {
			return err
		}
		if s.format != formatTable {
			return s.print(one, nil)
		}
		if err := s.printTable(revisionTable(one)); err != nil {
			return err
		}
		s.say("")
		return s.printDeltas(one.Deltas)
	})
}

func revisionTable(one wire.OneRevision) table.Writer {
	r := one.Revision
	t := newTable()
	t.AppendRows([]table.Row{
		{"revision", r.Revision},
		{"time", showTime(&r.At)},
		{"who", r.Actor},
		{"command", r.Command},
		{"events", r.Events},
		{"rollout", dash(r.Rollout)},
	})
	if one.Staged {
		t.AppendRow(table.Row{"policy", "not yet: the rollout has to complete"})
	}
	return t
}

// objectsNamed is how many objects of a change set are named in a list.
const objectsNamed = 3

// objectsText names the first objects that a change set is about; of one that is about none, what happened.
func objectsText(r wire.Revision) string {
	names := make([]string, 0, len(r.Objects))
	for _, o := range r.Objects {
		names = append(names, o.Kind+" "+o.Name)
	}
	switch n := len(names); {
	case n == 0:
		names = slices.Sorted(maps.Keys(r.Kinds))
	case n > objectsNamed:
		names = append(names[:objectsNamed], "…")
	}
	return dash(strings.Join(names, ", "))
}

// revisionArg demands the number of a revision.
func revisionArg(c *cobra.Command, args []string) error {
	if err := cobra.ExactArgs(1)(c, args); err != nil {
		return err
	}
	_, err := parseRevision(args[0])
	return err
}

func parseRevision(text string) (uint64, error) {
	revision, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not the number of a revision", text)
	}
	return revision, nil
}
