package events

import "time"

// What master and remote say to each other over the leaf connection, as JSON.

// Health is what a remote reports of itself, on [SubjectHealth].
type Health struct {
	Revision uint64    `json:"revision"` // of the federated policy that it holds
	Digest   Hash      `json:"digest"`   // of what it holds; see package policy
	Clock    time.Time `json:"clock"`
	Version  string    `json:"version"`
	Enforcer string    `json:"enforcer"`
	Error    string    `json:"error,omitempty"` // what keeps it from being in sync, for a person
}

// HealthAnswer is what the master says to a [Health].
type HealthAnswer struct {
	Revision uint64    `json:"revision"`           // the newest there is
	Diverged bool      `json:"diverged,omitempty"` // what the remote holds is not what its revision says: fetch all anew
	Clock    time.Time `json:"clock"`
	// SpreadMS is the time, in milliseconds, that a remote waits before the report that follows a change, and
	// the time after that over which the remotes spread theirs: they do not speak while the change is still on
	// its way to others.
	SpreadMS int64 `json:"spread_ms,omitempty"`
}

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
