package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// goodbyePatience is how long a connected cluster has to hear that its membership is over, before its
// connection is closed. One that did not hear it learns it when it asks to return.
const goodbyePatience = time.Second

// goodbyes are the clusters that are about to be disconnected.
type goodbyes struct {
	mu      sync.Mutex
	waiting map[string]chan struct{} // by account; closed when the cluster is gone or has heard
}

func (g *goodbyes) expect(account string) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	done, ok := g.waiting[account]
	if !ok {
		done = make(chan struct{})
		g.waiting[account] = done
	}
	return done
}

func (g *goodbyes) settle(account string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if done, ok := g.waiting[account]; ok {
		close(done)
		delete(g.waiting, account)
	}
}

// Kick ends the membership of a cluster at the master's wish. A cluster that is away learns it at its next
// contact.
func (h *Hub) Kick(ctx context.Context, actor, cluster string) error {
	if cluster == h.cfg.ID {
		return fmt.Errorf("remove %s: %w", cluster, ErrOwnCluster)
	}
	var m member
	_, err := h.fleet.Do(ctx, actor, func(f *fleet, _ time.Time) ([]events.Fact, error) {
		var ok bool
		if m, ok = f.current(cluster); !ok {
			return nil, fmt.Errorf("remove %q: %w", cluster, ErrClusterUnknown)
		}
		return []events.Fact{events.ClusterKicked{Cluster: cluster}}, nil
	})
	if err != nil {
		return err
	}
	h.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster removed", slog.String(logkey.Name, m.Name), slog.String(logkey.Cluster, cluster))
	h.notify()
	return h.dismiss(ctx, m, "The cluster was removed from the federation at the master.")
}

// gatherPatience is how long remotes may take to come back to a master that has just started.
const gatherPatience = 5 * time.Second

// Gather waits until every remote is connected, but not long: who is away is told at its next contact.
func (h *Hub) Gather(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, gatherPatience)
	defer cancel()
	for {
		changed := h.Changed()
		if !slices.ContainsFunc(h.remotes(nil), func(s Summary) bool { return !s.LinkUp }) {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// Disband tells every remote that the federation is over.
func (h *Hub) Disband(ctx context.Context) error {
	var group errgroup.Group
	group.SetLimit(maxDecisions)
	for _, m := range h.fleet.State().members.Values() {
		if m.standing == standingMember && m.Cluster != h.cfg.ID {
			group.Go(func() error { return h.dismiss(ctx, m, "The master ended the federation.") })
		}
	}
	return group.Wait()
}

// answerLeave ends the membership of the cluster that asks for it, or hears that a dismissed cluster knows.
func (h *Hub) answerLeave(ctx context.Context, msg *nats.Msg) {
	account := events.AccountOf(msg.Subject)
	m, ok := h.fleet.State().byAccount(account)
	if !ok {
		h.respond(ctx, msg, events.LeaveAnswer{})
		h.goodbyes.settle(account)
		return
	}
	_, err := h.fleet.Do(ctx, m.Name, func(f *fleet, _ time.Time) ([]events.Fact, error) {
		if _, still := f.current(m.Cluster); !still {
			return nil, nil
		}
		return []events.Fact{events.ClusterLeft{Cluster: m.Cluster}}, nil
	})
	if err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelError, "cluster cannot leave", slog.String(logkey.Name, m.Name), slog.Any(logkey.Err, err))
		h.respond(ctx, msg, events.LeaveAnswer{Refusal: &events.Refusal{
			Code: events.RefusedUnavailable, Message: fmt.Sprintf("The master cannot note that the cluster leaves: %v. Try again, or force it.", err),
		}})
		return
	}
	h.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster left", slog.String(logkey.Name, m.Name), slog.String(logkey.Cluster, m.Cluster))
	gone := h.goodbyes.expect(account)
	h.respond(ctx, msg, events.LeaveAnswer{})
	h.notify()
	h.cutOff(ctx, m, gone)
}

// dismiss tells a cluster that its membership is over and then closes its connection for good.
func (h *Hub) dismiss(ctx context.Context, m member, reason string) error {
	data, err := json.Marshal(events.Dismissal{Reason: reason})
	if err != nil {
		return fmt.Errorf("dismiss %s: %w", m.Name, err)
	}
	gone := h.goodbyes.expect(m.Account)
	if !h.seen.get(m.Account).linkUp {
		h.goodbyes.settle(m.Account)
	}
	if err := h.conn.Publish(events.CtlAccount(m.Account, events.SubjectDismiss), data); err != nil {
		return fmt.Errorf("dismiss %s: %w", m.Name, err)
	}
	h.cutOff(ctx, m, gone)
	return nil
}

// cutOff waits until the cluster is gone, but not long, and takes every right from its account.
func (h *Hub) cutOff(ctx context.Context, m member, gone <-chan struct{}) {
	timer := time.NewTimer(goodbyePatience)
	defer timer.Stop()
	select {
	case <-gone:
	case <-timer.C:
	case <-ctx.Done():
	}
	h.goodbyes.settle(m.Account)
	if err := h.server.DismissCluster(m.Account, m.Name, h.cfg.Now()); err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelError, "account not closed", slog.String(logkey.Name, m.Name), slog.Any(logkey.Err, err))
	}
	h.seen.forget(m.Account)
	h.aims.forget(m.Account)
	h.reports.forget(m.Account)
	h.spreads.forget(m.Account)
	h.notify()
}
