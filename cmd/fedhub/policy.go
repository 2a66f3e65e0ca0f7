package main

import (
	"bytes"
	"context"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

func newPolicy(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "policy", Short: "The policy as files"}
	c.AddCommand(newPolicyImport(around), newPolicyExport(around), newPolicyDiff(around))
	return c
}

// importFlags say what is to be imported.
type importFlags struct {
	file, scope string
	ifRevision  ifRevisionFlag
}

func (f *importFlags) add(c *cobra.Command) {
	c.Flags().StringVarP(&f.file, "file", "f", "", "`file` in YAML or JSON; - for the input")
	c.Flags().StringVar(&f.scope, "scope", scopeFederal, "fed or local")
	f.ifRevision.add(c)
	_ = c.MarkFlagRequired("file") //nolint:errcheck // the flag is there
}

// send has the server take the file, or say what that would do.
func (f *importFlags) send(ctx context.Context, c *cobra.Command, s *session, dryRun bool) (wire.ImportReport, error) {
	data, err := readInput(f.file, s.around.stdin)
	if err != nil {
		return wire.ImportReport{}, err
	}
	params := &wire.ImportPolicyParams{Scope: &f.scope, DryRun: &dryRun, File: &f.file, IfRevision: f.ifRevision.given(c)}
	return read[wire.ImportReport](answerTo(s.ImportPolicyWithBody(ctx, params, "application/yaml", bytes.NewReader(data))))
}

func newPolicyImport(around surroundings) *cobra.Command {
	var from importFlags
	var dryRun bool
	c := &cobra.Command{
		Use: "import", Short: "Take policy from NeuVector's custom resources or REST forms",
		Long: "Takes policy of every kind from NeuVector's custom resources, or from what its REST interface answers, as one\n" +
			"change. What cannot be taken is named with its line and the reason; the rest is taken.",
		Example: "  fedhub policy import -f policy.yaml\n" +
			"  kubectl get nvclustersecurityrules -o yaml | fedhub policy import -f - --dry-run",
	}
	from.add(c)
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what would happen and change nothing")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		report, err := from.send(ctx, c, s, dryRun)
		if err != nil {
			return err
		}
		if s.format != formatTable {
			return s.print(report, nil)
		}
		counts, err := printLeft(s.output, report)
		if err != nil {
			return err
		}
		did := "imported"
		if report.DryRun {
			did = "would import"
		}
		s.say("%s: %d created, %d changed, %d unchanged, %d skipped, %d refused; %s (revision %d)",
			did, counts[policy.OutcomeCreated], counts[policy.OutcomeChanged], counts[policy.OutcomeUnchanged],
			counts[policy.OutcomeSkipped], counts[policy.OutcomeRefused], forClusters(report.Clusters), report.Revision)
		return nil
	})
}

func newPolicyDiff(around surroundings) *cobra.Command {
	var from importFlags
	c := &cobra.Command{
		Use: "diff", Short: "Show what an import of a file would change",
		Long: "Shows what an import of the file would change: each object that would come (+), change (~) or go (-), with its\n" +
			"fields. Nothing is changed. The exit code is 0 whether or not there is a difference; programs read -o json.",
		Example: "  fedhub policy diff -f policy.yaml",
	}
	from.add(c)
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		report, err := from.send(ctx, c, s, true)
		if err != nil {
			return err
		}
		if s.format != formatTable {
			return s.print(report, nil)
		}
		if _, err := printLeft(s.output, report); err != nil {
			return err
		}
		if len(report.Deltas) == 0 {
			s.say("no difference (revision %d)", report.Revision)
			return nil
		}
		if err := s.printDeltas(report.Deltas); err != nil {
			return err
		}
		s.say("\nwould change: %s; %s (revision %d)", countDeltas(report.Deltas), forClusters(report.Clusters), report.Revision)
		return nil
	})
}

// printLeft tells people of each part of a file that is not taken, and returns how many parts had which outcome.
func printLeft(out *output, report wire.ImportReport) (map[policy.Outcome]int, error) {
	t, counts := newTable("line", "kind", "name", "outcome", "reason"), map[policy.Outcome]int{}
	for _, o := range report.Objects {
		outcome := policy.Outcome(o.Outcome)
		counts[outcome]++
		if outcome == policy.OutcomeSkipped || outcome == policy.OutcomeRefused {
			t.AppendRow(table.Row{o.Line, o.Kind, dash(o.Name), o.Outcome, o.Reason})
		}
	}
	if t.Length() > 0 {
		if err := out.printTable(t); err != nil {
			return nil, err
		}
		out.say("")
	}
	return counts, nil
}
