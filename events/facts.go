package events

import (
	"encoding/json"
	"fmt"
)

// Kind names a fact in a log. It is stored text and never follows a renamed Go type.
type Kind string

// The kinds of fact that this version writes, by the log that holds them.
const (
	// The policy, in RULES (federated) and LOCAL (the cluster's own).
	KindGroupDefined          Kind = "group.defined"
	KindGroupRemoved          Kind = "group.removed"
	KindNetworkRuleDefined    Kind = "network.rule.defined"
	KindNetworkRuleRemoved    Kind = "network.rule.removed"
	KindAdmissionRuleDefined  Kind = "admission.rule.defined"
	KindAdmissionRuleRemoved  Kind = "admission.rule.removed"
	KindAdmissionStateDefined Kind = "admission.state.defined"
	KindAdmissionStateRemoved Kind = "admission.state.removed"
	KindResponseRuleDefined   Kind = "response.rule.defined"
	KindResponseRuleRemoved   Kind = "response.rule.removed"
	KindProcessProfileDefined Kind = "process.profile.defined"
	KindProcessProfileRemoved Kind = "process.profile.removed"
	KindFileProfileDefined    Kind = "file.profile.defined"
	KindFileProfileRemoved    Kind = "file.profile.removed"
	KindDLPSensorDefined      Kind = "dlp.sensor.defined"
	KindDLPSensorRemoved      Kind = "dlp.sensor.removed"
	KindDLPGroupDefined       Kind = "dlp.group.defined"
	KindDLPGroupRemoved       Kind = "dlp.group.removed"
	KindWAFSensorDefined      Kind = "waf.sensor.defined"
	KindWAFSensorRemoved      Kind = "waf.sensor.removed"
	KindWAFGroupDefined       Kind = "waf.group.defined"
	KindWAFGroupRemoved       Kind = "waf.group.removed"
	KindWebhookDefined        Kind = "webhook.defined"
	KindWebhookRemoved        Kind = "webhook.removed"

	// What is on its way to becoming policy, in RULES.
	KindChangeStaged     Kind = "change.staged"
	KindRolloutStarted   Kind = "rollout.started"
	KindRolloutAdvanced  Kind = "rollout.advanced"
	KindRolloutPaused    Kind = "rollout.paused"
	KindRolloutResumed   Kind = "rollout.resumed"
	KindRolloutCompleted Kind = "rollout.completed"
	KindRolloutAborted   Kind = "rollout.aborted"

	// FLEET.
	KindTokenMinted          Kind = "token.minted"
	KindTokenRedeemed        Kind = "token.redeemed"
	KindTokenRevoked         Kind = "token.revoked"
	KindClusterJoined        Kind = "cluster.joined"
	KindClusterLeft          Kind = "cluster.left"
	KindClusterKicked        Kind = "cluster.kicked"
	KindClusterStatusChanged Kind = "cluster.status.changed"
	KindClusterLabeled       Kind = "cluster.labeled"
	KindClusterDrifted       Kind = "cluster.drifted"

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
	KindDriftFound      Kind = "drift.found"

	// FEDCOPY.
	KindViewTaken Kind = "view.taken"

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
func (ClusterLabeled) Kind() Kind { return KindClusterLabeled }

// Kind implements [Fact].
func (ClusterDrifted) Kind() Kind { return KindClusterDrifted }

// Kind implements [Fact].
func (DriftFound) Kind() Kind { return KindDriftFound }

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
func (ViewTaken) Kind() Kind { return KindViewTaken }

// Kind implements [Fact].
func (Audited) Kind() Kind { return KindAudited }

func (f TokenMinted) topic() []string          { return []string{f.Federation, "token", f.Token} }
func (f TokenRedeemed) topic() []string        { return []string{f.Federation, "token", f.Token} }
func (f TokenRevoked) topic() []string         { return []string{f.Federation, "token", f.Token} }
func (f ClusterJoined) topic() []string        { return []string{f.Cluster, "member"} }
func (f ClusterLeft) topic() []string          { return []string{f.Cluster, "member"} }
func (f ClusterKicked) topic() []string        { return []string{f.Cluster, "member"} }
func (f ClusterStatusChanged) topic() []string { return []string{f.Cluster, "status"} }
func (f ClusterLabeled) topic() []string       { return []string{f.Cluster, "labels"} }
func (f ClusterDrifted) topic() []string       { return []string{f.Cluster, "drift"} }
func (f DriftFound) topic() []string           { return []string{"drift", f.Resource.Kind} }
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
func (ViewTaken) topic() []string              { return []string{"view"} }
func (f Audited) topic() []string              { return []string{f.Topic} }

func membership() []string { return []string{"membership", "role"} }

// Fact returns what e says happened. An error wraps [ErrEnvelope] when the kind is unknown to this
// version or the data does not have its shape.
func (e Event) Fact() (Fact, error) {
	f, err := readFact(e.Kind, e.Data)
	if err != nil {
		return nil, fmt.Errorf("%w: revision %d: %w", ErrEnvelope, e.Revision, err)
	}
	return f, nil
}

func readFact(kind Kind, data json.RawMessage) (Fact, error) {
	read, known := readers[kind]
	if !known {
		return nil, fmt.Errorf("kind %q is unknown to this version", kind)
	}
	f, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind, err)
	}
	return f, nil
}

// readers has the stored shape of each kind.
var readers = map[Kind]func(json.RawMessage) (Fact, error){
	KindGroupDefined:          read[GroupDefined],
	KindGroupRemoved:          read[GroupRemoved],
	KindNetworkRuleDefined:    read[NetworkRuleDefined],
	KindNetworkRuleRemoved:    read[NetworkRuleRemoved],
	KindAdmissionRuleDefined:  read[AdmissionRuleDefined],
	KindAdmissionRuleRemoved:  read[AdmissionRuleRemoved],
	KindAdmissionStateDefined: read[AdmissionStateDefined],
	KindAdmissionStateRemoved: read[AdmissionStateRemoved],
	KindResponseRuleDefined:   read[ResponseRuleDefined],
	KindResponseRuleRemoved:   read[ResponseRuleRemoved],
	KindProcessProfileDefined: read[ProcessProfileDefined],
	KindProcessProfileRemoved: read[ProcessProfileRemoved],
	KindFileProfileDefined:    read[FileProfileDefined],
	KindFileProfileRemoved:    read[FileProfileRemoved],
	KindDLPSensorDefined:      read[DLPSensorDefined],
	KindDLPSensorRemoved:      read[DLPSensorRemoved],
	KindDLPGroupDefined:       read[DLPGroupDefined],
	KindDLPGroupRemoved:       read[DLPGroupRemoved],
	KindWAFSensorDefined:      read[WAFSensorDefined],
	KindWAFSensorRemoved:      read[WAFSensorRemoved],
	KindWAFGroupDefined:       read[WAFGroupDefined],
	KindWAFGroupRemoved:       read[WAFGroupRemoved],
	KindWebhookDefined:        read[WebhookDefined],
	KindWebhookRemoved:        read[WebhookRemoved],
	KindChangeStaged:          read[ChangeStaged],
	KindRolloutStarted:        read[RolloutStarted],
	KindRolloutAdvanced:       read[RolloutAdvanced],
	KindRolloutPaused:         read[RolloutPaused],
	KindRolloutResumed:        read[RolloutResumed],
	KindRolloutCompleted:      read[RolloutCompleted],
	KindRolloutAborted:        read[RolloutAborted],
	KindTokenMinted:           read[TokenMinted],
	KindTokenRedeemed:         read[TokenRedeemed],
	KindTokenRevoked:          read[TokenRevoked],
	KindClusterJoined:         read[ClusterJoined],
	KindClusterLeft:           read[ClusterLeft],
	KindClusterKicked:         read[ClusterKicked],
	KindClusterStatusChanged:  read[ClusterStatusChanged],
	KindClusterLabeled:        read[ClusterLabeled],
	KindClusterDrifted:        read[ClusterDrifted],
	KindDriftFound:            read[DriftFound],
	KindUserDefined:           read[UserDefined],
	KindUserRemoved:           read[UserRemoved],
	KindSettingsChanged:       read[SettingsChanged],
	KindPromoted:              read[Promoted],
	KindDemoting:              read[Demoting],
	KindDemoted:               read[Demoted],
	KindJoinRequested:         read[JoinRequested],
	KindJoinRefused:           read[JoinRefused],
	KindJoined:                read[Joined],
	KindLeft:                  read[Left],
	KindDismissed:             read[Dismissed],
	KindViewTaken:             read[ViewTaken],
	KindAudited:               read[Audited],
}

func read[F Fact](data json.RawMessage) (Fact, error) {
	var f F
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	return f, nil
}
