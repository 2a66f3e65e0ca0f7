package main

import (
	"context"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

func newSensorGroups(around surroundings, side sensorSide) *cobra.Command {
	return listVerb(around, &cobra.Command{
		Use: "groups", Short: "List which " + side.word + " sensors look at which groups",
		Example: "  fedhub " + side.noun + " groups",
	}, func(ctx context.Context, s *session, scope *string) ([]wire.SensorGroup, error) {
		return side.groups(ctx, s.policy, scope)
	}, func(groups []wire.SensorGroup) table.Writer {
		t := newTable("group", "scope", "sensors", "targets")
		for _, g := range groups {
			used := make([]string, 0, len(g.Sensors))
			for _, u := range g.Sensors {
				used = append(used, u.Name+"="+u.Action)
			}
			t.AppendRow(table.Row{g.Name, scopeWord(g.CfgType), unless(!g.Status, dash(strings.Join(used, ", "))), dash(g.Targets)})
		}
		return t
	})
}

func newSensorBind(around surroundings, side sensorSide) *cobra.Command {
	var use sensorUseFlags
	c := &cobra.Command{
		Use: "bind GROUP", Short: "Say which " + side.word + " sensors look at a group; what is not given stays",
		Args: cobra.ExactArgs(1),
		Example: "  fedhub " + side.noun + " bind fed.web --sensor " + side.example + "=deny\n" +
			"  fedhub " + side.noun + " bind fed.web --delete " + side.example,
	}
	use.add(c)
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := use.config(c, around, args[0])
		if err != nil {
			return err
		}
		return s.write(answerTo(side.bind(ctx, s.policy, config))).say("set: %s sensors of %s", side.word, args[0])
	})
}

// sensorUseFlags say which sensors look at a group.
type sensorUseFlags struct {
	commonFlags
	switchFlags
	sensors listFlag[wire.SensorUsed]
	drop    []string
}

func (f *sensorUseFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.switchFlags.add(c)
	f.sensors = listFlag[wire.SensorUsed]{word: "name[=action]", parse: parseUse}
	c.Flags().Var(&f.sensors, "sensor",
		"a sensor that looks, and what becomes of what it finds: allow, which only reports it, or deny; may be repeated")
	c.Flags().StringArrayVar(&f.drop, "delete", nil, "`name` of a sensor that looks no more; may be repeated")
	c.MarkFlagsOneRequired("sensor", "delete", "enable", "disable", "targets", "file")
}

func (f *sensorUseFlags) config(c *cobra.Command, around surroundings, group string) (policy.SensorGroupConfig, error) {
	config, err := readObject[policy.SensorGroupConfig, wire.SensorGroup](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	config.Sensors = append(config.Sensors, f.sensors.list...)
	config.Delete = append(config.Delete, f.drop...)
	if on := f.on(c); on != nil {
		config.Status = on
	}
	f.claims(c, &config.Claims)
	return config, named(&config.Name, group)
}

func parseUse(text string) (wire.SensorUsed, error) {
	name, action, given := strings.Cut(text, "=")
	if !given {
		action = policy.ActionAllow
	}
	if name == "" || action != policy.ActionAllow && action != policy.ActionDeny {
		return wire.SensorUsed{}, badUsage("give NAME, NAME=%s or NAME=%s", policy.ActionAllow, policy.ActionDeny)
	}
	return wire.SensorUsed{Name: name, Action: action}, nil
}
