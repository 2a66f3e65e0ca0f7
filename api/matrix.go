package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

// GetMatrix answers GET /v1/fed/matrix.
func (s *server) GetMatrix(_ context.Context, req wire.GetMatrixRequestObject) (wire.GetMatrixResponseObject, error) {
	kind, err := objectKind(deref(req.Params.Kind))
	if err != nil {
		return nil, err
	}
	selector, err := policy.NormalTargets(deref(req.Params.Selector))
	if err != nil {
		return nil, badRequest("selector: %v", err)
	}
	m, err := s.controller.Matrix(kind, selector)
	if err != nil {
		return nil, err
	}
	out := wire.GetMatrix200JSONResponse{
		Time: m.At.UTC(), Revision: m.Revision, Rows: m.Rows,
		Objects: make([]wire.ObjectName, 0, len(m.Objects)), Clusters: make([]wire.ClusterName, 0, len(m.Clusters)),
	}
	for _, o := range m.Objects {
		out.Objects = append(out.Objects, wire.ObjectName{Kind: string(o.Kind), Name: o.Name})
	}
	for _, c := range m.Clusters {
		out.Clusters = append(out.Clusters, wire.ClusterName{ID: c.ID, Name: c.Name})
	}
	return out, nil
}
