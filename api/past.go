package api

import (
	"context"
	"strconv"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/policy"
)

// archive knows what the federated policy was.
type archive interface {
	// PastOf returns the policy at a moment or, with the id or name of a cluster, what of it was for that cluster.
	PastOf(ctx context.Context, m cluster.Moment, of string) (cluster.Past, error)
	// Difference returns what became of it between two moments; to is not before from, or hub.ErrMoment says so.
	Difference(ctx context.Context, from, to cluster.Moment, of string) (a, b cluster.Past, deltas []policy.Delta, err error)
}

// GetPolicyAt answers GET /v1/fed/policy.
func (s *server) GetPolicyAt(ctx context.Context, req wire.GetPolicyAtRequestObject) (wire.GetPolicyAtResponseObject, error) {
	p := req.Params
	if p.Revision != nil && p.At != nil {
		return nil, badRequest("both revision %d and at %s are given; give one of them", *p.Revision, p.At.Format(time.RFC3339Nano))
	}
	past, err := s.controller.PastOf(ctx, cluster.Moment{Revision: p.Revision, At: p.At}, deref(p.Cluster))
	if err != nil {
		return nil, err
	}
	moment := wireMoment(past)
	out := wire.GetPolicyAt200JSONResponse{
		Revision: moment.Revision, At: moment.At, Cluster: past.Cluster, Labels: wireLabels(past.Labels),
		Objects: make([]wire.PolicyObject, 0, len(past.Objects)),
	}
	for _, o := range past.Objects {
		data, err := stored(o)
		if err != nil {
			return nil, err
		}
		about := o.About()
		out.Objects = append(out.Objects, wire.PolicyObject{
			Kind: string(about.Kind), Name: about.Name, Targets: o.Common().Targets, Object: data,
		})
	}
	return out, nil
}

// GetDiff answers GET /v1/fed/diff.
func (s *server) GetDiff(ctx context.Context, req wire.GetDiffRequestObject) (wire.GetDiffResponseObject, error) {
	first, err := momentOf("from", req.Params.From)
	if err != nil {
		return nil, err
	}
	var second cluster.Moment
	if req.Params.To != nil {
		if second, err = momentOf("to", *req.Params.To); err != nil {
			return nil, err
		}
	}
	from, to, changes, err := s.controller.Difference(ctx, first, second, deref(req.Params.Cluster))
	if err != nil {
		return nil, err
	}
	deltas, err := wireDeltas(changes)
	if err != nil {
		return nil, err
	}
	return wire.GetDiff200JSONResponse{From: wireMoment(from), To: wireMoment(to), Deltas: deltas}, nil
}

// momentOf reads the moment that a parameter names: a revision or a time.
func momentOf(parameter, text string) (cluster.Moment, error) {
	if revision, err := strconv.ParseUint(text, 10, 64); err == nil {
		return cluster.Moment{Revision: &revision}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return cluster.Moment{}, badRequest("%s is %q; give a revision such as 12, or a time such as 2026-11-22T12:00:00Z", parameter, text)
	}
	return cluster.Moment{At: &at}, nil
}

func wireMoment(p cluster.Past) wire.Moment {
	return wire.Moment{Revision: p.Revision, At: wireTime(p.MadeAt)}
}
