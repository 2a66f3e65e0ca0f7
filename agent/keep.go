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
// stored here, and one that a crash takes is fetched from the master again. It ends when the follower has
// ended, after storing what waits.
func (a *Agent) keep(ctx context.Context, ended <-chan struct{}) error {
	ctx = context.WithoutCancel(ctx)
	for {
		select {
		case <-ended:
			for len(a.kept) > 0 {
				a.keepSet(ctx, <-a.kept)
			}
			return nil
		case set := <-a.kept:
			a.keepSet(ctx, set)
		}
	}
}

// keepsake is what the copy is to store.
type keepsake struct {
	events []events.Event
	all    bool // in place of everything that is kept
}

// remember has a keepsake stored in the copy, if there is one.
func (a *Agent) remember(k keepsake) {
	if a.cfg.Copy != nil {
		a.kept <- k
	}
}

func (a *Agent) keepSet(ctx context.Context, k keepsake) {
	store := a.cfg.Copy.Store
	if k.all {
		store = a.cfg.Copy.Replace
	}
	if err := store(ctx, k.events); err != nil {
		a.cfg.Logger.LogAttrs(ctx, slog.LevelError, "federated policy not kept", slog.Any(logkey.Err, err))
	}
}
