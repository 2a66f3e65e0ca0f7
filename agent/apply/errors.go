package apply

import "errors"

// ErrAway says that the Kubernetes API does not answer: what is in force in the cluster is not known.
var ErrAway = errors.New("the Kubernetes API does not answer")

// ErrLeft says that something of ours is still in the cluster that is no longer to be there.
var ErrLeft = errors.New("what is no longer policy cannot be removed")
