package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// watchEvery is how often a server is asked again while something is watched.
const watchEvery = time.Second

func newSummary(around surroundings) *cobra.Command {
	var watch bool
	var only string
	c := &cobra.Command{
		Use: "summary", Short: "Show what each cluster of the federation holds",
		Example: "  fedhub summary --watch",
	}
	c.Flags().BoolVar(&watch, "watch", false, "go on showing it until interrupted")
	c.Flags().StringVar(&only, "cluster", "", "`name` or id of the one cluster to show")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		if watch {
			return watchSummary(ctx, s, only)
		}
		sum, err := s.summary(ctx, only)
		if err != nil {
			return err
		}
		return s.print(sum, func() table.Writer { return summaryTable(sum) })
	})
}

// watchSummary shows the summary anew until ctx ends: on a terminal in one place, elsewhere whenever a
// cluster is not as it was.
func watchSummary(ctx context.Context, s *session, only string) error {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	before, lines := "", 0
	for {
		sum, err := s.summary(ctx, only)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		now := summaryWords(sum)
		if isTerminal(s.w) && s.format == formatTable {
			if lines > 0 {
				fmt.Fprintf(s.w, "\x1b[%dA\x1b[J", lines) // up to where the former one begins, and clear
			}
			before, lines = "", len(sum.Clusters)+1
		}
		if now != before {
			if err := s.print(sum, func() table.Writer { return summaryTable(sum) }); err != nil {
				return err
			}
		}
		before = now
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// summary returns the summary, of one cluster if only is given.
func (s *session) summary(ctx context.Context, only string) (wire.Summary, error) {
	sum, err := read[wire.Summary](answerTo(s.GetSummary(ctx)))
	if err != nil || only == "" {
		return sum, err
	}
	sum.Clusters = slices.DeleteFunc(sum.Clusters, func(c wire.ClusterSummary) bool { return c.Name != only && c.ID != only })
	if len(sum.Clusters) == 0 {
		return sum, fmt.Errorf("the server knows no cluster with the name or id %q", only)
	}
	return sum, nil
}

func summaryTable(sum wire.Summary) table.Writer {
	t := newTable("cluster", "role", "status", "rules", "revision", "heartbeat", "clock", "version", "error")
	for _, c := range sum.Clusters {
		t.AppendRow(table.Row{
			c.Name, roleWord(c.Role), c.Status, c.RuleState, revisions(c), ago(c.LastHeartbeat, sum.Time),
			fmt.Sprintf("%+dms", c.ClockOffsetMs), c.Version, dash(c.Error),
		})
	}
	return t
}

// summaryWords is what of a summary is worth showing again when it changes.
func summaryWords(sum wire.Summary) string {
	var words strings.Builder
	for _, c := range sum.Clusters {
		fmt.Fprintln(&words, c.Name, c.Role, c.Status, c.RuleState, revisions(c), c.Version, c.Error)
	}
	return words.String()
}

// ago is how long before now something was, for people.
func ago(t *time.Time, now time.Time) string {
	if t == nil {
		return "-"
	}
	return max(now.Sub(*t), 0).Round(100*time.Millisecond).String() + " ago"
}
