package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

func newRollout(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "rollout", Short: "Changes that reach the clusters wave by wave",
		Long: "Changes that reach the clusters wave by wave, as 'fedhub change' and 'fedhub rollback' start them with --wave.\n" +
			"Without an id a command is about the rollout that is on its way; there is one at a time.",
	}
	c.AddCommand(
		newRolloutList(around), newRolloutShow(around), newRolloutWatch(around),
		newRolloutStep(around, "pause", "paused", "Stop a rollout where it is; clusters that it has reached keep the change"),
		newRolloutStep(around, "resume", "resumed", "Let a paused rollout go on"),
		newRolloutStep(around, "approve", "approved", "Let a rollout go on to its next wave"),
		newRolloutStep(around, "abort", "aborted", "End a rollout and take its change back from the clusters that it has reached"),
	)
	return c
}

func newRolloutList(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: "List the rollouts, newest first",
		Example: "  fedhub rollout list",
	}
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		list, err := read[wire.Rollouts](answerTo(s.ListRollouts(ctx)))
		if err != nil {
			return err
		}
		return s.print(list.Rollouts, func() table.Writer {
			t := newTable("id", "status", "waves", "objects", "started", "by", "comment")
			for _, r := range list.Rollouts {
				t.AppendRow(table.Row{r.ID, r.Status, wavesText(r), r.Objects, showTime(&r.StartedAt), r.StartedBy, dash(r.Comment)})
			}
			return t
		})
	})
}

func newRolloutShow(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "show [ID]", Short: "Show a rollout, and how each cluster does in it", Args: cobra.MaximumNArgs(1),
		Example: "  fedhub rollout show",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		r, err := rolloutOf(ctx, s, args)
		if err != nil {
			return err
		}
		if s.format != formatTable {
			return s.print(r, nil)
		}
		if err := s.printTable(rolloutTable(r)); err != nil {
			return err
		}
		s.say("")
		return s.printTable(waveTable(r))
	})
}

// newRolloutStep returns the command of one step; did is its word for what was done.
func newRolloutStep(around surroundings, step, did, short string) *cobra.Command {
	c := &cobra.Command{
		Use: step + " [ID]", Short: short, Args: cobra.MaximumNArgs(1),
		Example: "  fedhub rollout " + step,
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		id, err := rolloutID(ctx, s, args)
		if err != nil {
			return err
		}
		return s.write(answerTo(s.StepRollout(ctx, id, step))).say("%s: rollout %s", did, id)
	})
}

// rolloutID returns the id that the arguments have, or that of the rollout on its way.
func rolloutID(ctx context.Context, s *session, args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	list, err := read[wire.Rollouts](answerTo(s.ListRollouts(ctx)))
	if err != nil {
		return "", err
	}
	for _, r := range list.Rollouts {
		if !ended(r) {
			return r.ID, nil
		}
	}
	return "", errors.New("no rollout is on its way; 'fedhub rollout list' shows those that ended")
}

// rolloutOf returns the rollout that the arguments name, or the one on its way, with its clusters.
func rolloutOf(ctx context.Context, s *session, args []string) (wire.Rollout, error) {
	id, err := rolloutID(ctx, s, args)
	if err != nil {
		return wire.Rollout{}, err
	}
	return getRollout(ctx, s, id)
}

func getRollout(ctx context.Context, s *session, id string) (wire.Rollout, error) {
	one, err := read[wire.OneRollout](answerTo(s.GetRollout(ctx, id)))
	return one.Rollout, err
}

func ended(r wire.Rollout) bool {
	return events.Rollout{Status: events.RolloutStatus(r.Status)}.Ended()
}

func rolloutTable(r wire.Rollout) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"id", r.ID},
		{"status", r.Status},
		{"reason", dash(r.Reason)},
		{"waves", wavesText(r)},
		{"manual", r.Manual},
		{"objects", r.Objects},
		{"decided on", "revision " + strconv.FormatUint(r.Base, 10)},
		{"started", showTime(&r.StartedAt)},
		{"by", r.StartedBy},
		{"ended", showTime(r.EndedAt)},
		{"comment", dash(r.Comment)},
	})
	return t
}

// waveTable shows each wave with its clusters, which are known while the rollout is on its way.
func waveTable(r wire.Rollout) table.Writer {
	t := newTable("wave", "takes", "soak", "cluster", "status", "progress")
	for i, w := range r.Waves {
		head := table.Row{i + 1, takesText(w), fmt.Sprintf("%ds", w.SoakSeconds)}
		if len(w.Clusters) == 0 {
			t.AppendRow(append(head, "-", "-", "-"))
		}
		for _, c := range w.Clusters {
			t.AppendRow(append(head, c.Name, c.Status, progressText(c)))
			head = table.Row{"", "", ""}
		}
	}
	return t
}

// wavesText says how far a rollout is.
func wavesText(r wire.Rollout) string { return fmt.Sprintf("%d/%d", r.Open, len(r.Waves)) }

// takesText says which clusters a wave takes.
func takesText(w wire.Wave) string {
	switch {
	case w.Percent > 0 && w.Selector != "":
		return fmt.Sprintf("%d%% of %s", w.Percent, w.Selector)
	case w.Percent > 0:
		return fmt.Sprintf("%d%%", w.Percent)
	case w.Selector != "":
		return w.Selector
	}
	return "all others"
}

// progressText says how a cluster does in its wave.
func progressText(c wire.WaveCluster) string {
	switch {
	case c.Wrong != "":
		return "wrong: " + c.Wrong
	case c.Absent:
		return "away"
	case c.Well:
		return "well"
	case c.Reached:
		return "reached"
	}
	return "waits"
}
