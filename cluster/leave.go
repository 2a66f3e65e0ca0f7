package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Leave ends the membership of a remote: the federated policy goes, and the cluster is standalone again.
// When the master cannot be told it is an error, unless the leave is forced.
func (c *Controller) Leave(ctx context.Context, actor string, force bool) error {
	if err := c.turn(ctx, func(ctx context.Context) error { return c.leave(ctx, actor, force) }); err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}

func (c *Controller) leave(ctx context.Context, actor string, force bool) error {
	if err := mustBe(c.local.State(), RoleRemote); err != nil {
		return err
	}
	forced := false
	if m := c.running().membership; m != nil {
		if err := m.Leave(ctx); err != nil && !force {
			return err
		} else if err != nil {
			forced = true
		}
	}
	return c.endMembership(ctx, actor, events.Left{Forced: forced})
}

// dismissed ends the membership at the master's wish.
func (c *Controller) dismissed(ctx context.Context, cause error) error {
	if c.local.State().role != RoleRemote {
		return nil // it left at the same moment
	}
	reason := strings.TrimPrefix(cause.Error(), agent.ErrDismissed.Error()+": ")
	return c.endMembership(ctx, systemActor, events.Dismissed{Reason: reason})
}

// endMembership records that the membership is over and removes what it brought.
func (c *Controller) endMembership(ctx context.Context, actor string, fact events.Fact) error {
	_, err := c.local.Do(ctx, actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		if err := mustBe(l, RoleRemote); err != nil {
			return nil, err
		}
		return []events.Fact{fact}, nil
	})
	if err != nil {
		return fmt.Errorf("end the membership: %w", err)
	}
	c.drop()
	if err := errors.Join(c.cleanUp(ctx), c.take(ctx)); err != nil {
		return fmt.Errorf("end the membership: %w", err)
	}
	c.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster left its federation", slog.String(logkey.Kind, string(fact.Kind())), slog.String(logkey.User, actor))
	return nil
}

// Kick ends the membership of a remote at the master.
func (c *Controller) Kick(ctx context.Context, actor, cluster string) error {
	h, err := c.master()
	if err != nil {
		return err
	}
	return h.Kick(ctx, actor, cluster)
}
