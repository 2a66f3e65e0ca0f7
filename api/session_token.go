package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// sessionID is what a session token stands for: 128 random bits.
type sessionID [16]byte

// sessionPurpose keeps the signature of a session token from meaning anything else.
const sessionPurpose = "fedhub session 1\x00"

// sign returns the token for id: the id and its HMAC-SHA256, in base64. The signature is there to tell a
// session that is over from a token that was never issued; a session is looked up by its id.
func (id sessionID) sign(key []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(id[:], id.mac(key)...))
}

// verify returns what the token stands for, and whether a server with this key issued it.
func verify(token string, key []byte) (sessionID, bool) {
	var id sessionID
	if len(token) != base64.RawURLEncoding.EncodedLen(len(id)+sha256.Size) {
		return sessionID{}, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != len(id)+sha256.Size {
		return sessionID{}, false
	}
	copy(id[:], raw)
	return id, hmac.Equal(raw[len(id):], id.mac(key))
}

func (id sessionID) mac(key []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(sessionPurpose))
	h.Write(id[:])
	return h.Sum(nil)
}
