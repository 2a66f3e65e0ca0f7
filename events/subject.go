package events

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// Log names one of the event logs. It is also the name of the JetStream stream that holds it, and stored.
type Log string

// The logs of a controller.
const (
	// Rules holds every federated policy event, at the master.
	Rules Log = "RULES"
	// Fleet holds tokens, memberships and status changes, at the master.
	Fleet Log = "FLEET"
	// Local holds the cluster's own policy, users, settings and membership.
	Local Log = "LOCAL"
	// Audit holds every command that the controller was asked for.
	Audit Log = "AUDIT"
	// Copy holds, at a remote, the newest federated event of each object as the master sent it.
	Copy Log = "FEDCOPY"
)

// The roots of the subjects. They are stored.
const (
	rulesRoot = "fed.rules."
	liveRoot  = "fed.live."
	fleetRoot = "fed.fleet."
	localRoot = "local."
	auditRoot = "audit."
	copyRoot  = "fedcopy."
	upRoot    = "fed.up."
	ctlRoot   = "fed.ctl."
	joinRoot  = "fed.join."
)

// The subjects that a remote uses in its own account. The master's server puts the account's public key
// behind the root, so that [UpFilter] hears who speaks and [CtlSubject] reaches one cluster.
const (
	// SubjectGet is where a remote asks for stored federated events: JetStream Direct Get of [Rules].
	SubjectGet = "fed.get"
	// SubjectHealth is where a remote reports what it holds and how it is.
	SubjectHealth = upRoot + "health"
	// SubjectRenew is where a member asks for a fresh credential.
	SubjectRenew = upRoot + "renew"
	// SubjectLeave is where a remote says that it leaves.
	SubjectLeave = upRoot + "leave"
	// SubjectEnforced is where a remote reports what its enforcer made of the policy.
	SubjectEnforced = upRoot + "enforced"
	// SubjectDrift is where a remote reports what in its cluster was not as the policy says.
	SubjectDrift = upRoot + "drift"
	// SubjectView is where the master tells a remote which part of the policy it is to hold.
	SubjectView = ctlRoot + "view"
	// SubjectRequest is where the master sends a REST request to a remote.
	SubjectRequest = ctlRoot + "request"
	// SubjectDismiss is where the master tells a remote that it is no longer a member.
	SubjectDismiss = ctlRoot + "dismiss"
	// SubjectReport is where the master asks a remote to report at once.
	SubjectReport = ctlRoot + "report"
	// SubjectProbe is a plain NATS message to every remote: the floor that benchmarks compare with.
	SubjectProbe = "fed.probe"
)

// Filter returns the wildcard for every subject of the log.
func (l Log) Filter() string { return l.root() + ">" }

// Subject returns where f is stored in l.
func (l Log) Subject(f Fact) string {
	words := f.topic()
	for i, w := range words {
		words[i] = escape(w)
	}
	tail := strings.Join(words, ".")
	if l == Rules {
		return rulesRoot + shard(tail) + "." + tail
	}
	return l.root() + tail
}

func (l Log) root() string {
	switch l {
	case Rules:
		return rulesRoot
	case Fleet:
		return fleetRoot
	case Local:
		return localRoot
	case Audit:
		return auditRoot
	case Copy:
		return copyRoot
	}
	panic(fmt.Sprintf("log %q has no subjects", string(l)))
}

// LiveFilter returns the wildcard for the federated events that the master sends as they happen.
func LiveFilter() string { return liveRoot + ">" }

// CopySubject returns where a remote keeps the federated event stored on the given subject of [Rules]. A
// subject of [Copy] is kept where it is.
func CopySubject(subject string) string {
	if strings.HasPrefix(subject, copyRoot) {
		return subject
	}
	return copyRoot + strings.TrimPrefix(subject, rulesRoot)
}

// MemberFilter returns the wildcard for the joins and the ends of every membership in [Fleet].
func MemberFilter() string { return fleetRoot + "*.member" }

// ShardFilters returns sixteen wildcards that together cover filter, a wildcard of [Rules] with less than
// two shard digits, or nil when filter is as narrow as a shard can be. One Direct Get answers for at most
// 1,024 subjects; a caller that is refused for that asks for each of these instead.
func ShardFilters(filter string) []string {
	stem := strings.TrimSuffix(filter, ">")
	if strings.Count(stem, ".") > strings.Count(rulesRoot, ".")+1 {
		return nil
	}
	out := make([]string, 0, 16)
	for _, digit := range "0123456789abcdef" {
		out = append(out, stem+string(digit)+".>")
	}
	return out
}

// JoinSubject returns where the holder of the token with the given id asks to join.
func JoinSubject(token string) string { return joinRoot + "token." + token }

// ReturnSubject returns where the cluster with the given id asks for a credential after a long absence.
func ReturnSubject(cluster string) string { return joinRoot + "return." + cluster }

// JoinFilter returns the wildcard for [JoinSubject] and [ReturnSubject].
func JoinFilter() string { return joinRoot + ">" }

// ReplySubject returns where a remote answers the request with the given nonce.
func ReplySubject(nonce string) string { return upRoot + "reply." + nonce }

// UpAccount returns subject, one of a remote's fed.up subjects, as the master sees it when the cluster
// with the given account speaks. An account of "*" matches every cluster, "" is a remote's own view.
func UpAccount(account, subject string) string {
	return upRoot + account + "." + strings.TrimPrefix(subject, upRoot)
}

// CtlAccount returns subject, one of a remote's fed.ctl subjects, as the master names it to reach the
// cluster with the given account.
func CtlAccount(account, subject string) string {
	return ctlRoot + account + "." + strings.TrimPrefix(subject, ctlRoot)
}

// AccountOf returns the account in a subject that [UpAccount] made, or "".
func AccountOf(subject string) string {
	rest, ok := strings.CutPrefix(subject, upRoot)
	if !ok {
		return ""
	}
	account, _, _ := strings.Cut(rest, ".")
	return account
}

// shard spreads the subjects of [Rules] evenly over 256 wildcards: the last two hexadecimal digits of the
// 32-bit FNV-1a hash of tail, lowest first.
func shard(tail string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(tail)) // a hash.Hash never returns an error
	sum := h.Sum32()
	return fmt.Sprintf("%x.%x", sum&15, sum>>4&15)
}

// escape makes any text one token of a subject: what is not a letter, a digit, "-", "_" or ":" becomes
// "=" and two hexadecimal digits for each of its bytes. The empty text becomes "=".
func escape(name string) string {
	if name == "" {
		return "="
	}
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == ':':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}
