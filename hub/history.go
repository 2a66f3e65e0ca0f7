package hub

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// Revision is one change set of the federated policy.
type Revision struct {
	First, Last uint64 // revisions of its first and its last event; the set goes by the last
	Command     string
	Actor       string
	At          time.Time
	Events      []events.Event
}

// historyPage is how many events are read at a time: every change set fits.
const historyPage = events.MaxSetSize

// Revisions returns up to limit whole change sets, newest first, that end before the given revision (0: all).
func (h *Hub) Revisions(ctx context.Context, before uint64, limit int) ([]Revision, error) {
	end := h.Policy().Revision()
	if before > 0 {
		end = min(end, before-1)
	}
	var out []Revision
	for end > 0 && len(out) < limit {
		first := max(end, historyPage) - historyPage + 1
		list, err := h.rules.Reader().Read(ctx, first, int(end-first+1)) //nolint:gosec // G115: at most historyPage
		if err != nil {
			return nil, fmt.Errorf("history: %w", err)
		}
		if len(list) == 0 {
			return out, nil
		}
		if last := list[len(list)-1]; !last.Set.Last() { // before is inside a change set, which does not end before it
			end = last.Revision - uint64(last.Set.Index) - 1 //nolint:gosec // G115: an index is positive
			continue
		}
		for _, r := range slices.Backward(group(list)) {
			if len(out) < limit {
				out = append(out, r)
			}
			end = r.First - 1
		}
	}
	return out, nil
}

// group puts events into their change sets. One whose beginning is not among them is left out.
func group(list []events.Event) []Revision {
	var out []Revision
	for _, e := range list {
		if e.Set.Index == 0 {
			out = append(out, Revision{First: e.Revision, Command: e.Command, Actor: e.Actor, At: e.At})
		}
		if len(out) > 0 {
			r := &out[len(out)-1]
			r.Last, r.Events = e.Revision, append(r.Events, e)
		}
	}
	return out
}

// RevisionAt returns the change set that made the given revision, with the policy as it was before it. An
// unknown one is an error that wraps [policy.ErrNotFound].
func (h *Hub) RevisionAt(ctx context.Context, revision uint64) (Revision, *policy.State, error) {
	at, err := h.eventAt(ctx, revision)
	if err != nil {
		return Revision{}, nil, err
	}
	first := revision - uint64(at.Set.Index) //nolint:gosec // G115: an index is positive
	set, err := h.rules.Reader().Read(ctx, first, at.Set.Size)
	if err != nil {
		return Revision{}, nil, fmt.Errorf("revision %d: %w", revision, err)
	}
	before, err := h.PolicyAt(ctx, first-1)
	return group(set)[0], before, err
}

// PolicyAt returns the federated policy as it was at a revision: after the change set that made it. 0 is before
// the first. An unknown one is an error that wraps [policy.ErrNotFound].
func (h *Hub) PolicyAt(ctx context.Context, revision uint64) (*policy.State, error) {
	state := policy.NewState(policy.ScopeFederal)
	if revision == 0 {
		return state, nil
	}
	at, err := h.eventAt(ctx, revision)
	if err != nil {
		return nil, err
	}
	end := at.SetEnd()
	if known := h.digests.at(end, h.Policy()); known != nil {
		return known, nil
	}
	var past []events.Event
	if end <= replayMost {
		past, err = h.rules.Reader().Read(ctx, 1, int(end))
	} else {
		past, _, err = h.rules.Reader().State(ctx, events.Rules.Filter(), end)
	}
	if err != nil {
		return nil, fmt.Errorf("revision %d: %w", revision, err)
	}
	for _, e := range past {
		state.Apply(e)
	}
	return state, nil
}

// replayMost is up to which revision a past policy is folded from the beginning of the log, which takes a
// second or two at most. The server's own index of the past is faster for longer logs only, and holds up
// writes while it looks: 1.1 s for 10,000 objects in the middle of 50,000 events.
const replayMost = 100_000

// eventAt returns the event that made a revision.
func (h *Hub) eventAt(ctx context.Context, revision uint64) (events.Event, error) {
	newest := h.Policy().Revision()
	if revision == 0 || revision > newest {
		return events.Event{}, fmt.Errorf("revision %d: %w; the policy is at %d", revision, policy.ErrNotFound, newest)
	}
	list, err := h.rules.Reader().Read(ctx, revision, 1)
	if err == nil && len(list) == 0 {
		err = bus.ErrDamaged
	}
	if err != nil {
		return events.Event{}, fmt.Errorf("revision %d: %w", revision, err)
	}
	return list[0], nil
}

// Reached returns the clusters that a change with the given deltas is for, by name.
func (h *Hub) Reached(deltas []policy.Delta) []Summary {
	touches := policy.Toucher(deltas)
	return slices.DeleteFunc(h.Summaries(), func(s Summary) bool { return !touches(s.Labels) })
}
