package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListDLPSensors answers GET /v1/dlp/sensor.
func (s *server) ListDLPSensors(_ context.Context, req wire.ListDLPSensorsRequestObject) (wire.ListDLPSensorsResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListDLPSensors200JSONResponse{Sensors: shown(states, wireDLPSensor)}, nil
}

// GetDLPSensor answers GET /v1/dlp/sensor/{name}.
func (s *server) GetDLPSensor(_ context.Context, req wire.GetDLPSensorRequestObject) (wire.GetDLPSensorResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	o, err := object[events.DLPSensor](state, "dlp sensor", req.Name)
	if err != nil {
		return nil, err
	}
	return wire.GetDLPSensor200JSONResponse{Sensor: wireDLPSensor(state, o)}, nil
}

// ListDLPRules answers GET /v1/dlp/rule.
func (s *server) ListDLPRules(_ context.Context, req wire.ListDLPRulesRequestObject) (wire.ListDLPRulesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListDLPRules200JSONResponse{Rules: rulesOfSensors(shown(states, wireDLPSensor))}, nil
}

// CreateDLPSensor answers POST /v1/dlp/sensor.
func (s *server) CreateDLPSensor(ctx context.Context, req wire.CreateDLPSensorRequestObject) (wire.CreateDLPSensorResponseObject, error) {
	cfg := req.Body.Config
	written, err := s.write(ctx, scopeOfNew(cfg.Name, cfg.CfgType), policy.Create(cfg))
	return written, err
}

// UpdateDLPSensor answers PATCH /v1/dlp/sensor/{name}.
func (s *server) UpdateDLPSensor(ctx context.Context, req wire.UpdateDLPSensorRequestObject) (wire.UpdateDLPSensorResponseObject, error) {
	written, err := s.write(ctx, scopeOfName(req.Name), policy.Update(req.Name, req.Body.Config))
	return written, err
}

// DeleteDLPSensor answers DELETE /v1/dlp/sensor/{name}.
func (s *server) DeleteDLPSensor(ctx context.Context, req wire.DeleteDLPSensorRequestObject) (wire.DeleteDLPSensorResponseObject, error) {
	written, err := s.write(ctx, scopeOfName(req.Name), policy.Remove(events.ObjectDLPSensor, req.Name))
	return written, err
}

// ListWAFSensors answers GET /v1/waf/sensor.
func (s *server) ListWAFSensors(_ context.Context, req wire.ListWAFSensorsRequestObject) (wire.ListWAFSensorsResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListWAFSensors200JSONResponse{Sensors: shown(states, wireWAFSensor)}, nil
}

// GetWAFSensor answers GET /v1/waf/sensor/{name}.
func (s *server) GetWAFSensor(_ context.Context, req wire.GetWAFSensorRequestObject) (wire.GetWAFSensorResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	o, err := object[events.WAFSensor](state, "waf sensor", req.Name)
	if err != nil {
		return nil, err
	}
	return wire.GetWAFSensor200JSONResponse{Sensor: wireWAFSensor(state, o)}, nil
}

// ListWAFRules answers GET /v1/waf/rule.
func (s *server) ListWAFRules(_ context.Context, req wire.ListWAFRulesRequestObject) (wire.ListWAFRulesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListWAFRules200JSONResponse{Rules: rulesOfSensors(shown(states, wireWAFSensor))}, nil
}

// CreateWAFSensor answers POST /v1/waf/sensor.
func (s *server) CreateWAFSensor(ctx context.Context, req wire.CreateWAFSensorRequestObject) (wire.CreateWAFSensorResponseObject, error) {
	cfg := req.Body.Config
	written, err := s.write(ctx, scopeOfNew(cfg.Name, cfg.CfgType), policy.Create(cfg))
	return written, err
}

// UpdateWAFSensor answers PATCH /v1/waf/sensor/{name}.
func (s *server) UpdateWAFSensor(ctx context.Context, req wire.UpdateWAFSensorRequestObject) (wire.UpdateWAFSensorResponseObject, error) {
	written, err := s.write(ctx, scopeOfName(req.Name), policy.Update(req.Name, req.Body.Config))
	return written, err
}

// DeleteWAFSensor answers DELETE /v1/waf/sensor/{name}.
func (s *server) DeleteWAFSensor(ctx context.Context, req wire.DeleteWAFSensorRequestObject) (wire.DeleteWAFSensorResponseObject, error) {
	written, err := s.write(ctx, scopeOfName(req.Name), policy.Remove(events.ObjectWAFSensor, req.Name))
	return written, err
}

func wireDLPSensor(state *policy.State, o events.DLPSensor) wire.Sensor {
	return wireSensor(state, o.About(), o.Sensor)
}

func wireWAFSensor(state *policy.State, o events.WAFSensor) wire.Sensor {
	return wireSensor(state, o.About(), o.Sensor)
}

func wireSensor(state *policy.State, about events.About, sensor events.Sensor) wire.Sensor {
	out := wire.Sensor{
		Name:      sensor.Name,
		Groups:    []string{},
		Rules:     make([]wire.SensorEntry, 0, len(sensor.Rules)),
		Comment:   sensor.Comment,
		Predefine: sensor.Predefined,
		CfgType:   state.Scope().CfgType(),
		Targets:   sensor.Targets,
	}
	for _, group := range state.Users(about) { // nothing else speaks of sensors
		out.Groups = append(out.Groups, group.Name)
	}
	for _, r := range sensor.Rules {
		out.Rules = append(out.Rules, wire.SensorEntry{
			Name: r.Name, ID: r.ID, Patterns: listOf(r.Patterns), CfgType: out.CfgType,
		})
	}
	return out
}

func rulesOfSensors(sensors []wire.Sensor) []wire.SensorEntry {
	out := []wire.SensorEntry{}
	for _, sensor := range sensors {
		out = append(out, sensor.Rules...)
	}
	return out
}
