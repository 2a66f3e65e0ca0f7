package hub

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// resyncPatience is how long remotes that were asked to report, or to fetch everything again, may take.
const resyncPatience = 10 * time.Second

// Resync has the remotes with the given ids (none given: all) report at once, with anew after fetching their
// whole policy again. It returns how they do when each of them has or is away, or after a while. Ids of no
// member are left out; a remote that has not done it by then is one whose Resynced is not the returned id.
func (h *Hub) Resync(ctx context.Context, ids []string, anew bool) (id string, out []Summary, err error) {
	ask := events.Resync{ID: h.cfg.NewID(), Anew: anew}
	for _, s := range h.remotes(ids) {
		if err := h.publish(events.CtlAccount(s.Account, events.SubjectReport), ask); err != nil {
			return "", nil, fmt.Errorf("ask %q to report: %w", s.Name, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, resyncPatience)
	defer cancel()
	for {
		changed := h.Changed()
		out = h.remotes(ids)
		settled := !slices.ContainsFunc(out, func(s Summary) bool {
			return s.Status != StatusDisconnected && (s.Status != StatusSynced || s.Resynced != ask.ID)
		})
		if settled {
			return ask.ID, out, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ask.ID, h.remotes(ids), nil
		}
	}
}

// remotes returns the members with the given ids, or all, without the master's own cluster.
func (h *Hub) remotes(ids []string) []Summary {
	return slices.DeleteFunc(h.Summaries(), func(s Summary) bool {
		return s.Role == RoleMaster || len(ids) > 0 && !slices.Contains(ids, s.ID)
	})
}
