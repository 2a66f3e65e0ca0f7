package agent

import (
	"context"
	"log/slog"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// keptSets is how many change sets may wait to be stored in the copy before the follower waits for them.
const keptSets = 256

// keep stores what was applied, in order, behind the follower's back: a change is visible before it is
// stored here, and one that a crash takes is fetched from the master again. It ends with ctx, after storing
// what waits.
func (a *Agent) keep(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			for len(a.kept) > 0 {
				a.keepSet(context.WithoutCancel(ctx), <-a.kept)
			}
			return nil
		case set := <-a.kept:
			a.keepSet(context.WithoutCancel(ctx), set)
		}
	}
}

// remember has a change set stored in the copy, if there is one; nil stands for "forget everything".
func (a *Agent) remember(ctx context.Context, set []events.Event) {
	if a.cfg.Copy == nil {
		return
	}
	select {
	case a.kept <- set:
	case <-ctx.Done():
	}
}

// keepSet stores one change set, or forgets everything when it is nil.
func (a *Agent) keepSet(ctx context.Context, set []events.Event) {
	var err error
	if set == nil {
		err = a.cfg.Copy.Clear(ctx)
	} else {
		err = a.cfg.Copy.Store(ctx, set)
	}
	if err != nil {
		a.cfg.Logger.LogAttrs(ctx, slog.LevelError, "federated policy not kept", slog.Any(logkey.Err, err))
	}
}
