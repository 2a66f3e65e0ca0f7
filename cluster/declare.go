package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// EnsureMaster promotes a standalone cluster. A master takes the address, which it can while it has no remote;
// afterwards the error wraps [ErrFixed]. The error of a remote wraps [ErrRole]: a membership is never ended to
// become a master.
func (c *Controller) EnsureMaster(ctx context.Context, p Promotion) error {
	if c.Role() == RoleMaster {
		return c.Configure(ctx, Settings{Actor: p.Actor, Address: &p.Address})
	}
	return c.Promote(ctx, p)
}

// EnsureMember has a standalone cluster join, and does nothing at a remote of the master that the token names,
// whatever has become of the token since. The error of a master, and of a remote of another one, wraps [ErrRole]:
// no membership is ended for another. The token of the last membership is refused: who left or was removed
// would be back, against somebody's will.
func (c *Controller) EnsureMember(ctx context.Context, r JoinRequest) error {
	token, err := bus.ParseToken(r.Token)
	if err != nil {
		return err
	}
	switch s := c.local.State(); {
	case s.role == RoleRemote && s.joined.Master.Pin == token.Pin:
		return nil
	case s.role == RoleRemote:
		return fmt.Errorf("%w: the cluster is a remote of %s, and the token is from another master at %s; leave first",
			ErrRole, s.joined.Master.Name, token.Master.Server)
	case s.role == RoleStandalone && s.lastToken == token.ID:
		return events.Refusal{
			Code:    events.RefusedTokenSpent,
			Message: "This cluster has been a member by this join token and is none any more. To have it back, mint a new token at the master.",
		}
	}
	return c.Join(ctx, r)
}

// Passing reports whether the error of a change of the role may go by itself: the same request may then be
// repeated as it is.
func Passing(err error) bool {
	if refusal, ok := errors.AsType[events.Refusal](err); ok {
		return slices.Contains(passing, refusal.Code)
	}
	return !errors.Is(err, ErrRole) && !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrFixed)
}

// passing are the refusals that end when the master is back, or a clock is set.
var passing = []events.RefusalCode{events.RefusedMasterUnreachable, events.RefusedUnavailable, events.RefusedClock}
