package bus

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
)

// tokenGrace is how much longer a join token opens a connection than it admits a cluster: within it the
// master says that the token expired, instead of its server closing the connection without a word.
const tokenGrace = 24 * time.Hour

// The names of a join token's tags. Tags are lower case.
const (
	tagToken   = "token:"
	tagMaster  = "master:"
	tagPin     = "pin:"
	tagExpires = "expires:"
)

// JoinToken is what a join token says in itself.
type JoinToken struct {
	ID      string
	Master  events.RestInfo
	Pin     events.Hash
	Expires time.Time
}

// EncodeToken returns the text of a join token: a bearer user JWT in the JOIN account that may ask to join
// and nothing else. Whoever has the text can use it.
func EncodeToken(keys *Keyring, t JoinToken) (string, error) {
	user, err := nkeys.CreateUser()
	if err != nil {
		return "", fmt.Errorf("join token: %w", err)
	}
	pub, err := user.PublicKey()
	if err != nil {
		return "", fmt.Errorf("join token: %w", err)
	}
	g, err := joinGrant(keys, "join token "+t.ID, events.JoinSubject(t.ID), t.ID)
	if err != nil {
		return "", err
	}
	g.Bearer = true
	g.Expires = t.Expires.Add(tokenGrace)
	g.Tags = []string{
		tagToken + t.ID, tagMaster + hostPort(t.Master), tagPin + t.Pin.String(),
		tagExpires + strconv.FormatInt(t.Expires.Unix(), 10),
	}
	return g.Encode(pub)
}

// ParseToken reads a join token and checks that nobody changed it. An error is an [events.Refusal].
func ParseToken(text string) (JoinToken, error) {
	claims, err := jwt.DecodeUserClaims(strings.TrimSpace(text))
	if err != nil {
		if strings.Contains(err.Error(), "signature") {
			return JoinToken{}, events.Refusal{
				Code:    events.RefusedTokenTampered,
				Message: "The join token was changed on its way: its signature does not fit. Copy it again from the master's console.",
			}
		}
		return JoinToken{}, malformedToken(fmt.Errorf("it is no NATS user JWT (%w)", err))
	}
	t, err := readTags(claims.Tags)
	if err != nil {
		return JoinToken{}, malformedToken(err)
	}
	return t, nil
}

func readTags(tags jwt.TagList) (t JoinToken, err error) {
	tag := func(name string) string {
		for _, tag := range tags {
			if v, ok := strings.CutPrefix(tag, name); ok {
				return v
			}
		}
		return ""
	}
	t.ID = tag(tagToken)
	if t.ID == "" {
		return t, errors.New("it has no id")
	}
	host, portText, err := net.SplitHostPort(tag(tagMaster))
	if err != nil {
		return t, fmt.Errorf("the master's address: %w", err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return t, fmt.Errorf("the master's port: %w", err)
	}
	t.Master = events.RestInfo{Server: host, Port: uint16(port)}
	if err := t.Pin.UnmarshalText([]byte(tag(tagPin))); err != nil || t.Pin.IsZero() {
		return t, fmt.Errorf("the pin %q of the master's certificate authority", tag(tagPin))
	}
	seconds, err := strconv.ParseInt(tag(tagExpires), 10, 64)
	if err != nil {
		return t, fmt.Errorf("the time of expiry: %w", err)
	}
	t.Expires = time.Unix(seconds, 0).UTC()
	return t, nil
}

func malformedToken(err error) error {
	return events.Refusal{
		Code:    events.RefusedTokenMalformed,
		Message: fmt.Sprintf("This is not a join token: %v. Paste the whole token as the master's console shows it.", err),
	}
}

// EncodeReturn returns the JWT with which the holder of the given key may ask the master, for as long as
// it likes, whether the cluster is still a member, and nothing else.
func EncodeReturn(keys *Keyring, cluster, key string) (string, error) {
	g, err := joinGrant(keys, "return of "+cluster, events.ReturnSubject(cluster), cluster)
	if err != nil {
		return "", err
	}
	return g.Encode(key)
}

// JoinInbox returns the prefix of the subjects on which the answer to a join or a return may arrive.
func JoinInbox(id string) string { return inboxPrefix + id + "." }

func joinGrant(keys *Keyring, name, subject, inbox string) (Grant, error) {
	signer, err := keys.Account(AccountJoin)
	if err != nil {
		return Grant{}, err
	}
	account, err := signer.PublicKey()
	if err != nil {
		return Grant{}, fmt.Errorf("account %s: %w", AccountJoin, err)
	}
	return Grant{
		Name: name, Account: account, Signer: signer,
		Publish: []string{subject}, Subscribe: []string{JoinInbox(inbox) + ">"},
	}, nil
}
