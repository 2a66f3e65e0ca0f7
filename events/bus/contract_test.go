package bus

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
)

var update = flag.Bool("update", false, "rewrite testdata")

// pin holds v to what the named file of testdata says.
func pin(t *testing.T, name string, v any) {
	t.Helper()
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s says\n%s\nand it is now\n%s", file, want, got)
	}
}

// TestStream_configurationIsPinned: a stream made by one version is opened by the next.
func TestStream_configurationIsPinned(t *testing.T) {
	for _, log := range []events.Log{events.Rules, events.Fleet, events.Local, events.Audit, events.Copy} {
		t.Run(string(log), func(t *testing.T) { pin(t, "stream."+string(log)+".json", streamConfig(log)) })
	}
}

// TestStream_isMadeAgainAsItWas takes a stream's configuration from a real server, twice.
func TestStream_isMadeAgainAsItWas(t *testing.T) {
	ctx := t.Context()
	srv, err := OpenServer(ServerConfig{
		Name: "test", StoreDir: t.TempDir(), Keys: NewKeyring(), Accounts: []string{AccountFed}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	nc, err := srv.Connect(AccountFed)
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range []events.Log{events.Rules, events.Fleet, events.Copy} {
		if _, err := ensureStream(ctx, nc, log); err != nil {
			t.Fatal(err)
		}
	}
	before := configs(t, srv)
	if err := srv.Restart(srv.Generation()); err != nil {
		t.Fatal(err)
	}
	if nc, err = srv.Connect(AccountFed); err != nil { // the former one needs a moment
		t.Fatal(err)
	}
	for _, log := range []events.Log{events.Rules, events.Fleet, events.Copy} {
		if _, err := ensureStream(ctx, nc, log); err != nil {
			t.Fatal(err)
		}
	}
	if after := configs(t, srv); !bytes.Equal(before, after) {
		t.Errorf("streams were\n%s\nand are now\n%s", before, after)
	}
}

func configs(t *testing.T, srv *Server) []byte {
	t.Helper()
	nc, err := srv.Connect(AccountFed)
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	var all []jetstream.StreamConfig
	for _, log := range []events.Log{events.Rules, events.Fleet, events.Copy} {
		stream, err := js.Stream(t.Context(), string(log))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, stream.CachedInfo().Config)
	}
	out, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The keys in the pinned claims; they are public and stand for any.
const (
	fedID     = "AD7QPIVDHXEYUFKMTJWHGIAJMLSY4H7TTGUZLNVD6MUP5M5XZYH7YFED"
	clusterID = "AC7QPIVDHXEYUFKMTJWHGIAJMLSY4H7TTGUZLNVD6MUP5M5XZYH7YCLU"
	signerID  = "AS7QPIVDHXEYUFKMTJWHGIAJMLSY4H7TTGUZLNVD6MUP5M5XZYH7YSIG"
)

// TestAccount_claimsArePinned: what a cluster may have of the federation is read here, not guessed.
func TestAccount_claimsArePinned(t *testing.T) {
	tests := map[string]func(*jwt.AccountClaims){
		"fed":     fedClaims,
		"cluster": func(c *jwt.AccountClaims) { clusterClaims(c, fedID, signerID) },
		"join":    joinClaims,
		"local":   unlimitedStorage,
	}
	for name, fill := range tests {
		t.Run(name, func(t *testing.T) {
			c := jwt.NewAccountClaims(clusterID)
			fill(c)
			pin(t, "account."+name+".json", c.Account)
		})
	}
}

func TestGrant_neverLeavesAListEmpty(t *testing.T) {
	account := keyPair(t, nkeys.CreateAccount)
	tests := map[string]struct {
		publish, subscribe []string
		ok                 bool
	}{
		"both":         {publish: []string{"a"}, subscribe: []string{"b"}, ok: true},
		"no publish":   {subscribe: []string{"b"}},
		"no subscribe": {publish: []string{"a"}},
		"neither":      {},
		"empty lists":  {publish: []string{}, subscribe: []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			g := Grant{Name: "x", Account: public(t, account), Signer: account, Publish: tt.publish, Subscribe: tt.subscribe}
			text, err := g.Encode(public(t, keyPair(t, nkeys.CreateUser)))
			if (err == nil) != tt.ok || (text != "") != tt.ok {
				t.Errorf("JWT %q (%v), want one: %t", text, err, tt.ok)
			}
		})
	}
}

// TestGrant_ofACluster: exact permissions keep a cluster in its own account, and the hub linear.
func TestGrant_ofACluster(t *testing.T) {
	account, signer := keyPair(t, nkeys.CreateAccount), keyPair(t, nkeys.CreateAccount)
	g := ClusterGrant(public(t, account), signer)
	g.Expires = time.Unix(1777640400, 0)
	user := public(t, keyPair(t, nkeys.CreateUser))
	text, err := g.Encode(user)
	if err != nil {
		t.Fatal(err)
	}
	c, err := jwt.DecodeUserClaims(text)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != user || c.IssuerAccount != public(t, account) || c.Issuer != public(t, signer) || c.Expires != 1777640400 {
		t.Errorf("for %s in %s by %s until %d", c.Subject, c.IssuerAccount, c.Issuer, c.Expires)
	}
	c.IssuerAccount = ""
	pin(t, "user.cluster.json", c.User)
}

func keyPair(t *testing.T, create func() (nkeys.KeyPair, error)) nkeys.KeyPair {
	t.Helper()
	kp, err := create()
	if err != nil {
		t.Fatal(err)
	}
	return kp
}

func public(t *testing.T, kp nkeys.KeyPair) string {
	t.Helper()
	pub, err := kp.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return pub
}
