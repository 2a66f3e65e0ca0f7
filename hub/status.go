package hub

import (
	"time"

	"github.com/fedhub/fedhub/events"
)

// Status is the word for how a cluster does, computed from facts when asked.
type Status string

// The status words. All but diverged are words of NeuVector's API.
const (
	StatusActive       Status = "active"       // the master's own cluster
	StatusJoined       Status = "joined"       // a member that has not reported yet
	StatusOutOfSync    Status = "out_of_sync"  // reports, and does not hold the newest revision
	StatusSynced       Status = "synced"       // its last heartbeat proves that it holds the newest revision
	StatusDisconnected Status = "disconnected" // not heard from
	StatusDiverged     Status = "diverged"     // holds other rules than its revision says; it is fetching them anew
	StatusKicked       Status = "kicked"
	StatusLeft         Status = "left"
)

// Whether the newest federated policy is in force at a cluster.
const (
	RulesApplied = "applied"
	RulesPartial = "partial" // as far as the cluster can: of some objects it enforces a part, or nothing
	RulesPending = "pending"
	RulesUnknown = "unknown" // the cluster is not heard from: the last good word is no longer one
)

// Role is a cluster's part in a federation, as its name on the wire.
type Role string

// The roles.
const (
	RoleStandalone Role = ""
	RoleMaster     Role = "master"
	RoleRemote     Role = "joint"
)

// silence is how long a cluster may say nothing before it counts as disconnected: three heartbeats and
// some. With heartbeats every two seconds a cut is seen within ten.
const silence = 7 * time.Second

// Summary is one cluster in the federation: the facts, each with its time, and the words that follow.
type Summary struct {
	ID               string
	Name             string
	Role             Role
	Address          events.RestInfo
	Account          string // public nkey of its NATS account
	Status           Status
	RuleState        string
	LinkUp           bool      // whether its connection is there
	LinkSince        time.Time // when LinkUp became so; zero: never seen since the master started
	LastHeartbeat    time.Time // zero: none since the master started
	DesiredRevision  uint64
	AppliedRevision  uint64
	Digest           events.Hash
	DigestMatch      *bool          // whether Digest is the one of AppliedRevision; nil: not known
	Labels           events.Labels  // that the master gave it
	ViewMatch        bool           // whether it holds the part of the policy that it is to hold now
	Enforcement      *events.Report // what its enforcer made of the policy; nil: not known, or it has no enforcer
	EnforcedRevision uint64         // that its enforcer is done with
	TriedRevision    uint64         // that its enforcer last came to an end with, be it with an error
	Resynced         string         // id of the newest [Hub.Resync] that it has done
	ClockOffset      time.Duration  // its clock minus the master's, as of the last heartbeat
	Version          string
	Enforcer         string
	Error            string // what it last complained of
	JoinedAt         time.Time
	ProxyRequired    bool
	KubernetesUID    string
	Inventory        *events.Inventory // of its last heartbeat, by the master's clock; nil: none, or nobody looks
	InventoryStale   bool              // Inventory is of former days: the cluster, or its own API, is not heard from
}

// judge fills in the words of s. It is a pure function of the facts in s and of now.
func (s *Summary) judge(where standing, now time.Time) {
	s.Status, s.RuleState = StatusOutOfSync, RulesPending
	heard := s.LastHeartbeat
	if heard.IsZero() {
		heard = s.JoinedAt
	}
	switch {
	case where == standingKicked:
		s.Status, s.RuleState = StatusKicked, RulesUnknown
	case where == standingLeft:
		s.Status, s.RuleState = StatusLeft, RulesUnknown
	case now.Sub(heard) > silence, s.Role != RoleMaster && s.cutOff():
		s.Status, s.RuleState = StatusDisconnected, RulesUnknown
	case s.LastHeartbeat.IsZero():
		s.Status = StatusJoined
	case s.diverged():
		s.Status, s.RuleState = StatusDiverged, RulesUnknown
	case s.AppliedRevision == s.DesiredRevision && s.proven():
		s.Status = StatusSynced
		s.RuleState = s.RulesInForce()
	}
	if s.Role == RoleMaster && where == standingMember {
		s.Status = StatusActive
	}
}

// proven reports whether the cluster's last heartbeat proves that it holds what its revision says, of the part of
// the policy that it is to hold now.
func (s *Summary) proven() bool { return s.ViewMatch && s.DigestMatch != nil && *s.DigestMatch }

// diverged reports whether it proves the contrary.
func (s *Summary) diverged() bool { return s.ViewMatch && s.DigestMatch != nil && !*s.DigestMatch }

// silent reports whether the cluster, which may be the master's own, is not heard from.
func (s *Summary) silent() bool {
	return s.Status == StatusDisconnected || s.RuleState == RulesUnknown && !s.diverged()
}

// enforcerNone is the name of the enforcer that enforces nothing, and reports nothing.
const enforcerNone = "none"

// RulesInForce returns the word for whether what the cluster holds is in force: its enforcer, if it has one, is done
// with it, and says of all of it that it is.
func (s *Summary) RulesInForce() string {
	switch {
	case s.Error != "", !s.enforced(s.AppliedRevision), s.Enforcement != nil && failure(s.Enforcement) != "":
		return RulesPending
	case s.Enforcement != nil && (s.Enforcement.State != events.Enforced || len(s.Enforcement.Objects) > 0):
		return RulesPartial
	}
	return RulesApplied
}

// enforced reports whether the cluster's enforcer, if it has one, is done with a revision.
func (s *Summary) enforced(revision uint64) bool {
	return s.Enforcer == enforcerNone || s.EnforcedRevision >= revision && s.Enforcement != nil
}

// cutOff reports whether the connection is gone, or came back and has not carried a heartbeat yet: the
// former heartbeat proves nothing any more.
func (s *Summary) cutOff() bool {
	return !s.LastHeartbeat.IsZero() && (!s.LinkUp || s.LastHeartbeat.Before(s.LinkSince))
}
