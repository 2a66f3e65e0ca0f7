package api

import (
	"context"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ListAdmissionRules answers GET /v1/admission/rules.
func (s *server) ListAdmissionRules(_ context.Context, req wire.ListAdmissionRulesRequestObject) (wire.ListAdmissionRulesResponseObject, error) {
	states, err := s.states(req.Params.Scope)
	if err != nil {
		return nil, err
	}
	return wire.ListAdmissionRules200JSONResponse{Rules: shown(states, wireAdmissionRule)}, nil
}

// GetAdmissionRule answers GET /v1/admission/rule/{id}.
func (s *server) GetAdmissionRule(_ context.Context, req wire.GetAdmissionRuleRequestObject) (wire.GetAdmissionRuleResponseObject, error) {
	state := s.state(scopeOfNumber(req.ID))
	r, err := numbered[events.AdmissionRule](state, "admission rule", req.ID)
	if err != nil {
		return nil, err
	}
	return wire.GetAdmissionRule200JSONResponse{Rule: wireAdmissionRule(state, r)}, nil
}

// CreateAdmissionRule answers POST /v1/admission/rule. As in NeuVector, the number in the request is not the
// one that the rule gets, but must not be that of another.
func (s *server) CreateAdmissionRule(ctx context.Context, req wire.CreateAdmissionRuleRequestObject) (wire.CreateAdmissionRuleResponseObject, error) {
	cfg := req.Body.Config
	if _, exists := policy.Get[events.AdmissionRule](s.state(scopeOfNumber(cfg.ID)), number(cfg.ID)); exists {
		return nil, badRequest("admission rule %d exists; PATCH changes it, and a new rule needs no id", cfg.ID)
	}
	cfg.ID = 0
	scope := scopeOfType(cfg.CfgType)
	var made events.AdmissionRule
	written, err := s.write(ctx, scope, noting(&made, policy.Create(cfg)))
	if err != nil {
		return nil, err
	}
	return wire.CreateAdmissionRule200JSONResponse{
		Body:    wire.OneAdmissionRule{Rule: wireAdmissionRule(s.state(scope), made)},
		Headers: wire.CreateAdmissionRule200ResponseHeaders(written.Headers),
	}, nil
}

// noting decides as decide does and keeps the object of type O that is made.
func noting[O events.Object](made *O, decide policy.Decision) policy.Decision {
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		facts, err := decide(state, now)
		for _, f := range facts {
			d, ok := f.(events.Definition)
			if !ok {
				continue
			}
			if o, ok := d.Object().(O); ok {
				*made = o
			}
		}
		return facts, err
	}
}

// UpdateAdmissionRule answers PATCH /v1/admission/rule. Its path has no number: the body says which rule.
func (s *server) UpdateAdmissionRule(ctx context.Context, req wire.UpdateAdmissionRuleRequestObject) (wire.UpdateAdmissionRuleResponseObject, error) {
	cfg := req.Body.Config
	scope := scopeOfNumber(cfg.ID)
	if cfg.ID == 0 {
		scope = scopeOfType(cfg.CfgType)
	}
	written, err := s.write(ctx, scope, policy.Update(number(cfg.ID), cfg))
	return written, err
}

// DeleteAdmissionRule answers DELETE /v1/admission/rule/{id}.
func (s *server) DeleteAdmissionRule(ctx context.Context, req wire.DeleteAdmissionRuleRequestObject) (wire.DeleteAdmissionRuleResponseObject, error) {
	written, err := s.write(ctx, scopeOfNumber(req.ID), policy.Remove(events.ObjectAdmissionRule, number(req.ID)))
	return written, err
}

// DeleteAdmissionRules answers DELETE /v1/admission/rules.
func (s *server) DeleteAdmissionRules(ctx context.Context, req wire.DeleteAdmissionRulesRequestObject) (wire.DeleteAdmissionRulesResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.RemoveAll(events.ObjectAdmissionRule))
	return written, err
}

func wireAdmissionRule(state *policy.State, r events.AdmissionRule) wire.AdmissionRule {
	return wire.AdmissionRule{
		ID:                    r.ID,
		Category:              r.Category,
		Comment:               r.Comment,
		Criteria:              listOf(r.Criteria),
		Disable:               r.Disabled,
		CfgType:               state.Scope().CfgType(),
		RuleType:              r.RuleType,
		RuleMode:              r.RuleMode,
		Containers:            listOf(r.Containers),
		CreatedTimestamp:      r.CreatedAt.Unix(),
		LastModifiedTimestamp: r.ModifiedAt.Unix(),
		Targets:               r.Targets,
	}
}
