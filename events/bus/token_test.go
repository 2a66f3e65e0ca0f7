package bus_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

func joinToken() bus.JoinToken {
	return bus.JoinToken{
		ID: "5c0c3d6f-2d0f-4d4c-a2f1-7a2d1d1f9a10", Master: events.RestInfo{Server: "master.example.org", Port: 11443},
		Pin: events.Hash{0xab, 31: 0xcd}, Expires: time.Date(2026, 5, 1, 13, 0, 0, 0, time.UTC),
	}
}

func TestToken_saysWhereToGoAndWhomToTrust(t *testing.T) {
	tests := map[string]events.RestInfo{
		"name":    {Server: "master.example.org", Port: 11443},
		"address": {Server: "10.0.0.1", Port: 1},
		"IPv6":    {Server: "2001:db8::1", Port: 65535},
	}
	for name, master := range tests {
		t.Run(name, func(t *testing.T) {
			want := joinToken()
			want.Master = master
			text := waittest.Must(bus.EncodeToken(bus.NewKeyring(), want))(t)
			for _, pasted := range []string{text, "  " + text + "\r\n"} {
				got, err := bus.ParseToken(pasted)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("read otherwise (-written +read):\n%s", diff)
				}
			}
		})
	}
}

// TestToken_mayAskToJoinAndNothingElse is what a stolen token is worth.
func TestToken_mayAskToJoinAndNothingElse(t *testing.T) {
	want := joinToken()
	claims := waittest.Must(jwt.DecodeUserClaims(waittest.Must(bus.EncodeToken(bus.NewKeyring(), want))(t)))(t)
	if !claims.BearerToken {
		t.Error("it is not a bearer token")
	}
	if diff := cmp.Diff(jwt.StringList{"fed.join.token." + want.ID}, claims.Pub.Allow); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(jwt.StringList{"_INBOX." + want.ID + ".>"}, claims.Sub.Allow); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(jwt.StringList{jwt.ConnectionTypeLeafnode}, claims.AllowedConnectionTypes); diff != "" {
		t.Error(diff)
	}
	if got := time.Unix(claims.Expires, 0); !got.After(want.Expires) || got.After(want.Expires.Add(24*time.Hour)) {
		t.Errorf("it opens a connection until %s; it admits until %s", got, want.Expires)
	}
}

func TestReturn_mayAskToReturnAndNothingElse(t *testing.T) {
	pub := waittest.Must(waittest.Must(nkeys.CreateUser())(t).PublicKey())(t)
	claims := waittest.Must(jwt.DecodeUserClaims(waittest.Must(bus.EncodeReturn(bus.NewKeyring(), "berlin", pub))(t)))(t)
	if claims.BearerToken || claims.Subject != pub {
		t.Errorf("bearer %t, for %s; want it for %s only", claims.BearerToken, claims.Subject, pub)
	}
	if diff := cmp.Diff(jwt.StringList{"fed.join.return.berlin"}, claims.Pub.Allow); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(jwt.StringList{"_INBOX.berlin.>"}, claims.Sub.Allow); diff != "" {
		t.Error(diff)
	}
}

// tokenWith returns a properly signed user JWT with the given tags.
func tokenWith(t *testing.T, tags ...string) string {
	t.Helper()
	account := waittest.Must(nkeys.CreateAccount())(t)
	c := jwt.NewUserClaims(waittest.Must(waittest.Must(nkeys.CreateUser())(t).PublicKey())(t))
	c.Tags.Add(tags...)
	return waittest.Must(c.Encode(account))(t)
}

func TestParseToken_refuses(t *testing.T) {
	good := waittest.Must(bus.EncodeToken(bus.NewKeyring(), joinToken()))(t)
	parts := strings.Split(good, ".")
	const id, master, expires = "token:t1", "master:10.0.0.1:11443", "expires:1777640400"
	pin := "pin:" + joinToken().Pin.String()
	operator := waittest.Must(nkeys.CreateOperator())(t)
	tests := map[string]struct {
		text string
		want events.RefusalCode
	}{
		"nothing":                 {"", events.RefusedTokenMalformed},
		"a word":                  {"password", events.RefusedTokenMalformed},
		"half of it":              {good[:len(good)/2], events.RefusedTokenMalformed},
		"two parts":               {parts[0] + "." + parts[1], events.RefusedTokenMalformed},
		"four parts":              {good + ".x", events.RefusedTokenMalformed},
		"a part that is not text": {parts[0] + ".!." + parts[2], events.RefusedTokenMalformed},
		"another kind of JWT":     {waittest.Must(jwt.NewOperatorClaims(waittest.Must(operator.PublicKey())(t)).Encode(operator))(t), events.RefusedTokenMalformed},
		"edited claims":           {parts[0] + "." + edited(t, parts[1]) + "." + parts[2], events.RefusedTokenTampered},
		"another's signature":     {parts[0] + "." + parts[1] + "." + strings.Split(tokenWith(t, id), ".")[2], events.RefusedTokenTampered},
		"no tags":                 {tokenWith(t), events.RefusedTokenMalformed},
		"no id":                   {tokenWith(t, master, pin, expires), events.RefusedTokenMalformed},
		"no master":               {tokenWith(t, id, pin, expires), events.RefusedTokenMalformed},
		"a master without a port": {tokenWith(t, id, "master:10.0.0.1", pin, expires), events.RefusedTokenMalformed},
		"a port out of range":     {tokenWith(t, id, "master:10.0.0.1:65536", pin, expires), events.RefusedTokenMalformed},
		"a port that is none":     {tokenWith(t, id, "master:10.0.0.1:https", pin, expires), events.RefusedTokenMalformed},
		"no pin":                  {tokenWith(t, id, master, expires), events.RefusedTokenMalformed},
		"a short pin":             {tokenWith(t, id, master, "pin:abcd", expires), events.RefusedTokenMalformed},
		"the zero pin":            {tokenWith(t, id, master, "pin:"+strings.Repeat("0", 64), expires), events.RefusedTokenMalformed},
		"no expiry":               {tokenWith(t, id, master, pin), events.RefusedTokenMalformed},
		"an expiry that is none":  {tokenWith(t, id, master, pin, "expires:noon"), events.RefusedTokenMalformed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := bus.ParseToken(tt.text)
			wantError(t, err, events.Refusal{Code: tt.want})
			if err != nil && tt.text != "" && strings.Contains(err.Error(), tt.text) {
				t.Errorf("the refusal repeats the token: %v", err)
			}
		})
	}
	if got := waittest.Must(bus.ParseToken(tokenWith(t, id, master, pin, expires)))(t); got.ID != "t1" {
		t.Errorf("id %q, want t1", got.ID)
	}
}

// edited returns the claims with another master in them.
func edited(t *testing.T, claims string) string {
	t.Helper()
	text := waittest.Must(base64.RawURLEncoding.DecodeString(claims))(t)
	changed := strings.Replace(string(text), "master.example.org", "mallory.example.org", 1)
	if changed == string(text) {
		t.Fatal("nothing to edit")
	}
	return base64.RawURLEncoding.EncodeToString([]byte(changed))
}

// FuzzParseToken feeds it what a stranger could paste.
func FuzzParseToken(f *testing.F) {
	good := waittest.Must(bus.EncodeToken(bus.NewKeyring(), joinToken()))(f)
	f.Add(good)
	f.Add(good[:100])
	f.Add("..")
	f.Add("eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := bus.ParseToken(text)
		if err == nil {
			if token.ID == "" || token.Pin.IsZero() {
				t.Errorf("took %+v", token)
			}
			return
		}
		refusal, ok := errors.AsType[events.Refusal](err)
		if !ok || refusal.Code != events.RefusedTokenMalformed && refusal.Code != events.RefusedTokenTampered {
			t.Errorf("error %v is no refusal of a token", err)
		}
		if token != (bus.JoinToken{}) {
			t.Errorf("with an error came %+v", token)
		}
	})
}
