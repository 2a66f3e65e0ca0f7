package bus_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

func authority(t *testing.T) *bus.Authority {
	t.Helper()
	return waittest.Must(bus.OpenAuthority(bus.NewKeyring(), clock()))(t)
}

func TestOpenAuthority_isTheSameOneAgain(t *testing.T) {
	keys := bus.NewKeyring()
	first := waittest.Must(bus.OpenAuthority(keys, clock()))(t)
	again := waittest.Must(bus.OpenAuthority(keys, clock().Add(time.Hour)))(t)
	if first.Pin() != again.Pin() || first.Pin().IsZero() {
		t.Errorf("the pin is %s, was %s", again.Pin(), first.Pin())
	}
}

func TestOpenAuthority_refusesWhatItCannotUse(t *testing.T) {
	whole := bus.NewKeyring()
	waittest.Must(bus.OpenAuthority(whole, clock()))(t)
	cert, key := waittest.Must(whole.Get("ca.pem"))(t), waittest.Must(whole.Get("ca.key"))(t)
	other := bus.NewKeyring()
	waittest.Must(bus.OpenAuthority(other, clock()))(t)
	tests := map[string]map[string][]byte{
		"no key":          {"ca.pem": cert},
		"another's key":   {"ca.pem": cert, "ca.key": waittest.Must(other.Get("ca.key"))(t)},
		"no certificate":  {"ca.pem": []byte("x"), "ca.key": key},
		"an empty one":    {"ca.pem": nil, "ca.key": key},
		"an unusable key": {"ca.pem": cert, "ca.key": []byte("x")},
	}
	for name, files := range tests {
		t.Run(name, func(t *testing.T) {
			keys := bus.NewKeyring()
			for file, data := range files {
				if err := keys.Put(file, data); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := bus.OpenAuthority(keys, clock()); err == nil {
				t.Error("it was taken")
			}
		})
	}
}

func TestPinnedTLS(t *testing.T) {
	mine, other := authority(t), authority(t)
	now := clock()
	serverTLS := func(a *bus.Authority, at time.Time) *tls.Config {
		return waittest.Must(a.ServerTLS([]string{"localhost", "127.0.0.1"}, at))(t)
	}
	tests := map[string]struct {
		server *tls.Config
		pin    events.Hash
		want   error
	}{
		"the pinned authority":           {server: serverTLS(mine, now), pin: mine.Pin()},
		"another authority":              {server: serverTLS(other, now), pin: mine.Pin(), want: bus.ErrUnproven},
		"no pin":                         {server: serverTLS(mine, now), want: bus.ErrUnproven},
		"a certificate that is over":     {server: serverTLS(mine, now.AddDate(-2, 0, 0)), pin: mine.Pin(), want: bus.ErrUnproven},
		"a certificate of the future":    {server: serverTLS(mine, now.AddDate(0, 0, 1)), pin: mine.Pin(), want: bus.ErrUnproven},
		"signed by nobody, CA beside it": {server: impostor(t, serverTLS(mine, now)), pin: mine.Pin(), want: bus.ErrUnproven},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			wantError(t, handshake(t, tt.server, bus.PinnedTLS(tt.pin)), tt.want)
		})
	}
}

func TestPinnedTLS_theNameDoesNotMatter(t *testing.T) {
	a := authority(t)
	server := waittest.Must(a.ServerTLS([]string{"elsewhere.example.org"}, clock()))(t)
	client := bus.PinnedTLS(a.Pin())
	client.ServerName = "tunnel.example.net"
	wantError(t, handshake(t, server, client), nil)
}

func TestServerTLS_refusesOldProtocols(t *testing.T) {
	a := authority(t)
	client := bus.PinnedTLS(a.Pin())
	client.MinVersion, client.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if err := handshake(t, waittest.Must(a.ServerTLS(nil, clock()))(t), client); err == nil {
		t.Error("TLS 1.2 was accepted")
	}
}

// impostor returns a server that shows the authority's certificate behind one that it made itself.
func impostor(t *testing.T, genuine *tls.Config) *tls.Config {
	t.Helper()
	key := waittest.Must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: clock().Add(-time.Hour), NotAfter: clock().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der := waittest.Must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))(t)
	ca := genuine.Certificates[0].Certificate[1]
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{{Certificate: [][]byte{der, ca}, PrivateKey: key}},
	}
}

// handshake returns the client's error.
func handshake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	a, b := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := tls.Server(a, server)
		ended(s.HandshakeContext(t.Context()))
		ended(a.Close())
	}()
	c := tls.Client(b, client)
	err := c.HandshakeContext(t.Context())
	ended(b.Close())
	<-done
	return err
}
