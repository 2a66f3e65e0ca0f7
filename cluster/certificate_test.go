package cluster_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/waittest"
)

// certificate returns the one whose name begins so.
func certificate(t *testing.T, c *cluster.Controller, name string) cluster.Certificate {
	t.Helper()
	for _, one := range waittest.Must(c.Certificates())(t) {
		if strings.HasPrefix(one.Name, name) {
			return one
		}
	}
	t.Fatalf("there is no certificate called %q", name)
	return cluster.Certificate{}
}

// TestCertificates: each role shows what its connections depend on, and a remote pins what its master has.
func TestCertificates(t *testing.T) {
	f := newFederation(t)
	oslo := f.join("oslo", nil)
	now := time.Now()
	for _, name := range []string{"fed-master service", "federation's certificate authority"} {
		c := certificate(t, f.master, name)
		if c.Renews || c.Hash.IsZero() || !c.From.Before(now) || !c.Until.After(now.Add(365*24*time.Hour)) || !strings.HasPrefix(c.Subject, "CN=") {
			t.Errorf("%+v", c)
		}
	}
	account, back := certificate(t, oslo.Controller, "credential for"), certificate(t, oslo.Controller, "credential to come back")
	if life := account.Until.Sub(account.From); !account.Renews || !account.Hash.IsZero() || life < time.Hour || life > 48*time.Hour || account.Subject == "" {
		t.Errorf("the credential holds for %s: %+v", life, account)
	}
	if !back.Until.IsZero() || back.From.IsZero() || back.Subject != account.Subject {
		t.Errorf("the credential to come back: %+v", back)
	}
	const pin = "pin of"
	if here, there := certificate(t, oslo.Controller, pin), certificate(t, f.master, pin); here.Hash != there.Hash || here.Hash.IsZero() {
		t.Errorf("the remote pins %s, and the master has %s", here.Hash, there.Hash)
	}
	alone, _ := newPlace(t, "alone").open(t)
	if all := waittest.Must(alone.Certificates())(t); len(all) != 0 {
		t.Errorf("a standalone cluster has %+v", all)
	}
}

// TestPastOf_elsewhere: without the history, a cluster tells what is in force for itself and nothing else.
func TestPastOf_elsewhere(t *testing.T) {
	f := newFederation(t)
	oslo := f.join("oslo", map[string]string{"env": "prod"})
	f.change(put("fed.prod", "x", "env=prod"), nil)
	f.change(put("fed.test", "x", "env=test"), nil)
	f.synced(oslo)
	revision := f.master.Federal().Revision()
	waittest.Until(t, "oslo has the newest revision", func() bool { return oslo.Federal().Revision() == revision })
	here := waittest.Must(oslo.PastOf(t.Context(), cluster.Moment{}, ""))(t)
	there := waittest.Must(f.master.PastOf(t.Context(), cluster.Moment{}, "oslo"))(t)
	if here.Revision != revision || !here.MadeAt.IsZero() || here.Cluster != there.Cluster || here.Labels["env"] != "prod" || len(here.Objects) != len(there.Objects) {
		t.Errorf("oslo has %+v, and the master says %+v", here, there)
	}
	named := waittest.Must(oslo.PastOf(t.Context(), cluster.Moment{}, "oslo"))(t)
	if named.Cluster != here.Cluster {
		t.Errorf("by its name it has %+v", named)
	}
	_, err := oslo.PastOf(t.Context(), cluster.Moment{Revision: &revision}, "")
	wantError(t, err, cluster.ErrRole)
	_, err = oslo.PastOf(t.Context(), cluster.Moment{}, "master")
	wantError(t, err, cluster.ErrRole)
	_, _, _, err = oslo.Difference(t.Context(), cluster.Moment{}, cluster.Moment{}, "")
	wantError(t, err, cluster.ErrRole)
	alone, _ := newPlace(t, "alone").open(t)
	if past := waittest.Must(alone.PastOf(t.Context(), cluster.Moment{}, ""))(t); past.Revision != 0 || len(past.Objects) != 0 || past.Cluster != "" {
		t.Errorf("a standalone cluster has %+v", past)
	}
}
