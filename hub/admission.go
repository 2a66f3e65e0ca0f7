package hub

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nkeys"
	"golang.org/x/mod/semver"

	"github.com/fedhub/fedhub/events"
)

// maxClockOffset is how far a cluster's clock may be from the master's when it joins. Expiry of tokens and
// credentials, and the times in the audit, are told by the master's clock.
const maxClockOffset = 5 * time.Minute

var (
	clusterIDs   = regexp.MustCompile(`^[0-9a-f]{32}$`)
	clusterNames = regexp.MustCompile(`^[a-zA-Z0-9]+[.:a-zA-Z0-9_-]*$`)
)

const maxClusterName = 256

// admission is what a decision about a join needs beside the fleet and the clock.
type admission struct {
	token      string // id
	federation string // id of the master
	version    string // of the master
	oldest     string // version that may join
	account    string // for the new member
	ask        events.JoinAsk
}

// decide returns the facts that make the cluster a member, or an [events.Refusal]. It returns no facts for
// a cluster that is already in with the same key: its first answer was lost.
func (a admission) decide(f *fleet, now time.Time) ([]events.Fact, error) {
	t, known := f.tokens.Get(a.token)
	if m, ok := f.current(a.ask.Cluster); ok && m.Key == a.ask.Key {
		return nil, nil
	}
	switch {
	case !known:
		return nil, refuse(events.RefusedTokenUnknown, "The master does not know join token %s. Create a new one at the master.", a.token)
	case t.revoked:
		return nil, refuse(events.RefusedTokenRevoked, "Join token %s was revoked at the master. Create a new one there.", a.token)
	case len(t.redeemed) >= t.Uses:
		return nil, refuse(events.RefusedTokenSpent, "Join token %s is used up: %d of %d uses. Create a new one at the master.", a.token, len(t.redeemed), t.Uses)
	case !now.Before(t.Expires):
		return nil, refuse(events.RefusedTokenExpired, "Join token %s expired at %s. Create a new one at the master.", a.token, t.Expires.Format(time.RFC3339))
	}
	if err := a.checkCluster(f, now); err != nil {
		return nil, err
	}
	return []events.Fact{
		events.TokenRedeemed{Federation: a.federation, Token: a.token, Cluster: a.ask.Cluster},
		events.ClusterJoined{
			Cluster: a.ask.Cluster, Name: a.ask.Name, Account: a.account, Key: a.ask.Key, Version: a.ask.Version,
			KubernetesUID: a.ask.KubernetesUID, Address: a.ask.Address, Token: a.token, ProxyRequired: a.ask.ProxyRequired, Labels: t.Labels,
		},
	}, nil
}

// checkCluster returns why the cluster that asks may not be a member, whatever its token.
func (a admission) checkCluster(f *fleet, now time.Time) error {
	if !clusterIDs.MatchString(a.ask.Cluster) || !nkeys.IsValidPublicUserKey(a.ask.Key) {
		return refuse(events.RefusedRequest, "The request to join has no proper cluster id (%q) or key (%q).", a.ask.Cluster, a.ask.Key)
	}
	if !clusterNames.MatchString(a.ask.Name) || len(a.ask.Name) > maxClusterName {
		return refuse(events.RefusedRequest, "A cluster cannot be called %q: a name starts with a letter or digit, goes on with those and . : _ -, and has at most %d characters.", a.ask.Name, maxClusterName)
	}
	if err := a.checkVersion(); err != nil {
		return err
	}
	if off := a.ask.Clock.Sub(now); off.Abs() > maxClockOffset {
		return refuse(events.RefusedClock, "The clock of this cluster says %s and the master's says %s: %s apart, at most %s is allowed. Set the clocks (NTP) and join again.",
			a.ask.Clock.UTC().Format(time.RFC3339), now.Format(time.RFC3339), off.Abs().Round(time.Second), maxClockOffset)
	}
	if id, taken := f.names.Get(a.ask.Name); taken {
		return refuse(events.RefusedNameTaken, "A cluster named %q is in the federation already (id %s). Join under another name, or remove that one at the master first.", a.ask.Name, id)
	}
	if m, taken := f.current(a.ask.Cluster); taken {
		return refuse(events.RefusedNameTaken, "This cluster is in the federation already, as %q. Remove it at the master first.", m.Name)
	}
	if taken := slices.ContainsFunc(f.members.Values(), func(m member) bool { return m.Key == a.ask.Key }); taken {
		return refuse(events.RefusedKeyTaken, "The key %s is or was another cluster's. Join again: each join makes a new key.", a.ask.Key)
	}
	return nil
}

func (a admission) checkVersion() error {
	theirs, mine, oldest := canonical(a.ask.Version), canonical(a.version), canonical(a.oldest)
	switch {
	case !semver.IsValid(theirs):
		return refuse(events.RefusedRequest, "The version %q of this cluster is not one.", a.ask.Version)
	case semver.Compare(theirs, oldest) < 0:
		return refuse(events.RefusedVersionTooOld, "This cluster runs fedhub %s; the master (%s) takes %s and newer. Upgrade this cluster.", a.ask.Version, a.version, a.oldest)
	case semver.Compare(semver.MajorMinor(theirs), semver.MajorMinor(mine)) > 0:
		return refuse(events.RefusedVersionTooNew, "This cluster runs fedhub %s and the master %s, which is older. Upgrade the master first.", a.ask.Version, a.version)
	}
	return nil
}

func canonical(version string) string { return "v" + strings.TrimPrefix(version, "v") }

func refuse(code events.RefusalCode, format string, args ...any) error {
	return events.Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
