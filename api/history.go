package api

import (
	"context"
	"slices"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// historian knows how the federated policy came to be. A revision that is not there is an error that wraps
// policy.ErrNotFound.
type historian interface {
	// Revisions returns up to limit change sets, newest first, that end before the given revision (0: all).
	Revisions(ctx context.Context, before uint64, limit int) ([]cluster.Revision, error)
	// RevisionAt returns the change set that made a revision, with the policy as it was before it.
	RevisionAt(ctx context.Context, revision uint64) (cluster.Revision, *policy.State, error)
	// PolicyAt returns the policy as it was after a revision.
	PolicyAt(ctx context.Context, revision uint64) (*policy.State, error)
}

// The sizes of a page of the history.
const (
	defaultHistory = 50
	maxHistory     = 500
)

// maxNamed is how many of its objects a change set is shown with.
const maxNamed = 20

// ListRevisions answers GET /v1/fed/revision.
func (s *server) ListRevisions(ctx context.Context, req wire.ListRevisionsRequestObject) (wire.ListRevisionsResponseObject, error) {
	limit, err := pageSize(req.Params.Limit, defaultHistory, maxHistory)
	if err != nil {
		return nil, err
	}
	list, err := s.controller.Revisions(ctx, deref(req.Params.Before), limit+1)
	if err != nil {
		return nil, err
	}
	out := wire.ListRevisions200JSONResponse{Revisions: make([]wire.Revision, 0, len(list))}
	for i, r := range list {
		if i == limit {
			out.Next = list[i-1].First
			break
		}
		out.Revisions = append(out.Revisions, wireRevision(r))
	}
	return out, nil
}

// pageSize returns how many entries a page has.
func pageSize(given *int, missing, most int) (int, error) {
	if given == nil {
		return missing, nil
	}
	if *given < 1 || *given > most {
		return 0, badRequest("limit %d; give 1 to %d", *given, most)
	}
	return *given, nil
}

// GetRevision answers GET /v1/fed/revision/{revision}.
func (s *server) GetRevision(ctx context.Context, req wire.GetRevisionRequestObject) (wire.GetRevisionResponseObject, error) {
	r, before, err := s.controller.RevisionAt(ctx, req.Revision)
	if err != nil {
		return nil, err
	}
	facts, staged := r.Changes()
	deltas, err := wireDeltas(policy.Deltas(before, facts))
	if err != nil {
		return nil, err
	}
	return wire.GetRevision200JSONResponse{Revision: wireRevision(r), Staged: staged, Deltas: deltas}, nil
}

func wireRevision(r cluster.Revision) wire.Revision {
	out := wire.Revision{
		Revision: r.Last, First: r.First, Command: r.Command, Actor: r.Actor, At: r.At,
		Events: len(r.Events), Kinds: map[string]int{}, Objects: []wire.ObjectName{},
	}
	for i, e := range r.Events {
		out.Kinds[string(e.Kind)]++
		if i >= maxNamed && i < len(r.Events)-1 {
			continue // the first tell the objects, and the last one the rollout
		}
		fact, err := e.Fact()
		if err != nil {
			continue
		}
		about, rollout := subjectOf(fact)
		if rollout != "" {
			out.Rollout = rollout
		}
		name := wire.ObjectName{Kind: string(about.Kind), Name: about.Name}
		if about.Kind != "" && len(out.Objects) < maxNamed && !slices.Contains(out.Objects, name) {
			out.Objects = append(out.Objects, name)
		}
	}
	return out
}

// subjectOf returns the object and the id of the rollout that a fact is about; zero values for none.
func subjectOf(f events.Fact) (about events.About, rollout string) {
	switch f := f.(type) { //nolint:gochecksumtype // the others are about rollouts or not about policy
	case events.Definition:
		return f.Object().About(), ""
	case events.Removal:
		return f.About(), ""
	case events.ChangeStaged:
		return f.Object, f.Rollout
	}
	r, _ := events.RolloutOf(f)
	return events.About{}, r.ID
}
