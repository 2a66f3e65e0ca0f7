package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

func newClusterLabel(around surroundings) *cobra.Command {
	c := &cobra.Command{
		Use: "label NAME|ID KEY=VALUE... KEY-...", Short: "Set and take away labels of a cluster; policy that targets it moves at once",
		Args: func(c *cobra.Command, args []string) error {
			if err := cobra.MinimumNArgs(2)(c, args); err != nil {
				return err
			}
			_, err := parseLabels(args[1:])
			return err
		},
		Example: "  fedhub cluster label berlin env=prod region=eu\n  fedhub cluster label berlin region-",
	}
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		labels, err := parseLabels(args[1:])
		if err != nil {
			return err
		}
		found, err := s.find(ctx, args[0])
		if err != nil {
			return err
		}
		if _, err := answerTo(s.LabelCluster(ctx, found.ID, wire.ClusterPatch{Labels: labels})); err != nil {
			return err
		}
		s.say("labeled: cluster %s", found.Name)
		return nil
	})
}

// parseLabels reads labels as kubectl takes them: KEY=VALUE sets one, KEY- takes it away.
func parseLabels(args []string) (map[string]*string, error) {
	labels := map[string]*string{}
	for _, arg := range args {
		key, value, set := strings.Cut(arg, "=")
		if !set {
			var gone bool
			if key, gone = strings.CutSuffix(arg, "-"); !gone {
				return nil, badUsage("%q: give KEY=VALUE to set a label, or KEY- to take it away", arg)
			}
		}
		if _, twice := labels[key]; twice || key == "" {
			return nil, badUsage("%q: give each label once, and each with a key", arg)
		}
		labels[key] = nil
		if set {
			labels[key] = &value
		}
	}
	return labels, nil
}

// labelsText is labels as a selector would name them.
func labelsText(labels wire.Labels) string {
	words := make([]string, 0, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		words = append(words, key+"="+labels[key])
	}
	return dash(strings.Join(words, ","))
}
