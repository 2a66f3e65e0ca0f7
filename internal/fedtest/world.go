package fedtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/waittest"
)

// World is the clusters of one test. It is used by the test's goroutine.
type World struct {
	t           testing.TB
	certificate tls.Certificate // of every REST server
	roots       *x509.CertPool
	clusters    []*Cluster
}

// New returns a world without clusters.
func New(tb testing.TB) *World {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	var clock Clock
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fedtest"}, NotBefore: clock.Now().Add(-time.Hour), NotAfter: clock.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	w := &World{t: tb, certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots: x509.NewCertPool()}
	w.roots.AddCert(leaf)
	return w
}

// Standalone starts a cluster that is in no federation.
func (w *World) Standalone(name string, options ...Option) *Cluster {
	w.t.Helper()
	c := &Cluster{
		Name: name, Clock: &Clock{}, version: Version, makeEnforcer: func() agent.Enforcer { return agent.None{} }, world: w, dir: w.t.TempDir(),
		rest: waittest.Address(w.t), fed: waittest.Address(w.t), log: showLog(w.t, name),
	}
	c.address = addressOf(c.rest)
	for _, o := range options {
		o(c)
	}
	w.clusters = append(w.clusters, c)
	w.t.Cleanup(c.Stop)
	c.Start()
	return c
}

// Master starts a cluster and promotes it.
func (w *World) Master(name string, options ...Option) *Cluster {
	w.t.Helper()
	c := w.Standalone(name, options...)
	c.Promote()
	return c
}

// Remote starts a cluster, has it join the world's first master, and waits until it is in sync.
func (w *World) Remote(name string, options ...Option) *Cluster {
	w.t.Helper()
	c := w.Standalone(name, options...)
	c.MustJoin(w.Hub())
	w.Synced(c)
	return c
}

// Hub returns the first cluster that is a master now.
func (w *World) Hub() *Cluster {
	w.t.Helper()
	for _, c := range w.clusters {
		if c.Controller != nil && c.Role() == cluster.RoleMaster {
			return c
		}
	}
	w.t.Fatal("the world has no master that runs")
	return nil
}

// Synced waits until the master knows that the cluster holds its newest policy.
func (w *World) Synced(c *Cluster) time.Duration {
	w.t.Helper()
	hub := w.Hub()
	return Eventually(w.t, c.Name+" is synced", func() bool { return hub.StatusOf(c.Name) == cluster.StatusSynced })
}

// Cut cuts the link between the remote and its master without a word to either.
func (*World) Cut(c *Cluster) { c.link.Cut() }

// Heal makes the link whole again.
func (*World) Heal(c *Cluster) { c.link.Heal() }

// CAFile returns a file with the certificate that REST clients trust, as PEM.
func (w *World) CAFile() string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.certificate.Certificate[0]})
	if err := os.WriteFile(path, text, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// HTTPClient returns a client that trusts the REST servers of the world. Its connections end with the test.
func (w *World) HTTPClient() *http.Client {
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: w.roots, MinVersion: tls.VersionTLS13}, ForceAttemptHTTP2: true}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Summary returns the master's summary of the named cluster; the zero one for a cluster that it has not.
func (w *World) Summary(name string) wire.ClusterSummary {
	w.t.Helper()
	var all wire.Summary
	w.Hub().Must(http.MethodGet, "/v1/fed/summary", nil, &all)
	for _, s := range all.Clusters {
		if s.Name == name {
			return s
		}
	}
	return wire.ClusterSummary{}
}
