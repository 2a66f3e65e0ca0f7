package api

import (
	"context"
	"log/slog"
	"slices"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/logkey"
)

// toldSpread is how far a change set had come when that was last told, and the message that said so.
type toldSpread struct {
	cluster.Spread
	text []byte
}

func newTold(s cluster.Spread) toldSpread {
	text, _ := message("spread", wireSpread(s)) //nolint:errcheck // numbers and names always marshal
	return toldSpread{Spread: s, text: text}
}

// spreads returns how far the newest change sets have come; false while that cannot be told.
func (b *broadcaster) spreads(ctx context.Context) ([]cluster.Spread, bool) {
	list, err := b.controller.Spreads(ctx)
	if err != nil && ctx.Err() == nil {
		b.log.DebugContext(ctx, "spread not known", slog.Any(logkey.Err, err)) // the next look is soon
	}
	return list, err == nil
}

// tellSpread tells which change sets have come further. One that is watched no more is done.
func (b *broadcaster) tellSpread(ctx context.Context, r *liveRun) {
	list, known := b.spreads(ctx)
	if !known {
		return
	}
	for revision, told := range r.spread {
		if slices.ContainsFunc(list, func(s cluster.Spread) bool { return s.Last == revision }) {
			continue
		}
		var last []byte
		if !told.Done {
			told.Done = true
			last = newTold(told.Spread).text
		}
		b.send(r, last, func() { delete(r.spread, revision) })
	}
	for _, s := range list {
		was, known := r.spread[s.Last]
		if known && (was.Done || was.Reached == s.Reached && was.Of == s.Of && !s.Done) {
			continue
		}
		told := newTold(s)
		b.send(r, told.text, func() { r.spread[s.Last] = told })
	}
}

func wireSpread(s cluster.Spread) wire.LiveSpread {
	r := wireRevision(s.Revision)
	return wire.LiveSpread{
		Revision: r.Revision, First: r.First, Objects: r.Objects, Events: r.Events, Actor: r.Actor, At: r.At,
		Reached: s.Reached, Of: s.Of, TookMs: s.Took.Milliseconds(), Done: s.Done,
	}
}

// tellRollouts tells the rollouts that something was recorded of, as they are now.
func (b *broadcaster) tellRollouts(r *liveRun) {
	policy := b.controller.Federal()
	if policy.Revision() == r.revision {
		return
	}
	list, err := b.controller.Rollouts()
	if err != nil {
		return // only a master has some
	}
	for _, one := range slices.Backward(list) {
		if policy.RolloutRevision(one.ID) <= r.revision {
			continue
		}
		if now, progress, err := b.controller.Rollout(one.ID); err == nil {
			b.say(r, "rollout", wireRollout(now, progress))
		}
	}
	r.revision = policy.Revision()
}
