package cluster

import (
	"crypto/sha256"
	"crypto/x509"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
)

// Certificate is a certificate or a credential, as far as its expiry concerns those who run the cluster.
type Certificate struct {
	Name    string // what it is for
	Subject string
	From    time.Time   // zero: not known
	Until   time.Time   // zero: it does not expire
	Hash    events.Hash // its fingerprint; of a pin, the hash that is pinned; zero: a credential
	Renews  bool        // the controller renews it by itself, while it runs
}

// CertificateOf returns what a certificate says of itself.
func CertificateOf(name string, c *x509.Certificate) Certificate {
	return Certificate{Name: name, Subject: c.Subject.String(), From: c.NotBefore, Until: c.NotAfter, Hash: sha256.Sum256(c.Raw)}
}

// pinName is what the pin of the federation's certificate authority is called, at the master and at a remote: the two
// are to be the same.
const pinName = "pin of the federation's certificate authority"

// Certificates returns what secures the cluster's connections in the federation: none for a standalone cluster.
func (c *Controller) Certificates() ([]Certificate, error) {
	r, s := c.running(), c.local.State()
	switch {
	case r.hub != nil:
		authority, server, pin := r.hub.Certificates()
		return []Certificate{
			CertificateOf("fed-master service, made anew at each start", server),
			CertificateOf("federation's certificate authority", authority),
			{Name: pinName, Subject: authority.Subject.String(), Hash: pin},
		}, nil
	case r.membership != nil:
		account, comeBack, err := r.membership.Credentials()
		if err != nil {
			return nil, err
		}
		return []Certificate{
			credentialOf("credential for the master", account),
			credentialOf("credential to come back to the master after a long absence", comeBack),
			{Name: pinName, Subject: s.joined.Master.Name, Hash: s.joined.Master.Pin},
		}, nil
	}
	return nil, nil
}

func credentialOf(name string, v agent.Validity) Certificate {
	return Certificate{Name: name, Subject: v.Subject, From: v.From, Until: v.Until, Renews: true}
}
