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
	renewAt, expires time.Time
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
	from, to := time.Unix(claims.IssuedAt, 0), time.Unix(claims.Expires, 0)
	return &credential{
		Credential: bus.Credential{JWT: string(text), Key: key},
		renewAt:    from.Add(to.Sub(from) / renewalShare), expires: to,
	}, nil
}

// renewalShare is the part of its life after which a credential is renewed.
const renewalShare = 3
