package fedtest

import (
	"net/http"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

// FedAddress returns where the cluster listens for remotes, as a master.
func (c *Cluster) FedAddress() wire.RestInfo { return wireAddress(addressOf(c.fed)) }

// RESTAddress returns where the cluster's REST server listens.
func (c *Cluster) RESTAddress() wire.RestInfo { return wireAddress(addressOf(c.rest)) }

// Promote makes the cluster a master.
func (c *Cluster) Promote() {
	c.world.t.Helper()
	at := c.FedAddress()
	c.Must(http.MethodPost, "/v1/fed/promote", wire.Promotion{MasterRestInfo: &at}, nil)
}

// Token returns a fresh join token of the master, for one cluster and one hour.
func (c *Cluster) Token() wire.MintedToken {
	c.world.t.Helper()
	var out wire.MintedToken
	c.Must(http.MethodGet, "/v1/fed/join_token?token_duration=60", nil, &out)
	return out
}

// Link returns the link to the given master; there is one in the life of a cluster.
func (c *Cluster) Link(master *Cluster) *Link {
	if c.link == nil {
		c.link = openLink(c.world.t, master.fed)
	}
	return c.link
}

// JoinRequest returns what joins the given master by its token, over the cluster's own link.
func (c *Cluster) JoinRequest(master *Cluster, token string) wire.Join {
	at := c.Link(master).Address()
	port := int(at.Port)
	return wire.Join{JoinToken: token, Server: &at.Server, Port: &port}
}

// Join asks to join, and returns the answer.
func (c *Cluster) Join(request wire.Join) Answer {
	c.world.t.Helper()
	return c.Call(http.MethodPost, "/v1/fed/join", request)
}

// MustJoin joins the given master with a fresh token.
func (c *Cluster) MustJoin(master *Cluster) {
	c.world.t.Helper()
	if a := c.Join(c.JoinRequest(master, master.Token().JoinToken)); a.Status != http.StatusOK {
		c.world.t.Fatalf("%s cannot join: %d %s", c.Name, a.Status, a.Body)
	}
}

// Member returns what the cluster says of itself and its federation.
func (c *Cluster) Member() wire.Member {
	c.world.t.Helper()
	var out wire.Member
	c.Must(http.MethodGet, "/v1/fed/member", nil, &out)
	return out
}

// ID returns the cluster's id.
func (c *Cluster) ID() string {
	c.world.t.Helper()
	var out wire.Version
	c.Must(http.MethodGet, "/v1/version", nil, &out)
	return out.ID
}

// StatusOf returns the status of the named cluster in the eyes of this one; "" for one that it has not.
func (c *Cluster) StatusOf(name string) cluster.Status {
	for _, s := range c.Summaries() {
		if s.Name == name {
			return s.Status
		}
	}
	return ""
}

func wireAddress(a events.RestInfo) wire.RestInfo {
	return wire.RestInfo{Server: a.Server, Port: int(a.Port)}
}
