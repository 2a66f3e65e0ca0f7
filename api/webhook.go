package api

import (
	"context"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// GetSystemConfig answers GET /v1/system/config.
func (s *server) GetSystemConfig(_ context.Context, req wire.GetSystemConfigRequestObject) (wire.GetSystemConfigResponseObject, error) {
	configs, err := s.systemConfigs(req.Params.Scope)
	return wire.GetSystemConfig200JSONResponse(configs), err
}

// GetSystemConfigV2 answers GET /v2/system/config.
func (s *server) GetSystemConfigV2(_ context.Context, req wire.GetSystemConfigV2RequestObject) (wire.GetSystemConfigV2ResponseObject, error) {
	configs, err := s.systemConfigs(req.Params.Scope)
	return wire.GetSystemConfigV2200JSONResponse(configs), err
}

func (s *server) systemConfigs(scope *string) (wire.SystemConfigs, error) {
	states, err := s.states(scope)
	if err != nil {
		return wire.SystemConfigs{}, err
	}
	var out wire.SystemConfigs
	for _, state := range states {
		config := &wire.SystemConfig{Webhooks: shown([]*policy.State{state}, wireWebhook)}
		if state.Scope() == policy.ScopeFederal {
			out.FedConfig = config
			continue
		}
		name := s.controller.Member().Name
		config.ClusterName = &name
		out.Config = config
	}
	return out, nil
}

// UpdateSystemConfig answers PATCH /v2/system/config. Of all settings it takes the webhooks, which become those
// of the list; a part of the request that has none changes nothing.
func (s *server) UpdateSystemConfig(ctx context.Context, req wire.UpdateSystemConfigRequestObject) (wire.UpdateSystemConfigResponseObject, error) {
	local, federal := req.Body.ConfigV2, req.Body.FedConfig
	if local == nil {
		local = req.Body.Config
	}
	missing, part := policy.ScopeLocal, local
	if federal != nil {
		missing, part = policy.ScopeFederal, federal
	}
	scope, err := writeScope(req.Params.Scope, missing)
	switch {
	case err != nil:
		return nil, err
	case local != nil && federal != nil:
		return nil, badRequest("there are settings of the cluster and of the federation; one request changes one of them")
	case part != nil && scope != missing:
		return nil, badRequest("the scope %q does not fit the settings; fed_config has those of the federation", scope)
	}
	decide := policy.ChangeSet(nil)
	if part != nil && part.Webhooks != nil {
		decide = theseWebhooks(*part.Webhooks)
	}
	written, err := s.write(ctx, scope, decide)
	return written, err
}

// theseWebhooks makes the webhooks of a scope those of the list.
func theseWebhooks(list []policy.WebhookConfig) policy.Decision {
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		stay := make(map[string]bool, len(list))
		edits := make([]policy.Edit, 0, len(list))
		for _, c := range list {
			stay[c.Name] = true
			edits = append(edits, policy.Edit{Kind: events.ObjectWebhook, Config: c})
		}
		for w := range policy.All[events.Webhook](state) {
			if !stay[w.Name] {
				edits = append(edits, policy.Edit{Delete: true, Kind: events.ObjectWebhook, Name: w.Name})
			}
		}
		return policy.ChangeSet(edits)(state, now)
	}
}

// CreateWebhook answers POST /v1/system/config/webhook.
func (s *server) CreateWebhook(ctx context.Context, req wire.CreateWebhookRequestObject) (wire.CreateWebhookResponseObject, error) {
	cfg := req.Body.Config
	scope, err := writeScope(req.Params.Scope, scopeOfNew(cfg.Name, cfg.CfgType))
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.Create(cfg))
	return written, err
}

// UpdateWebhook answers PATCH /v1/system/config/webhook/{name}.
func (s *server) UpdateWebhook(ctx context.Context, req wire.UpdateWebhookRequestObject) (wire.UpdateWebhookResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, scopeOfName(req.Name))
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.Update(req.Name, req.Body.Config))
	return written, err
}

// DeleteWebhook answers DELETE /v1/system/config/webhook/{name}.
func (s *server) DeleteWebhook(ctx context.Context, req wire.DeleteWebhookRequestObject) (wire.DeleteWebhookResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, scopeOfName(req.Name))
	if err != nil {
		return nil, err
	}
	written, err := s.write(ctx, scope, policy.Remove(events.ObjectWebhook, req.Name))
	return written, err
}

func wireWebhook(state *policy.State, w events.Webhook) wire.Webhook {
	return wire.Webhook{
		Name:     w.Name,
		URL:      w.URL,
		Enable:   w.Enable,
		UseProxy: w.UseProxy,
		Type:     w.Type,
		CfgType:  state.Scope().CfgType(),
		Targets:  w.Targets,
	}
}
