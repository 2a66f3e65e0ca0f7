package hub

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// Label changes the labels of a cluster: a nil value takes a label away, and labels that change does not name
// stay. Policy that targets the cluster moves at once.
func (h *Hub) Label(ctx context.Context, actor, cluster string, change map[string]*string) error {
	_, err := h.fleet.Do(ctx, actor, func(f *fleet, _ time.Time) ([]events.Fact, error) {
		m, ok := f.current(cluster)
		if !ok {
			return nil, fmt.Errorf("label %q: %w", cluster, ErrClusterUnknown)
		}
		now := events.Labels{}
		maps.Copy(now, m.Labels)
		for key, value := range change {
			if value == nil {
				delete(now, key)
			} else {
				now[key] = *value
			}
		}
		if err := policy.CheckLabels(now); err != nil {
			return nil, err
		}
		if maps.Equal(now, m.Labels) {
			return nil, nil
		}
		return []events.Fact{events.ClusterLabeled{Cluster: cluster, Labels: now}}, nil
	})
	if err != nil {
		return err
	}
	if m, ok := h.fleet.State().current(cluster); ok {
		h.tellView(ctx, m, h.Policy())
	}
	h.notify()
	return nil
}

// tellViews tells each member the part of the policy that it is to hold, if it reports another one.
func (h *Hub) tellViews(ctx context.Context) {
	now := h.Policy()
	for m := range h.fleet.State().all() {
		h.tellView(ctx, m, now)
	}
}

// tellView tells one member. If it does not hear it, it learns it from the answer to its next heartbeat.
func (h *Hub) tellView(ctx context.Context, m member, now *policy.State) {
	a := h.aims.of(m, now)
	if h.seen.get(m.Account).health.View == a.hash {
		return
	}
	if err := h.publish(events.CtlAccount(m.Account, events.SubjectView), a.view); err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "view not told", slog.String(logkey.Name, m.Name), slog.Any(logkey.Err, err))
	}
}
