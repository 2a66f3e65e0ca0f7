package cluster

import (
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
)

// Role is a cluster's part in a federation, as its name on the wire.
type Role = hub.Role

// The roles.
const (
	RoleStandalone = hub.RoleStandalone
	RoleMaster     = hub.RoleMaster
	RoleRemote     = hub.RoleRemote
)

// Status is the word for how a cluster does, computed from facts when asked.
type Status = hub.Status

// The status words; see package hub.
const (
	StatusActive       = hub.StatusActive
	StatusJoined       = hub.StatusJoined
	StatusOutOfSync    = hub.StatusOutOfSync
	StatusSynced       = hub.StatusSynced
	StatusDisconnected = hub.StatusDisconnected
	StatusDiverged     = hub.StatusDiverged
	StatusKicked       = hub.StatusKicked
	StatusLeft         = hub.StatusLeft
)

// Summary is one cluster in the federation: the facts, and the words that follow from them.
type Summary = hub.Summary

// Member is what a cluster says of itself and its federation.
type Member struct {
	Role     Role
	ID       string // 32 lower-case hexadecimal digits; a standalone cluster has one too
	Name     string
	Address  events.RestInfo // where it is reached: a master's fed-master service, otherwise the REST server
	UseProxy string          // "" or "https"
	ScanData bool
	Master   *Summary  // nil: standalone
	Remotes  []Summary // by name; a remote knows only itself
}

// Member returns what the cluster is now.
func (c *Controller) Member() Member {
	s := c.local.State()
	m := Member{
		Role: s.role, ID: c.id, Name: s.settings.Name, Address: s.settings.Address,
		UseProxy: s.settings.UseProxy, ScanData: s.settings.ScanData,
	}
	switch all := c.Summaries(); s.role {
	case RoleStandalone:
	case RoleMaster:
		if r := c.running(); r.hub != nil {
			m.Address = r.hub.Address()
		}
		for i, other := range all {
			if other.Role == RoleMaster {
				m.Master = &all[i]
			} else {
				m.Remotes = append(m.Remotes, other)
			}
		}
	case RoleRemote:
		m.Remotes = all
		m.Master = c.masterSeen(s)
	}
	return m
}

// Role returns the cluster's part in a federation.
func (c *Controller) Role() Role { return c.local.State().role }

// Summaries returns every cluster that this one knows the state of: a master all of its federation, its
// own first, any other cluster itself.
func (c *Controller) Summaries() []Summary {
	r := c.running()
	if r.hub != nil {
		return r.hub.Summaries()
	}
	s := c.local.State()
	own := Summary{
		ID: c.id, Name: s.settings.Name, Role: s.role, Address: s.settings.Address, Account: s.joined.Account,
		Status: StatusActive, RuleState: hub.RulesApplied, Version: c.cfg.Version, Enforcer: c.cfg.Enforcer.Name(),
	}
	c.showInventory(&own)
	if r.agent == nil {
		return []Summary{own}
	}
	p := r.agent.Policy()
	own.AppliedRevision, own.Digest, own.Error = p.Revision(), p.Digest(), r.agent.Trouble()
	own.LastHeartbeat, own.JoinedAt = r.agent.Answered(), s.joinedAt
	own.DesiredRevision = max(own.AppliedRevision, r.agent.Newest())
	own.LinkUp = c.heardOf(own.LastHeartbeat)
	switch {
	case !own.LinkUp:
		own.Status = StatusDisconnected
	case own.AppliedRevision < own.DesiredRevision:
		own.Status, own.RuleState = StatusOutOfSync, hub.RulesPending
	default:
		own.Status = StatusSynced
	}
	own.Enforcement, own.EnforcedRevision = r.agent.Enforcement()
	if own.RuleState == hub.RulesApplied {
		own.RuleState = own.RulesInForce()
	}
	return []Summary{own}
}

// masterSeen returns what a remote knows of its master.
func (c *Controller) masterSeen(s *local) *Summary {
	m := Summary{ID: s.joined.Master.ID, Name: s.joined.Master.Name, Role: RoleMaster, Address: s.joined.Master.Address, Status: StatusDisconnected}
	if r := c.running(); r.agent != nil {
		m.LastHeartbeat = r.agent.Answered()
	}
	if m.LinkUp = c.heardOf(m.LastHeartbeat); m.LinkUp {
		m.Status = StatusActive
	}
	return &m
}
