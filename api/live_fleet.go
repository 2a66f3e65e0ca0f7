package api

import (
	"maps"
	"slices"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// maxLiveClusters is how many clusters one message tells about: a browser draws between two messages.
const maxLiveClusters = 1000

// fleetChanges returns what changed between two summaries, as messages of at most maxLiveClusters clusters; none
// when nothing did. Both have the master's own cluster first and the others by name.
func fleetChanges(before, now []cluster.Summary, at time.Time) []wire.LiveFleet {
	var out []wire.LiveFleet
	page := func() *wire.LiveFleet { // with room for one more
		if n := len(out); n > 0 && len(out[n-1].Clusters)+len(out[n-1].Beats) < maxLiveClusters {
			return &out[n-1]
		}
		out = append(out, wire.LiveFleet{Time: at.UTC(), Clusters: []wire.ClusterSummary{}, Beats: map[string]wire.Beat{}, Gone: []string{}})
		return &out[len(out)-1]
	}
	places := placesOf(before, now)
	for i := range now {
		c := &now[i]
		was, known := places.find(i, c.ID)
		switch {
		case !known || !sameButContact(was, c):
			p := page()
			p.Clusters = append(p.Clusters, wireSummary(*c))
		case !was.LastHeartbeat.Equal(c.LastHeartbeat) || was.ClockOffset != c.ClockOffset:
			page().Beats[c.ID] = wire.Beat{c.LastHeartbeat.UnixMilli(), c.ClockOffset.Milliseconds()}
		}
	}
	for _, id := range places.gone() {
		p := page()
		p.Gone = append(p.Gone, id)
	}
	return out
}

// places finds clusters in a former summary.
type places struct {
	before []cluster.Summary
	byID   map[string]*cluster.Summary // nil: the clusters are the same in the same order, as they nearly always are
	now    []cluster.Summary
}

func placesOf(before, now []cluster.Summary) places {
	p := places{before: before, now: now}
	if slices.EqualFunc(before, now, func(a, b cluster.Summary) bool { return a.ID == b.ID }) {
		return p
	}
	p.byID = make(map[string]*cluster.Summary, len(before))
	for i := range before {
		p.byID[before[i].ID] = &before[i]
	}
	return p
}

func (p places) find(i int, id string) (*cluster.Summary, bool) {
	if p.byID == nil {
		return &p.before[i], true
	}
	was, known := p.byID[id]
	return was, known
}

// gone returns the ids of the clusters that are there no more, in order.
func (p places) gone() []string {
	if p.byID == nil {
		return nil
	}
	left := maps.Clone(p.byID)
	for i := range p.now {
		delete(left, p.now[i].ID)
	}
	return slices.Sorted(maps.Keys(left))
}

// sameButContact reports whether two summaries show the same but for the last heartbeat, the clock, and the time of
// the inventory.
func sameButContact(a, b *cluster.Summary) bool {
	return a.LastHeartbeat.IsZero() == b.LastHeartbeat.IsZero() &&
		a.Status == b.Status && a.RuleState == b.RuleState &&
		a.LinkUp == b.LinkUp && a.LinkSince.Equal(b.LinkSince) &&
		a.DesiredRevision == b.DesiredRevision && a.AppliedRevision == b.AppliedRevision && a.EnforcedRevision == b.EnforcedRevision &&
		a.Digest == b.Digest && same(a.DigestMatch, b.DigestMatch) &&
		a.Name == b.Name && a.Role == b.Role && a.Address == b.Address && a.JoinedAt.Equal(b.JoinedAt) &&
		a.Version == b.Version && a.Enforcer == b.Enforcer && a.Error == b.Error &&
		maps.Equal(a.Labels, b.Labels) &&
		a.InventoryStale == b.InventoryStale && sameInventory(a.Inventory, b.Inventory)
}

func sameInventory(a, b *events.Inventory) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Platform == b.Platform && a.KubeVersion == b.KubeVersion && same(a.Nodes, b.Nodes) && same(a.Namespaces, b.Namespaces) &&
		same(a.Services, b.Services) && same(a.Workloads, b.Workloads) && same(a.RunningPods, b.RunningPods) &&
		same(a.Controllers, b.Controllers) && sameScore(a.Score, b.Score) && slices.Equal(a.Missing, b.Missing)
}

func sameScore(a, b *events.Score) bool {
	if a == nil || b == nil {
		return a == b
	}
	return same(a.Total, b.Total) && same(a.Exposure, b.Exposure) && same(a.Privileged, b.Privileged) &&
		same(a.RunAsRoot, b.RunAsRoot) && same(a.HostNamespaces, b.HostNamespaces) && same(a.Admission, b.Admission)
}

// same reports whether both point to the same value, or to none.
func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
