package api

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// tokenIssuer makes and ends join tokens.
type tokenIssuer interface {
	// MintToken refuses with policy.ErrInvalid what no label can be.
	MintToken(ctx context.Context, r cluster.TokenRequest) (cluster.Token, error)
	Tokens() []cluster.Token
	// RevokeToken refuses an unknown token with hub.ErrTokenUnknown.
	RevokeToken(ctx context.Context, actor, id string) error
}

// maxTokenMinutes bounds the life of a join token: one year.
const maxTokenMinutes = 365 * 24 * 60

// MintToken answers GET /v1/fed/join_token.
func (s *server) MintToken(ctx context.Context, req wire.MintTokenRequestObject) (wire.MintTokenResponseObject, error) {
	uses := 1
	if req.Params.Uses != nil {
		uses = *req.Params.Uses
	}
	if uses < 1 {
		return nil, badRequest("uses %d; a token is for one cluster or more", uses)
	}
	labels, err := parseLabels(deref(req.Params.Labels))
	if err != nil {
		return nil, err
	}
	t, err := s.controller.MintToken(ctx, cluster.TokenRequest{
		Actor: actorOf(ctx), Lifetime: tokenLifetime(deref(req.Params.TokenDuration)), Uses: uses, Labels: labels,
	})
	if err != nil {
		return nil, err
	}
	return wire.MintToken200JSONResponse{JoinToken: t.Secret, ID: t.ID, Expires: t.Expires, Uses: t.Uses}, nil
}

// tokenLifetime reads a number of minutes; what is none stands for the default, as in NeuVector.
func tokenLifetime(minutes string) time.Duration {
	n, err := strconv.Atoi(minutes)
	if err != nil || n <= 0 {
		return cluster.DefaultTokenLifetime
	}
	return time.Duration(min(n, maxTokenMinutes)) * time.Minute
}

// ListTokens answers GET /v1/fed/tokens.
func (s *server) ListTokens(context.Context, wire.ListTokensRequestObject) (wire.ListTokensResponseObject, error) {
	tokens := slices.Clone(s.controller.Tokens())
	slices.SortStableFunc(tokens, func(a, b cluster.Token) int { return b.At.Compare(a.At) })
	out := wire.ListTokens200JSONResponse{Tokens: make([]wire.Token, 0, len(tokens))}
	for _, t := range tokens {
		out.Tokens = append(out.Tokens, wire.Token{
			ID: t.ID, Expires: t.Expires, Uses: t.Uses, Used: t.Used, Revoked: t.Revoked, CreatedBy: t.By, CreatedAt: t.At,
			Labels: wireLabels(t.Labels),
		})
	}
	return out, nil
}

// RevokeToken answers DELETE /v1/fed/token/{id}.
func (s *server) RevokeToken(ctx context.Context, req wire.RevokeTokenRequestObject) (wire.RevokeTokenResponseObject, error) {
	return wire.RevokeToken200Response{}, s.controller.RevokeToken(ctx, actorOf(ctx), req.ID)
}
