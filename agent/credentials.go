package agent

import (
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/jwt/v2"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
)

// The names in the keyring.
const (
	agentKey      = "agent"      // the cluster's own key; its seed stays here
	fileUserJWT   = "agent.jwt"  // for the cluster's account at the master
	fileReturnJWT = "return.jwt" // to ask whether it is still a member
)

// storeCredentials keeps what the master gave.
func storeCredentials(keys *bus.Keyring, a events.Admission) error {
	return errors.Join(keys.Put(fileUserJWT, []byte(a.UserJWT)), keys.Put(fileReturnJWT, []byte(a.ReturnJWT)))
}

// ForgetCredentials removes the cluster's key and what the master gave for it.
func ForgetCredentials(keys *bus.Keyring) error {
	return errors.Join(keys.Remove(fileUserJWT), keys.Remove(fileReturnJWT), keys.RemoveUser(agentKey))
}

// credential is a user JWT with the cluster's key.
type credential struct {
	bus.Credential
	subject          string
	issued           time.Time
	renewAt, expires time.Time // zero: never
}

// loadCredential returns the stored JWT of the given name.
func loadCredential(keys *bus.Keyring, name string) (*credential, error) {
	text, err := keys.Get(name)
	if err != nil {
		return nil, err
	}
	key, err := keys.User(agentKey)
	if err != nil {
		return nil, err
	}
	claims, err := jwt.DecodeUserClaims(string(text))
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	c := &credential{
		Credential: bus.Credential{JWT: string(text), Key: key},
		subject:    claims.Subject, issued: time.Unix(claims.IssuedAt, 0),
	}
	if claims.Expires > 0 {
		c.expires = time.Unix(claims.Expires, 0)
		c.renewAt = c.issued.Add(c.expires.Sub(c.issued) / renewalShare)
	}
	return c, nil
}

// Validity says for how long one of a membership's credentials holds.
type Validity struct {
	Subject string // public key that it is for
	From    time.Time
	Until   time.Time // zero: it does not expire
}

// Credentials returns the validity of the credential for the cluster's account at the master, which is renewed long
// before it expires, and of the one to come back with when that failed.
func (m *Membership) Credentials() (account, comeBack Validity, err error) {
	back, err := loadCredential(m.cfg.Keys, fileReturnJWT)
	if err != nil {
		return account, comeBack, fmt.Errorf("membership: %w", err)
	}
	return m.credential.Load().validity(), back.validity(), nil
}

func (c *credential) validity() Validity {
	return Validity{Subject: c.subject, From: c.issued, Until: c.expires}
}

// renewalShare is the part of its life after which a credential is renewed.
const renewalShare = 3
