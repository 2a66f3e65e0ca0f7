package cluster_test

import (
	"slices"
	"testing"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

func createGroup(t *testing.T, c *cluster.Controller, name string) {
	t.Helper()
	waittest.Must(c.Change(t.Context(), cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: policy.Create(policy.GroupConfig{
		Name: name, Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: "x"}}, Claims: policy.Claims{CfgType: "federal"},
	})}))(t)
}

func TestFederation(t *testing.T) {
	master, _ := newPlace(t, "master").promoted(t)
	at := newPlace(t, "berlin")
	berlin, stop := at.open(t)
	if err := berlin.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: token(t, master)}); err != nil {
		t.Fatal(err)
	}
	synced := func() bool { return status(master, "berlin") == cluster.StatusSynced }
	waittest.Until(t, "berlin is synced", synced)
	createGroup(t, master, "fed.web")
	waittest.Until(t, "berlin has the group", func() bool { return hasWeb(berlin) })
	waittest.Until(t, "berlin is synced again", synced)
	stop()

	berlin, _ = at.open(t)
	if !hasWeb(berlin) {
		t.Error("after a restart the federated policy is not there at once")
	}
	waittest.Until(t, "berlin is synced after its restart", synced)
	if err := berlin.Leave(t.Context(), "admin", false); err != nil {
		t.Fatal(err)
	}
	if hasWeb(berlin) || berlin.Role() != cluster.RoleStandalone {
		t.Errorf("it left: role %q, federated policy of %d", berlin.Role(), berlin.Federal().Revision())
	}
	if err := master.Demote(t.Context(), "admin"); err != nil {
		t.Fatal(err)
	}
	if master.Role() != cluster.RoleStandalone || master.Federal().Revision() != 0 {
		t.Errorf("demoted: role %q, federated policy of %d", master.Role(), master.Federal().Revision())
	}
}

func TestFederation_aKickedClusterIsStandalone(t *testing.T) {
	master, _ := newPlace(t, "master").promoted(t)
	for name, away := range map[string]bool{"oslo": false, "rome": true} {
		t.Run(name, func(t *testing.T) {
			at := newPlace(t, name)
			remote, stop := at.open(t)
			if err := remote.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: token(t, master)}); err != nil {
				t.Fatal(err)
			}
			waittest.Until(t, "it is synced", func() bool { return status(master, name) == cluster.StatusSynced })
			if away {
				stop()
			}
			if err := master.Kick(t.Context(), "admin", remote.Member().ID); err != nil {
				t.Fatal(err)
			}
			if away {
				remote, _ = at.open(t)
			}
			waittest.Until(t, "it is standalone", func() bool { return remote.Role() == cluster.RoleStandalone && remote.Federal().Revision() == 0 })
			if got := status(master, name); got != "" {
				t.Errorf("the master still lists it as %s", got)
			}
			if err := remote.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: token(t, master)}); err != nil {
				t.Errorf("it cannot join again: %v", err)
			}
		})
	}
}

func TestFederation_refusesWhatIsNotForTheRole(t *testing.T) {
	ctx := t.Context()
	at := newPlace(t, "berlin")
	c, _ := at.open(t)
	create := cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: policy.RemoveAll(events.ObjectNetworkRule)}
	_, err := c.Change(ctx, create)
	wantError(t, err, cluster.ErrReadOnly)
	_, err = c.MintToken(ctx, cluster.TokenRequest{Actor: "admin"})
	wantError(t, err, cluster.ErrRole)
	wantError(t, c.Demote(ctx, "admin"), cluster.ErrRole)
	wantError(t, c.Leave(ctx, "admin", true), cluster.ErrRole)
	wantError(t, c.Kick(ctx, "admin", "x"), cluster.ErrRole)
	wantError(t, c.Promote(ctx, cluster.Promotion{Actor: "admin", Address: events.RestInfo{Server: "127.0.0.1"}}), cluster.ErrInvalid)
	wantError(t, c.Join(ctx, cluster.JoinRequest{Actor: "admin", Token: "x"}), events.Refusal{Code: events.RefusedTokenMalformed})
	if err := c.Promote(ctx, cluster.Promotion{Actor: "admin", Address: at.fed}); err != nil {
		t.Fatal(err)
	}
	wantError(t, c.Promote(ctx, cluster.Promotion{Actor: "admin", Address: at.fed}), cluster.ErrRole)
	wantError(t, c.Join(ctx, cluster.JoinRequest{Actor: "admin", Token: token(t, c)}), cluster.ErrRole)
	wantError(t, c.Leave(ctx, "admin", true), cluster.ErrRole)
}

func TestFeed_goesOnFromItsCursor(t *testing.T) {
	c, _ := newPlace(t, "master").promoted(t)
	for _, name := range []string{"fed.a", "fed.b", "fed.c"} {
		createGroup(t, c, name)
		token(t, c)
	}
	// The last event that comes by itself, seconds after the others.
	waittest.Until(t, "the master's own status is recorded", func() bool {
		return slices.Contains(kinds(t, c), events.KindClusterStatusChanged)
	})
	all := waittest.Must(c.Feed(t.Context(), cluster.FeedQuery{Limit: 1000}))(t)
	var one []cluster.FeedItem
	for after := ""; ; after = one[len(one)-1].Cursor {
		next := waittest.Must(c.Feed(t.Context(), cluster.FeedQuery{After: after, Limit: 1}))(t)
		if len(next) == 0 {
			break
		}
		one = append(one, next...)
	}
	if len(one) != len(all) || len(all) < 8 {
		t.Fatalf("%d events one by one, %d at once", len(one), len(all))
	}
	for i := range all {
		if one[i].Event.ID != all[i].Event.ID {
			t.Errorf("item %d is %s, and %s at once", i, one[i].Event.ID, all[i].Event.ID)
		}
	}
	tail := waittest.Must(c.Feed(t.Context(), cluster.FeedQuery{Tail: true, Limit: 2}))(t)
	if len(tail) != 2 || tail[1].Event.ID != all[len(all)-1].Event.ID {
		t.Errorf("the tail is %+v", tail)
	}
	_, err := c.Feed(t.Context(), cluster.FeedQuery{After: "LOCAL.1"})
	wantError(t, err, cluster.ErrInvalid)
}
