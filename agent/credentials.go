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

// credential returns the stored JWT of the given name with the cluster's key.
func credential(keys *bus.Keyring, name string) (bus.Credential, error) {
	text, err := keys.Get(name)
	if err != nil {
		return bus.Credential{}, err
	}
	key, err := keys.User(agentKey)
	if err != nil {
		return bus.Credential{}, err
	}
	return bus.Credential{JWT: string(text), Key: key}, nil
}

// lifetime returns when a user JWT was made and when it ends.
func lifetime(text string) (from, to time.Time, err error) {
	claims, err := jwt.DecodeUserClaims(text)
	if err != nil {
		return time.Time{}, time.Time{}, fmt.Errorf("credential: %w", err)
	}
	return time.Unix(claims.IssuedAt, 0), time.Unix(claims.Expires, 0), nil
}
