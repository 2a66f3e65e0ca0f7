package hub

import (
	"iter"
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// standing is where a cluster stands in the federation.
type standing int

const (
	standingMember standing = iota
	standingLeft
	standingKicked
)

// member is a cluster that joined once.
type member struct {
	events.ClusterJoined
	labeled  uint64 // revision of the event that says what its labels are
	standing standing
	joinedAt time.Time
	endedAt  time.Time
	status   Status // the last one recorded
	statusAt time.Time
	drifted  uint64 // revision, in its own log, of the newest drift that it reported
}

// token is an invitation.
type token struct {
	events.TokenMinted
	by       string
	at       time.Time
	revoked  bool
	redeemed []string // ids of the clusters that joined with it
}

// fleet is the FLEET log, folded.
type fleet struct {
	members  btree.Map[string, member] // by id
	accounts btree.Map[string, string] // account → id, of members
	names    btree.Map[string, string] // name → id, of members
	tokens   btree.Map[string, token]
}

func newFleet() *fleet { return &fleet{} }

// Clone implements bus.State.
func (f *fleet) Clone() *fleet {
	return &fleet{
		members: *f.members.Copy(), accounts: *f.accounts.Copy(), names: *f.names.Copy(), tokens: *f.tokens.Copy(),
	}
}

// Apply implements bus.State.
func (f *fleet) Apply(e events.Event) {
	fact, err := e.Fact()
	if err != nil {
		return // of a later version; what it means is not known here
	}
	switch fact := fact.(type) { //nolint:gochecksumtype // the other facts live in other logs
	case events.TokenMinted:
		f.tokens.Set(fact.Token, token{TokenMinted: fact, by: e.Actor, at: e.At})
	case events.TokenRedeemed:
		if t, ok := f.tokens.Get(fact.Token); ok {
			t.redeemed = append(slices.Clip(t.redeemed), fact.Cluster)
			f.tokens.Set(fact.Token, t)
		}
	case events.TokenRevoked:
		if t, ok := f.tokens.Get(fact.Token); ok {
			t.revoked = true
			f.tokens.Set(fact.Token, t)
		}
	case events.ClusterJoined:
		f.members.Set(fact.Cluster, member{ClusterJoined: fact, labeled: e.Revision, joinedAt: e.At})
		f.accounts.Set(fact.Account, fact.Cluster)
		f.names.Set(fact.Name, fact.Cluster)
	case events.ClusterLeft:
		f.end(fact.Cluster, standingLeft, e.At)
	case events.ClusterKicked:
		f.end(fact.Cluster, standingKicked, e.At)
	case events.ClusterStatusChanged:
		if m, ok := f.members.Get(fact.Cluster); ok {
			m.status, m.statusAt = Status(fact.To), fact.Since
			f.members.Set(fact.Cluster, m)
		}
	case events.ClusterDrifted:
		if m, ok := f.members.Get(fact.Cluster); ok {
			m.drifted = fact.Revision
			f.members.Set(fact.Cluster, m)
		}
	case events.ClusterLabeled:
		if m, ok := f.members.Get(fact.Cluster); ok {
			m.Labels, m.labeled = fact.Labels, e.Revision
			f.members.Set(fact.Cluster, m)
		}
	}
}

func (f *fleet) end(id string, s standing, at time.Time) {
	m, ok := f.members.Get(id)
	if !ok {
		return
	}
	m.standing, m.endedAt = s, at
	f.members.Set(id, m)
	f.accounts.Delete(m.Account)
	f.names.Delete(m.Name)
}

// current returns the member with the given id, if it is one now.
func (f *fleet) current(id string) (member, bool) {
	m, ok := f.members.Get(id)
	return m, ok && m.standing == standingMember
}

// byAccount returns the member with the given account, if it is one now.
func (f *fleet) byAccount(account string) (member, bool) {
	id, ok := f.accounts.Get(account)
	if !ok {
		return member{}, false
	}
	return f.current(id)
}

// asCluster returns a member as targets and rollouts see it.
func (m member) asCluster() policy.Cluster { return policy.Cluster{ID: m.Cluster, Labels: m.Labels} }

// all yields every cluster that is a member now.
func (f *fleet) all() iter.Seq[member] {
	return func(yield func(member) bool) {
		f.names.Scan(func(_, id string) bool {
			m, ok := f.current(id)
			return !ok || yield(m)
		})
	}
}
