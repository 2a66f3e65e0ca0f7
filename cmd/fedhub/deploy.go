package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newDeploy(around surroundings) *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use: "deploy [CLUSTER...]", Short: "Ask remotes to report and to catch up now, and show what came of it",
		Args: cobra.ArbitraryArgs,
		Long: "Asks remotes to report and to fetch what they miss now, and shows what came of it. The exit code is 1 when one of\n" +
			"them is not in sync after it. Without names or ids it asks all of them.",
		Example: "  fedhub deploy berlin oslo\n  fedhub deploy --force",
	}
	c.Flags().BoolVar(&force, "force", false, "have them fetch everything again")
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		ids := []string{}
		for _, name := range args {
			found, err := s.find(ctx, name)
			if err != nil {
				return err
			}
			ids = append(ids, found.ID)
		}
		deployed, err := read[wire.Deployed](answerTo(s.Deploy(ctx, wire.Deploy{Ids: &ids, Force: &force})))
		if err != nil {
			return err
		}
		return errors.Join(
			s.print(deployed.Outcomes, func() table.Writer { return deployTable(deployed.Outcomes) }),
			notDone(deployed.Outcomes))
	})
}

func deployTable(outcomes []wire.DeployOutcome) table.Writer {
	t := newTable("cluster", "done", "status", "revision", "reason")
	for _, o := range outcomes {
		t.AppendRow(table.Row{cmp.Or(o.Name, o.ID), o.Done, o.Status, o.Revision, dash(o.Reason)})
	}
	return t
}

// notDone is the error that some clusters have not done what they were asked for.
func notDone(outcomes []wire.DeployOutcome) error {
	n := 0
	for _, o := range outcomes {
		if !o.Done {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d clusters are not in sync", n, len(outcomes))
}
