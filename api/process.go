package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListProcessProfiles answers GET /v1/process_profile.
func (s *server) ListProcessProfiles(_ context.Context, req wire.ListProcessProfilesRequestObject) (wire.ListProcessProfilesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListProcessProfiles200JSONResponse{
		ProcessProfiles: profiles(states, noProcessProfile, wireProcessProfile),
	}, nil
}

// GetProcessProfile answers GET /v1/process_profile/{name}.
func (s *server) GetProcessProfile(_ context.Context, req wire.GetProcessProfileRequestObject) (wire.GetProcessProfileResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	p, err := groupHas(state, req.Name, noProcessProfile(req.Name))
	if err != nil {
		return nil, err
	}
	return wire.GetProcessProfile200JSONResponse{ProcessProfile: wireProcessProfile(state, p)}, nil
}

// UpdateProcessProfile answers PATCH /v1/process_profile/{name}.
func (s *server) UpdateProcessProfile(ctx context.Context, req wire.UpdateProcessProfileRequestObject) (wire.UpdateProcessProfileResponseObject, error) {
	cfg := req.Body.ProcessProfileConfig
	body := cfg.Group
	cfg.Group = req.Name
	written, err := s.write(ctx, scopeOfName(req.Name), ofGroup(req.Name, body, policy.Put(cfg)))
	return written, err
}

// profiles returns one profile of type O for each group of containers and for each other group that has one.
func profiles[O events.Object, W any](states []*policy.State, none func(group string) O, show func(*policy.State, O) W) []W {
	out := []W{}
	for _, state := range states {
		for g := range policy.All[events.Group](state) {
			p, stored := policy.Get[O](state, g.Name)
			switch {
			case stored:
				out = append(out, show(state, p))
			case groupKind(g) == kindContainer:
				out = append(out, show(state, none(g.Name)))
			}
		}
	}
	return out
}

// noProcessProfile is the profile of a group for which none is stored.
func noProcessProfile(group string) events.ProcessProfile {
	return events.ProcessProfile{Group: group, Baseline: "zero-drift"}
}

func wireProcessProfile(state *policy.State, p events.ProcessProfile) wire.ProcessProfile {
	out := wire.ProcessProfile{
		Group:         p.Group,
		AlertDisabled: p.AlertDisabled,
		HashEnabled:   p.HashEnabled,
		Baseline:      p.Baseline,
		Mode:          p.Mode,
		ProcessList:   make([]wire.ProcessEntry, 0, len(p.Processes)),
		CfgType:       state.Scope().CfgType(),
		Targets:       p.Targets,
	}
	for _, r := range p.Processes {
		out.ProcessList = append(out.ProcessList, wire.ProcessEntry{
			Name:                  r.Name,
			Path:                  r.Path,
			Action:                r.Action,
			CfgType:               out.CfgType,
			Group:                 p.Group,
			AllowUpdate:           r.AllowUpdate,
			CreatedTimestamp:      p.CreatedAt.Unix(),
			LastModifiedTimestamp: p.ModifiedAt.Unix(),
		})
	}
	return out
}
