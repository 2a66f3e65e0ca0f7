package main

import (
	"context"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

func newProcess(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "process", Short: "Process profiles: what may run in a group's containers"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List the process profiles of the groups, federated ones first",
			Example: "  fedhub process list --scope fed",
		}, listProcesses, func(profiles []wire.ProcessProfile) table.Writer {
			t := newTable("group", "scope", "baseline", "mode", "processes", "targets")
			for _, p := range profiles {
				t.AppendRow(table.Row{p.Group, scopeWord(p.CfgType), p.Baseline, dash(p.Mode), len(p.ProcessList), dash(p.Targets)})
			}
			return t
		}),
		showVerb(around, &cobra.Command{
			Use: "show GROUP", Short: "Show the process profile of a group", Args: cobra.ExactArgs(1),
			Example: "  fedhub process show fed.web",
		}, getProcesses, processAbout, processTable),
		newProcessSet(around),
	)
	return c
}

func listProcesses(ctx context.Context, s *session, scope *string) ([]wire.ProcessProfile, error) {
	profiles, err := read[wire.ProcessProfiles](answerTo(s.policy.ListProcessProfiles(ctx, &wire.ListProcessProfilesParams{Scope: scope})))
	return profiles.ProcessProfiles, err
}

func getProcesses(ctx context.Context, s *session, group string) (wire.ProcessProfile, error) {
	one, err := read[wire.OneProcessProfile](answerTo(s.policy.GetProcessProfile(ctx, group)))
	return one.ProcessProfile, err
}

func newProcessSet(around surroundings) *cobra.Command {
	var profile processFlags
	c := &cobra.Command{
		Use: "set GROUP", Short: "Change the process profile of a group; what is not given stays", Args: cobra.ExactArgs(1),
		Example: "  fedhub process set fed.web --allow nginx=/usr/sbin/nginx --deny curl --baseline zero-drift\n" +
			"  fedhub process set fed.web --delete curl",
	}
	profile.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := profile.config(c, around, args[0])
		if err != nil {
			return err
		}
		return s.write(answerTo(s.policy.UpdateProcessProfile(ctx, args[0], wire.ProcessProfileWrite{ProcessProfileConfig: config}))).
			say("set: process profile of %s", args[0])
	})
}

// processFlags say what becomes of a process profile.
type processFlags struct {
	commonFlags
	allow, deny, drop listFlag[wire.ProcessRule]
	baseline          string
}

func (f *processFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.allow = listFlag[wire.ProcessRule]{word: "name[=path]", parse: parseProcess(policy.ActionAllow)}
	f.deny = listFlag[wire.ProcessRule]{word: "name[=path]", parse: parseProcess(policy.ActionDeny)}
	f.drop = listFlag[wire.ProcessRule]{word: "name[=path]", parse: parseProcess("")}
	flags := c.Flags()
	flags.Var(&f.allow, "allow", "a process that may run; may be repeated")
	flags.Var(&f.deny, "deny", "a process that may not run; may be repeated")
	flags.Var(&f.drop, "delete", "an entry that goes; may be repeated")
	flags.StringVar(&f.baseline, "baseline", "", "basic, or zero-drift: nothing runs that was not in the image")
}

func (f *processFlags) config(c *cobra.Command, around surroundings, group string) (wire.ProcessConfig, error) {
	config, err := readObject[wire.ProcessConfig, wire.ProcessProfile](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	config.Change = append(config.Change, f.allow.list...)
	config.Change = append(config.Change, f.deny.list...)
	config.Delete = append(config.Delete, f.drop.list...)
	override(c, "baseline", &config.Baseline, &f.baseline)
	f.claims(c, &config.Claims)
	return config, named(&config.Group, group)
}

// parseProcess reads an entry of a profile with the given action.
func parseProcess(action string) func(string) (wire.ProcessRule, error) {
	return func(text string) (wire.ProcessRule, error) {
		name, path, _ := strings.Cut(text, "=")
		if name == "" {
			return wire.ProcessRule{}, badUsage("give NAME or NAME=PATH, such as nginx=/usr/sbin/nginx")
		}
		return wire.ProcessRule{Name: name, Path: path, Action: action}, nil
	}
}

func processAbout(p wire.ProcessProfile) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"group", p.Group},
		{"scope", scopeWord(p.CfgType)},
		{"baseline", p.Baseline},
		{"mode", dash(p.Mode)},
		{"alerts", !p.AlertDisabled},
		{"checks hashes", p.HashEnabled},
		{"targets", dash(p.Targets)},
	})
	return t
}

func processTable(p wire.ProcessProfile) table.Writer {
	t := newTable("process", "path", "action", "may be updated")
	for _, e := range p.ProcessList {
		t.AppendRow(table.Row{e.Name, dash(e.Path), e.Action, e.AllowUpdate})
	}
	return t
}
