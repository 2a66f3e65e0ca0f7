package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"
)

// A directory can be kept for long, and nobody renews what is in it.
const lifetime = 10 * 365 * 24 * time.Hour

// serviceRange is where services have their addresses; the API's own is the first.
const serviceRange = "10.96.0.0/16"

// identity is a certificate with its key. It is kept in two files; the one of the certificate is written last.
type identity struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// openIdentity returns the identity of the given name. If there is none, it makes one of the template that
// the issuer signs; without an issuer it signs itself.
func (c config) openIdentity(name string, template *x509.Certificate, issuer *identity) (*identity, error) {
	kept, err := os.ReadFile(c.path(name + ".crt"))
	if errors.Is(err, fs.ErrNotExist) {
		return c.makeIdentity(name, template, issuer)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(kept)
	if block == nil {
		return nil, fmt.Errorf("%s is not a certificate", c.path(name+".crt"))
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, err := c.openKey(name + ".key")
	return &identity{cert, key}, err
}

func (c config) makeIdentity(name string, template *x509.Certificate, issuer *identity) (*identity, error) {
	key, err := c.openKey(name + ".key")
	if err != nil {
		return nil, err
	}
	if issuer == nil {
		issuer = &identity{template, key}
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(lifetime)
	template.KeyUsage |= x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.cert, key.Public(), issuer.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return &identity{cert, key}, writeFile(c.path(name+".crt"), text)
}

// openKey returns the key in the given file, which it makes if it is not there.
func (c config) openKey(name string) (*ecdsa.PrivateKey, error) {
	kept, err := os.ReadFile(c.path(name))
	if err == nil {
		block, _ := pem.Decode(kept)
		if block == nil {
			return nil, fmt.Errorf("%s is not a key", c.path(name))
		}
		return x509.ParseECPrivateKey(block.Bytes)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writeFile(c.path(name), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

// writeFile writes a file that is there as a whole or not at all, also when the process is killed.
func writeFile(path string, data []byte) error {
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func authorityTemplate() *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: "kubeapi"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
}

func serverTemplate() *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.IPv4(10, 96, 0, 1)},
	}
}

// masterTemplate is of a user who may do everything.
func masterTemplate(user string) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}
