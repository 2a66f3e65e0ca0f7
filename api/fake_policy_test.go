package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/policy"
)

// What the fake does to its policy. It decides, stages, folds and remembers as a real controller does, but at noon.

func (f *fake) Decide(c cluster.Change) (*policy.State, []events.Fact, error) {
	state, decide := f.federal, c.Decide
	if c.Scope == policy.ScopeLocal {
		state = f.local
	} else if c.Rollout != nil {
		plan := *c.Rollout
		plan.ID, plan.Actor = "rollout-"+strconv.FormatUint(state.Revision(), 10), c.Actor
		for _, s := range f.summaries {
			plan.Clusters = append(plan.Clusters, policy.Cluster{ID: s.ID, Labels: s.Labels})
		}
		decide = policy.StartRollout(plan, c.Decide)
	}
	facts, err := decide(state, noon)
	return state, facts, err
}

func (f *fake) Change(_ context.Context, c cluster.Change) (cluster.Receipt, error) {
	if f.change != nil {
		if err := f.change(c); err != nil {
			return cluster.Receipt{}, err
		}
	}
	state, facts, err := f.Decide(c)
	if conflict := f.conflict; conflict != nil {
		f.conflict = nil
		conflict()
		state, facts, err = f.Decide(c)
	}
	if err != nil {
		return cluster.Receipt{}, err
	}
	return f.record(state, c.Actor, facts)
}

// record folds facts into a policy as one change set.
func (f *fake) record(state *policy.State, actor string, facts []events.Fact) (cluster.Receipt, error) {
	f.commands++
	receipt := cluster.Receipt{Command: fmt.Sprintf("cmd-%d", f.commands), Events: len(facts), Sets: min(len(facts), 1)}
	log := events.Local
	if state == f.federal {
		log = events.Rules
	}
	for i, fact := range facts {
		data, err := json.Marshal(fact)
		if err != nil {
			return cluster.Receipt{}, err
		}
		e := events.Event{
			Kind: fact.Kind(), Subject: log.Subject(fact), Revision: state.Revision() + 1, Command: receipt.Command,
			Set: events.Set{Index: i, Size: len(facts)}, Data: data, At: noon, Actor: actor,
		}
		state.Apply(e)
		if log == events.Rules {
			f.history = append(f.history, e)
		}
		if started, ok := fact.(events.RolloutStarted); ok {
			receipt.Rollout = started.Rollout.ID
		}
	}
	receipt.Revision = state.Revision()
	return receipt, nil
}

func (f *fake) Reached(deltas []policy.Delta) []cluster.Summary {
	return slices.DeleteFunc(slices.Clone(f.summaries), func(s cluster.Summary) bool { return !policy.Touches(deltas, s.Labels) })
}

// master returns why there is nothing to ask a master for.
func (f *fake) master() error {
	if f.member.Role != cluster.RoleMaster {
		return fmt.Errorf("%w: the cluster is no master", cluster.ErrRole)
	}
	return nil
}

func (f *fake) Revisions(_ context.Context, before uint64, limit int) ([]cluster.Revision, error) {
	if err := f.master(); err != nil {
		return nil, err
	}
	var out []cluster.Revision
	for _, e := range slices.Backward(f.history) {
		if before > 0 && e.SetEnd() >= before {
			continue
		}
		if e.Set.Last() {
			out = append(out, cluster.Revision{Last: e.Revision, Command: e.Command, Actor: e.Actor, At: e.At})
		}
		r := &out[len(out)-1]
		r.First, r.Events = e.Revision, append([]events.Event{e}, r.Events...)
	}
	return out[:min(len(out), limit)], nil
}

func (f *fake) RevisionAt(ctx context.Context, revision uint64) (cluster.Revision, *policy.State, error) {
	all, err := f.Revisions(ctx, 0, len(f.history))
	if err != nil {
		return cluster.Revision{}, nil, err
	}
	for _, r := range all {
		if r.First <= revision && revision <= r.Last {
			before, err := f.PolicyAt(ctx, r.First-1)
			return r, before, err
		}
	}
	return cluster.Revision{}, nil, fmt.Errorf("revision %d: %w", revision, policy.ErrNotFound)
}

func (f *fake) PolicyAt(_ context.Context, revision uint64) (*policy.State, error) {
	if err := f.master(); err != nil {
		return nil, err
	}
	if revision > f.federal.Revision() {
		return nil, fmt.Errorf("revision %d: %w", revision, policy.ErrNotFound)
	}
	state := policy.NewState(policy.ScopeFederal)
	for _, e := range f.history[:revision] {
		state.Apply(e)
	}
	return state, nil
}

func (f *fake) Rollouts() ([]events.Rollout, error) { return f.federal.Rollouts(), f.master() }

func (f *fake) Rollout(id string) (events.Rollout, []cluster.Progress, error) {
	if err := f.master(); err != nil {
		return events.Rollout{}, nil, err
	}
	r, known := f.federal.Rollout(id)
	switch {
	case !known:
		return r, nil, fmt.Errorf("rollout %s: %w", id, policy.ErrNotFound)
	case r.Ended():
		return r, nil, nil
	}
	return r, f.progress, nil
}

func (f *fake) StepRollout(_ context.Context, actor, id string, step cluster.RolloutStep) (cluster.Receipt, error) {
	r, _ := f.federal.Rollout(id)
	decide := map[cluster.RolloutStep]policy.Decision{
		cluster.RolloutPause: policy.PauseRollout(id, "by "+actor), cluster.RolloutResume: policy.ResumeRollout(id),
		cluster.RolloutApprove: policy.AdvanceRollout(id, r.Open), cluster.RolloutAbort: policy.AbortRollout(id, "by "+actor),
	}[step]
	if decide == nil {
		return cluster.Receipt{}, fmt.Errorf("%w: %q is no step", cluster.ErrInvalid, step)
	}
	facts, err := decide(f.federal, noon)
	if err != nil {
		return cluster.Receipt{}, err
	}
	return f.record(f.federal, actor, facts)
}

func (f *fake) Objects(q cluster.ObjectQuery) ([]cluster.ObjectRow, error) {
	var out []cluster.ObjectRow
	for _, r := range f.rows {
		switch {
		case q.Kind != "" && r.Object.Kind != q.Kind, q.Name != "" && r.Object.Name != q.Name,
			q.Cluster != "" && r.Cluster != q.Cluster && r.ClusterName != q.Cluster, r.Cursor <= q.After:
		case len(out) < q.Limit:
			out = append(out, r)
		}
	}
	return out, f.master()
}

// Matrix says, as the name of its only object, what was asked for.
func (f *fake) Matrix(kind events.ObjectKind, selector string) (cluster.Matrix, error) {
	m := f.matrix
	m.Objects = []events.About{{Kind: kind, Name: selector}}
	return m, f.master()
}

func (f *fake) Pulse(id string) ([]cluster.Beat, error) {
	if id != f.summaries[0].ID {
		return nil, fmt.Errorf("%q: %w", id, hub.ErrClusterUnknown)
	}
	return f.beats, f.master()
}

func (f *fake) Label(_ context.Context, _, id string, change map[string]*string) error {
	for i, s := range f.summaries {
		if s.ID != id {
			continue
		}
		now := events.Labels{}
		maps.Copy(now, s.Labels)
		for key, value := range change {
			delete(now, key)
			if value != nil {
				now[key] = *value
			}
		}
		f.summaries[i].Labels = now
		return policy.CheckLabels(now)
	}
	return fmt.Errorf("label %q: %w", id, hub.ErrClusterUnknown)
}

func (f *fake) Spreads(context.Context) ([]cluster.Spread, error) { return nil, f.master() }
