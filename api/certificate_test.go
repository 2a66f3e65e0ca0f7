package api_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
)

func TestCertificates(t *testing.T) {
	w := open(t, newFake(cluster.RoleRemote))
	w.as(t, "reader", http.MethodGet, "/v1/system/certificates", "").wantBody(t, `{"certificates":[]}`)
	w.certificates = []cluster.Certificate{{Name: "credential", Subject: "U1", From: noon, Until: noon.Add(24 * time.Hour), Renews: true}}
	shown := &x509.Certificate{Raw: []byte("x"), Subject: pkix.Name{CommonName: "oslo"}, NotBefore: noon, NotAfter: noon.Add(time.Hour)}
	w.handler = api.New(api.Config{Controller: w.fake, TLS: shown, Logger: slog.New(slog.DiscardHandler), Now: w.now, Closing: w.closing})
	w.as(t, "reader", http.MethodGet, "/v1/system/certificates", "").wantBody(t, `{"certificates":[`+
		`{"name":"REST server, read at each start","not_after":"2026-11-22T13:00:00Z","not_before":"2026-11-22T12:00:00Z","renews":false,`+
		`"sha256":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881","subject":"CN=oslo"},`+
		`{"name":"credential","not_after":"2026-11-23T12:00:00Z","not_before":"2026-11-22T12:00:00Z","renews":true,"sha256":"","subject":"U1"}]}`)
	w.health = errors.New("the key store is damaged")
	w.as(t, "reader", http.MethodGet, "/v1/system/certificates", "").want(t, http.StatusInternalServerError, 55)
}
