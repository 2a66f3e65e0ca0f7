package policy

import "errors"

// What a decision refuses. Each comment names the NeuVector error code that a client of the REST interface
// reads for it; the table itself is api/problem.go.
var (
	// ErrName reports a name that no group may have. Code 15, status 400.
	ErrName = errors.New("invalid name")
	// ErrInvalid reports a value that breaks a rule of the domain. Code 6, status 400.
	ErrInvalid = errors.New("invalid policy")
	// ErrExists reports a group that is there already. Code 13, status 400.
	ErrExists = errors.New("group already exists")
	// ErrNotFound reports a group or a rule that is not there. Code 7, status 404.
	ErrNotFound = errors.New("not found")
	// ErrInUse reports an id that another rule has. Code 16, status 400.
	ErrInUse = errors.New("in use")
	// ErrReserved reports an attempt to make, change or delete what only the system may. Code 6, status 400.
	ErrReserved = errors.New("reserved by the system")
	// ErrNotAllowed reports a rule that belongs to another scope. Code 4, status 400.
	ErrNotAllowed = errors.New("not allowed in this scope")
	// ErrOutOfIDs reports that the scope has no free rule id left. Code 8, status 400.
	ErrOutOfIDs = errors.New("no free rule id")
	// ErrTooLarge reports a request that does not fit into one change set, or input over a limit of
	// limits.go. Code 6, status 400.
	ErrTooLarge = errors.New("too large")
	// ErrImport reports a file that cannot be read as YAML or JSON resources. Code 18, status 400.
	ErrImport = errors.New("import refused")
)
