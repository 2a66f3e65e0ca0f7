package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newPolicyExport(around surroundings) *cobra.Command {
	var file, scope string
	var form format
	var revision uint64
	c := &cobra.Command{
		Use: "export", Short: "Write the policy as NeuVector's custom resources",
		Example: "  fedhub policy export -f policy.yaml\n" +
			"  fedhub policy export --revision 41 --format json",
	}
	c.Flags().StringVarP(&file, "file", "f", "-", "`file` to write, which is replaced; - for the output")
	c.Flags().StringVar(&scope, "scope", scopeFederal, "fed or local")
	c.Flags().Var(&form, "format", "yaml or json; as with --output if it is not given")
	c.Flags().Uint64Var(&revision, "revision", 0, "`number` of the revision to write; the newest if none is given")
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		if form == "" {
			form = s.format
		}
		if form == formatTable {
			form = formatYAML
		}
		params := &wire.ExportPolicyParams{Scope: &scope, Format: new(string(form)), Revision: given(revision)}
		out, err := answerTo(s.ExportPolicy(ctx, params))
		if err != nil {
			return err
		}
		if file == "-" {
			_, err = s.w.Write(out.body)
			return err
		}
		return os.WriteFile(file, out.body, 0o600)
	})
}
