package api

import (
	"context"
	"fmt"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListGroups answers GET /v1/group.
func (s *server) ListGroups(_ context.Context, req wire.ListGroupsRequestObject) (wire.ListGroupsResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	out := wire.ListGroups200JSONResponse{Groups: []wire.GroupBrief{}}
	for _, state := range states {
		for g := range state.Groups() {
			out.Groups = append(out.Groups, wireGroupBrief(state, g))
		}
	}
	return out, nil
}

// GetGroup answers GET /v1/group/{name}.
func (s *server) GetGroup(_ context.Context, req wire.GetGroupRequestObject) (wire.GetGroupResponseObject, error) {
	state := s.state(scopeOfGroup(req.Name))
	g, ok := state.Group(req.Name)
	if !ok {
		return nil, fmt.Errorf("group %q: %w", req.Name, policy.ErrNotFound)
	}
	return wire.GetGroup200JSONResponse{Group: wireGroup(state, g)}, nil
}

// CreateGroup answers POST /v1/group.
func (s *server) CreateGroup(ctx context.Context, req wire.CreateGroupRequestObject) (wire.CreateGroupResponseObject, error) {
	cfg := groupConfig(req.Body.Config)
	scope := scopeOfGroup(cfg.Name)
	if cfg.CfgType != "" {
		scope = scopeOfType(cfg.CfgType)
	}
	written, err := s.write(ctx, scope, policy.CreateGroup(cfg))
	return written, err
}

// UpdateGroup answers PATCH /v1/group/{name}.
func (s *server) UpdateGroup(ctx context.Context, req wire.UpdateGroupRequestObject) (wire.UpdateGroupResponseObject, error) {
	written, err := s.write(ctx, scopeOfGroup(req.Name), policy.UpdateGroup(req.Name, groupConfig(req.Body.Config)))
	return written, err
}

// DeleteGroup answers DELETE /v1/group/{name}.
func (s *server) DeleteGroup(ctx context.Context, req wire.DeleteGroupRequestObject) (wire.DeleteGroupResponseObject, error) {
	written, err := s.write(ctx, scopeOfGroup(req.Name), policy.DeleteGroup(req.Name))
	return written, err
}

// scopeOfType returns which policy an object of that cfg_type is in.
func scopeOfType(cfgType string) policy.Scope {
	if cfgType == policy.ScopeFederal.CfgType() {
		return policy.ScopeFederal
	}
	return policy.ScopeLocal
}

func groupConfig(c wire.GroupConfig) policy.GroupConfig {
	out := policy.GroupConfig{
		Name:           c.Name,
		Comment:        c.Comment,
		CfgType:        deref(c.CfgType),
		MonitorMetric:  c.MonitorMetric,
		SessionCurrent: c.GroupSessCur,
		SessionRate:    c.GroupSessRate,
		GroupBandWidth: c.GroupBandWidth,
	}
	if c.Criteria != nil {
		criteria := make([]events.Criterion, 0, len(*c.Criteria))
		for _, one := range *c.Criteria {
			criteria = append(criteria, events.Criterion{Key: one.Key, Value: one.Value, Op: one.Op})
		}
		out.Criteria = &criteria
	}
	return out
}

// The kinds of group.
const (
	kindContainer = "container"
	kindAddress   = "address"
	kindNode      = "node"
)

func groupKind(g events.Group) string {
	for _, c := range g.Criteria {
		switch c.Key {
		case kindAddress, kindNode:
			return c.Key
		}
	}
	return kindContainer
}

// wireGroup returns a group with its rules in full.
func wireGroup(state *policy.State, g events.Group) wire.Group {
	out := wire.Group{
		Name:                  g.Name,
		Comment:               g.Comment,
		Reserved:              g.Reserved,
		CreaterDomains:        []string{},
		Kind:                  groupKind(g),
		CfgType:               state.Scope().CfgType(),
		MonitorMetric:         g.MonitorMetric,
		GroupSessCur:          g.SessionCurrent,
		GroupSessRate:         g.SessionRate,
		GroupBandWidth:        g.GroupBandWidth,
		Criteria:              make([]wire.Criterion, 0, len(g.Criteria)),
		Members:               []string{},
		CreatedTimestamp:      g.CreatedAt.Unix(),
		LastModifiedTimestamp: g.ModifiedAt.Unix(),
		PolicyRules:           []wire.Rule{},
		ResponseRules:         []wire.Rule{},
	}
	for _, c := range g.Criteria {
		out.Criteria = append(out.Criteria, wire.Criterion{Key: c.Key, Value: c.Value, Op: c.Op})
	}
	for _, r := range state.RulesOf(g.Name) {
		out.PolicyRules = append(out.PolicyRules, wireRule(state.Scope(), r))
	}
	return out
}

// wireGroupBrief returns a group as lists show it: with the ids of its rules.
func wireGroupBrief(state *policy.State, g events.Group) wire.GroupBrief {
	whole := wireGroup(state, g)
	out := wire.GroupBrief{
		Name:                  whole.Name,
		Comment:               whole.Comment,
		Reserved:              whole.Reserved,
		CreaterDomains:        whole.CreaterDomains,
		Kind:                  whole.Kind,
		CfgType:               whole.CfgType,
		MonitorMetric:         whole.MonitorMetric,
		GroupSessCur:          whole.GroupSessCur,
		GroupSessRate:         whole.GroupSessRate,
		GroupBandWidth:        whole.GroupBandWidth,
		Criteria:              whole.Criteria,
		Members:               whole.Members,
		CreatedTimestamp:      whole.CreatedTimestamp,
		LastModifiedTimestamp: whole.LastModifiedTimestamp,
		PolicyRules:           make([]uint32, 0, len(whole.PolicyRules)),
		ResponseRules:         []uint32{},
	}
	for _, r := range whole.PolicyRules {
		out.PolicyRules = append(out.PolicyRules, r.ID)
	}
	return out
}
