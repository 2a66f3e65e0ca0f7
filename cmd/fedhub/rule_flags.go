package main

import (
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// ruleFlags are the flags that say what a network rule is.
type ruleFlags struct {
	commonFlags
	switchFlags
	from, to, ports, action, comment string
	applications                     []string
	priority                         uint32
}

func (f *ruleFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.switchFlags.add(c)
	flags := c.Flags()
	flags.StringVar(&f.from, "from", "", "`group` that speaks")
	flags.StringVar(&f.to, "to", "", "`group` that is spoken to")
	flags.StringVar(&f.ports, "ports", "", "such as tcp/443 or tcp/1-1024,udp/53; any if a new rule has none")
	flags.StringVar(&f.action, "action", "", "allow or deny")
	flags.StringSliceVar(&f.applications, "applications", nil, "such as HTTP,SSL; any if a new rule has none")
	flags.StringVar(&f.comment, "comment", "", "`text` for people")
	flags.Uint32Var(&f.priority, "priority", 0, "from 0 to 100")
}

// config returns what was said about the rule.
func (f *ruleFlags) config(c *cobra.Command, around surroundings) (wire.RuleConfig, error) {
	config, err := readObject[wire.RuleConfig, wire.Rule](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	override(c, "from", &config.From, &f.from)
	override(c, "to", &config.To, &f.to)
	override(c, "ports", &config.Ports, &f.ports)
	override(c, "action", &config.Action, &f.action)
	override(c, "applications", &config.Applications, &f.applications)
	override(c, "comment", &config.Comment, &f.comment)
	override(c, "priority", &config.Priority, &f.priority)
	if off := f.off(c); off != nil {
		config.Disable = off
	}
	f.claims(c, &config.Claims)
	return config, nil
}

// defaults says of a new rule what was not said.
func (*ruleFlags) defaults(config *wire.RuleConfig) {
	if config.Ports == nil {
		config.Ports = new("any")
	}
	if config.Applications == nil {
		config.Applications = &[]string{"any"}
	}
}

// afterFlag says where in an order a rule is to stand.
type afterFlag struct{ id int }

func (f *afterFlag) add(c *cobra.Command) {
	c.Flags().IntVar(&f.id, "after", 0,
		"`id` of the rule that it stands behind; 0: first, -ID: before that rule; last if it is not given")
}

// given returns what was said, or nil.
func (f *afterFlag) given(c *cobra.Command) *int {
	if !c.Flags().Changed("after") {
		return nil
	}
	return &f.id
}
