package hub

import (
	"context"
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/policy"
)

// Token is a join token as the master knows it.
type Token struct {
	ID      string
	Secret  string // the text to paste; only in the answer to [Hub.MintToken]
	Expires time.Time
	Uses    int
	Used    int
	Revoked bool
	By      string
	At      time.Time
	Labels  events.Labels // that the clusters which join with it get
}

// TokenRequest says what a join token is to be.
type TokenRequest struct {
	Actor    string
	Lifetime time.Duration
	Uses     int           // how many clusters may join with it
	Labels   events.Labels // that they get
}

// Bounds of a join token.
const (
	maxTokenLife = 30 * 24 * time.Hour
	maxTokenUses = 10_000
)

// MintToken makes a join token.
func (h *Hub) MintToken(ctx context.Context, r TokenRequest) (Token, error) {
	life, uses := r.Lifetime, r.Uses
	if life < time.Second || life > maxTokenLife || uses < 1 || uses > maxTokenUses {
		return Token{}, events.Refusal{Code: events.RefusedRequest, Message: fmt.Sprintf(
			"A join token lives between a second and %s and has 1 to %d uses; %s and %d were asked for.", maxTokenLife, maxTokenUses, life, uses)}
	}
	if err := policy.CheckLabels(r.Labels); err != nil {
		return Token{}, err
	}
	t := Token{ID: h.cfg.NewID(), Uses: uses, By: r.Actor, Labels: r.Labels}
	receipt, err := h.fleet.Do(ctx, r.Actor, func(_ *fleet, now time.Time) ([]events.Fact, error) {
		t.At, t.Expires = now, now.Add(life).Truncate(time.Second)
		return []events.Fact{events.TokenMinted{Federation: h.cfg.ID, Token: t.ID, Expires: t.Expires, Uses: uses, Labels: r.Labels}}, nil
	})
	if err != nil {
		return Token{}, fmt.Errorf("mint join token: %w", err)
	}
	t.At = receipt.Events[0].At
	t.Secret, err = bus.EncodeToken(h.cfg.Keys, bus.JoinToken{
		ID: t.ID, Master: h.Address(), Pin: h.authority.Pin(), Expires: t.Expires,
	})
	return t, err
}

// Tokens returns the join tokens, by id, without their text.
func (h *Hub) Tokens() []Token {
	var out []Token
	h.fleet.State().tokens.Scan(func(id string, t token) bool {
		out = append(out, Token{
			ID: id, Expires: t.Expires, Uses: t.Uses, Used: len(t.redeemed), Revoked: t.revoked, By: t.by, At: t.at, Labels: t.Labels,
		})
		return true
	})
	return out
}

// RevokeToken ends a join token. Clusters that joined with it stay.
func (h *Hub) RevokeToken(ctx context.Context, actor, id string) error {
	_, err := h.fleet.Do(ctx, actor, func(f *fleet, _ time.Time) ([]events.Fact, error) {
		t, ok := f.tokens.Get(id)
		if !ok {
			return nil, fmt.Errorf("%q: %w", id, ErrTokenUnknown)
		}
		if t.revoked {
			return nil, nil
		}
		return []events.Fact{events.TokenRevoked{Federation: h.cfg.ID, Token: id}}, nil
	})
	return err
}
