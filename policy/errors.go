package policy

import "errors"

// What a decision refuses. Each comment names the NeuVector error code that a client of the REST interface
// reads for it; the table itself is api/problem.go.
var (
	// ErrName reports a name that nothing of its kind may have. Code 15, status 400.
	ErrName = errors.New("invalid name")
	// ErrInvalid reports a value that breaks a rule of the domain. Code 6, status 400.
	ErrInvalid = errors.New("invalid policy")
	// ErrExists reports an object that is there already. Code 13, status 400.
	ErrExists = errors.New("already exists")
	// ErrNotFound reports an object that is not there. Code 7, status 404.
	ErrNotFound = errors.New("not found")
	// ErrInUse reports a number that another object has, or an object that others speak of. Code 16, status 400.
	ErrInUse = errors.New("in use")
	// ErrReserved reports an attempt to make, change or delete what only the system may. Code 6, status 400.
	ErrReserved = errors.New("reserved by the system")
	// ErrNotAllowed reports an object that belongs to another scope. Code 4, status 400.
	ErrNotAllowed = errors.New("not allowed in this scope")
	// ErrOutOfIDs reports that the scope has no free number left. Code 8, status 400.
	ErrOutOfIDs = errors.New("no free number")
	// ErrTooLarge reports a request that does not fit into one change set, or input over a limit of
	// limits.go. Code 6, status 400.
	ErrTooLarge = errors.New("too large")
	// ErrRevision reports a change that was made for a policy which has changed since. Code 74, status 409.
	ErrRevision = errors.New("the policy has changed")
	// ErrRollout reports a change that a rollout stands in the way of, or that it cannot take now. Code 79,
	// status 409.
	ErrRollout = errors.New("a rollout is in the way")
	// ErrChange reports a change set of which at least one object is wrong. Code 6, status 400.
	ErrChange = errors.New("change set refused")
	// ErrPromote reports a rule that cannot be made a federated one. Code 49, status 500.
	ErrPromote = errors.New("promote rules failed")
	// ErrImport reports a file that cannot be read as YAML or JSON resources. Code 18, status 400.
	ErrImport = errors.New("import refused")
)
