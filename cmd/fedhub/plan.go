package main

import (
	"regexp"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// planFlags say in which steps a change is to reach the clusters.
type planFlags struct {
	waves   listFlag[wire.WavePlan]
	soak    time.Duration
	manual  bool
	comment string
}

func (f *planFlags) add(c *cobra.Command) {
	f.waves = listFlag[wire.WavePlan]{word: "selector[:percent%]", parse: parseWave}
	flags := c.Flags()
	flags.Var(&f.waves, "wave",
		"reach the clusters wave by wave; this one takes those with such labels, or a part of them:\n"+
			"env=canary, 10% or env=prod:25%; may be repeated, and clusters that none takes are in one more")
	flags.DurationVar(&f.soak, "soak", 0,
		"how long all clusters of a wave must have been well before the next one, in whole seconds")
	flags.BoolVar(&f.manual, "manual", false, "let each wave but the first wait for 'fedhub rollout approve'")
	flags.StringVar(&f.comment, "comment", "", "`text` for people about the rollout")
	c.PreRunE = func(c *cobra.Command, _ []string) error { return f.check(c) }
}

func (f *planFlags) check(c *cobra.Command) error {
	if f.soak < 0 || f.soak%time.Second != 0 {
		return badUsage("--soak %s: give whole seconds", f.soak)
	}
	for _, name := range []string{"soak", "manual", "comment"} {
		if c.Flags().Changed(name) && len(f.waves.list) == 0 {
			return badUsage("--%s is about a rollout: give at least one --wave, too", name)
		}
	}
	return nil
}

// plan returns what was said, or nil for a change that reaches all clusters at once.
func (f *planFlags) plan() *wire.RolloutPlan {
	if len(f.waves.list) == 0 {
		return nil
	}
	plan := &wire.RolloutPlan{Comment: given(f.comment), Manual: given(f.manual)}
	for _, w := range f.waves.list {
		w.SoakSeconds = given(int(f.soak / time.Second))
		plan.Waves = append(plan.Waves, w)
	}
	return plan
}

// waveShape is a selector, a percentage, or both.
var waveShape = regexp.MustCompile(`^(?:([^%]*):)?([0-9]{1,3})%$`)

func parseWave(text string) (wire.WavePlan, error) {
	m := waveShape.FindStringSubmatch(text)
	if m == nil {
		return wire.WavePlan{Selector: given(text)}, nil
	}
	percent, err := strconv.Atoi(m[2])
	if err != nil || percent < 1 || percent > 100 {
		return wire.WavePlan{}, badUsage("give 1%% to 100%%")
	}
	return wire.WavePlan{Selector: given(m[1]), Percent: &percent}, nil
}
