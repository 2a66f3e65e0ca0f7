package bus_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// fedServer is a server with the account FED, where a hub answers heartbeats, and a key that signs its clusters' users.
func fedServer(tb testing.TB) (srv *bus.Server, signer nkeys.KeyPair) {
	tb.Helper()
	dir := tb.TempDir()
	srv = waittest.Must(bus.OpenServer(bus.ServerConfig{
		Name: "test", StoreDir: filepath.Join(dir, "store"), Keys: waittest.Must(bus.OpenKeyring(filepath.Join(dir, "keys")))(tb),
		Accounts: []string{bus.AccountFed}, Logger: quiet,
	}))(tb)
	tb.Cleanup(srv.Close)
	hub := waittest.Must(srv.Connect(bus.AccountFed))(tb)
	waittest.Must(hub.Subscribe(events.UpAccount("*", events.SubjectHealth), func(m *nats.Msg) {
		if err := m.Respond([]byte(events.AccountOf(m.Subject))); err != nil {
			tb.Error(err)
		}
	}))(tb)
	if err := hub.Flush(); err != nil {
		tb.Fatal(err)
	}
	return srv, waittest.Must(nkeys.CreateAccount())(tb)
}

// admitNew makes a cluster a member, and returns its account.
func admitNew(tb testing.TB, srv *bus.Server, name string, signer nkeys.KeyPair) string {
	tb.Helper()
	account := waittest.Must(waittest.Must(nkeys.CreateAccount())(tb).PublicKey())(tb)
	if err := srv.AdmitCluster(account, name, waittest.Must(signer.PublicKey())(tb)); err != nil {
		tb.Fatal(err)
	}
	return account
}

// TestServer_loadsAnAccountOnce has several connections come at once for an account that the server has not loaded.
func TestServer_loadsAnAccountOnce(t *testing.T) {
	const rounds, atOnce = 6, 4
	srv, signer := fedServer(t)
	for round := range rounds {
		account := admitNew(t, srv, fmt.Sprint("cluster-", round), signer)
		var group sync.WaitGroup
		for range atOnce {
			group.Go(func() {
				conn, err := srv.ConnectCluster(account, signer)
				if err != nil {
					t.Error(err)
					return
				}
				waittest.Until(t, "an answer of the hub", func() bool {
					m, err := conn.Request(events.SubjectHealth, nil, time.Second)
					return err == nil && string(m.Data) == account
				})
			})
		}
		group.Wait()
	}
}

// TestServer_dismissesWhoNeverCame: a member that was not connected since the start is shut out like any other.
func TestServer_dismissesWhoNeverCame(t *testing.T) {
	srv, signer := fedServer(t)
	account := admitNew(t, srv, "oslo", signer)
	if err := srv.DismissCluster(account, "oslo", clock()); err != nil {
		t.Fatal(err)
	}
	if _, err := srv.ConnectCluster(account, signer); err == nil {
		t.Error("a dismissed cluster is connected")
	}
}

// BenchmarkAdmit makes the members of a master known to its server.
func BenchmarkAdmit(b *testing.B) {
	srv, signer := fedServer(b)
	for i := 0; b.Loop(); i++ {
		admitNew(b, srv, fmt.Sprint("cluster-", i), signer)
	}
}
