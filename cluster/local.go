package cluster

import (
	"time"

	"github.com/tidwall/btree"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// local is the LOCAL log, folded: all that is the cluster's own.
type local struct {
	policy   *policy.State
	users    btree.Map[string, events.UserDefined]
	settings events.SettingsChanged

	role     Role
	promoted events.Promoted // of a master
	demoting bool            // of a master: the end of the federation has begun
	joined   events.Joined   // of a remote
	joinedAt time.Time
	joining  *events.JoinRequested // of a standalone cluster whose join is under way
	member   uint64                // revision at which it became a member of its federation
	drifted  uint64                // of the newest drift since then

	lastToken string // id of the token of the last join that came about
}

func newLocal() *local { return &local{policy: policy.NewState(policy.ScopeLocal)} }

// Clone implements bus.State.
func (l *local) Clone() *local {
	c := *l
	c.policy = l.policy.Clone()
	c.users = *l.users.Copy()
	return &c
}

// Apply implements bus.State.
func (l *local) Apply(e events.Event) {
	l.policy.Apply(e)
	fact, err := e.Fact()
	if err != nil {
		return // of a later version; what it means is not known here
	}
	switch fact := fact.(type) { //nolint:gochecksumtype // policy has applied its own; the others live in other logs
	case events.UserDefined:
		l.users.Set(fact.Name, fact)
	case events.UserRemoved:
		l.users.Delete(fact.Name)
	case events.SettingsChanged:
		l.settings = fact
	case events.Promoted:
		l.role, l.promoted = RoleMaster, fact
		l.member, l.drifted = e.Revision, 0
	case events.Demoting:
		l.demoting = true
	case events.JoinRequested:
		l.joining = &fact
	case events.DriftFound:
		l.drifted = e.Revision
	case events.JoinRefused:
		l.joining = nil
	case events.Joined:
		if l.joining != nil {
			l.lastToken = l.joining.Token
		}
		l.role, l.joined, l.joinedAt, l.joining = RoleRemote, fact, e.At, nil
		l.member, l.drifted = e.Revision, 0
	case events.Demoted, events.Left, events.Dismissed:
		l.role, l.promoted, l.joined, l.demoting, l.joinedAt = RoleStandalone, events.Promoted{}, events.Joined{}, false, time.Time{}
	}
}
