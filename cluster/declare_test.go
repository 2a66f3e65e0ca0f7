package cluster_test

import (
	"testing"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

func TestEnsureMaster(t *testing.T) {
	at := newPlace(t, "master")
	c, stop := at.open(t)
	promotion := cluster.Promotion{Actor: "manifest", Address: at.fed}
	for range 2 {
		wantError(t, c.EnsureMaster(t.Context(), promotion), nil)
	}
	stop()
	c, _ = at.open(t)
	wantError(t, c.EnsureMaster(t.Context(), promotion), nil)
	if m := c.Member(); m.Role != cluster.RoleMaster || m.Address != at.fed {
		t.Errorf("got %s at %v, want a master at %v", m.Role, m.Address, at.fed)
	}

	moved := events.RestInfo{Server: "localhost", Port: at.fed.Port}
	wantError(t, c.EnsureMaster(t.Context(), cluster.Promotion{Actor: "manifest", Address: moved}), nil)
	if got := c.Member().Address; got != moved {
		t.Errorf("address %v, want %v", got, moved)
	}
	berlin := federation{t, c}.join("berlin", nil)
	wantError(t, c.EnsureMaster(t.Context(), promotion), cluster.ErrFixed)
	wantError(t, c.EnsureMaster(t.Context(), cluster.Promotion{Actor: "manifest", Address: moved}), nil)
	wantError(t, berlin.EnsureMaster(t.Context(), promotion), cluster.ErrRole)
	if got := berlin.Role(); got != cluster.RoleRemote {
		t.Errorf("role %s, want that of a remote", got)
	}
}

func TestEnsureMember(t *testing.T) {
	f, other := newFederation(t), newFederation(t)
	token := func(f federation) cluster.JoinRequest {
		r := cluster.TokenRequest{Actor: "admin", Uses: 9}
		return cluster.JoinRequest{Actor: "manifest", Token: waittest.Must(f.master.MintToken(t.Context(), r))(t).Secret}
	}
	at := newPlace(t, "berlin")
	berlin, stop := at.open(t)
	first := token(f)
	for range 2 {
		wantError(t, berlin.EnsureMember(t.Context(), first), nil)
	}
	stop()
	berlin, _ = at.open(t)
	wantError(t, berlin.EnsureMember(t.Context(), first), nil)
	wantError(t, berlin.EnsureMember(t.Context(), token(f)), nil)
	wantError(t, berlin.EnsureMember(t.Context(), token(other)), cluster.ErrRole)
	wantError(t, berlin.EnsureMember(t.Context(), cluster.JoinRequest{Token: "x"}), events.Refusal{Code: events.RefusedTokenMalformed})
	wantError(t, f.master.EnsureMember(t.Context(), token(other)), cluster.ErrRole)

	// A restart does not undo what an administrator did, though the token may be used eight times more.
	wantError(t, berlin.Leave(t.Context(), "admin", false), nil)
	wantError(t, berlin.EnsureMember(t.Context(), first), events.Refusal{Code: events.RefusedTokenSpent})
	if got := berlin.Role(); got != cluster.RoleStandalone {
		t.Errorf("role %s, want standalone", got)
	}
	wantError(t, berlin.EnsureMember(t.Context(), token(f)), nil)
}
