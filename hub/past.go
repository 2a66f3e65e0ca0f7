package hub

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Moment is a moment of the federation's past: when a revision was made, or a time. The zero Moment is now.
type Moment struct {
	Revision *uint64    // 0 is before the first
	At       *time.Time // with Revision nil; one to come is now
}

// Past is the federated policy at a moment of the past.
type Past struct {
	Revision uint64
	MadeAt   time.Time     // when that revision was made; zero before the first, or when that is not known
	Cluster  string        // id of the cluster that the policy was for; "": all of it
	Labels   events.Labels // of that cluster then
	Objects  []events.Object
}

// PastOf returns the policy at a moment: all of it, or what was for the cluster with the given id or name. That follows
// from the labels that the cluster had then, and from the waves of a rollout that were open then. A revision that
// is not there is an error that wraps [policy.ErrNotFound], a cluster that was not a member then one that wraps
// [ErrNotThen], and one that never was [ErrClusterUnknown].
func (h *Hub) PastOf(ctx context.Context, m Moment, cluster string) (Past, error) {
	then, err := h.resolve(ctx, m)
	if err != nil {
		return Past{}, err
	}
	return h.pastAt(ctx, then, cluster)
}

// Difference returns what became of the policy between two moments. When the first is after the second, the error
// wraps [ErrMoment]; the others are those of [Hub.PastOf].
func (h *Hub) Difference(ctx context.Context, first, second Moment, cluster string) (from, to Past, _ []policy.Delta, err error) {
	a, err := h.resolve(ctx, first)
	if err != nil {
		return from, to, nil, err
	}
	b, err := h.resolve(ctx, second)
	if err != nil {
		return from, to, nil, err
	}
	if a.after(b) {
		return from, to, nil, fmt.Errorf("%w: from, which is %s, is after to, which is %s; exchange them", ErrMoment, a, b)
	}
	if from, err = h.pastAt(ctx, a, cluster); err != nil {
		return from, to, nil, err
	}
	if to, err = h.pastAt(ctx, b, cluster); err != nil {
		return from, to, nil, err
	}
	return from, to, policy.Difference(from.Objects, to.Objects), nil
}

// then is a [Moment] that is found.
type then struct {
	state  *policy.State
	madeAt time.Time // when the state was; zero: before the first
	at     time.Time // the moment itself
	now    bool      // it is now
}

func (t then) after(other then) bool {
	switch {
	case t.now || other.now:
		return t.now && !other.now
	case !t.at.Equal(other.at):
		return t.at.After(other.at)
	}
	return t.state.Revision() > other.state.Revision()
}

// String says when it is.
func (t then) String() string {
	switch {
	case t.now:
		return "now"
	case t.at.IsZero():
		return "before the first revision"
	}
	return t.at.Format(time.RFC3339Nano) + ", at revision " + strconv.FormatUint(t.state.Revision(), 10)
}

// resolve finds a moment.
func (h *Hub) resolve(ctx context.Context, m Moment) (then, error) {
	if m.Revision == nil && (m.At == nil || !m.At.Before(h.cfg.Now())) {
		t := then{state: h.Policy(), now: true}
		if t.state.Revision() == 0 {
			return t, nil
		}
		made, err := h.eventAt(ctx, t.state.Revision())
		t.madeAt = made.At
		return t, err
	}
	var t then
	var revision uint64
	if m.Revision != nil {
		revision = *m.Revision
	} else {
		t.at = m.At.UTC()
		newest, err := h.rules.Reader().Newest(ctx, events.Rules, t.at)
		if err != nil {
			return t, fmt.Errorf("policy at %s: %w", t.at.Format(time.RFC3339Nano), err)
		}
		if newest != nil {
			revision = newest.Revision
		}
	}
	var err error
	if t.state, err = h.PolicyAt(ctx, revision); err != nil || revision == 0 {
		return t, err
	}
	made, err := h.eventAt(ctx, revision)
	t.madeAt = made.At
	if m.Revision != nil {
		t.at = made.At
	}
	return t, err
}

// pastAt returns the policy at a moment, as a cluster had it.
func (h *Hub) pastAt(ctx context.Context, t then, cluster string) (Past, error) {
	out := Past{Revision: t.state.Revision(), MadeAt: t.madeAt}
	if cluster == "" {
		out.Objects = t.state.Part(nil)
		return out, nil
	}
	m, err := h.memberThen(ctx, cluster, t)
	if err != nil {
		return Past{}, err
	}
	view := t.state.ViewOf(m.asCluster())
	out.Cluster, out.Labels, out.Objects = m.Cluster, view.Labels, t.state.Part(&view)
	return out, nil
}

// memberThen returns the member with the given id or name, as it was at a moment.
func (h *Hub) memberThen(ctx context.Context, cluster string, t then) (member, error) {
	fleet := h.fleet.State()
	if own := h.identity.Load(); cluster == own.name {
		cluster = h.cfg.ID // the log does not tell when the master was renamed
	}
	if t.now {
		if m, ok := fleet.find(cluster); ok {
			return m, nil
		}
		return member{}, h.noMember(cluster, t)
	}
	history, err := h.fleet.Reader().ReadOn(ctx, events.MemberFilter())
	if err != nil {
		return member{}, fmt.Errorf("cluster %q: %w", cluster, err)
	}
	past := foldUntil(history, t.at)
	m, ok := past.find(cluster)
	if !ok {
		return member{}, h.noMember(cluster, t)
	}
	labeled, err := h.fleet.Reader().ReadOn(ctx, events.Fleet.Subject(events.ClusterLabeled{Cluster: m.Cluster}))
	if err != nil {
		return member{}, fmt.Errorf("cluster %q: %w", cluster, err)
	}
	history = append(history, labeled...)
	slices.SortFunc(history, func(a, b events.Event) int { return cmp.Compare(a.Revision, b.Revision) })
	m, _ = foldUntil(history, t.at).current(m.Cluster)
	return m, nil
}

// foldUntil returns the fleet that those of the events make that were recorded at the given time or earlier.
func foldUntil(history []events.Event, at time.Time) *fleet {
	f := newFleet()
	for _, e := range history {
		if !e.At.After(at) {
			f.Apply(e)
		}
	}
	return f
}

// find returns the member with the given id or name, if it is one now.
func (f *fleet) find(cluster string) (member, bool) {
	if m, ok := f.current(cluster); ok {
		return m, true
	}
	id, ok := f.names.Get(cluster)
	if !ok {
		return member{}, false
	}
	return f.current(id)
}

// Called returns the ids of the clusters that have, or had in their newest membership, the given id or name. When there
// is none, the error wraps [ErrClusterUnknown].
func (h *Hub) Called(cluster string) ([]string, error) {
	var out []string
	h.fleet.State().members.Scan(func(id string, m member) bool {
		if id == cluster || m.Name == cluster || id == h.cfg.ID && cluster == h.identity.Load().name {
			out = append(out, id)
		}
		return true
	})
	if len(out) == 0 {
		return nil, fmt.Errorf("%q: %w, and never was", cluster, ErrClusterUnknown)
	}
	return out, nil
}

// noMember says why a cluster is not found at a moment.
func (h *Hub) noMember(cluster string, t then) error {
	var known *member
	h.fleet.State().members.Scan(func(_ string, m member) bool {
		if (m.Cluster == cluster || m.Name == cluster) && (known == nil || m.joinedAt.After(known.joinedAt)) {
			known = &m
		}
		return true
	})
	if known == nil {
		return fmt.Errorf("%q: %w, and never was", cluster, ErrClusterUnknown)
	}
	when := "its newest membership began at " + known.joinedAt.Format(time.RFC3339Nano)
	if !known.endedAt.IsZero() {
		when += " and ended at " + known.endedAt.Format(time.RFC3339Nano)
	}
	return fmt.Errorf("%q: %w: the moment is %s; %s", cluster, ErrNotThen, t, when)
}
