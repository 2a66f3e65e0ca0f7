package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
)

// turn is a change of the cluster's role. Turns are taken by one goroutine, one after the other.
type turn struct {
	take func(ctx context.Context) error
	done chan error
}

// takeTurns makes changes of the role until ctx ends. What a role needs to run lives as long as ctx.
func (c *Controller) takeTurns(ctx context.Context) {
	if s := c.local.State(); s.joining != nil {
		if err := c.finishJoin(ctx, systemActor, *s.joining); err != nil {
			c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "join not finished", slog.Any(logkey.Err, err))
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-c.turns:
			t.done <- t.take(ctx)
		}
	}
}

// turnPatience is how long a change of the role waits for another one to end.
const turnPatience = 5 * time.Second

// turn has a change of the role made. Once begun it is seen to its end, whatever becomes of the caller.
// While another one is under way for long the error wraps [ErrBusy].
func (c *Controller) turn(ctx context.Context, take func(ctx context.Context) error) error {
	t := turn{take: take, done: make(chan error, 1)}
	timer := time.NewTimer(turnPatience)
	defer timer.Stop()
	select {
	case c.turns <- t:
		return <-t.done
	case <-timer.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	case <-c.stopped:
		return fmt.Errorf("the controller is stopping: %w", bus.ErrUnavailable)
	}
}
