package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// envPrefix begins the name of every variable that stands for a flag.
const envPrefix = "FEDHUB_"

// newRoot returns the tree of commands.
func newRoot(around surroundings) *cobra.Command {
	root := &cobra.Command{
		Use:   "fedhub",
		Short: "One security policy for a federation of Kubernetes clusters",
		Long: "fedhub carries one security policy from a master to every Kubernetes cluster of a federation.\n\n" +
			"Every flag can be given in the environment instead: --password-file is FEDHUB_PASSWORD_FILE.",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if err := fillFlags(c.Flags(), around.env); err != nil {
				return err
			}
			if err := errors.Join(c.ValidateRequiredFlags(), c.ValidateFlagGroups()); err != nil {
				return &usageError{err}
			}
			return nil
		},
	}
	root.SetIn(around.stdin)
	root.SetOut(around.stdout)
	root.SetErr(around.stderr)
	addGroup(root, "Federation:",
		newPromote(around), newDemote(around), newJoin(around), newLeave(around), newToken(around), newCluster(around))
	addGroup(root, "Policy:",
		newGroup(around), newRule(around), newAdmission(around), newResponse(around), newProcess(around), newFile(around),
		newSensors(around, dlpSide), newSensors(around, wafSide), newWebhook(around))
	addGroup(root, "Changes:",
		newPolicy(around), newChange(around), newRevision(around), newRollback(around), newRollout(around))
	addGroup(root, "State:", newSummary(around), newStatus(around), newDeploy(around), newEvents(around))
	addGroup(root, "This program:", newServe(around), newDemo(around), newBench(around), newVersion(around))
	root.SetHelpCommandGroupID("This program:")
	root.SetCompletionCommandGroupID("This program:")
	root.InitDefaultCompletionCmd()
	finish(root)
	return root
}

// addGroup adds commands that help shows together.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
		root.AddCommand(c)
	}
}

// finish makes a noun without its verb, and what is wrong with flags and arguments, an error of usage.
func finish(c *cobra.Command) {
	for _, sub := range c.Commands() {
		finish(sub)
	}
	c.SuggestionsMinimumDistance = 2
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	switch check := c.Args; {
	case c.HasSubCommands():
		c.Args, c.RunE = cobra.ArbitraryArgs, chooseVerb
	case check == nil:
		c.Args = cobra.NoArgs
		fallthrough
	default:
		check = c.Args
		c.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return &usageError{err}
			}
			return nil
		}
	}
}

// chooseVerb is what a noun does without a verb of its own.
func chooseVerb(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0 && !c.HasParent():
		return c.Help()
	case len(args) == 0:
		return badUsage("say which: %s", strings.Join(verbs(c), ", "))
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return badUsage("there is no command %q; did you mean %s?", c.CommandPath()+" "+args[0], strings.Join(near, " or "))
	}
	return badUsage("there is no command %q", c.CommandPath()+" "+args[0])
}

func verbs(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// fillFlags gives each flag that is not on the command line the value of its variable. Variables that no
// flag of the command is called after are left alone: Kubernetes makes some that begin in the same way.
func fillFlags(flags *pflag.FlagSet, env []string) error {
	values := map[string]string{}
	for _, e := range env {
		if name, value, _ := strings.Cut(e, "="); strings.HasPrefix(name, envPrefix) {
			values[name] = value
		}
	}
	var failed error
	flags.VisitAll(func(f *pflag.Flag) {
		name := envPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, there := values[name]
		if f.Changed || !there || f.Name == "help" || failed != nil {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			failed = badUsage("%s: %w", name, err)
		}
	})
	return failed
}
