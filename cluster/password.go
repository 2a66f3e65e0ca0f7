package cluster

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of a password, as OWASP's password storage cheat sheet asks of argon2id at least: 19 MiB of
// memory, two passes, one lane.
const (
	argonMemory  = 19 << 10 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32 // bytes
	argonSalt    = 16 // bytes
)

// minPassword and maxPassword bound a password, in bytes. Its kinds of characters do not matter.
const (
	minPassword = 8
	maxPassword = 256
)

// phc is the PHC string format of argon2id: version, memory, time, threads, salt, key.
const phc = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"

// nobodysPassword is checked for a user who does not exist, so that the answer takes as long. No password
// has it: its key is shorter than any.
var nobodysPassword = encodePassword(make([]byte, argonSalt), make([]byte, argonKey))

func hashPassword(password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return encodePassword(salt, argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)), nil
}

func encodePassword(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf(phc, argon2.Version, argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// checkPassword reports whether hash is that of password.
func checkPassword(hash, password string) (bool, error) {
	var version int
	var memory, time uint32
	var threads uint8
	var rest string
	format, _, _ := strings.Cut(phc, "%s")
	if _, err := fmt.Sscanf(hash, format+"%s", &version, &memory, &time, &threads, &rest); err != nil || version != argon2.Version {
		return false, fmt.Errorf("stored password cannot be read: %w", err)
	}
	saltText, keyText, _ := strings.Cut(rest, "$")
	salt, err := base64.RawStdEncoding.DecodeString(saltText)
	if err != nil {
		return false, fmt.Errorf("stored password cannot be read: %w", err)
	}
	key, err := base64.RawStdEncoding.DecodeString(keyText)
	if err != nil || len(key) != argonKey {
		return false, fmt.Errorf("stored password cannot be read: %w", err)
	}
	given := argon2.IDKey([]byte(password), salt, time, memory, threads, argonKey)
	return subtle.ConstantTimeCompare(given, key) == 1, nil
}

func checkStrength(password, user string) error {
	switch {
	case len(password) < minPassword:
		return fmt.Errorf("%w: it has %d characters; use %d or more", ErrWeakPassword, len(password), minPassword)
	case len(password) > maxPassword:
		return fmt.Errorf("%w: it has %d characters; use at most %d", ErrInvalid, len(password), maxPassword)
	case strings.EqualFold(password, user), strings.TrimLeft(password, string([]rune(password)[:1])) == "":
		return fmt.Errorf("%w: it is the user's name, or one character repeated", ErrWeakPassword)
	}
	return nil
}

// randomPassword returns a password of 128 random bits.
func randomPassword() (string, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}
