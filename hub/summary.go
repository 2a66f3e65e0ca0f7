package hub

import "fmt"

// Summaries returns every member: the master's own cluster first, the others by name.
func (h *Hub) Summaries() []Summary {
	f := h.fleet.State()
	out := make([]Summary, 0, f.names.Len())
	if own, ok := f.current(h.cfg.ID); ok {
		out = append(out, h.summarize(own))
	}
	f.names.Scan(func(_, id string) bool {
		if m, ok := f.current(id); ok && id != h.cfg.ID {
			out = append(out, h.summarize(m))
		}
		return true
	})
	return out
}

// Summary returns the member with the given id.
func (h *Hub) Summary(id string) (Summary, error) {
	m, ok := h.fleet.State().current(id)
	if !ok {
		return Summary{}, fmt.Errorf("%q: %w", id, ErrClusterUnknown)
	}
	return h.summarize(m), nil
}

func (h *Hub) summarize(m member) Summary {
	seen := h.seen.get(m.Account)
	s := Summary{
		ID: m.Cluster, Name: m.Name, Role: RoleRemote, Address: m.Address, Account: m.Account,
		LinkUp: seen.linkUp, LinkSince: seen.linkSince, LastHeartbeat: seen.heard,
		DesiredRevision: h.Policy().Revision(), AppliedRevision: seen.health.Revision,
		Digest: seen.health.Digest, DigestMatch: seen.match, ClockOffset: seen.offset,
		Version: m.Version, Enforcer: seen.health.Enforcer, Error: seen.health.Error,
		JoinedAt: m.joinedAt, ProxyRequired: m.ProxyRequired, KubernetesUID: m.KubernetesUID,
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
	return s
}
