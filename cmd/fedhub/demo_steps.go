package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/deploy/examples"
)

// pollEvery is how often the demo looks whether something has come about: what it measures is true to that.
const pollEvery = 2 * time.Millisecond

// start starts every process and logs in.
func (d *demo) start(ctx context.Context) error {
	d.say("Starting a master and %d remotes in %s\n", len(d.remotes()), d.dir)
	d.begun = d.around.now()
	if err := d.settle(); err != nil {
		return err
	}
	for _, c := range d.clusters {
		if err := d.launch(c); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range d.clusters {
		group.Go(func() error { return d.logInWhenUp(ctx, c) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	d.step(d.since(d.begun), "up and logged in")
	return nil
}

// promote makes the first cluster the master, unless it is.
func (d *demo) promote(ctx context.Context) error {
	m := d.master()
	member, err := read[wire.Member](answerTo(m.at.GetMember(ctx)))
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	if d.rejoined = member.FedRole == string(cluster.RoleMaster); d.rejoined {
		d.say("  the federation is there already\n")
		return nil
	}
	var address addressFlag
	if err := address.Set(m.Fed); err != nil {
		return err
	}
	begun := d.around.now()
	if _, err := answerTo(m.at.Promote(ctx, wire.Promotion{MasterRestInfo: address.info})); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	d.step(d.since(begun), "master promoted")
	return nil
}

// join joins one remote after the other, each with a token of its own.
func (d *demo) join(ctx context.Context) error {
	for _, c := range d.remotes() {
		if err := d.joinOne(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	if err := d.waitSynced(ctx, d.remotes()...); err != nil {
		return err
	}
	d.took = d.since(d.begun)
	return nil
}

func (d *demo) joinOne(ctx context.Context, c *demoCluster) error {
	member, err := read[wire.Member](answerTo(c.at.GetMember(ctx)))
	if err != nil || member.FedRole == string(cluster.RoleRemote) {
		return err
	}
	token, err := read[wire.MintedToken](answerTo(d.master().at.MintToken(ctx, &wire.MintTokenParams{})))
	if err != nil {
		return fmt.Errorf("mint a join token: %w", err)
	}
	begun := d.around.now()
	if _, err := answerTo(c.at.Join(ctx, wire.Join{JoinToken: token.JoinToken})); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	if err := d.waitSynced(ctx, c); err != nil {
		return err
	}
	d.step(d.since(begun), "%s: token in hand to in sync", c.Name)
	return nil
}

// waitSynced waits until the master says of each of the clusters that it is in sync.
func (d *demo) waitSynced(ctx context.Context, clusters ...*demoCluster) error {
	return poll(ctx, fmt.Sprintf("%d remotes in sync", len(clusters)), func(ctx context.Context) (bool, error) {
		sum, err := d.master().at.summary(ctx, "")
		if err != nil {
			return false, err
		}
		synced := map[string]bool{}
		for _, s := range sum.Clusters {
			synced[s.Name] = s.Status == string(cluster.StatusSynced)
		}
		return !slices.ContainsFunc(clusters, func(c *demoCluster) bool { return !synced[c.Name] }), nil
	})
}

// importPolicy gives the federation the example policies.
func (d *demo) importPolicy(ctx context.Context) error {
	begun, objects, kinds := d.around.now(), 0, map[string]bool{}
	for _, file := range examples.Demo() {
		report, err := read[wire.ImportReport](answerTo(d.master().at.ImportPolicyWithBody(ctx,
			&wire.ImportPolicyParams{File: &file.Name}, "application/yaml", bytes.NewReader(file.Data))))
		if err != nil {
			return fmt.Errorf("import %s: %w", file.Name, err)
		}
		for _, delta := range report.Deltas {
			kinds[delta.Kind] = true
			objects++
		}
	}
	if err := d.waitSynced(ctx, d.remotes()...); err != nil {
		return err
	}
	d.step(d.since(begun), "%d objects of %d kinds at every remote", objects, len(kinds))
	return nil
}

// change changes one rule at the master and measures when each remote's own REST server shows it.
func (d *demo) change(ctx context.Context) error {
	scope := scopeFederal
	list, err := read[wire.Rules](answerTo(d.master().at.ListRules(ctx, &wire.ListRulesParams{Scope: &scope})))
	if err != nil || len(list.Rules) == 0 {
		return fmt.Errorf("the federation has no rule to change: %w", err)
	}
	id, comment := list.Rules[0].ID, "changed by the demo at "+d.around.now().UTC().Format(time.RFC3339Nano)
	group, groupCtx := errgroup.WithContext(ctx)
	seen, ready := make([]time.Time, len(d.remotes())), make(chan struct{}, len(d.remotes()))
	for i, c := range d.remotes() {
		group.Go(func() error {
			ready <- struct{}{}
			return poll(groupCtx, "the changed rule at "+c.Name, func(ctx context.Context) (bool, error) {
				one, err := read[wire.OneRule](answerTo(c.at.GetRule(ctx, id)))
				seen[i] = d.around.now()
				return err == nil && one.Rule.Comment == comment, err
			})
		})
	}
	for range d.remotes() {
		<-ready
	}
	begun := d.around.now()
	_, err = answerTo(d.master().at.UpdateRule(ctx, id, wire.RuleWrite{Config: wire.RuleConfig{ID: id, Comment: &comment}}))
	acknowledged := d.since(begun)
	if err != nil {
		return fmt.Errorf("change rule %d: %w", id, err)
	}
	if err := group.Wait(); err != nil {
		return err
	}
	d.step(acknowledged, "rule %d changed: stored at the master", id)
	for i, c := range d.remotes() {
		d.step(seen[i].Sub(begun), "  and shown by %s itself", c.Name)
	}
	return d.waitSynced(ctx, d.remotes()...)
}

func (d *demo) since(t time.Time) time.Duration { return d.around.now().Sub(t) }

// poll asks until the answer is yes.
func poll(ctx context.Context, what string, ask func(context.Context) (bool, error)) error {
	patience, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		yes, err := ask(patience)
		switch {
		case yes:
			return nil
		case patience.Err() != nil && ctx.Err() == nil:
			return fmt.Errorf("%s: not within %s", what, demoPatience)
		case err != nil:
			return fmt.Errorf("%s: %w", what, err)
		}
		select {
		case <-patience.Done():
		case <-ticker.C:
		}
	}
}
