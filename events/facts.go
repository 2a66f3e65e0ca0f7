package events

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Kind names a fact in a log. It is stored text and never follows a renamed Go type.
type Kind string

// The kinds of fact that this version writes, by the log that holds them.
const (
	// The policy, in RULES (federated) and LOCAL (the cluster's own).
	KindGroupDefined       Kind = "group.defined"
	KindGroupRemoved       Kind = "group.removed"
	KindNetworkRuleDefined Kind = "network.rule.defined"
	KindNetworkRuleRemoved Kind = "network.rule.removed"

	// FLEET.
	KindTokenMinted          Kind = "token.minted"
	KindTokenRedeemed        Kind = "token.redeemed"
	KindTokenRevoked         Kind = "token.revoked"
	KindClusterJoined        Kind = "cluster.joined"
	KindClusterLeft          Kind = "cluster.left"
	KindClusterKicked        Kind = "cluster.kicked"
	KindClusterStatusChanged Kind = "cluster.status.changed"

	// LOCAL.
	KindUserDefined     Kind = "user.defined"
	KindUserRemoved     Kind = "user.removed"
	KindSettingsChanged Kind = "settings.changed"
	KindPromoted        Kind = "membership.promoted"
	KindDemoting        Kind = "membership.demoting"
	KindDemoted         Kind = "membership.demoted"
	KindJoinRequested   Kind = "membership.join.requested"
	KindJoinRefused     Kind = "membership.join.refused"
	KindJoined          Kind = "membership.joined"
	KindLeft            Kind = "membership.left"
	KindDismissed       Kind = "membership.dismissed"

	// AUDIT.
	KindAudited Kind = "command.audited"
)

// Fact is something that happened. Only this package declares facts, so that a linter can tell when a
// switch forgets one.
//
//sumtype:decl
type Fact interface {
	// Kind returns the stored name of the fact.
	Kind() Kind
	// topic returns what the fact is about, as the words that end its subject.
	topic() []string
}

// Kind implements [Fact].
func (GroupDefined) Kind() Kind { return KindGroupDefined }

// Kind implements [Fact].
func (GroupRemoved) Kind() Kind { return KindGroupRemoved }

// Kind implements [Fact].
func (NetworkRuleDefined) Kind() Kind { return KindNetworkRuleDefined }

// Kind implements [Fact].
func (NetworkRuleRemoved) Kind() Kind { return KindNetworkRuleRemoved }

// Kind implements [Fact].
func (TokenMinted) Kind() Kind { return KindTokenMinted }

// Kind implements [Fact].
func (TokenRedeemed) Kind() Kind { return KindTokenRedeemed }

// Kind implements [Fact].
func (TokenRevoked) Kind() Kind { return KindTokenRevoked }

// Kind implements [Fact].
func (ClusterJoined) Kind() Kind { return KindClusterJoined }

// Kind implements [Fact].
func (ClusterLeft) Kind() Kind { return KindClusterLeft }

// Kind implements [Fact].
func (ClusterKicked) Kind() Kind { return KindClusterKicked }

// Kind implements [Fact].
func (ClusterStatusChanged) Kind() Kind { return KindClusterStatusChanged }

// Kind implements [Fact].
func (UserDefined) Kind() Kind { return KindUserDefined }

// Kind implements [Fact].
func (UserRemoved) Kind() Kind { return KindUserRemoved }

// Kind implements [Fact].
func (SettingsChanged) Kind() Kind { return KindSettingsChanged }

// Kind implements [Fact].
func (Promoted) Kind() Kind { return KindPromoted }

// Kind implements [Fact].
func (Demoting) Kind() Kind { return KindDemoting }

// Kind implements [Fact].
func (Demoted) Kind() Kind { return KindDemoted }

// Kind implements [Fact].
func (JoinRequested) Kind() Kind { return KindJoinRequested }

// Kind implements [Fact].
func (JoinRefused) Kind() Kind { return KindJoinRefused }

// Kind implements [Fact].
func (Joined) Kind() Kind { return KindJoined }

// Kind implements [Fact].
func (Left) Kind() Kind { return KindLeft }

// Kind implements [Fact].
func (Dismissed) Kind() Kind { return KindDismissed }

// Kind implements [Fact].
func (Audited) Kind() Kind { return KindAudited }

func (f GroupDefined) topic() []string         { return []string{"group", f.Group.Name} }
func (f GroupRemoved) topic() []string         { return []string{"group", f.Name} }
func (f NetworkRuleDefined) topic() []string   { return []string{"network", ruleName(f.Rule.ID)} }
func (f NetworkRuleRemoved) topic() []string   { return []string{"network", ruleName(f.ID)} }
func (f TokenMinted) topic() []string          { return []string{f.Federation, "token", f.Token} }
func (f TokenRedeemed) topic() []string        { return []string{f.Federation, "token", f.Token} }
func (f TokenRevoked) topic() []string         { return []string{f.Federation, "token", f.Token} }
func (f ClusterJoined) topic() []string        { return []string{f.Cluster, "member"} }
func (f ClusterLeft) topic() []string          { return []string{f.Cluster, "member"} }
func (f ClusterKicked) topic() []string        { return []string{f.Cluster, "member"} }
func (f ClusterStatusChanged) topic() []string { return []string{f.Cluster, "status"} }
func (f UserDefined) topic() []string          { return []string{"user", f.Name} }
func (f UserRemoved) topic() []string          { return []string{"user", f.Name} }
func (SettingsChanged) topic() []string        { return []string{"settings", "cluster"} }
func (Promoted) topic() []string               { return membership() }
func (Demoting) topic() []string               { return membership() }
func (Demoted) topic() []string                { return membership() }
func (JoinRequested) topic() []string          { return membership() }
func (JoinRefused) topic() []string            { return membership() }
func (Joined) topic() []string                 { return membership() }
func (Left) topic() []string                   { return membership() }
func (Dismissed) topic() []string              { return membership() }
func (f Audited) topic() []string              { return []string{f.Topic} }

func membership() []string { return []string{"membership", "role"} }

func ruleName(id uint32) string { return "r" + strconv.FormatUint(uint64(id), 10) }

// Fact returns what e says happened. An error wraps [ErrEnvelope] when the kind is unknown to this
// version or the data does not have its shape.
func (e Event) Fact() (Fact, error) {
	read, known := readers[e.Kind]
	if !known {
		return nil, fmt.Errorf("%w: revision %d: kind %q is unknown to this version", ErrEnvelope, e.Revision, e.Kind)
	}
	f, err := read(e.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: revision %d: read %s: %w", ErrEnvelope, e.Revision, e.Kind, err)
	}
	return f, nil
}

// readers has the stored shape of each kind.
var readers = map[Kind]func(json.RawMessage) (Fact, error){
	KindGroupDefined:         read[GroupDefined],
	KindGroupRemoved:         read[GroupRemoved],
	KindNetworkRuleDefined:   read[NetworkRuleDefined],
	KindNetworkRuleRemoved:   read[NetworkRuleRemoved],
	KindTokenMinted:          read[TokenMinted],
	KindTokenRedeemed:        read[TokenRedeemed],
	KindTokenRevoked:         read[TokenRevoked],
	KindClusterJoined:        read[ClusterJoined],
	KindClusterLeft:          read[ClusterLeft],
	KindClusterKicked:        read[ClusterKicked],
	KindClusterStatusChanged: read[ClusterStatusChanged],
	KindUserDefined:          read[UserDefined],
	KindUserRemoved:          read[UserRemoved],
	KindSettingsChanged:      read[SettingsChanged],
	KindPromoted:             read[Promoted],
	KindDemoting:             read[Demoting],
	KindDemoted:              read[Demoted],
	KindJoinRequested:        read[JoinRequested],
	KindJoinRefused:          read[JoinRefused],
	KindJoined:               read[Joined],
	KindLeft:                 read[Left],
	KindDismissed:            read[Dismissed],
	KindAudited:              read[Audited],
}

func read[F Fact](data json.RawMessage) (Fact, error) {
	var f F
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	return f, nil
}
