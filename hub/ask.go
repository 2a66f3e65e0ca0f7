package hub

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// askPatience is how long remotes that were asked to report may take for it and for what they miss.
const askPatience = 3 * time.Second

// Ask has the remotes with the given ids (none given: all) report at once, and returns how they do when
// each of them is in sync or away, or after a short while. Ids of no member are left out.
func (h *Hub) Ask(ctx context.Context, ids []string) ([]Summary, error) {
	asked := h.cfg.Now()
	for _, s := range h.remotes(ids) {
		if err := h.conn.Publish(events.CtlAccount(s.Account, events.SubjectReport), nil); err != nil {
			return nil, fmt.Errorf("ask %q to report: %w", s.Name, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	for {
		changed := h.Changed()
		out := h.remotes(ids)
		settled := !slices.ContainsFunc(out, func(s Summary) bool {
			return s.Status != StatusDisconnected && (s.Status != StatusSynced || s.LastHeartbeat.Before(asked))
		})
		if settled {
			return out, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return out, nil
		}
	}
}

// remotes returns the members with the given ids, or all, without the master's own cluster.
func (h *Hub) remotes(ids []string) []Summary {
	return slices.DeleteFunc(h.Summaries(), func(s Summary) bool {
		return s.Role == RoleMaster || len(ids) > 0 && !slices.Contains(ids, s.ID)
	})
}
