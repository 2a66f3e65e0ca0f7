package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListDLPGroups answers GET /v1/dlp/group: the groups for which somebody has said something.
func (s *server) ListDLPGroups(_ context.Context, req wire.ListDLPGroupsRequestObject) (wire.ListDLPGroupsResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	groups := shown(states, wireDLPGroup)
	return wire.ListDLPGroups200JSONResponse{DlpGroups: &groups}, nil
}

// GetDLPGroup answers GET /v1/dlp/group/{name}.
func (s *server) GetDLPGroup(_ context.Context, req wire.GetDLPGroupRequestObject) (wire.GetDLPGroupResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	o, err := groupHas(state, req.Name, events.DLPGroup{SensorGroup: noSensorGroup(req.Name)})
	if err != nil {
		return nil, err
	}
	group := wireDLPGroup(state, o)
	return wire.GetDLPGroup200JSONResponse{DlpGroup: &group}, nil
}

// UpdateDLPGroup answers PATCH /v1/dlp/group/{name}.
func (s *server) UpdateDLPGroup(ctx context.Context, req wire.UpdateDLPGroupRequestObject) (wire.UpdateDLPGroupResponseObject, error) {
	cfg := req.Body.Config
	body := cfg.Name
	cfg.Name = req.Name
	written, err := s.write(ctx, scopeOfName(req.Name), ofGroup(req.Name, body, policy.Put(cfg)))
	return written, err
}

// ListWAFGroups answers GET /v1/waf/group: the groups for which somebody has said something.
func (s *server) ListWAFGroups(_ context.Context, req wire.ListWAFGroupsRequestObject) (wire.ListWAFGroupsResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	groups := shown(states, wireWAFGroup)
	return wire.ListWAFGroups200JSONResponse{WafGroups: &groups}, nil
}

// GetWAFGroup answers GET /v1/waf/group/{name}.
func (s *server) GetWAFGroup(_ context.Context, req wire.GetWAFGroupRequestObject) (wire.GetWAFGroupResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	o, err := groupHas(state, req.Name, events.WAFGroup{SensorGroup: noSensorGroup(req.Name)})
	if err != nil {
		return nil, err
	}
	group := wireWAFGroup(state, o)
	return wire.GetWAFGroup200JSONResponse{WafGroup: &group}, nil
}

// UpdateWAFGroup answers PATCH /v1/waf/group/{name}.
func (s *server) UpdateWAFGroup(ctx context.Context, req wire.UpdateWAFGroupRequestObject) (wire.UpdateWAFGroupResponseObject, error) {
	cfg := req.Body.Config
	body := cfg.Name
	cfg.Name = req.Name
	written, err := s.write(ctx, scopeOfName(req.Name), ofGroup(req.Name, body, policy.Put(cfg)))
	return written, err
}

// noSensorGroup is what a group has of which nobody has said anything: sensors would look at it at once.
func noSensorGroup(group string) events.SensorGroup {
	return events.SensorGroup{Group: group, Status: true}
}

func wireDLPGroup(state *policy.State, o events.DLPGroup) wire.SensorGroup {
	return wireSensorGroup(state, o.SensorGroup)
}

func wireWAFGroup(state *policy.State, o events.WAFGroup) wire.SensorGroup {
	return wireSensorGroup(state, o.SensorGroup)
}

func wireSensorGroup(state *policy.State, g events.SensorGroup) wire.SensorGroup {
	return wire.SensorGroup{
		Name: g.Group, Status: g.Status, Sensors: listOf(g.Sensors), CfgType: state.Scope().CfgType(), Targets: g.Targets,
	}
}
