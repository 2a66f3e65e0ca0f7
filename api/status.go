package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// observer knows what became of the policy in the clusters.
type observer interface {
	// Objects returns a page: by kind and name of the objects, then by cluster.
	Objects(q cluster.ObjectQuery) ([]cluster.ObjectRow, error)
	// Matrix returns all of it for one kind (empty: all) and for the clusters that a selector in normal form chooses.
	Matrix(kind events.ObjectKind, selector string) (cluster.Matrix, error)
}

// ListStatus answers GET /v1/fed/status.
func (s *server) ListStatus(_ context.Context, req wire.ListStatusRequestObject) (wire.ListStatusResponseObject, error) {
	limit, err := pageSize(req.Params.Limit, defaultPage, maxPage)
	if err != nil {
		return nil, err
	}
	kind, err := objectKind(deref(req.Params.Kind))
	if err != nil {
		return nil, err
	}
	q := cluster.ObjectQuery{
		Kind: kind, Name: deref(req.Params.Name), Cluster: deref(req.Params.Cluster), After: deref(req.Params.After), Limit: limit + 1,
	}
	rows, err := s.controller.Objects(q)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		if err := s.askedForNothing(q); err != nil {
			return nil, err
		}
	}
	out := wire.ListStatus200JSONResponse{States: make([]wire.ObjectState, 0, len(rows))}
	for i, r := range rows {
		if i == limit {
			out.Next = rows[i-1].Cursor
			break
		}
		out.States = append(out.States, wireObjectState(r))
	}
	return out, nil
}

// objectKind reads a kind of objects; "" stands for all.
func objectKind(text string) (events.ObjectKind, error) {
	if kinds := policy.Kinds(); text != "" && !slices.Contains(kinds, text) {
		return "", badRequest("there are no objects of the kind %q; use one of %s", text, strings.Join(kinds, ", "))
	}
	return events.ObjectKind(text), nil
}

// askedForNothing refuses a query for an object or a cluster that is not there.
func (s *server) askedForNothing(q cluster.ObjectQuery) error {
	if q.Cluster != "" && !slices.ContainsFunc(s.controller.Summaries(), func(c cluster.Summary) bool {
		return c.ID == q.Cluster || c.Name == q.Cluster
	}) {
		return fmt.Errorf("cluster %q: %w; no cluster of this federation has that id or name", q.Cluster, policy.ErrNotFound)
	}
	if q.Name == "" || s.hasObject(q.Kind, q.Name) {
		return nil
	}
	word := string(q.Kind)
	if word == "" {
		word = "object"
	}
	return fmt.Errorf("%s %q: %w in the federated policy", word, q.Name, policy.ErrNotFound)
}

// hasObject reports whether the federated policy has an object of that name, or will when the rollout is through.
func (s *server) hasObject(kind events.ObjectKind, name string) bool {
	now := s.controller.Federal()
	states := []*policy.State{now}
	if r, on := now.Current(); on {
		states = append(states, now.Reached([]string{r.ID}))
	}
	return slices.ContainsFunc(states, func(state *policy.State) bool {
		return slices.ContainsFunc(policy.Kinds(), func(k string) bool {
			_, _, there := state.Object(events.About{Kind: events.ObjectKind(k), Name: name})
			return there && (kind == "" || k == string(kind))
		})
	})
}

func wireObjectState(r cluster.ObjectRow) wire.ObjectState {
	return wire.ObjectState{
		Kind:            string(r.Object.Kind),
		Name:            r.Object.Name,
		Cluster:         r.Cluster,
		ClusterName:     r.ClusterName,
		DesiredRevision: r.Desired,
		AppliedRevision: r.Applied,
		State:           r.State,
		Reason:          r.Reason,
		Since:           wireTime(r.Since),
	}
}
