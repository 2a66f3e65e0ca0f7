package cluster

import (
	"errors"
	"strings"
	"testing"
)

func TestPassword_isWhatWasHashed(t *testing.T) {
	for name, password := range map[string]string{
		"words": "correct horse battery staple", "of bytes": "\x00\xff12345678", "empty": "", "long": strings.Repeat("x", 256),
	} {
		t.Run(name, func(t *testing.T) {
			hash := hashed(t, password)
			if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
				t.Errorf("stored as %s", hash)
			}
			if hash == hashed(t, password) {
				t.Error("hashed twice it is stored the same: no salt")
			}
			for given, want := range map[string]bool{password: true, password + "x": false, strings.ToUpper(password) + "?": false} {
				if ok, err := checkPassword(hash, given); ok != want || err != nil {
					t.Errorf("%.20q fits: %t (%v), want %t", given, ok, err, want)
				}
			}
		})
	}
}

func hashed(t *testing.T, password string) string {
	t.Helper()
	hash, err := hashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// TestCheckPassword_withOtherCosts: what an older or a later version stored is checked with its own costs.
func TestCheckPassword_withOtherCosts(t *testing.T) {
	const hash = "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$YxA0xJnKTiBuNbc3YV1Wl3fk2yEqOrWqvLyXFe1oFyg"
	if _, err := checkPassword(hash, "password"); err != nil {
		t.Error(err)
	}
}

func TestCheckPassword_refusesWhatItCannotRead(t *testing.T) {
	good := hashed(t, "correct horse")
	parts := strings.Split(good, "$")
	for name, hash := range map[string]string{
		"nothing":              "",
		"another algorithm":    strings.Replace(good, "argon2id", "argon2i", 1),
		"another version":      strings.Replace(good, "v=19", "v=16", 1),
		"no key":               strings.Join(parts[:5], "$"),
		"a short key":          strings.Join(append(parts[:5:5], "AAAA"), "$"),
		"a salt that is none":  strings.Join(append(parts[:4:4], "!", parts[5]), "$"),
		"a key that is none":   strings.Join(append(parts[:5:5], "!"), "$"),
		"no cost":              strings.Replace(good, "m=19456,", "", 1),
		"the password in text": "correct horse",
	} {
		t.Run(name, func(t *testing.T) {
			if ok, err := checkPassword(hash, "correct horse"); ok || err == nil {
				t.Errorf("fits: %t, error %v", ok, err)
			}
		})
	}
}

func TestNobodysPassword_fitsNothing(t *testing.T) {
	for _, password := range []string{"", "admin", "password"} {
		if ok, err := checkPassword(nobodysPassword, password); ok || err != nil {
			t.Errorf("%q fits: %t (%v)", password, ok, err)
		}
	}
}

func TestCheckStrength(t *testing.T) {
	tests := map[string]struct {
		password string
		want     error
	}{
		"eight bytes":                {password: "abcdefgh"},
		"the longest":                {password: strings.Repeat("ab", 128)},
		"a sentence":                 {password: "correct horse battery staple"},
		"no password":                {password: "", want: ErrWeakPassword},
		"seven":                      {password: "abcdefg", want: ErrWeakPassword},
		"too long":                   {password: strings.Repeat("ab", 128) + "c", want: ErrInvalid},
		"one character":              {password: "aaaaaaaaaaaa", want: ErrWeakPassword},
		"one character of two bytes": {password: "üüüüüüüüüü", want: ErrWeakPassword},
		"the user's name":            {password: "alice.smith", want: ErrWeakPassword},
		"the user's name, shouted":   {password: "ALICE.SMITH", want: ErrWeakPassword},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if err := checkStrength(tt.password, "alice.smith"); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestRandomPassword(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p, err := randomPassword()
		if err != nil {
			t.Fatal(err)
		}
		if err := checkStrength(p, adminName); err != nil || seen[p] {
			t.Errorf("%q: %v, seen before: %t", p, err, seen[p])
		}
		seen[p] = true
	}
}
