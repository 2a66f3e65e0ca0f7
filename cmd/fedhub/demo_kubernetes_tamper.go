package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

// policies returns the NetworkPolicies of the shop in a cluster.
func (c *demoCluster) policies(ctx context.Context) (*networkingv1.NetworkPolicyList, error) {
	return c.api.client.NetworkingV1().NetworkPolicies(demoShop).List(ctx, metav1.ListOptions{})
}

// watchPolicies tells of what happens to the NetworkPolicies after they were listed.
func (c *demoCluster) watchPolicies(ctx context.Context, list *networkingv1.NetworkPolicyList) (watch.Interface, error) {
	return c.api.client.NetworkingV1().NetworkPolicies(demoShop).Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion})
}

// tamper deletes a NetworkPolicy in one cluster, as somebody with too many rights might, and waits until it is there
// again and the master tells of it.
func (d *demo) tamper(ctx context.Context) error {
	c := d.remotes()[0]
	policies, err := c.policies(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	if len(policies.Items) == 0 {
		return fmt.Errorf("%s has no NetworkPolicy to delete", c.Name)
	}
	tail, limit, name := true, 1, policies.Items[0].Name
	before, err := read[wire.Events](answerTo(d.master().at.ListEvents(ctx, &wire.ListEventsParams{Limit: &limit, Tail: &tail})))
	if err != nil {
		return err
	}
	again, err := c.watchPolicies(ctx, policies)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	d.say("\nSomebody deletes NetworkPolicy %s/%s in %s\n", demoShop, name, c.Name)
	begun := d.around.now()
	if err := c.api.client.NetworkingV1().NetworkPolicies(demoShop).Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
		again.Stop()
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	if err := awaitAdded(ctx, "the NetworkPolicy in "+c.Name, again); err != nil {
		return err
	}
	d.step(d.since(begun), "there again in %s", c.Name)
	drift, err := d.awaitDrift(ctx, before.Next)
	if err != nil {
		return err
	}
	d.step(d.since(begun), "  and in the master's feed")
	d.say("  %s: %s %s/%s %s, healed in %s\n", events.KindClusterDrifted,
		drift.Resource.Kind, drift.Resource.Namespace, drift.Resource.Name, drift.Change, shortTime(drift.HealedIn))
	return nil
}

// awaitDrift returns the first drift that the master's feed tells of behind the cursor.
func (d *demo) awaitDrift(ctx context.Context, after string) (found events.ClusterDrifted, err error) {
	following, cancel := context.WithTimeout(ctx, demoPatience)
	defer cancel()
	err = follow(following, d.master().at, after, func(e wire.Event) error {
		if e.Kind != string(events.KindClusterDrifted) || found.Cluster != "" {
			return nil
		}
		cancel()
		return json.Unmarshal(e.Data, &found)
	})
	if err == nil && found.Cluster == "" {
		err = errors.New("no drift in the master's feed within " + demoPatience.String())
	}
	return found, err
}
