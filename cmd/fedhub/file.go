package main

import (
	"context"
	"path"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newFile(around surroundings) *cobra.Command {
	c := &cobra.Command{Use: "file", Short: "File profiles: which files of a group's containers are watched"}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List the file profiles of the groups, federated ones first",
			Example: "  fedhub file list --scope fed",
		}, listFiles, func(profiles []wire.FileProfile) table.Writer {
			t := newTable("group", "scope", "filters", "targets")
			for _, p := range profiles {
				t.AppendRow(table.Row{p.Group, scopeWord(p.CfgType), len(p.Filters), dash(p.Targets)})
			}
			return t
		}),
		showVerb(around, &cobra.Command{
			Use: "show GROUP", Short: "Show the file profile of a group", Args: cobra.ExactArgs(1),
			Example: "  fedhub file show fed.web",
		}, getFiles, fileAbout, fileTable),
		newFileSet(around),
	)
	return c
}

func listFiles(ctx context.Context, s *session, scope *string) ([]wire.FileProfile, error) {
	profiles, err := read[wire.FileProfiles](answerTo(s.policy.ListFileProfiles(ctx, &wire.ListFileProfilesParams{Scope: scope})))
	return profiles.Profiles, err
}

func getFiles(ctx context.Context, s *session, group string) (wire.FileProfile, error) {
	one, err := read[wire.OneFileProfile](answerTo(s.policy.GetFileProfile(ctx, group)))
	return one.Profile, err
}

func newFileSet(around surroundings) *cobra.Command {
	var profile fileFlags
	c := &cobra.Command{
		Use: "set GROUP", Short: "Change the file profile of a group; what is not given stays", Args: cobra.ExactArgs(1),
		Example: "  fedhub file set fed.web --monitor /etc/nginx/* --recursive\n" +
			"  fedhub file set fed.web --block /etc/shadow --app passwd --delete /etc/nginx/*",
	}
	profile.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := profile.config(c, around, args[0])
		if err != nil {
			return err
		}
		if err := profile.sort(ctx, s, &config); err != nil {
			return err
		}
		return s.write(answerTo(s.policy.UpdateFileProfile(ctx, args[0], wire.FileProfileWrite{Config: config}))).
			say("set: file profile of %s", args[0])
	})
}

// What happens when something else than its applications touches a watched file.
const (
	fileMonitor = "monitor_change"
	fileBlock   = "block_access"
)

// fileFlags say what becomes of a file profile.
type fileFlags struct {
	commonFlags
	monitor, block, drop []string
	recursive            bool
	apps                 []string
}

func (f *fileFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	flags := c.Flags()
	flags.StringArrayVar(&f.monitor, "monitor", nil, "`filter` of files whose changes are reported; may be repeated")
	flags.StringArrayVar(&f.block, "block", nil, "`filter` of files that only the applications reach; may be repeated")
	flags.StringArrayVar(&f.drop, "delete", nil, "`filter` that goes; may be repeated")
	flags.BoolVar(&f.recursive, "recursive", false, "of --monitor and --block: look into the folders below, too")
	flags.StringSliceVar(&f.apps, "app", nil,
		"of --monitor and --block: `name` of an application that may; may be repeated")
	c.MarkFlagsOneRequired("monitor", "block", "delete", "file", "targets")
}

func (f *fileFlags) config(c *cobra.Command, around surroundings, group string) (wire.FileConfig, error) {
	config, err := readObject[wire.FileConfig, wire.FileProfile](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	for _, filter := range f.drop {
		config.Delete = append(config.Delete, wire.FileFilter{Filter: filter})
	}
	f.claims(c, &config.Claims)
	return config, named(&config.Group, group)
}

// sort puts the filters into the request: those that the profile has are updated, the others added.
func (f *fileFlags) sort(ctx context.Context, s *session, config *wire.FileConfig) error {
	if len(f.monitor)+len(f.block) == 0 {
		return nil
	}
	profile, err := getFiles(ctx, s, config.Group)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, e := range profile.Filters {
		there[e.Filter] = true
	}
	for _, filter := range f.filters() {
		if there[path.Clean(filter.Filter)] {
			config.Update = append(config.Update, filter)
		} else {
			config.Add = append(config.Add, filter)
		}
	}
	return nil
}

func (f *fileFlags) filters() []wire.FileFilter {
	var out []wire.FileFilter
	for _, filter := range f.monitor {
		out = append(out, wire.FileFilter{Filter: filter, Behavior: fileMonitor, Recursive: f.recursive, Applications: f.apps})
	}
	for _, filter := range f.block {
		out = append(out, wire.FileFilter{Filter: filter, Behavior: fileBlock, Recursive: f.recursive, Applications: f.apps})
	}
	return out
}

func fileAbout(p wire.FileProfile) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{{"group", p.Group}, {"scope", scopeWord(p.CfgType)}, {"targets", dash(p.Targets)}})
	return t
}

func fileTable(p wire.FileProfile) table.Writer {
	t := newTable("filter", "behavior", "recursive", "applications")
	for _, e := range p.Filters {
		t.AppendRow(table.Row{e.Filter, e.Behavior, e.Recursive, dash(strings.Join(e.Applications, ","))})
	}
	return t
}
