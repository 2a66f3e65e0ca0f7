package api

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

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
	return wire.ListRules200JSONResponse{Rules: shown(states, wireRule)}, nil
}

// GetRule answers GET /v1/policy/rule/{id}.
func (s *server) GetRule(_ context.Context, req wire.GetRuleRequestObject) (wire.GetRuleResponseObject, error) {
	state := s.state(scopeOfNumber(req.ID))
	r, err := numbered[events.NetworkRule](state, "rule", req.ID)
	if err != nil {
		return nil, err
	}
	return wire.GetRule200JSONResponse{Rule: wireRule(state, r)}, nil
}

// PatchRules answers PATCH /v1/policy/rule.
func (s *server) PatchRules(ctx context.Context, req wire.PatchRulesRequestObject) (wire.PatchRulesResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, s.patchRules(scope, *req.Body))
	return written, err
}

// patchRules decides as NeuVector does, which has the rules of both scopes in one list, federated ones first: a rule
// of the other scope may give a place, those in a replacement are passed over, and so are deleted ones that are gone.
func (s *server) patchRules(scope policy.Scope, p wire.RulesPatch) policy.Decision {
	var out policy.RulesPatch
	switch {
	case p.Move != nil:
		out.Move = &policy.RuleMove{After: placed[events.NetworkRule](s, scope, p.Move.After), ID: p.Move.ID}
	case p.Insert != nil:
		out.Insert = &policy.RuleInsert{After: placed[events.NetworkRule](s, scope, p.Insert.After), Rules: p.Insert.Rules}
	case p.Rules != nil:
		rules := slices.DeleteFunc(slices.Clone(*p.Rules), func(c policy.RuleConfig) bool { return isOfOther(scope, c) })
		out.Rules = &rules
	case p.Delete != nil:
		return deleteRules(scope, *p.Delete)
	default:
		return func(*policy.State, time.Time) ([]events.Fact, error) {
			return nil, badRequest("there is no move, insert, rules or delete; give one of them")
		}
	}
	return policy.PatchRules(out)
}

// placed returns the place in the list of a scope that after means: at its end for a federated rule beside one of the
// cluster's own, and at its beginning the other way round.
func placed[O events.Object](s *server, scope policy.Scope, after *int) *int {
	id := int64(deref(after))
	id = max(id, -id)
	if id <= 0 || id > math.MaxUint32 {
		return after
	}
	other, end := policy.ScopeLocal, (*int)(nil)
	if scope == policy.ScopeLocal {
		other, end = policy.ScopeFederal, new(int)
	}
	if _, there := policy.Get[O](s.state(other), number(uint32(id))); !there {
		return after
	}
	return end
}

// isOfOther reports whether a rule in the replacement of a scope is one of the other: by its type or, when nothing but
// its number is said, by that.
func isOfOther(scope policy.Scope, c policy.RuleConfig) bool {
	switch {
	case c.CfgType == policy.ScopeFederal.CfgType() || c.CfgType == policy.ScopeLocal.CfgType():
		return scopeOfType(c.CfgType) != scope
	case c.CfgType != "" || c.ID == 0 || deref(c.From) != "" || deref(c.To) != "":
		return false
	}
	return scopeOfNumber(c.ID) != scope
}

// baseRules are the first number of those that no rule has here: NeuVector's base rules.
const baseRules = 110_000

// deleteRules deletes those of the rules that are there.
func deleteRules(scope policy.Scope, ids []uint32) policy.Decision {
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		there := make([]uint32, 0, len(ids))
		for _, id := range ids {
			if scopeOfNumber(id) != scope || id >= baseRules {
				return nil, fmt.Errorf("%w: rule %d cannot be deleted in the scope %q", policy.ErrNotAllowed, id, scope)
			}
			if _, ok := state.Rule(id); ok {
				there = append(there, id)
			}
		}
		return policy.PatchRules(policy.RulesPatch{Delete: there})(state, now)
	}
}

// DeleteRules answers DELETE /v1/policy/rule.
func (s *server) DeleteRules(ctx context.Context, req wire.DeleteRulesRequestObject) (wire.DeleteRulesResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeLocal)
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.RemoveAll(events.ObjectNetworkRule))
	return written, err
}

// UpdateRule answers PATCH /v1/policy/rule/{id}.
func (s *server) UpdateRule(ctx context.Context, req wire.UpdateRuleRequestObject) (wire.UpdateRuleResponseObject, error) {
	decide := policy.Update(number(req.ID), req.Body.Config)
	if deref(req.Body.Replicate) {
		decide = policy.Replicate(req.ID, req.Body.Config)
	}
	written, err := s.write(ctx, scopeOfNumber(req.ID), decide)
	return written, err
}

// DeleteRule answers DELETE /v1/policy/rule/{id}.
func (s *server) DeleteRule(ctx context.Context, req wire.DeleteRuleRequestObject) (wire.DeleteRuleResponseObject, error) {
	written, err := s.write(ctx, scopeOfNumber(req.ID), policy.Remove(events.ObjectNetworkRule, number(req.ID)))
	return written, err
}

func wireRule(state *policy.State, r events.NetworkRule) wire.Rule {
	return wire.Rule{
		ID:                    r.ID,
		Comment:               r.Comment,
		From:                  r.From,
		To:                    r.To,
		Ports:                 r.Ports,
		Action:                r.Action,
		Applications:          listOf(r.Applications),
		Disable:               r.Disabled,
		CreatedTimestamp:      r.CreatedAt.Unix(),
		LastModifiedTimestamp: r.ModifiedAt.Unix(),
		CfgType:               state.Scope().CfgType(),
		Priority:              r.Priority,
		Targets:               r.Targets,
	}
}
