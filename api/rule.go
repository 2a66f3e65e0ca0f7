package api

import (
	"context"
	"fmt"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListRules answers GET /v1/policy/rule.
func (s *server) ListRules(_ context.Context, req wire.ListRulesRequestObject) (wire.ListRulesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	out := wire.ListRules200JSONResponse{Rules: []wire.Rule{}}
	for _, state := range states {
		for r := range state.Rules() {
			out.Rules = append(out.Rules, wireRule(state.Scope(), r))
		}
	}
	return out, nil
}

// GetRule answers GET /v1/policy/rule/{id}.
func (s *server) GetRule(_ context.Context, req wire.GetRuleRequestObject) (wire.GetRuleResponseObject, error) {
	scope := scopeOfRule(req.ID)
	r, ok := s.state(scope).Rule(req.ID)
	if !ok {
		return nil, fmt.Errorf("rule %d: %w", req.ID, policy.ErrNotFound)
	}
	return wire.GetRule200JSONResponse{Rule: wireRule(scope, r)}, nil
}

// PatchRules answers PATCH /v1/policy/rule.
func (s *server) PatchRules(ctx context.Context, req wire.PatchRulesRequestObject) (wire.PatchRulesResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.PatchRules(rulesPatch(*req.Body)))
	return written, err
}

// DeleteRules answers DELETE /v1/policy/rule.
func (s *server) DeleteRules(ctx context.Context, req wire.DeleteRulesRequestObject) (wire.DeleteRulesResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.DeleteAllRules())
	return written, err
}

// UpdateRule answers PATCH /v1/policy/rule/{id}.
func (s *server) UpdateRule(ctx context.Context, req wire.UpdateRuleRequestObject) (wire.UpdateRuleResponseObject, error) {
	written, err := s.write(ctx, scopeOfRule(req.ID), policy.UpdateRule(req.ID, ruleConfig(req.Body.Config)))
	return written, err
}

// DeleteRule answers DELETE /v1/policy/rule/{id}.
func (s *server) DeleteRule(ctx context.Context, req wire.DeleteRuleRequestObject) (wire.DeleteRuleResponseObject, error) {
	written, err := s.write(ctx, scopeOfRule(req.ID), policy.DeleteRule(req.ID))
	return written, err
}

func rulesPatch(p wire.RulesPatch) policy.RulesPatch {
	out := policy.RulesPatch{Delete: deref(p.Delete)}
	if p.Move != nil {
		out.Move = &policy.RuleMove{After: p.Move.After, ID: p.Move.ID}
	}
	if p.Insert != nil {
		out.Insert = &policy.RuleInsert{After: p.Insert.After, Rules: ruleConfigs(p.Insert.Rules)}
	}
	if p.Rules != nil {
		rules := ruleConfigs(*p.Rules)
		out.Rules = &rules
	}
	return out
}

func ruleConfigs(list []wire.RuleConfig) []policy.RuleConfig {
	out := make([]policy.RuleConfig, 0, len(list))
	for _, c := range list {
		out = append(out, ruleConfig(c))
	}
	return out
}

func ruleConfig(c wire.RuleConfig) policy.RuleConfig {
	return policy.RuleConfig{
		ID:           deref(c.ID),
		Comment:      c.Comment,
		From:         c.From,
		To:           c.To,
		Ports:        c.Ports,
		Action:       c.Action,
		Applications: c.Applications,
		Disable:      c.Disable,
		CfgType:      deref(c.CfgType),
		Priority:     c.Priority,
	}
}

func wireRule(scope policy.Scope, r events.NetworkRule) wire.Rule {
	return wire.Rule{
		ID:                    r.ID,
		Comment:               r.Comment,
		From:                  r.From,
		To:                    r.To,
		Ports:                 r.Ports,
		Action:                r.Action,
		Applications:          r.Applications,
		Disable:               r.Disabled,
		CreatedTimestamp:      r.CreatedAt.Unix(),
		LastModifiedTimestamp: r.ModifiedAt.Unix(),
		CfgType:               scope.CfgType(),
		Priority:              r.Priority,
	}
}
