package bus

import (
	"fmt"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
)

// The accounts of the embedded servers. LOCAL is on a server that nothing outside the process can reach;
// FED, JOIN and one account per cluster are on the one that listens for leaf connections.
const (
	AccountSystem = "SYS"
	AccountLocal  = "LOCAL"
	AccountFed    = "FED"
	AccountJoin   = "JOIN"
)

// directGet is the JetStream subject that answers reads of a stream.
func directGet(log events.Log) string { return "$JS.API.DIRECT.GET." + string(log) }

// Bounds of what one cluster may cost the master.
const (
	maxClusterLeafs = 2       // the connection, and the next one while the former is not yet gone
	maxClusterSubs  = 64      // an agent holds less than ten
	maxPayload      = 1 << 20 // bytes: a whole event or chunk, as the server's own default
	maxJoining      = 4096    // clusters in the middle of a join or a return
)

// unlimitedStorage lets an account use JetStream.
func unlimitedStorage(c *jwt.AccountClaims) {
	c.Limits.JetStreamLimits = jwt.JetStreamLimits{DiskStorage: jwt.NoLimit, MemoryStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit}
}

// fedClaims gives the account that owns the federated logs what every cluster may have of it.
func fedClaims(c *jwt.AccountClaims) {
	unlimitedStorage(c)
	c.Exports.Add(
		&jwt.Export{Name: "live", Subject: jwt.Subject(events.LiveFilter()), Type: jwt.Stream},
		&jwt.Export{Name: "probe", Subject: events.SubjectProbe, Type: jwt.Stream},
		&jwt.Export{Name: "ctl", Subject: jwt.Subject(events.CtlAccount("*", ">")), Type: jwt.Stream, AccountTokenPosition: 3},
		&jwt.Export{Name: "up", Subject: jwt.Subject(events.UpAccount("*", ">")), Type: jwt.Service, AccountTokenPosition: 3},
		&jwt.Export{Name: "get", Subject: jwt.Subject(directGet(events.Rules)), Type: jwt.Service, ResponseType: jwt.ResponseTypeStream},
	)
}

// clusterClaims gives a cluster's account its own view of the federation: the account's key, put into the
// subjects by the server, is the identity that the hub reads there.
func clusterClaims(c *jwt.AccountClaims, fed, signer string) {
	account := c.Subject
	c.SigningKeys.Add(signer)
	c.Limits.LeafNodeConn = maxClusterLeafs
	c.Limits.Subs = maxClusterSubs
	c.Limits.Payload = maxPayload
	c.Limits.Exports = 0
	c.Imports.Add(
		&jwt.Import{Name: "live", Account: fed, Subject: jwt.Subject(events.LiveFilter()), Type: jwt.Stream},
		&jwt.Import{Name: "probe", Account: fed, Subject: events.SubjectProbe, Type: jwt.Stream},
		&jwt.Import{
			Name: "ctl", Account: fed, Type: jwt.Stream,
			Subject: jwt.Subject(events.CtlAccount(account, ">")), LocalSubject: jwt.RenamingSubject(ctlWildcard),
		},
		&jwt.Import{
			Name: "up", Account: fed, Type: jwt.Service,
			Subject: jwt.Subject(events.UpAccount(account, ">")), LocalSubject: jwt.RenamingSubject(upWildcard),
		},
		&jwt.Import{
			Name: "get", Account: fed, Type: jwt.Service,
			Subject: jwt.Subject(directGet(events.Rules)), LocalSubject: events.SubjectGet,
		},
	)
}

// joinClaims bounds the account that join tokens and returns live in.
func joinClaims(c *jwt.AccountClaims) {
	c.Limits.LeafNodeConn = maxJoining
	c.Limits.Payload = maxPayload
}

const (
	ctlWildcard = "fed.ctl.>"
	upWildcard  = "fed.up.>"
)

// Grant is what a user JWT allows, and until when.
type Grant struct {
	Name      string
	Account   string        // public nkey of the account that the user lives in
	Signer    nkeys.KeyPair // the account's key, or one of its signing keys
	Publish   []string      // never empty: an empty list would allow everything
	Subscribe []string      // never empty
	Expires   time.Time     // zero: never
	Bearer    bool          // whoever has the text is the user
	InProcess bool          // usable inside the master's process; otherwise on a leaf connection only
	Tags      []string
}

// Encode returns the user JWT for the user with the given public key.
func (g Grant) Encode(user string) (string, error) {
	if len(g.Publish) == 0 || len(g.Subscribe) == 0 {
		return "", fmt.Errorf("user %s: an empty permission list would allow everything", g.Name)
	}
	c := jwt.NewUserClaims(user)
	c.Name = g.Name
	c.IssuerAccount = g.Account
	if pub, err := g.Signer.PublicKey(); err == nil && pub == g.Account {
		c.IssuerAccount = "" // an account's own key needs no mention
	}
	c.BearerToken = g.Bearer
	c.Pub.Allow.Add(g.Publish...)
	c.Sub.Allow.Add(g.Subscribe...)
	c.AllowedConnectionTypes.Add(jwt.ConnectionTypeLeafnode)
	if g.InProcess {
		c.AllowedConnectionTypes = jwt.StringList{jwt.ConnectionTypeInProcess}
	}
	if !g.Expires.IsZero() {
		c.Expires = g.Expires.Unix()
	}
	c.Tags.Add(g.Tags...)
	text, err := c.Encode(g.Signer)
	if err != nil {
		return "", fmt.Errorf("user %s: %w", g.Name, err)
	}
	return text, nil
}

// ClusterGrant returns what a cluster's agent may do in the cluster's own account.
func ClusterGrant(account string, signer nkeys.KeyPair) Grant {
	return Grant{
		Name: "agent", Account: account, Signer: signer,
		Publish:   []string{upWildcard, events.SubjectGet},
		Subscribe: []string{events.LiveFilter(), events.SubjectProbe, ctlWildcard, inboxPrefix + ">"},
	}
}
