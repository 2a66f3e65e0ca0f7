package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/fedhub/fedhub/api/wire"
)

// session is what an operator's command works with: a server that it is logged in at, and where to print.
type session struct {
	*client
	*output
	around  surroundings
	cluster string               // of the federation that the command is for; empty: the server's own
	policy  wire.ClientInterface // of that cluster
}

// action is what an operator's command does.
type action func(ctx context.Context, s *session, args []string) error

// operate makes c a command of an operator: it gets the flags that say where and as whom, logs in and acts.
func operate(around surroundings, c *cobra.Command, act action) *cobra.Command {
	s := &session{around: around, output: &output{w: around.stdout}}
	var to connection
	to.addFlags(c.Flags())
	s.addFlags(c.Flags())
	c.RunE = func(c *cobra.Command, args []string) error {
		var err error
		if s.client, err = to.open(c.Context(), around.stdin, around.stderr); err != nil {
			return err
		}
		s.policy = s.client
		return act(c.Context(), s, args)
	}
	return c
}

// operateAt is operate for what can be asked of any cluster of the federation, through its master.
func operateAt(around surroundings, c *cobra.Command, act action) *cobra.Command {
	var name string
	c.Flags().StringVar(&name, "cluster", "", "`name` or id of the cluster to speak to, through the master; the server's own if none is given")
	return operate(around, c, func(ctx context.Context, s *session, args []string) error {
		if name == "" {
			return act(ctx, s, args)
		}
		found, err := s.find(ctx, name)
		if err != nil {
			return err
		}
		s.cluster = found.ID
		if s.policy, err = s.at(s.base + "/v1/fed/cluster/" + url.PathEscape(found.ID)); err != nil {
			return err
		}
		return act(ctx, s, args)
	})
}

// find returns the cluster of the federation with the given name or id.
func (s *session) find(ctx context.Context, name string) (wire.ClusterSummary, error) {
	sum, err := read[wire.Summary](answerTo(s.GetSummary(ctx)))
	if err != nil {
		return wire.ClusterSummary{}, err
	}
	for _, c := range sum.Clusters {
		if c.Name == name || c.ID == name {
			return c, nil
		}
	}
	return wire.ClusterSummary{}, fmt.Errorf("the server knows no cluster with the name or id %q", name)
}
