package main

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

// newSensors returns the commands about the sensors of one kind.
func newSensors(around surroundings, side sensorSide) *cobra.Command {
	c := &cobra.Command{Use: side.noun, Short: side.short}
	c.AddCommand(
		listVerb(around, &cobra.Command{
			Use: "list", Short: "List " + side.word + " sensors, federated ones first",
			Example: "  fedhub " + side.noun + " list --scope fed",
		}, side.sensors, sensorTable),
		showVerb(around, &cobra.Command{
			Use: "show NAME", Short: "Show a " + side.word + " sensor and its patterns", Args: cobra.ExactArgs(1),
			Example: "  fedhub " + side.noun + " show " + side.example,
		}, side.sensor, sensorAbout, patternTable),
		newSensorAdd(around, side), newSensorSet(around, side),
		deleteVerb(around, &cobra.Command{
			Use: "delete NAME...", Short: "Delete " + side.word + " sensors that no group uses",
			Args:    cobra.MinimumNArgs(1),
			Example: "  fedhub " + side.noun + " delete " + side.example,
		}, side.word+" sensor", func(ctx context.Context, s *session, name string) (*http.Response, error) {
			return side.remove(ctx, s.policy, name)
		}),
		newSensorGroups(around, side), newSensorBind(around, side),
	)
	return c
}

func (side sensorSide) sensors(ctx context.Context, s *session, scope *string) ([]wire.Sensor, error) {
	sensors, err := read[wire.Sensors](answerTo(side.list(ctx, s.policy, scope)))
	return sensors.Sensors, err
}

func (side sensorSide) sensor(ctx context.Context, s *session, name string) (wire.Sensor, error) {
	one, err := read[wire.OneSensor](answerTo(side.get(ctx, s.policy, name)))
	return one.Sensor, err
}

func newSensorAdd(around surroundings, side sensorSide) *cobra.Command {
	var sensor sensorFlags
	c := &cobra.Command{
		Use: "add NAME", Short: "Make a " + side.word + " sensor; one whose name begins with fed. is federated",
		Args: cobra.ExactArgs(1),
		Example: "  fedhub " + side.noun + ` add ` + side.example + ` --rule 'long@body=[0-9]{16}' --rule 'long!=test'` + "\n" +
			"  fedhub " + side.noun + " add " + side.example + " -f sensor.yaml",
	}
	sensor.add(c)
	c.MarkFlagsOneRequired("rule", "file")
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := sensor.config(c, around, args[0])
		if err != nil {
			return err
		}
		if rules := sensor.grouped(); len(rules) > 0 {
			config.Rules = &rules
		}
		return s.write(answerTo(side.create(ctx, s.policy, new(scopeOf(args[0])), config))).
			say("added: %s sensor %s", side.word, args[0])
	})
}

func newSensorSet(around surroundings, side sensorSide) *cobra.Command {
	var sensor sensorFlags
	c := &cobra.Command{
		Use: "set NAME", Short: "Change a " + side.word + " sensor; what is not given stays", Args: cobra.ExactArgs(1),
		Example: "  fedhub " + side.noun + " set " + side.example + ` --rule 'short@body=[0-9]{4}' --delete long`,
	}
	sensor.add(c)
	c.Flags().StringArrayVar(&sensor.drop, "delete", nil, "`name` of a rule that goes; may be repeated")
	return operateAt(around, c, func(ctx context.Context, s *session, args []string) error {
		config, err := sensor.config(c, around, args[0])
		if err != nil {
			return err
		}
		config.Change = append(config.Change, sensor.grouped()...)
		for _, name := range sensor.drop {
			config.Delete = append(config.Delete, wire.SensorRule{Name: name})
		}
		return s.write(answerTo(side.update(ctx, s.policy, config))).say("set: %s sensor %s", side.word, args[0])
	})
}

// sensorFlags say what a sensor is.
type sensorFlags struct {
	commonFlags
	comment string
	rules   listFlag[wire.SensorRule] // each with one pattern
	drop    []string
}

func (f *sensorFlags) add(c *cobra.Command) {
	f.commonFlags.add(c)
	f.rules = listFlag[wire.SensorRule]{word: "rule", parse: parsePattern}
	c.Flags().Var(&f.rules, "rule",
		"a pattern as 'NAME[@url|header|body|packet]=REGEX', or with != for what must not be there;\n"+
			"may be repeated: patterns of one name make one rule")
	c.Flags().StringVar(&f.comment, "comment", "", "`text` for people")
}

func (f *sensorFlags) config(c *cobra.Command, around surroundings, name string) (policy.SensorConfig, error) {
	config, err := readObject[policy.SensorConfig, wire.Sensor](f.objectFile, around.stdin)
	if err != nil {
		return config, err
	}
	override(c, "comment", &config.Comment, &f.comment)
	f.claims(c, &config.Claims)
	return config, named(&config.Name, name)
}

// grouped returns the rules, each with all of its patterns.
func (f *sensorFlags) grouped() []wire.SensorRule {
	var out []wire.SensorRule
	place := map[string]int{}
	for _, r := range f.rules.list {
		i, there := place[r.Name]
		if !there {
			place[r.Name] = len(out)
			out = append(out, r)
			continue
		}
		out[i].Patterns = append(out[i].Patterns, r.Patterns...)
	}
	return out
}

// patternShape is the name of a rule, a context that may be missing, an operator and a regular expression.
var patternShape = regexp.MustCompile(`^([^@=!]+)(?:@([a-z]+))?(!?=)(.*)$`)

func parsePattern(text string) (wire.SensorRule, error) {
	m := patternShape.FindStringSubmatch(text)
	if m == nil {
		return wire.SensorRule{}, badUsage("give NAME=REGEX, NAME!=REGEX or NAME@CONTEXT=REGEX, such as 'number@body=[0-9]{16}'")
	}
	op := "regex"
	if m[3] == "!=" {
		op = "!regex"
	}
	return wire.SensorRule{Name: m[1], Patterns: []wire.Pattern{{Key: "pattern", Op: op, Value: m[4], Context: m[2]}}}, nil
}

func sensorTable(sensors []wire.Sensor) table.Writer {
	t := newTable("name", "scope", "rules", "groups", "comment", "targets")
	for _, s := range sensors {
		t.AppendRow(table.Row{
			s.Name, scopeWord(s.CfgType), len(s.Rules), dash(strings.Join(s.Groups, ",")), dash(s.Comment), dash(s.Targets),
		})
	}
	return t
}

func sensorAbout(s wire.Sensor) table.Writer {
	t := newTable()
	t.AppendRows([]table.Row{
		{"name", s.Name},
		{"scope", scopeWord(s.CfgType)},
		{"predefined", s.Predefine},
		{"used by", dash(strings.Join(s.Groups, ","))},
		{"comment", dash(s.Comment)},
		{"targets", dash(s.Targets)},
	})
	return t
}

func patternTable(s wire.Sensor) table.Writer {
	t := newTable("rule", "id", "context", "operator", "pattern")
	for _, r := range s.Rules {
		for _, p := range r.Patterns {
			t.AppendRow(table.Row{r.Name, r.ID, dash(p.Context), p.Op, p.Value})
		}
	}
	return t
}
