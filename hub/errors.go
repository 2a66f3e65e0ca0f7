package hub

import "errors"

// What a caller can act on. Refused joins are [events.Refusal].
var (
	// ErrClusterUnknown means that no member has this id.
	ErrClusterUnknown = errors.New("cluster is not a member of this federation")
	// ErrNotThen means that a cluster was not a member at the time that was asked for.
	ErrNotThen = errors.New("cluster was not a member of this federation then")
	// ErrMoment means that what was asked for is no moment of the federation's past.
	ErrMoment = errors.New("not a moment of the past")
	// ErrClusterUnreachable means that a member is not heard from now.
	ErrClusterUnreachable = errors.New("cluster is not reachable now")
	// ErrOwnCluster means that the master's own cluster cannot be treated like a remote.
	ErrOwnCluster = errors.New("this is the master's own cluster")
	// ErrTokenUnknown means that there is no such join token.
	ErrTokenUnknown = errors.New("join token unknown")
)
