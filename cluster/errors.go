package cluster

import "errors"

// What a caller of the controller can act on. Package api turns each into an answer.
var (
	// ErrRole means that the command is not for the role which the cluster has now.
	ErrRole = errors.New("operation not allowed in this role")
	// ErrInvalid means that a request misses something or has a value that cannot be.
	ErrInvalid = errors.New("invalid request")
	// ErrFixed means that a setting cannot be changed while the federation depends on it.
	ErrFixed = errors.New("setting is fixed by the federation")
	// ErrReadOnly means that federated policy was to be written elsewhere than at the master.
	ErrReadOnly = errors.New("federated policy is read-only here")
	// ErrUnknownUser means that there is no such user.
	ErrUnknownUser = errors.New("user unknown")
	// ErrUserExists means that the user is there already.
	ErrUserExists = errors.New("user exists")
	// ErrPassword means that a user name and password do not belong together.
	ErrPassword = errors.New("wrong user name or password")
	// ErrWeakPassword means that a new password is too easy to guess.
	ErrWeakPassword = errors.New("password is too weak")
	// ErrLastAdmin means that nobody could administer the cluster afterwards.
	ErrLastAdmin = errors.New("the last administrator stays")
	// ErrBusy means that another change of role is under way.
	ErrBusy = errors.New("another change of role is under way")
)
