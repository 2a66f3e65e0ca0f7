package events

import (
	"crypto/sha256"
	"encoding/json"
	"time"
)

// What master and remote say to each other over the leaf connection, as JSON.

// Health is what a remote reports of itself, on [SubjectHealth].
type Health struct {
	Revision uint64    `json:"revision"` // of the federated policy that it holds
	Digest   Hash      `json:"digest"`   // of what it holds; see package policy
	Clock    time.Time `json:"clock"`
	Version  string    `json:"version"`
	Enforcer string    `json:"enforcer"`
	Error    string    `json:"error,omitempty"`    // what keeps it from being in sync, for a person
	View     Hash      `json:"view,omitzero"`      // of the [View] that it goes by; zero: none yet
	Enforced uint64    `json:"enforced,omitempty"` // revision that its enforcer is done with; 0: it has none, or was never done
	Tried    uint64    `json:"tried,omitempty"`    // revision that its enforcer last came to an end with, be it with an error; what it complains of is about that
	Report   Hash      `json:"report,omitzero"`    // of its newest [Report]; zero: it has none
	Resynced string    `json:"resynced,omitempty"` // id of the newest [Resync] that is done
	Drifted  uint64    `json:"drifted,omitempty"`  // revision, in its own log, of its newest [DriftFound]; 0: it has none

	Inventory *Inventory `json:"inventory,omitempty"` // what its cluster consists of; nil: nobody looks
}

// View says which part of the federated policy a cluster holds. The master makes it; a cluster that has none
// holds nothing.
type View struct {
	Labels   Labels   `json:"labels"`
	Rollouts []string `json:"rollouts,omitempty"` // ids of the rollouts that have reached it, sorted
}

// Hash returns what two sides compare to learn whether they mean the same view. It is never zero.
func (v View) Hash() Hash {
	if v.Labels == nil {
		v.Labels = Labels{} // no labels are the same as none given
	}
	text, err := json.Marshal(v) // keys of a map are written in order
	if err != nil {
		panic(err) // strings alone always marshal
	}
	return sha256.Sum256(text)
}

// ViewTaken records, in a remote's copy, the view that the copy is of and how far it goes: its revision.
type ViewTaken struct {
	View View `json:"view"`
}

// Enforcement is whether an object of the policy is in force in a cluster.
type Enforcement string

// How an object can be in force.
const (
	Enforced    Enforcement = "enforced"
	Partial     Enforcement = "partial"     // a part of it; the reason says which is missing
	Unsupported Enforcement = "unsupported" // this cluster cannot
	Failed      Enforcement = "failed"      // it could, and something stands in the way
	Idle        Enforcement = "idle"        // nothing is enforced here: the cluster keeps and shows the policy
)

// ObjectState is whether one object is in force.
type ObjectState struct {
	Object About       `json:"object"`
	State  Enforcement `json:"state"`
	Reason string      `json:"reason,omitempty"`
	Since  time.Time   `json:"since"`
}

// Report is what a remote's enforcer made of the policy, on [SubjectEnforced]. It travels in parts that fit
// into messages.
type Report struct {
	State   Enforcement   `json:"state"`             // of every object that is not in Objects
	Reason  string        `json:"reason,omitempty"`  // for that
	Since   time.Time     `json:"since"`             // when State began
	Objects []ObjectState `json:"objects,omitempty"` // sorted by kind and name
}

// ReportPart is one piece of a [Report].
type ReportPart struct {
	Hash  Hash   `json:"hash"` // of the whole report
	Index int    `json:"index"`
	Size  int    `json:"size"` // how many parts there are
	Data  []byte `json:"data"`
}

// Resync asks a cluster, on [SubjectReport], to report at once. An empty message means the zero Resync.
type Resync struct {
	ID   string `json:"id,omitempty"`   // comes back in [Health]
	Anew bool   `json:"anew,omitempty"` // fetch all of the policy again before
}

// HealthAnswer is what the master says to a [Health].
type HealthAnswer struct {
	Revision uint64    `json:"revision"`           // the newest there is
	Diverged bool      `json:"diverged,omitempty"` // what the remote holds is not what its revision says: fetch all anew
	Clock    time.Time `json:"clock"`
	// SpreadMS is the time, in milliseconds, that a remote waits before the report that follows a change, and
	// the time after that over which the remotes spread theirs: they do not speak while the change is still on
	// its way to others.
	SpreadMS int64  `json:"spread_ms,omitempty"`
	View     *View  `json:"view,omitempty"`    // what the cluster is to hold, when it reported another view
	Report   bool   `json:"report,omitempty"`  // the master does not have the cluster's [Report]
	Drifted  uint64 `json:"drifted,omitempty"` // the newest [DriftFound] of the cluster's that the master has stored
}

// DriftReport has the [DriftFound] of a remote that follow the newest one which the master has stored, on
// [SubjectDrift].
type DriftReport struct {
	After  uint64          `json:"after"` // revision of that one; 0: the master has none
	Drifts []ReportedDrift `json:"drifts"`
}

// ReportedDrift is one [DriftFound], with its revision in the remote's own log.
type ReportedDrift struct {
	Revision uint64 `json:"revision"`
	Drift
}

// MaxDrifts is how many drifts one [DriftReport] carries: with all their differences they fit into a message.
const MaxDrifts = 50

// JoinAsk is a cluster's wish to join, on [JoinSubject].
type JoinAsk struct {
	Cluster       string    `json:"cluster"` // id that it asks for
	Name          string    `json:"name"`
	Key           string    `json:"key"` // public nkey; the seed never leaves the cluster
	Version       string    `json:"version"`
	Clock         time.Time `json:"clock"`
	KubernetesUID string    `json:"k8s_uid,omitempty"`
	Address       RestInfo  `json:"rest_info"`
	ProxyRequired bool      `json:"proxy_required,omitempty"`
}

// ReturnAsk is a member's wish for a fresh credential, on [ReturnSubject] or [SubjectRenew].
type ReturnAsk struct {
	Version string `json:"version"`
}

// Admission is the master's answer to a [JoinAsk] or a [ReturnAsk]: a refusal, or the credentials.
type Admission struct {
	Refusal   *Refusal `json:"refusal,omitempty"`
	Master    Master   `json:"master"`
	Account   string   `json:"account,omitempty"`
	UserJWT   string   `json:"user_jwt,omitempty"`   // for the cluster's own account; lives a day
	ReturnJWT string   `json:"return_jwt,omitempty"` // for [ReturnSubject] only; lives as long as the membership
}

// LeaveAnswer is the master's answer on [SubjectLeave].
type LeaveAnswer struct {
	Refusal *Refusal `json:"refusal,omitempty"`
}

// Dismissal is what the master says on [SubjectDismiss].
type Dismissal struct {
	Reason string `json:"reason"`
}

// ForwardedRequest opens a REST request that the master forwards to a remote, on [SubjectRequest]. The
// remote answers with parts on [ReplySubject].
type ForwardedRequest struct {
	Nonce  string              `json:"nonce"`
	Method string              `json:"method"`
	Target string              `json:"target"` // path and query
	Header map[string][]string `json:"header"`
	Length int64               `json:"length"` // bytes of the body; -1: unknown
	User   string              `json:"user"`   // who asks, at the master
	Role   string              `json:"role"`   // what they may do at the remote
}

// ForwardedHead is the first part of the answer to a [ForwardedRequest].
type ForwardedHead struct {
	Status int                 `json:"status"`
	Header map[string][]string `json:"header"`
}

// HeaderPart names, in a message on [ReplySubject], what the message is.
const HeaderPart = "Fedhub-Part"

// The parts. Each is a request that the master answers: with the next piece of the request's body to
// PartPull (and [PartEnd] with the last one), with nothing to the others.
const (
	PartPull = "pull"
	PartHead = "head"
	PartBody = "body"
	PartEnd  = "end"
	PartGone = "gone" // from the master: nobody waits for the answer any more
)

// MaxPart is the largest piece of a body in one message, in bytes.
const MaxPart = 256 << 10
