package events

// RefusalCode says why a cluster may not join or stay. It travels from master to remote and never changes.
type RefusalCode string

// The reasons, in the order in which they are looked for.
const (
	// Found by the cluster that wants to join, before anything leaves it.
	RefusedTokenMalformed RefusalCode = "token-malformed"
	RefusedTokenTampered  RefusalCode = "token-tampered"
	RefusedTokenExpired   RefusalCode = "token-expired"
	// Found on the way to the master.
	RefusedMasterUnreachable RefusalCode = "master-unreachable"
	RefusedMasterUnproven    RefusalCode = "master-unproven"
	RefusedCredential        RefusalCode = "credential-refused" //nolint:gosec // G101: a reason, not a credential
	// Decided by the master.
	RefusedTokenUnknown  RefusalCode = "token-unknown"
	RefusedTokenRevoked  RefusalCode = "token-revoked"
	RefusedTokenSpent    RefusalCode = "token-spent"
	RefusedRequest       RefusalCode = "request-invalid"
	RefusedNameTaken     RefusalCode = "name-taken"
	RefusedKeyTaken      RefusalCode = "key-taken"
	RefusedVersionTooOld RefusalCode = "version-too-old"
	RefusedVersionTooNew RefusalCode = "version-too-new"
	RefusedClock         RefusalCode = "clock-off"
	RefusedNotMember     RefusalCode = "not-a-member"
	RefusedUnavailable   RefusalCode = "master-unavailable"
)

// Refusal is the error of a join or of a return that was refused. Errors are compared by their code:
// errors.Is(err, Refusal{Code: RefusedTokenSpent}).
type Refusal struct { //nolint:errname // a refusal is the word of the domain, and no failure
	Code    RefusalCode `json:"code"`
	Message string      `json:"message"` // one sentence for a person: what was wrong, with the value, and what to do
}

// Error implements error.
func (r Refusal) Error() string { return r.Message }

// Is reports whether target is a Refusal with the same code.
func (r Refusal) Is(target error) bool {
	t, ok := target.(Refusal)
	return ok && t.Code == r.Code
}
