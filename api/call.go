package api

import "context"

// caller is who asks.
type caller struct {
	name      string
	role      string
	session   sessionID
	forwarded bool // the request came from the master, which vouches for the caller
}

// call is what the middlewares and handlers of one request tell each other. Only the goroutine that serves
// the request uses it.
type call struct {
	id      string // request id
	client  string // IP address that the request came from
	byPage  bool   // a browser says that the console's page made it
	who     caller // zero until the guard has let it pass
	login   string // the name that tries to log in
	code    int    // code of a failed answer
	failure string // message of a failed answer
}

type callKey struct{}

// callOf returns the call of ctx; every request that the router sees has one.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// actor names the caller in events.
func (c *call) actor() string {
	switch {
	case c.who.name == "":
		return c.login
	case c.who.forwarded:
		return c.who.name + "@master"
	}
	return c.who.name
}

// actorOf names the caller of ctx in events.
func actorOf(ctx context.Context) string { return callOf(ctx).actor() }
