package api

import (
	"context"
	"slices"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListResponseRules answers GET /v1/response/rule.
func (s *server) ListResponseRules(_ context.Context, req wire.ListResponseRulesRequestObject) (wire.ListResponseRulesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListResponseRules200JSONResponse{Rules: shown(states, wireResponseRule)}, nil
}

// GetResponseRule answers GET /v1/response/rule/{id}.
func (s *server) GetResponseRule(_ context.Context, req wire.GetResponseRuleRequestObject) (wire.GetResponseRuleResponseObject, error) {
	state := s.state(scopeOfNumber(req.ID))
	r, err := numbered[events.ResponseRule](state, "response rule", req.ID)
	if err != nil {
		return nil, err
	}
	return wire.GetResponseRule200JSONResponse{Rule: wireResponseRule(state, r)}, nil
}

// PatchResponseRules answers PATCH /v1/response/rule. As in NeuVector, an insert of no rules is fine.
func (s *server) PatchResponseRules(ctx context.Context, req wire.PatchResponseRulesRequestObject) (wire.PatchResponseRulesResponseObject, error) {
	insert := req.Body.Insert
	if insert == nil {
		return nil, badRequest("there is no insert; one rule is changed under its own path")
	}
	if len(insert.Rules) == 0 {
		return wire.PatchResponseRules200Response{}, nil
	}
	common, err := commonScope(insert.Rules)
	if err != nil {
		return nil, err
	}
	scope, err := writeScope(req.Params.Scope, common)
	if err != nil {
		return nil, err
	}
	after := placed[events.ResponseRule](s, scope, insert.After)
	written, err := s.write(ctx, scope, policy.Insert(after, insert.Rules))
	return written, err
}

// commonScope returns which policy new rules are to be in when the query does not say: all of them in that of
// their cfg_type, which is user_created where it is missing.
func commonScope(rules []policy.ResponseConfig) (policy.Scope, error) {
	scope := scopeOfType(rules[0].CfgType)
	for i, r := range rules {
		if scopeOfType(r.CfgType) != scope {
			return "", badRequest("rule %d of %d has the cfg_type %q and the first %q; rules of one insert share it",
				i+1, len(rules), r.CfgType, rules[0].CfgType)
		}
	}
	return scope, nil
}

// DeleteResponseRules answers DELETE /v1/response/rule.
func (s *server) DeleteResponseRules(ctx context.Context, req wire.DeleteResponseRulesRequestObject) (wire.DeleteResponseRulesResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.RemoveAll(events.ObjectResponseRule))
	return written, err
}

// UpdateResponseRule answers PATCH /v1/response/rule/{id}.
func (s *server) UpdateResponseRule(ctx context.Context, req wire.UpdateResponseRuleRequestObject) (wire.UpdateResponseRuleResponseObject, error) {
	written, err := s.write(ctx, scopeOfNumber(req.ID), policy.Update(number(req.ID), req.Body.Config))
	return written, err
}

// DeleteResponseRule answers DELETE /v1/response/rule/{id}.
func (s *server) DeleteResponseRule(ctx context.Context, req wire.DeleteResponseRuleRequestObject) (wire.DeleteResponseRuleResponseObject, error) {
	written, err := s.write(ctx, scopeOfNumber(req.ID), policy.Remove(events.ObjectResponseRule, number(req.ID)))
	return written, err
}

// What a response rule may say. TestResponseOptions compares it with what package policy takes.
var (
	responseTypes = map[string][]string{
		"event":             {"name", "level"},
		"security-event":    {"name", "level", "process"},
		"admission-control": {"name", "level"},
		"serverless":        {"name", "level"},
		"compliance":        {"name", "level"},
		"cve-report": {
			"name", "level", "cve-name", "cve-critical", "cve-high", "cve-high-only", "cve-medium",
			"cve-critical-with-fix", "cve-high-with-fix", "cve-high-only-with-fix",
		},
	}
	responseLevels  = []string{"Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug"}
	responseActions = []string{"quarantine", "suppress-log", "webhook"}
)

// GetResponseOptions answers GET /v1/response/options.
func (s *server) GetResponseOptions(_ context.Context, req wire.GetResponseOptionsRequestObject) (wire.GetResponseOptionsResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	out := wire.GetResponseOptions200JSONResponse{
		ResponseRuleOptions: make(map[string]wire.ResponseOption, len(responseTypes)),
		Webhooks:            shown(states, func(_ *policy.State, w events.Webhook) string { return w.Name }),
	}
	for event, types := range responseTypes {
		out.ResponseRuleOptions[event] = wire.ResponseOption{
			Types: slices.Clone(types), Level: slices.Clone(responseLevels), Actions: slices.Clone(responseActions),
		}
	}
	return out, nil
}

func wireResponseRule(state *policy.State, r events.ResponseRule) wire.ResponseRule {
	return wire.ResponseRule{
		ID:                    r.ID,
		Event:                 r.Event,
		Comment:               r.Comment,
		Group:                 r.Group,
		Conditions:            listOf(r.Conditions),
		Actions:               listOf(r.Actions),
		Webhooks:              listOf(r.Webhooks),
		Disable:               r.Disabled,
		CfgType:               state.Scope().CfgType(),
		CreatedTimestamp:      r.CreatedAt.Unix(),
		LastModifiedTimestamp: r.ModifiedAt.Unix(),
		Targets:               r.Targets,
	}
}
