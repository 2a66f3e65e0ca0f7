package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// roleMachine changes the cluster's place in a federation.
type roleMachine interface {
	Promote(ctx context.Context, p cluster.Promotion) error
	Demote(ctx context.Context, actor string) error
	Join(ctx context.Context, r cluster.JoinRequest) error
	Leave(ctx context.Context, actor string, force bool) error
	Configure(ctx context.Context, s cluster.Settings) error
}

// Promote answers POST /v1/fed/promote. The caller's session goes on; its user is a fedAdmin from now on.
func (s *server) Promote(ctx context.Context, req wire.PromoteRequestObject) (wire.PromoteResponseObject, error) {
	address, err := restInfo("master_rest_info", req.Body.MasterRestInfo)
	if err != nil {
		return nil, err
	}
	err = s.controller.Promote(ctx, cluster.Promotion{
		Actor:    actorOf(ctx),
		Name:     deref(req.Body.Name),
		Address:  address,
		UseProxy: req.Body.UseProxy,
		ScanData: req.Body.DeployRepoScanData,
	})
	if err != nil {
		return nil, err
	}
	m := s.controller.Member()
	return wire.Promote200JSONResponse{
		FedRole:            string(m.Role),
		MasterCluster:      wire.MasterCluster{ID: m.ID, RestInfo: wireRestInfo(m.Address)}, // no name and status: as NeuVector answers
		UseProxy:           req.Body.UseProxy,
		DeployRepoScanData: m.ScanData,
	}, nil
}

// Demote answers POST /v1/fed/demote.
func (s *server) Demote(ctx context.Context, _ wire.DemoteRequestObject) (wire.DemoteResponseObject, error) {
	return wire.Demote200Response{}, s.controller.Demote(ctx, actorOf(ctx))
}

// Join answers POST /v1/fed/join.
func (s *server) Join(ctx context.Context, req wire.JoinRequestObject) (wire.JoinResponseObject, error) {
	if req.Body.JoinToken == "" {
		return nil, badRequest("join_token is missing")
	}
	address, err := restInfo("joint_rest_info", req.Body.JointRestInfo)
	if err != nil {
		return nil, err
	}
	var master events.RestInfo
	if deref(req.Body.Server) != "" || deref(req.Body.Port) != 0 {
		master, err = restInfo("server", &wire.RestInfo{Server: deref(req.Body.Server), Port: deref(req.Body.Port)})
		if err != nil {
			return nil, err
		}
	}
	return wire.Join200Response{}, s.controller.Join(ctx, cluster.JoinRequest{
		Actor:    actorOf(ctx),
		Token:    req.Body.JoinToken,
		Name:     deref(req.Body.Name),
		Server:   master,
		Address:  address,
		UseProxy: req.Body.UseProxy,
	})
}

// Leave answers POST /v1/fed/leave.
func (s *server) Leave(ctx context.Context, req wire.LeaveRequestObject) (wire.LeaveResponseObject, error) {
	return wire.Leave200Response{}, s.controller.Leave(ctx, actorOf(ctx), deref(req.Body.Force))
}

// Configure answers PATCH /v1/fed/config.
func (s *server) Configure(ctx context.Context, req wire.ConfigureRequestObject) (wire.ConfigureResponseObject, error) {
	settings := cluster.Settings{
		Actor:    actorOf(ctx),
		Name:     req.Body.Name,
		UseProxy: req.Body.UseProxy,
		ScanData: req.Body.DeployRepoScanData,
	}
	if req.Body.RestInfo != nil {
		address, err := restInfo("rest_info", req.Body.RestInfo)
		if err != nil {
			return nil, err
		}
		settings.Address = &address
	}
	return wire.Configure200Response{}, s.controller.Configure(ctx, settings)
}

// deref returns what a field of a request says, or the zero value when it was not sent.
func deref[T any](field *T) T {
	if field == nil {
		var zero T
		return zero
	}
	return *field
}
