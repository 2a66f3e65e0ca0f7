package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

func newPolicy(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "policy", Short: "Groups and rules together"}
	c.AddCommand(newPolicyImport(around))
	return c
}

func newPolicyImport(around surroundings) *cobra.Command {
	var file, scope string
	var dryRun bool
	c := &cobra.Command{
		Use:   "import",
		Short: "Take groups and network rules from NvSecurityRule and NvClusterSecurityRule resources",
		Long: "Takes groups and network rules from NeuVector's NvSecurityRule and NvClusterSecurityRule resources, as one\n" +
			"change set. What cannot be taken is named with its line and the reason; the rest is taken.",
	}
	c.Flags().StringVarP(&file, "file", "f", "", "`file` in YAML or JSON; - for the input")
	c.Flags().StringVar(&scope, "scope", scopeFederal, "fed or local")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say what would happen and change nothing")
	_ = c.MarkFlagRequired("file") //nolint:errcheck // the flag is there
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		data, err := readInput(file, around.stdin)
		if err != nil {
			return err
		}
		params := &wire.ImportPolicyParams{Scope: &scope, DryRun: &dryRun, File: &file}
		r, err := answered(s.ImportPolicyWithBodyWithResponse(ctx, params, "application/yaml", bytes.NewReader(data)))
		if err != nil {
			return err
		}
		return printImport(s.output, r.JSON200)
	})
}

// printImport tells people what was taken in one line, and of the rest each part.
func printImport(out *output, report *wire.ImportReport) error {
	if out.format != formatTable {
		return out.print(report, nil)
	}
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
			return err
		}
		out.say("")
	}
	did := "imported"
	if report.DryRun {
		did = "would import"
	}
	out.say("%s: %d groups and %d rules; %d created, %d changed, %d unchanged, %d skipped, %d refused (revision %d)",
		did, report.Groups, report.Rules, counts[policy.OutcomeCreated], counts[policy.OutcomeChanged],
		counts[policy.OutcomeUnchanged], counts[policy.OutcomeSkipped], counts[policy.OutcomeRefused], report.Revision)
	return nil
}

func readInput(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	data, err := os.ReadFile(path) //nolint:gosec // G304: the operator names the file
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return data, nil
}
