package hub

import (
	"fmt"

	"github.com/fedhub/fedhub/policy"
)

// Summaries returns every member: the master's own cluster first, the others by name.
func (h *Hub) Summaries() []Summary { return h.summaries(h.Policy()) }

// summaries returns how every member does with the given policy.
func (h *Hub) summaries(now *policy.State) []Summary {
	f := h.fleet.State()
	out := make([]Summary, 0, f.names.Len())
	if own, ok := f.current(h.cfg.ID); ok {
		out = append(out, h.summarize(own, now))
	}
	for m := range f.all() {
		if m.Cluster != h.cfg.ID {
			out = append(out, h.summarize(m, now))
		}
	}
	return out
}

// Summary returns the member with the given id.
func (h *Hub) Summary(id string) (Summary, error) {
	m, ok := h.fleet.State().current(id)
	if !ok {
		return Summary{}, fmt.Errorf("%q: %w", id, ErrClusterUnknown)
	}
	return h.summarize(m, h.Policy()), nil
}

func (h *Hub) summarize(m member, now *policy.State) Summary {
	seen := h.seen.get(m.Account)
	s := Summary{
		ID: m.Cluster, Name: m.Name, Role: RoleRemote, Address: m.Address, Account: m.Account,
		LinkUp: seen.linkUp, LinkSince: seen.linkSince, LastHeartbeat: seen.heard,
		DesiredRevision: now.Revision(), AppliedRevision: seen.health.Revision,
		Digest: seen.health.Digest, DigestMatch: seen.match, ClockOffset: seen.offset(),
		Version: m.Version, Enforcer: seen.health.Enforcer, Error: seen.health.Error,
		JoinedAt: m.joinedAt, ProxyRequired: m.ProxyRequired, KubernetesUID: m.KubernetesUID,
		Labels: m.Labels, EnforcedRevision: seen.health.Enforced, TriedRevision: seen.health.Tried, Resynced: seen.health.Resynced,
		// A report of before the labels changed proves nothing, not even when they are again what they were.
		ViewMatch: seen.health.View == h.aims.of(m, now).hash && seen.labeled == m.labeled,
	}
	if r := h.reports.get(m.Account, seen.health.Report); r != nil {
		s.Enforcement = r.report
	}
	if seen.health.Version != "" {
		s.Version = seen.health.Version
	}
	if s.ID == h.cfg.ID {
		s.Role = RoleMaster
		id := h.identity.Load()
		s.Name, s.Address = id.name, h.Address()
	}
	s.judge(m.standing, h.cfg.Now())
	s.Inventory = seen.inventory()
	s.InventoryStale = s.stale(h.cfg.Now())
	return s
}
