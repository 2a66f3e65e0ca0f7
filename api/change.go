package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// decider says what a change would come to.
type decider interface {
	// Decide changes nothing. Its error is the one that Change would return now.
	Decide(c cluster.Change) (*policy.State, []events.Fact, error)
	// Reached returns the clusters that a change of the federated policy is for; none when there is no federation.
	Reached(deltas []policy.Delta) []cluster.Summary
}

// ChangePolicy answers POST /v1/fed/change.
func (s *server) ChangePolicy(ctx context.Context, req wire.ChangePolicyRequestObject) (wire.ChangePolicyResponseObject, error) {
	scope, err := writeScope(req.Body.Scope, policy.ScopeFederal)
	if err != nil {
		return nil, err
	}
	if req.Body.Edits == nil {
		return nil, badRequest("edits is missing; list what is to be changed")
	}
	if scope == policy.ScopeLocal && req.Body.Rollout != nil {
		return nil, badRequest("a change of the local policy reaches no other cluster; leave out rollout")
	}
	report, headers, err := s.carryOut(ctx, wish{
		scope: scope, decide: decideEdits(req.Body.Edits), dryRun: deref(req.Body.DryRun),
		ifRevision: req.Body.IfRevision, rollout: rolloutPlan(req.Body.Rollout),
	})
	if err != nil {
		return nil, err
	}
	return wire.ChangePolicy200JSONResponse{Body: report, Headers: wire.ChangePolicy200ResponseHeaders(headers)}, nil
}

// RollBack answers POST /v1/fed/rollback.
func (s *server) RollBack(ctx context.Context, req wire.RollBackRequestObject) (wire.RollBackResponseObject, error) {
	if req.Body.Revision == 0 { // which is what a body without it reads as, and would remove everything
		return nil, badRequest("revision is missing; give the one to go back to, from 1 on")
	}
	if err := s.mayWrite(ctx, policy.ScopeFederal); err != nil {
		return nil, err
	}
	past, err := s.controller.PolicyAt(ctx, req.Body.Revision)
	if err != nil {
		return nil, err
	}
	report, headers, err := s.carryOut(ctx, wish{
		scope: policy.ScopeFederal, decide: policy.Restore(past), dryRun: deref(req.Body.DryRun),
		ifRevision: req.Body.IfRevision, rollout: rolloutPlan(req.Body.Rollout),
	})
	if err != nil {
		return nil, err
	}
	return wire.RollBack200JSONResponse{Body: report, Headers: wire.RollBack200ResponseHeaders(headers)}, nil
}

// wish is a change of the policy as a request asks for it.
type wish struct {
	scope      policy.Scope
	decide     policy.Decision
	dryRun     bool
	ifRevision *uint64 // nil: whatever the policy is by now
	rollout    *cluster.RolloutPlan
}

// carryOut does what is wished, or says what it would come to, when the caller may wish it. A dry run has the
// problems of edits in its report.
func (s *server) carryOut(ctx context.Context, w wish) (wire.ChangeReport, wire.WrittenResponseHeaders, error) {
	report, headers := wire.ChangeReport{DryRun: w.dryRun, Problems: []wire.EditProblem{}}, wire.WrittenResponseHeaders{}
	if err := s.mayWrite(ctx, w.scope); err != nil {
		return report, headers, err
	}
	var deltas []policy.Delta
	change := cluster.Change{Actor: actorOf(ctx), Scope: w.scope, Decide: observed(w.decide, &deltas), Rollout: w.rollout}
	if w.ifRevision != nil {
		change.Decide = policy.IfRevision(*w.ifRevision, change.Decide)
	}
	if w.dryRun {
		state, facts, err := s.controller.Decide(change)
		if refused, ok := errors.AsType[*policy.ChangeError](err); ok {
			report.Problems, err = wireProblems(refused.Problems), nil
		}
		if err != nil {
			return report, headers, err
		}
		report.Revision, report.Events = state.Revision(), len(facts)
		report.Sets = (len(facts) + events.MaxSetSize - 1) / events.MaxSetSize
	} else {
		receipt, err := s.controller.Change(ctx, change)
		if err != nil {
			return report, headers, err
		}
		report.Revision, report.Events, report.Sets, report.Rollout = receipt.Revision, receipt.Events, receipt.Sets, receipt.Rollout
		headers = wire.WrittenResponseHeaders{XFedhubCommand: &receipt.Command, XFedhubRevision: &receipt.Revision}
	}
	var err error
	report.Deltas, err = wireDeltas(deltas)
	report.Clusters = s.reachedBy(w.scope, deltas)
	return report, headers, err
}

// observed decides as d does and keeps what becomes of the very state that was decided on last.
func observed(d policy.Decision, deltas *[]policy.Delta) policy.Decision {
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		facts, err := d(state, now)
		*deltas = policy.Deltas(state, facts)
		return facts, err
	}
}

// decideEdits makes one decision of all edits. What cannot be read is refused like what cannot be.
func decideEdits(list []wire.Edit) policy.Decision {
	edits := make([]policy.Edit, 0, len(list))
	var problems []policy.Problem
	for i, one := range list {
		edit, err := parseEdit(one)
		if err != nil {
			about := events.About{Kind: events.ObjectKind(one.Kind), Name: deref(one.Name)}
			problems = append(problems, policy.Problem{Index: i, About: about, Err: err})
		}
		edits = append(edits, edit)
	}
	if len(problems) > 0 {
		return func(*policy.State, time.Time) ([]events.Fact, error) {
			return nil, &policy.ChangeError{Problems: problems}
		}
	}
	return policy.ChangeSet(edits)
}

// What an edit can ask for.
const (
	opUpsert = "upsert"
	opDelete = "delete"
)

func parseEdit(e wire.Edit) (policy.Edit, error) {
	if e.Op != opUpsert && e.Op != opDelete {
		return policy.Edit{}, fmt.Errorf("%w: an edit cannot %q; use %s or %s", policy.ErrInvalid, e.Op, opUpsert, opDelete)
	}
	return policy.ParseEdit(e.Op == opDelete, e.Kind, deref(e.Name), deref(e.Object), e.After)
}

func wireProblems(list []policy.Problem) []wire.EditProblem {
	out := make([]wire.EditProblem, 0, len(list))
	for _, p := range list {
		out = append(out, wire.EditProblem{
			Edit: p.Index, Kind: string(p.About.Kind), Name: p.About.Name, Message: p.Err.Error(),
		})
	}
	return out
}

// reachedBy returns the names of the clusters that a change is for.
func (s *server) reachedBy(scope policy.Scope, deltas []policy.Delta) []string {
	out := []string{}
	switch {
	case len(deltas) == 0:
	case scope == policy.ScopeLocal:
		out = append(out, s.controller.Member().Name)
	default:
		for _, c := range s.controller.Reached(deltas) {
			out = append(out, c.Name)
		}
	}
	return out
}

// What becomes of an object.
const (
	deltaCreated = "created"
	deltaChanged = "changed"
	deltaRemoved = "removed"
)

func wireDeltas(list []policy.Delta) ([]wire.Delta, error) {
	out := make([]wire.Delta, 0, len(list))
	for _, d := range list {
		one := wire.Delta{Kind: string(d.About.Kind), Name: d.About.Name, Change: deltaChanged}
		switch {
		case d.Before == nil:
			one.Change = deltaCreated
		case d.After == nil:
			one.Change = deltaRemoved
		}
		var err error
		if one.Before, err = stored(d.Before); err != nil {
			return nil, err
		}
		if one.After, err = stored(d.After); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// stored returns an object as it is stored; nil for none.
func stored(o events.Object) (json.RawMessage, error) {
	if o == nil {
		return nil, nil
	}
	data, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("show %s %s: %w", o.About().Kind, o.About().Name, err)
	}
	return data, nil
}
