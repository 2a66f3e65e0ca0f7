package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/hub"
)

// refuse has the federation refuse privileged pods, and shows what a user of the clusters sees of that.
func (d *demo) refuse(ctx context.Context) error {
	d.say("\nA privileged pod in %s, while there is no rule:\n", d.remotes()[0].Name)
	if err := d.showPod(ctx, d.remotes()[0], false); err != nil {
		return err
	}
	d.say("\nA rule at the master: deny privileged containers\n")
	rule, err := d.spread(ctx, refuseRule, "refused in", func(ctx context.Context, c *demoCluster) error {
		return poll(ctx, "a refusal in "+c.Name, c.refuses)
	})
	if err != nil {
		return err
	}
	if err := d.tellStatus(ctx, rule); err != nil {
		return err
	}
	for _, c := range d.remotes() {
		d.say("\nThe same pod in %s now:\n", c.Name)
		if err := d.showPod(ctx, c, true); err != nil {
			return err
		}
	}
	return nil
}

// connect writes a network rule and waits for its NetworkPolicy in every remote.
func (d *demo) connect(ctx context.Context) error {
	watches := map[*demoCluster]watch.Interface{}
	for _, c := range d.remotes() {
		policies, err := c.policies(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		if watches[c], err = c.watchPolicies(ctx, policies); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	d.say("\nA rule at the master: web may speak to db at tcp/5432\n")
	rule, err := d.spread(ctx, connectRule, "a NetworkPolicy in", func(ctx context.Context, c *demoCluster) error {
		return awaitAdded(ctx, "a NetworkPolicy in "+c.Name, watches[c])
	})
	if err != nil {
		return err
	}
	return d.tellStatus(ctx, rule)
}

// spread makes a change at the master and tells how long it took until it was stored, and until it came about in
// each remote. It returns which rule it made.
func (d *demo) spread(ctx context.Context, edits, effect string, await func(context.Context, *demoCluster) error) (wire.Delta, error) {
	request, err := readChange("-", strings.NewReader(edits))
	if err != nil {
		return wire.Delta{}, err
	}
	var report wire.ChangeReport
	var stored time.Time
	seen := make([]time.Time, len(d.remotes()))
	group, ctx := errgroup.WithContext(ctx)
	begun := d.around.now()
	for i, c := range d.remotes() {
		group.Go(func() error {
			err := await(ctx, c)
			seen[i] = d.around.now()
			return err
		})
	}
	group.Go(func() (err error) {
		report, err = read[wire.ChangeReport](answerTo(d.master().at.ChangePolicy(ctx, request)))
		stored = d.around.now()
		return err
	})
	if err := group.Wait(); err != nil {
		return wire.Delta{}, err
	}
	last := request.Edits[len(request.Edits)-1].Kind
	made := slices.IndexFunc(report.Deltas, func(delta wire.Delta) bool { return delta.Kind == last })
	if made < 0 {
		return wire.Delta{}, fmt.Errorf("the master made no %s rule", last)
	}
	d.step(stored.Sub(begun), "%s rule %s stored at the master", last, report.Deltas[made].Name)
	for i, c := range d.remotes() {
		d.step(seen[i].Sub(begun), "  and %s %s", effect, c.Name)
	}
	return report.Deltas[made], nil
}

// tellStatus waits until the master knows how a rule does in every remote, and tells it.
func (d *demo) tellStatus(ctx context.Context, rule wire.Delta) error {
	for _, c := range d.remotes() {
		var status wire.ObjectState
		params := &wire.ListStatusParams{Kind: &rule.Kind, Name: &rule.Name, Cluster: &c.Name}
		err := poll(ctx, "the status of the rule in "+c.Name, func(ctx context.Context) (bool, error) {
			page, err := read[wire.ObjectStates](answerTo(d.master().at.ListStatus(ctx, params)))
			if err != nil || len(page.States) == 0 {
				return false, err
			}
			status = page.States[0]
			return status.State != hub.ObjectPending && status.State != hub.ObjectUnknown, nil
		})
		if err != nil {
			return err
		}
		d.say("  its status in %s: %s\n", c.Name, strings.TrimSuffix(status.State+", "+status.Reason, ", "))
	}
	return nil
}
