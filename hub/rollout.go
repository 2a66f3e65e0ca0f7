package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// Times of a rollout.
const (
	conductEvery = 200 * time.Millisecond
	// wavePatience is how long clusters that a rollout has reached may take to be well before it is paused.
	wavePatience = 2 * time.Minute
	// comeBack is how long remotes may take to come back to a master that has just started.
	comeBack = 15 * time.Second
)

// StartRollout decides a change and has it reach the clusters wave by wave; see [policy.StartRollout]. The
// rollout's id is in the events of the receipt; there are none when the change changes nothing.
func (h *Hub) StartRollout(ctx context.Context, p policy.RolloutPlan, decide policy.Decision) (bus.Receipt, error) {
	return h.Change(ctx, p.Actor, h.PlanRollout(p, decide))
}

// PlanRollout returns what starts a rollout among the clusters of now.
func (h *Hub) PlanRollout(p policy.RolloutPlan, decide policy.Decision) policy.Decision {
	p.ID = h.cfg.NewID()
	for m := range h.fleet.State().all() {
		p.Clusters = append(p.Clusters, m.asCluster())
	}
	return policy.StartRollout(p, decide)
}

// Progress is how one cluster does in a rollout.
type Progress struct {
	Summary
	Wave   int    // from 0; the number of waves when none takes the cluster
	Absent bool   // it was away when its wave opened, and the wave does not wait for it
	Well   bool   // it holds the change, is done with enforcing it, and complains of nothing
	Wrong  string // what stops the rollout, or ""

	step  uint64 // revision of the rollout's newest step
	waits string // for what, when it is neither
}

// Progress returns how every cluster does in a rollout that is on its way; none for one that has ended.
func (h *Hub) Progress(r events.Rollout) []Progress {
	if r.Ended() {
		return nil
	}
	now, fleet := h.Policy(), h.fleet.State()
	if current, on := h.aims.current(now); !on || current.ID != r.ID {
		return nil // it has ended meanwhile
	}
	step := now.RolloutRevision(r.ID)
	out := make([]Progress, 0, fleet.names.Len())
	for m := range fleet.all() {
		p := Progress{Summary: h.summarize(m, now), Wave: h.aims.of(m, now).wave, step: step}
		if p.Wave < r.Open {
			p.judge(m, r, h.started, h.cfg.Now())
		}
		out = append(out, p)
	}
	return out
}

// judge says whether a cluster that a rollout has reached is well, or what is wrong, or what it waits for. What it
// complained of before its enforcer came to an end with the rollout's newest step is about something else, or was
// mended by who resumed the rollout.
func (p *Progress) judge(m member, r events.Rollout, started, now time.Time) {
	change := r.Base + uint64(r.Objects) + 1 //nolint:gosec // G115: a number of objects; the revision that started the rollout
	switch holds := p.proven() && !p.silent() && p.AppliedRevision >= change; {
	case p.Status == StatusDisconnected && p.LastHeartbeat.IsZero() && now.Sub(started) < comeBack:
		p.waits = "it may be on its way back to a master that has just started"
	case p.Status == StatusDisconnected && m.status == StatusDisconnected && m.statusAt.Before(r.OpenedAt):
		p.Absent = true
	case p.Status == StatusDisconnected:
		p.Wrong = "disconnected"
	case !holds:
		p.waits = "it does not have the change"
		if p.Error != "" {
			p.waits += ": " + p.Error
		}
	case p.complaint() != "" && p.TriedRevision < p.step:
		p.waits = "it has not said yet whether that is still so: " + p.complaint()
	case p.Error != "":
		p.Wrong = p.Error
	case !p.enforced(change):
		p.waits = "its enforcer is not done with the change"
	case p.complaint() != "":
		p.Wrong = p.complaint()
	default:
		p.Well = true
	}
}

// complaint says what the cluster complains of, or "".
func (p *Progress) complaint() string {
	if p.Error != "" || p.Enforcement == nil {
		return p.Error
	}
	return failure(p.Enforcement)
}

// failure says what could not be enforced, or "".
func failure(r *events.Report) string {
	if r.State == events.Failed {
		return "enforcement failed: " + r.Reason
	}
	for _, o := range r.Objects {
		if o.State == events.Failed {
			return fmt.Sprintf("enforcement of %s %s failed: %s", o.Object.Kind, o.Object.Name, o.Reason)
		}
	}
	return ""
}

// conduct takes the current rollout from wave to wave until ctx ends: a wave in which something goes wrong
// pauses it, one that was well for long enough opens the next. All that it goes by is in the log, but for how
// long a wave has been well: after a restart that counts anew.
func (h *Hub) conduct(ctx context.Context) error {
	ticker := time.NewTicker(conductEvery)
	defer ticker.Stop()
	var well wellness
	for {
		changed := h.rules.Changed()
		r, on := h.Policy().Current()
		if !on || r.Status != events.RolloutRunning {
			well = wellness{}
			select {
			case <-ctx.Done():
				return nil
			case <-changed:
			}
			continue
		}
		if next := well.judge(r, h.Progress(r), h.cfg.Now()); next != nil {
			h.step(ctx, next)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// step takes one step of a rollout. One that someone else was quicker with is judged again.
func (h *Hub) step(ctx context.Context, d policy.Decision) {
	if _, err := h.Change(ctx, systemActor, d); err != nil && ctx.Err() == nil && !errors.Is(err, policy.ErrRollout) {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "rollout not taken on", slog.Any(logkey.Err, err))
	}
}

// wellness is since when all that a rollout has reached are well, or not all.
type wellness struct {
	rollout string
	open    int
	opened  time.Time // when the newest wave was, or the rollout was resumed
	well    time.Time // since when all are well; zero: not all are
	waiting time.Time // since when not all are; zero: all are
}

// judge returns the next step of a running rollout, or nil when there is none yet.
func (w *wellness) judge(r events.Rollout, all []Progress, now time.Time) policy.Decision {
	if w.rollout != r.ID || w.open != r.Open || !w.opened.Equal(r.OpenedAt) {
		*w = wellness{rollout: r.ID, open: r.Open, opened: r.OpenedAt}
	}
	waiting := ""
	for _, p := range all {
		switch {
		case p.Wave >= r.Open || p.Absent:
		case p.Wrong != "":
			return policy.PauseRollout(r.ID, fmt.Sprintf("cluster %s in wave %d: %s", p.Name, p.Wave+1, p.Wrong))
		case !p.Well:
			waiting = fmt.Sprintf("cluster %s in wave %d is %s: %s", p.Name, p.Wave+1, p.Status, p.waits)
		}
	}
	if waiting != "" {
		if w.well = (time.Time{}); w.waiting.IsZero() {
			w.waiting = now
		}
		if now.Sub(w.waiting) > wavePatience {
			return policy.PauseRollout(r.ID, fmt.Sprintf("%s, for more than %s", waiting, wavePatience))
		}
		return nil
	}
	if w.waiting = (time.Time{}); w.well.IsZero() {
		w.well = now
	}
	soak := time.Duration(r.Waves[r.Open-1].Soak) * time.Second
	if now.Sub(w.well) < soak || r.Manual && r.Open < len(r.Waves) {
		return nil
	}
	return policy.AdvanceRollout(r.ID, r.Open)
}
