package main

import (
	"context"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

func newCluster(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "cluster", Short: "The clusters of the federation"}
	c.AddCommand(newClusterList(around), newClusterShow(around), newClusterLabel(around), newClusterRemove(around))
	return c
}

func newClusterList(around surroundings) *cobra.Command {
	var labels bool
	c := &cobra.Command{
		Use: "list", Short: "List the clusters: this one first, then by name",
		Example: "  fedhub cluster list --labels",
	}
	c.Flags().BoolVar(&labels, "labels", false, "show the labels, too")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		sum, err := s.summary(ctx, "")
		if err != nil {
			return err
		}
		return s.print(sum.Clusters, func() table.Writer {
			columns := table.Row{"name", "role", "status", "nodes", "pods", "kubernetes", "score", "counted", "address", "version", "joined", "id"}
			if labels {
				columns = append(columns, "labels")
			}
			t := newTable(columns...)
			for _, c := range sum.Clusters {
				row := table.Row{c.Name, roleWord(c.Role), c.Status}
				row = append(row, inventoryColumns(c.Inventory, sum.Time)...)
				row = append(row, dash(hostPort(c.RestInfo)), c.Version, showTime(c.JoinedAt), c.ID)
				if labels {
					row = append(row, labelsText(c.Labels))
				}
				t.AppendRow(row)
			}
			return t
		})
	})
}

func newClusterShow(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "show NAME|ID", Short: "Show all that is known of a cluster", Args: cobra.ExactArgs(1),
		Example: "  fedhub cluster show berlin",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		c, err := s.find(ctx, args[0])
		if err != nil {
			return err
		}
		return s.print(c, func() table.Writer { return clusterTable(c) })
	})
}

func newClusterRemove(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "remove NAME|ID", Short: "Remove a cluster from the federation; its federated policy goes",
		Args: cobra.ExactArgs(1), Example: "  fedhub cluster remove berlin",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		c, err := s.find(ctx, args[0])
		if err != nil {
			return err
		}
		if _, err := answerTo(s.RemoveCluster(ctx, c.ID)); err != nil {
			return err
		}
		s.say("removed: cluster %s", c.Name)
		return nil
	})
}

func clusterTable(c wire.ClusterSummary) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"name", c.Name},
		{"id", c.ID},
		{"role", roleWord(c.Role)},
		{"address", dash(hostPort(c.RestInfo))},
		{"labels", labelsText(c.Labels)},
		{"status", c.Status},
		{"rules", c.RuleState},
		{"revision", revisions(c)},
		{"enforced revision", c.EnforcedRevision},
		{"digest", dash(c.Digest)},
		{"digest matches", known(c.DigestMatch)},
		{"connected", c.LinkUp},
		{"connection since", showTime(c.LinkSince)},
		{"last heartbeat", showTime(c.LastHeartbeat)},
		{"clock offset", (time.Duration(c.ClockOffsetMs) * time.Millisecond).String()},
		{"version", c.Version},
		{"enforcer", dash(c.Enforcer)},
		{"joined", showTime(c.JoinedAt)},
		{"error", dash(c.Error)},
	})
	t.AppendRows(inventoryRows(c.Inventory))
	return t
}

// roleWord is a cluster's role as people call it.
func roleWord(role string) string {
	switch cluster.Role(role) {
	case cluster.RoleStandalone:
		return "standalone"
	case cluster.RoleRemote:
		return "remote"
	case cluster.RoleMaster:
	}
	return role
}

// revisions tells which revision of the federated policy a cluster holds, and which it should.
func revisions(c wire.ClusterSummary) string {
	return strconv.FormatUint(c.AppliedRevision, 10) + "/" + strconv.FormatUint(c.DesiredRevision, 10)
}

func known(fact *bool) string {
	if fact == nil {
		return "not known"
	}
	return strconv.FormatBool(*fact)
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
