package api

import (
	"cmp"
	"context"
	"slices"
	"time"

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
	return wire.ListGroups200JSONResponse{Groups: shown(states, wireGroupBrief)}, nil
}

// GetGroup answers GET /v1/group/{name}.
func (s *server) GetGroup(_ context.Context, req wire.GetGroupRequestObject) (wire.GetGroupResponseObject, error) {
	state := s.state(scopeOfName(req.Name))
	g, err := object[events.Group](state, "group", req.Name)
	if err != nil {
		return nil, err
	}
	return wire.GetGroup200JSONResponse{Group: wireGroup(state, g)}, nil
}

// CreateGroup answers POST /v1/group.
func (s *server) CreateGroup(ctx context.Context, req wire.CreateGroupRequestObject) (wire.CreateGroupResponseObject, error) {
	cfg := req.Body.Config
	written, err := s.write(ctx, scopeOfNew(cfg.Name, cfg.CfgType), policy.Create(cfg))
	return written, err
}

// UpdateGroup answers PATCH /v1/group/{name}.
func (s *server) UpdateGroup(ctx context.Context, req wire.UpdateGroupRequestObject) (wire.UpdateGroupResponseObject, error) {
	written, err := s.write(ctx, scopeOfName(req.Name), policy.Update(req.Name, req.Body.Config))
	return written, err
}

// DeleteGroup answers DELETE /v1/group/{name}.
func (s *server) DeleteGroup(ctx context.Context, req wire.DeleteGroupRequestObject) (wire.DeleteGroupResponseObject, error) {
	written, err := s.write(ctx, scopeOfName(req.Name), policy.Remove(events.ObjectGroup, req.Name))
	return written, err
}

// ofGroup decides as put does about what every group has, such as its process profile, whether or not it is
// stored yet. The body may leave out which group it is.
func ofGroup(name, body string, put policy.Decision) policy.Decision {
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		if body != "" && body != name {
			return nil, badRequest("Name mismatch: the path says %q and the body %q", name, body)
		}
		if _, err := object[events.Group](state, "group", name); err != nil {
			return nil, err
		}
		return put(state, now)
	}
}

// groupHas returns what a group has of type O: none, when nothing is stored.
func groupHas[O events.Object](state *policy.State, name string, none O) (O, error) {
	if _, err := object[events.Group](state, "group", name); err != nil {
		return none, err
	}
	if o, stored := policy.Get[O](state, name); stored {
		return o, nil
	}
	return none, nil
}

// The kinds of group.
const (
	kindContainer = "container"
	kindAddress   = "address"
	kindNode      = "node"
)

func groupKind(g events.Group) string {
	switch {
	case g.Name == policy.FederalNodes:
		return kindNode
	case slices.ContainsFunc(g.Criteria, func(c events.Criterion) bool { return c.Key == kindAddress }):
		return kindAddress
	}
	return kindContainer
}

// networkRulesOf returns the rules that speak of a group, in the order in which they are tried.
func networkRulesOf(state *policy.State, g events.Group) []events.NetworkRule {
	rules := usersOf[events.NetworkRule](state, g.About())
	slices.SortFunc(rules, func(a, b events.NetworkRule) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	})
	return rules
}

// responseRulesOf returns the rules for a group, in the order of their list.
func responseRulesOf(state *policy.State, g events.Group) []events.ResponseRule {
	rules := usersOf[events.ResponseRule](state, g.About())
	slices.SortFunc(rules, func(a, b events.ResponseRule) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	})
	return rules
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
		Criteria:              listOf(g.Criteria),
		Members:               []string{},
		CreatedTimestamp:      g.CreatedAt.Unix(),
		LastModifiedTimestamp: g.ModifiedAt.Unix(),
		Targets:               g.Targets,
		PolicyRules:           []wire.Rule{},
		ResponseRules:         []wire.ResponseRule{},
	}
	for _, r := range networkRulesOf(state, g) {
		out.PolicyRules = append(out.PolicyRules, wireRule(state, r))
	}
	for _, r := range responseRulesOf(state, g) {
		out.ResponseRules = append(out.ResponseRules, wireResponseRule(state, r))
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
		Targets:               whole.Targets,
		PolicyRules:           make([]uint32, 0, len(whole.PolicyRules)),
		ResponseRules:         make([]uint32, 0, len(whole.ResponseRules)),
	}
	for _, r := range whole.PolicyRules {
		out.PolicyRules = append(out.PolicyRules, r.ID)
	}
	for _, r := range whole.ResponseRules {
		out.ResponseRules = append(out.ResponseRules, r.ID)
	}
	return out
}
