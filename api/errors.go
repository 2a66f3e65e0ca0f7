package api

import (
	"errors"
	"fmt"
	"time"
)

// What the interface itself refuses.
var (
	errUnauthorized = errors.New("authentication failed; log in")
	errSessionOver  = errors.New("the session is over; log in again")
	errNotOwnPage   = errors.New("a session cookie counts for requests of the console's own page only; open the console, or send the session token in X-Auth-Token")
	errBlocked      = errors.New("too many failed logins; try again later")
	errDenied       = errors.New("your role does not allow this")
	errForward      = errors.New("this request is not forwarded to other clusters")
	errNoCluster    = errors.New("unable to authenticate with the cluster: this federation has no such cluster")
	errDeploy       = errors.New("no cluster could be reached")
	errNotMaster    = errors.New("this cluster is not the master of a federation")
	errStopped      = errors.New("commands are not taken for now")
	errRequest      = errors.New("request in wrong format")
	errTooLong      = errors.New("the request body is too long")
	errStreams      = errors.New("too many event streams are open; try again later")
	errExport       = errors.New("federated policy is exported at the master of a federation")
	errNoImport     = errors.New("no import of late has this transaction id")
)

// retryError is err with the time after which a new try may succeed.
type retryError struct {
	err   error
	after time.Duration
}

func (e *retryError) Error() string { return e.err.Error() }

func (e *retryError) Unwrap() error { return e.err }

// badRequest returns an errRequest that says what is wrong and what would be right.
func badRequest(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errRequest, fmt.Sprintf(format, args...))
}
