package bus

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"time"

	"github.com/fedhub/fedhub/events"
)

// ErrUnproven means that a server did not prove to be the pinned master.
var ErrUnproven = errors.New("the server is not the master that the token names")

// The files of a certificate authority in a [Keyring].
const (
	fileAuthorityKey  = "ca.key"
	fileAuthorityCert = "ca.pem"
)

// Lifetimes of certificates. The authority is pinned, so it outlives every federation; the certificate of
// the server is made anew at each start.
const (
	authorityLife = 20 * 365 * 24 * time.Hour
	serverLife    = 397 * 24 * time.Hour
	backdate      = time.Hour // for remotes whose clock is behind
)

// Authority is the certificate authority of a master.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// OpenAuthority returns the certificate authority in keys, made when there is none. One that was put there
// as ca.pem and ca.key (PEM; the key as PKCS #8) is used.
func OpenAuthority(keys *Keyring, now time.Time) (*Authority, error) {
	certPEM, err := keys.Get(fileAuthorityCert)
	if errors.Is(err, fs.ErrNotExist) {
		return createAuthority(keys, now)
	}
	if err != nil {
		return nil, err
	}
	keyPEM, err := keys.Get(fileAuthorityKey)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, errors.New("certificate authority: want a CA certificate with an ECDSA key")
	}
	return &Authority{cert: pair.Leaf, key: key}, nil
}

// Certificate returns the authority's own certificate.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// Pin returns the SHA-256 of the authority's public key (its SubjectPublicKeyInfo, as in RFC 7469).
func (a *Authority) Pin() events.Hash { return sha256.Sum256(a.cert.RawSubjectPublicKeyInfo) }

// ServerTLS returns the configuration of a server that is reached under the given names.
func (a *Authority) ServerTLS(names []string, now time.Time) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	template, err := certificate("fed-master", now, serverLife)
	if err != nil {
		return nil, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if name != "" {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("server certificate: %w", err)
	}
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key, Leaf: leaf}},
	}, nil
}

// PinnedTLS returns the configuration of a client that trusts the authority with the given pin and no
// other. The name under which the server is reached does not matter: the authority signs for one master
// only, and remotes reach it through load balancers and tunnels. Nothing is sent to a server that fails.
func PinnedTLS(pin events.Hash) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, //nolint:gosec // G402: VerifyConnection does more than what is skipped
		VerifyConnection: func(state tls.ConnectionState) error {
			return verifyPinned(state.PeerCertificates, pin)
		},
	}
}

func verifyPinned(chain []*x509.Certificate, pin events.Hash) error {
	roots := x509.NewCertPool()
	found := false
	for _, c := range chain {
		if sha256.Sum256(c.RawSubjectPublicKeyInfo) == pin {
			roots.AddCert(c)
			found = true
		}
	}
	if !found || len(chain) == 0 {
		return fmt.Errorf("%w: no certificate with the public key %x…", ErrUnproven, pin[:6])
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{Roots: roots}); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return nil
}

func createAuthority(keys *Keyring, now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	template, err := certificate("fedhub certificate authority", now, authorityLife)
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	// The key first: a certificate without its key would be taken for a damaged store.
	if err := keys.Put(fileAuthorityKey, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})); err != nil {
		return nil, err
	}
	if err := keys.Put(fileAuthorityCert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})); err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	return &Authority{cert: cert, key: key}, nil
}

func certificate(name string, now time.Time, life time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(life),
	}, nil
}
