package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
)

// PromoteRules answers POST /v1/policy/rules/promote.
func (s *server) PromoteRules(ctx context.Context, req wire.PromoteRulesRequestObject) (wire.PromoteRulesResponseObject, error) {
	written, err := s.promoteRules(ctx, events.ObjectNetworkRule, req.Body.Request.Ids)
	return written, err
}

// PromoteAdmissionRules answers POST /v1/admission/rule/promote.
func (s *server) PromoteAdmissionRules(ctx context.Context, req wire.PromoteAdmissionRulesRequestObject) (wire.PromoteAdmissionRulesResponseObject, error) {
	written, err := s.promoteRules(ctx, events.ObjectAdmissionRule, req.Body.Request.Ids)
	return written, err
}

func (s *server) promoteRules(ctx context.Context, kind events.ObjectKind, ids []uint32) (wire.WrittenResponse, error) {
	if len(ids) == 0 {
		return wire.WrittenResponse{}, badRequest("request.ids is empty; name the rules to promote")
	}
	receipt, err := s.controller.PromoteRules(ctx, actorOf(ctx), kind, ids)
	if err != nil {
		return wire.WrittenResponse{}, err
	}
	return wireWritten(receipt), nil
}
