package cluster_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
)

// first is what every cluster's log begins with; the password is nobody's.
func first(name string) []events.Fact {
	return []events.Fact{
		events.SettingsChanged{Name: name, Address: events.RestInfo{Server: "127.0.0.1", Port: 10443}},
		events.UserDefined{Name: "admin", Role: cluster.RoleAdmin, Timeout: 300},
	}
}

func TestResume_demotionBegun(t *testing.T) {
	p := newPlace(t, "berlin")
	master, stop := p.promoted(t)
	createGroup(t, master, "fed.web")
	stop()
	p.write(t, nil, events.Demoting{})

	c, _ := p.open(t)
	if c.Role() != cluster.RoleStandalone || c.Federal().Revision() != 0 {
		t.Errorf("role %q with federated policy of %d, want standalone with none", c.Role(), c.Federal().Revision())
	}
	if u := waittest.Must(c.User("admin"))(t); u.Role != cluster.RoleAdmin {
		t.Errorf("admin is %s, want %s", u.Role, cluster.RoleAdmin)
	}
	if err := c.Promote(t.Context(), cluster.Promotion{Actor: "admin", Address: p.fed}); err != nil {
		t.Errorf("it cannot be promoted again: %v", err)
	}
}

func TestResume_promotedBeforeTheHubWasThere(t *testing.T) {
	p := newPlace(t, "berlin")
	p.write(t, nil, append(first("berlin"), events.Promoted{Federation: "f1", Address: p.fed})...)
	c, _ := p.open(t)
	if c.Role() != cluster.RoleMaster || c.Federal().Revision() == 0 {
		t.Errorf("role %q with federated policy of %d, want a master with the reserved groups", c.Role(), c.Federal().Revision())
	}
	token(t, c)
}

func requested(p place, master place) events.JoinRequested {
	return events.JoinRequested{Cluster: "", Name: p.name, Address: events.RestInfo{Server: "127.0.0.1", Port: 10443}, Server: master.fed}
}

// TestResume_joinBegun stops a cluster behind its request: it asks again, and the answer counts.
func TestResume_joinBegun(t *testing.T) {
	m := newPlace(t, "master")
	master, stopMaster := m.promoted(t)
	good := token(t, master)
	revoked := waittest.Must(master.MintToken(t.Context(), cluster.TokenRequest{Actor: "admin"}))(t)
	if err := master.RevokeToken(t.Context(), "admin", revoked.ID); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		secrets map[string]string
		away    bool
		want    cluster.Role
	}{
		{name: "accepted", secrets: map[string]string{"join.token": good}, want: cluster.RoleRemote},
		{name: "refused", secrets: map[string]string{"join.token": revoked.Secret}},
		{name: "without-its-token"},
		{name: "master-away", secrets: map[string]string{"join.token": good}, away: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.away {
				stopMaster()
			}
			p := newPlace(t, tt.name)
			fresh, stop := p.open(t)
			ask := requested(p, m)
			ask.Cluster = fresh.Member().ID
			stop()
			p.write(t, tt.secrets, ask)

			c, _ := p.open(t)
			waittest.Until(t, "the join is settled", func() bool {
				got := kinds(t, c)
				last := got[len(got)-1]
				return last == events.KindJoined || last == events.KindJoinRefused
			})
			if c.Role() != tt.want {
				t.Errorf("role %q, want %q; %v", c.Role(), tt.want, kinds(t, c))
			}
			if tt.want == cluster.RoleRemote {
				waittest.Until(t, "it is synced", func() bool { return status(master, tt.name) == cluster.StatusSynced })
			}
			keys := waittest.Must(bus.OpenKeyring(filepath.Join(p.dir, "keys")))(t)
			waittest.Until(t, "the token is gone", func() bool {
				_, err := keys.Get("join.token")
				return errors.Is(err, fs.ErrNotExist)
			})
		})
	}
}

// TestResume_membershipOver stops a cluster behind the end of its membership: what it brought is removed.
func TestResume_membershipOver(t *testing.T) {
	for name, end := range map[string]events.Fact{"left": events.Left{}, "dismissed": events.Dismissed{Reason: "removed"}} {
		t.Run(name, func(t *testing.T) {
			master, _ := newPlace(t, "master").promoted(t)
			p := newPlace(t, name)
			c, stop := p.open(t)
			if err := c.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: token(t, master)}); err != nil {
				t.Fatal(err)
			}
			createGroup(t, master, "fed.web")
			waittest.Until(t, "it has the group", func() bool { return hasWeb(c) })
			stop()
			p.write(t, nil, end)

			c, _ = p.open(t)
			if c.Role() != cluster.RoleStandalone || c.Federal().Revision() != 0 {
				t.Errorf("role %q with federated policy of %d", c.Role(), c.Federal().Revision())
			}
			keys := waittest.Must(bus.OpenKeyring(filepath.Join(p.dir, "keys")))(t)
			for _, secret := range []string{"agent.jwt", "return.jwt", "user-agent"} {
				if _, err := keys.Get(secret); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s is still there (%v)", secret, err)
				}
			}
		})
	}
}
