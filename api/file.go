package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListFileProfiles answers GET /v1/file_monitor.
func (s *server) ListFileProfiles(_ context.Context, req wire.ListFileProfilesRequestObject) (wire.ListFileProfilesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListFileProfiles200JSONResponse{Profiles: profiles(states, noFileProfile, wireFileProfile)}, nil
}

// GetFileProfile answers GET /v1/file_monitor/{name}.
func (s *server) GetFileProfile(_ context.Context, req wire.GetFileProfileRequestObject) (wire.GetFileProfileResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	p, err := groupHas(state, req.Name, noFileProfile(req.Name))
	if err != nil {
		return nil, err
	}
	return wire.GetFileProfile200JSONResponse{Profile: wireFileProfile(state, p)}, nil
}

// UpdateFileProfile answers PATCH /v1/file_monitor/{name}.
func (s *server) UpdateFileProfile(ctx context.Context, req wire.UpdateFileProfileRequestObject) (wire.UpdateFileProfileResponseObject, error) {
	cfg := req.Body.Config
	body := cfg.Group
	cfg.Group = req.Name
	written, err := s.write(ctx, scopeOfName(req.Name), ofGroup(req.Name, body, policy.Put(cfg)))
	return written, err
}

// noFileProfile is the profile of a group for which none is stored.
func noFileProfile(group string) events.FileProfile { return events.FileProfile{Group: group} }

func wireFileProfile(state *policy.State, p events.FileProfile) wire.FileProfile {
	out := wire.FileProfile{
		Group:   p.Group,
		Filters: make([]wire.FileEntry, 0, len(p.Filters)),
		CfgType: state.Scope().CfgType(),
		Targets: p.Targets,
	}
	for _, f := range p.Filters {
		out.Filters = append(out.Filters, wire.FileEntry{
			Filter:                f.Filter,
			Recursive:             f.Recursive,
			Behavior:              f.Behavior,
			Applications:          listOf(f.Applications),
			CfgType:               out.CfgType,
			Group:                 p.Group,
			CreatedTimestamp:      p.CreatedAt.Unix(),
			LastModifiedTimestamp: p.ModifiedAt.Unix(),
		})
	}
	return out
}
