package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// GetAdmissionState answers GET /v1/admission/state. Where nobody has set it, admission rules do not act.
func (s *server) GetAdmissionState(_ context.Context, req wire.GetAdmissionStateRequestObject) (wire.GetAdmissionStateResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	a, defined := policy.Get[events.AdmissionState](s.state(scope), events.AdmissionState{}.About().Name)
	if !defined {
		a.Mode, a.DefaultAction, a.FailurePolicy = "monitor", policy.ActionAllow, "ignore"
	}
	return wire.GetAdmissionState200JSONResponse{State: wire.AdmissionState{
		Enable:        a.Enable,
		Mode:          a.Mode,
		DefaultAction: a.DefaultAction,
		FailurePolicy: a.FailurePolicy,
		AdmClientMode: "service",
		CfgType:       scope.CfgType(),
		Defined:       defined,
		Targets:       a.Targets,
	}}, nil
}

// UpdateAdmissionState answers PATCH /v1/admission/state.
func (s *server) UpdateAdmissionState(ctx context.Context, req wire.UpdateAdmissionStateRequestObject) (wire.UpdateAdmissionStateResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, scopeOfType(req.Body.State.CfgType))
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.Put(req.Body.State))
	return written, err
}
