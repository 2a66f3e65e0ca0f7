package api

import (
	"context"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// certified knows what secures the cluster's connections in the federation.
type certified interface {
	Certificates() ([]cluster.Certificate, error)
}

// ListCertificates answers GET /v1/system/certificates.
func (s *server) ListCertificates(context.Context, wire.ListCertificatesRequestObject) (wire.ListCertificatesResponseObject, error) {
	var all []cluster.Certificate
	if s.tls != nil {
		all = append(all, cluster.CertificateOf("REST server, read at each start", s.tls))
	}
	others, err := s.controller.Certificates()
	if err != nil {
		return nil, err
	}
	out := wire.ListCertificates200JSONResponse{Certificates: []wire.Certificate{}}
	for _, c := range append(all, others...) {
		out.Certificates = append(out.Certificates, wire.Certificate{
			Name: c.Name, Subject: c.Subject, NotBefore: wireTime(c.From), NotAfter: wireTime(c.Until), Sha256: c.Hash.String(), Renews: c.Renews,
		})
	}
	return out, nil
}
