package agent

import "errors"

// What a caller can act on. Refused joins are [events.Refusal].
var (
	// ErrDismissed means that the membership is over at the master's wish.
	ErrDismissed = errors.New("the cluster is no longer a member of the federation")
)
