package main

import (
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

// The scopes, as the REST interface takes them.
const (
	scopeFederal = string(policy.ScopeFederal)
	scopeLocal   = string(policy.ScopeLocal)
)

// firstFederalID is the lowest id of a federated rule.
const firstFederalID = 100_000

// ruleFlags are the flags that say what a rule is.
type ruleFlags struct {
	from, to, ports, action, comment, scope string
	applications                            []string
	priority                                uint32
	disable                                 bool
	after                                   int
}

func (f *ruleFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.from, "from", "", "`group` that speaks")
	flags.StringVar(&f.to, "to", "", "`group` that is spoken to")
	flags.StringVar(&f.ports, "ports", "any", "such as any, tcp/443 or tcp/1-1024,udp/53")
	flags.StringVar(&f.action, "action", "", "allow or deny")
	flags.StringSliceVar(&f.applications, "applications", []string{"any"}, "such as HTTP,SSL")
	flags.StringVar(&f.comment, "comment", "", "`text` for people")
	flags.Uint32Var(&f.priority, "priority", 0, "from 0 to 100")
	flags.BoolVar(&f.disable, "disable", false, "add it without effect")
	flags.StringVar(&f.scope, "scope", "", "fed or local; fed if it is not given, local with --cluster")
	flags.IntVar(&f.after, "after", 0, "`id` of the rule that it stands behind; 0: first, -ID: before that rule; last if it is not given")
	for _, name := range []string{"from", "to", "action"} {
		_ = c.MarkFlagRequired(name) //nolint:errcheck // the flags are there
	}
}

func (f *ruleFlags) config() wire.RuleConfig {
	return wire.RuleConfig{
		From: &f.from, To: &f.to, Ports: &f.ports, Action: &f.action, Applications: &f.applications,
		Comment: given(f.comment), Priority: given(f.priority), Disable: given(f.disable),
	}
}

// scopeAt returns whose the rule is to be: federated policy is not written through the master's back.
func (f *ruleFlags) scopeAt(s *session) string {
	switch {
	case f.scope != "":
		return f.scope
	case s.cluster != "":
		return scopeLocal
	}
	return scopeFederal
}
