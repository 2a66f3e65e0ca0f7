package cluster

import (
	"cmp"
	"context"
	"time"

	"github.com/fedhub/fedhub/hub"
)

// TokenRequest asks for a join token: a zero Lifetime stands for [DefaultTokenLifetime], zero Uses for one.
type TokenRequest = hub.TokenRequest

// DefaultTokenLifetime is how long a join token is valid unless asked otherwise.
const DefaultTokenLifetime = time.Hour

// Token is a join token. Secret, the text to paste, is there when it is minted and never again.
type Token = hub.Token

// MintToken makes a join token, at a master.
func (c *Controller) MintToken(ctx context.Context, r TokenRequest) (Token, error) {
	h, err := c.master()
	if err != nil {
		return Token{}, err
	}
	r.Lifetime = cmp.Or(r.Lifetime, DefaultTokenLifetime)
	r.Uses = cmp.Or(r.Uses, 1)
	return h.MintToken(ctx, r)
}

// Tokens returns the join tokens of a master, without their texts.
func (c *Controller) Tokens() []Token {
	if h := c.running().hub; h != nil {
		return h.Tokens()
	}
	return nil
}

// RevokeToken ends a join token before its time. Clusters that joined with it stay.
func (c *Controller) RevokeToken(ctx context.Context, actor, id string) error {
	h, err := c.master()
	if err != nil {
		return err
	}
	return h.RevokeToken(ctx, actor, id)
}
