package main

import (
	"context"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// statusPage is how many rows a page of the status has.
const statusPage = 1000

func newStatus(around surroundings) *cobra.Command {
	var kind, name, only string
	c := &cobra.Command{
		Use: "status", Short: "Show how each federated object does in each cluster that it is for",
		Example: "  fedhub status\n  fedhub status --kind admission --cluster berlin",
	}
	c.Flags().StringVar(&kind, "kind", "", "only objects of this `kind`, such as group, network or admission")
	c.Flags().StringVar(&name, "name", "", "only objects of this `name` or number")
	c.Flags().StringVar(&only, "cluster", "", "`name` or id of the one cluster to show")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		limit := statusPage
		params := wire.ListStatusParams{Kind: given(kind), Name: given(name), Cluster: given(only), Limit: &limit}
		states := []wire.ObjectState{}
		for {
			page, err := read[wire.ObjectStates](answerTo(s.ListStatus(ctx, &params)))
			if err != nil {
				return err
			}
			states = append(states, page.States...)
			if page.Next == "" {
				break
			}
			params.After = &page.Next
		}
		return s.print(states, func() table.Writer { return statusTable(states) })
	})
}

func statusTable(states []wire.ObjectState) table.Writer {
	t := newTable("kind", "name", "cluster", "desired", "applied", "state", "reason")
	for _, o := range states {
		applied := "-"
		if o.AppliedRevision != nil {
			applied = strconv.FormatUint(*o.AppliedRevision, 10)
		}
		t.AppendRow(table.Row{o.Kind, o.Name, o.ClusterName, o.DesiredRevision, applied, o.State, dash(o.Reason)})
	}
	return t
}
