package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newChange(around surroundings) *cobra.Command {
	var file, scope string
	var how changeFlags
	c := &cobra.Command{
		Use: "change", Short: "Make many changes of the policy as one, at once or wave by wave",
		Long: "Makes the changes of a file as one: all of them, or none. The file is a list of edits in YAML or JSON; each says\n" +
			"op (upsert or delete), kind, name, object in the form of the REST interface, and for network and response rules\n" +
			"after, their place. With --wave the change reaches the clusters wave by wave, and becomes policy after the last.",
		Example: "  fedhub change -f change.yaml --dry-run\n" +
			"  fedhub change -f change.yaml --wave env=canary --wave env=prod:25% --wave env=prod --soak 10m\n" +
			"  fedhub change -f change.yaml --wave 10% --manual --comment 'close the old port'",
	}
	c.Flags().StringVarP(&file, "file", "f", "", "`file` with the edits; - for the input")
	c.Flags().StringVar(&scope, "scope", "", "fed or local; fed if neither this nor the file says it")
	how.add(c)
	_ = c.MarkFlagRequired("file") //nolint:errcheck // the flag is there
	return operate(around, c, func(ctx context.Context, s *session, _ []string) error {
		request, err := readChange(file, around.stdin)
		if err != nil {
			return err
		}
		override(c, "scope", &request.Scope, &scope)
		override(c, "dry-run", &request.DryRun, &how.dryRun)
		if n := how.ifRevision.given(c); n != nil {
			request.IfRevision = n
		}
		if plan := how.plan(); plan != nil {
			request.Rollout = plan
		}
		report, err := read[wire.ChangeReport](answerTo(s.ChangePolicy(ctx, request)))
		if err != nil {
			return err
		}
		return s.printChange("changed", report)
	})
}

func newRollback(around surroundings) *cobra.Command {
	var how changeFlags
	c := &cobra.Command{
		Use: "rollback REVISION", Short: "Make the federated policy what it was at a revision, as a new change",
		Args:    revisionArg,
		Example: "  fedhub rollback 41 --dry-run\n  fedhub rollback 41 --wave env=canary",
	}
	how.add(c)
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		revision, err := parseRevision(args[0])
		if err != nil {
			return err
		}
		request := wire.RollbackRequest{
			Revision: revision, IfRevision: how.ifRevision.given(c), DryRun: given(how.dryRun), Rollout: how.plan(),
		}
		report, err := read[wire.ChangeReport](answerTo(s.RollBack(ctx, request)))
		if err != nil {
			return err
		}
		return s.printChange(fmt.Sprintf("rolled back to revision %d", revision), report)
	})
}

// changeFlags say how a change is to be made.
type changeFlags struct {
	planFlags
	ifRevision ifRevisionFlag
	dryRun     bool
}

func (f *changeFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what would become of each object and change nothing")
	f.ifRevision.add(c)
	f.planFlags.add(c)
}

// printChange tells people what came of a change. A dry run that found something wrong is an error.
func (s *session) printChange(did string, report wire.ChangeReport) error {
	if s.format != formatTable {
		return errors.Join(s.print(report, nil), changeProblems(report))
	}
	if err := s.printProblems(report.Problems); err != nil {
		return err
	}
	if report.DryRun {
		did = "would change"
		if err := s.printDeltas(report.Deltas); err != nil {
			return err
		}
		if len(report.Deltas) > 0 {
			s.say("")
		}
	}
	switch {
	case len(report.Problems) > 0:
		return changeProblems(report)
	case len(report.Deltas) == 0:
		s.say("nothing to change: the policy is like that already (revision %d)", report.Revision)
	case report.Rollout != "":
		s.say("started: rollout %s; %s; %s; 'fedhub rollout watch' follows it",
			report.Rollout, countDeltas(report.Deltas), forClusters(report.Clusters))
	default:
		s.say("%s: %s; %s (revision %d)", did, countDeltas(report.Deltas), forClusters(report.Clusters), report.Revision)
	}
	return nil
}

// printProblems tells people what is wrong with which edit.
func (o *output) printProblems(problems []wire.EditProblem) error {
	if len(problems) == 0 {
		return nil
	}
	t := newTable("edit", "kind", "name", "what is wrong")
	for _, p := range problems {
		t.AppendRow(table.Row{p.Edit + 1, p.Kind, dash(p.Name), p.Message})
	}
	return o.printTable(t)
}

func changeProblems(report wire.ChangeReport) error {
	if len(report.Problems) == 0 {
		return nil
	}
	return fmt.Errorf("the change would be refused: something is wrong with %d of its edits", len(report.Problems))
}

// ifRevisionFlag makes a change depend on what its author has seen.
type ifRevisionFlag struct{ revision uint64 }

func (f *ifRevisionFlag) add(c *cobra.Command) {
	c.Flags().Uint64Var(&f.revision, "if-revision", 0,
		"`number` of the revision that the change was made for: it is refused if one of its objects has changed since")
}

// given returns what was said, or nil.
func (f *ifRevisionFlag) given(c *cobra.Command) *uint64 {
	if !c.Flags().Changed("if-revision") {
		return nil
	}
	return &f.revision
}
