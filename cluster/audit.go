package cluster

import (
	"context"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Audit records who asked for what, and what came of it. It waits until the record is on disk. What cannot
// be recorded is logged: the command itself has been answered.
func (c *Controller) Audit(ctx context.Context, actor string, f events.Audited) {
	_, err := c.audit.Do(context.WithoutCancel(ctx), actor, func(nothing, time.Time) ([]events.Fact, error) {
		return []events.Fact{f}, nil
	})
	if err != nil {
		c.cfg.Logger.LogAttrs(ctx, slog.LevelError, "command not recorded",
			slog.String(logkey.User, actor), slog.String(logkey.Path, f.Path), slog.Any(logkey.Err, err))
	}
}
