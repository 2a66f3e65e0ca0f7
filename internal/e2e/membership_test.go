package e2e_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// federation is a master with one federated group and the remote berlin, in sync.
func federation(t *testing.T) (w *fedtest.World, master, berlin *fedtest.Cluster) {
	t.Helper()
	w = fedtest.New(t)
	master, berlin = w.Master("hub"), w.Remote("berlin")
	createGroup(master, "fed.web")
	w.Synced(berlin)
	return w, master, berlin
}

// wantStandalone waits until the cluster is standalone, and checks that nothing federated is left.
func wantStandalone(t *testing.T, c *fedtest.Cluster) {
	t.Helper()
	fedtest.Eventually(t, c.Name+" is standalone", func() bool { return c.Role() == cluster.RoleStandalone })
	fedtest.Eventually(t, c.Name+" has forgotten its credentials", func() bool { return len(membershipKeys(c)) == 0 })
	if got := groupsOf(c, "fed"); len(got) > 0 {
		t.Errorf("%s still has federated groups: %+v", c.Name, got)
	}
	if m := c.Member(); m.FedRole != "" || m.MasterCluster != nil {
		t.Errorf("%s still says that it is a member: %+v", c.Name, m)
	}
}

// membershipKeys returns the key files that a membership needs.
func membershipKeys(c *fedtest.Cluster) []string {
	all := c.Keys()
	maps.DeleteFunc(all, func(name, _ string) bool {
		return !slices.Contains([]string{"user-agent", "agent.jwt", "return.jwt", "join.token"}, name)
	})
	return slices.Sorted(maps.Keys(all))
}

// wantBack has the cluster join again, and checks that it has the federated policy.
func wantBack(t *testing.T, w *fedtest.World, c *fedtest.Cluster) {
	t.Helper()
	c.MustJoin(w.Hub())
	w.Synced(c)
	c.Must(http.MethodGet, "/v1/group/fed.web", nil, nil)
}

func wantMembers(t *testing.T, master *fedtest.Cluster, want ...string) {
	t.Helper()
	if got := memberNames(master); !slices.Equal(want, got) {
		t.Errorf("the members of %s are %q, want %q", master.Name, got, want)
	}
}

func TestMembership_leave(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	createGroup(berlin, "own")
	berlin.Must(http.MethodPost, "/v1/fed/leave", wire.Leave{}, nil)
	wantStandalone(t, berlin)
	wantMembers(t, master)
	berlin.Must(http.MethodGet, "/v1/group/own", nil, nil)
	wantProblem(t, "leave twice", berlin.Call(http.MethodPost, "/v1/fed/leave", wire.Leave{}), http.StatusBadRequest, 4)
	wantBack(t, w, berlin)
	wantMembers(t, master, "berlin")
}

// TestMembership_leaveAlone has a remote leave while its master is away.
func TestMembership_leaveAlone(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	master.Stop()
	wantProblem(t, "leave without the master", berlin.Call(http.MethodPost, "/v1/fed/leave", wire.Leave{}), http.StatusInternalServerError, 66)
	if berlin.Role() != cluster.RoleRemote {
		t.Fatal("a refused leave ended the membership")
	}
	berlin.Must(http.MethodGet, "/v1/group/fed.web", nil, nil)
	force := true
	berlin.Must(http.MethodPost, "/v1/fed/leave", wire.Leave{Force: &force}, nil)
	wantStandalone(t, berlin)

	master.Start()
	wantMembers(t, master, "berlin")
	refused := berlin.Join(berlin.JoinRequest(master, master.Token().JoinToken))
	wantProblem(t, "join under a name that is taken by oneself", refused, http.StatusConflict, 41)
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+berlin.ID(), nil, nil)
	wantBack(t, w, berlin)
}

func TestMembership_kick(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+berlin.ID(), nil, nil)
	wantStandalone(t, berlin)
	wantMembers(t, master)
	wantProblem(t, "kick a stranger", master.Call(http.MethodDelete, "/v1/fed/cluster/"+berlin.ID(), nil), http.StatusBadRequest, 7)
	wantProblem(t, "kick oneself", master.Call(http.MethodDelete, "/v1/fed/cluster/"+master.ID(), nil), http.StatusBadRequest, 4)
	wantBack(t, w, berlin)
}

// TestMembership_kickOffline removes a remote that is off: it learns it at its next contact.
func TestMembership_kickOffline(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	id := berlin.ID()
	berlin.Stop()
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+id, nil, nil)
	wantMembers(t, master)

	w.Cut(berlin)
	berlin.Start()
	berlin.Must(http.MethodGet, "/v1/group/fed.web", nil, nil) // cut off, it keeps what it has
	w.Heal(berlin)
	wantStandalone(t, berlin)
	wantBack(t, w, berlin)
}

// TestMembership_kickCut removes a remote behind a cut: nobody tells it before the cut has healed.
func TestMembership_kickCut(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	w.Cut(berlin)
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+berlin.ID(), nil, nil)
	wantMembers(t, master)
	if berlin.Role() != cluster.RoleRemote {
		t.Error("it knows what nobody can have told it")
	}
	w.Heal(berlin)
	wantStandalone(t, berlin)
	wantBack(t, w, berlin)
}

func TestMembership_demote(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	oslo := w.Remote("oslo")
	first := master.Member().MasterCluster
	master.Must(http.MethodPost, "/v1/fed/demote", nil, nil)
	wantStandalone(t, master)
	wantStandalone(t, berlin)
	wantStandalone(t, oslo)
	wantProblem(t, "demote twice", master.Call(http.MethodPost, "/v1/fed/demote", nil), http.StatusForbidden, 25)
	wantProblem(t, "a token of none", master.Call(http.MethodGet, "/v1/fed/join_token", nil), http.StatusForbidden, 25)

	master.Promote()
	wantMembers(t, master)
	if got := groupsOf(master, "fed"); slices.ContainsFunc(got, func(g wire.GroupBrief) bool { return g.Name == "fed.web" }) {
		t.Error("a new federation begins with the policy of the former one")
	}
	if again := master.Member().MasterCluster; again.ID != first.ID {
		t.Errorf("the cluster's id was %s and is %s", first.ID, again.ID)
	}
	createGroup(master, "fed.web")
	wantBack(t, w, berlin)
	wantBack(t, w, oslo)
}

func TestMembership_promoteTwice(t *testing.T) {
	t.Parallel()
	_, master, berlin := federation(t)
	at := master.FedAddress()
	promotion := wire.Promotion{MasterRestInfo: &at}
	wantProblem(t, "promote twice", master.Call(http.MethodPost, "/v1/fed/promote", promotion), http.StatusBadRequest, 4)
	wantProblem(t, "promote a remote", berlin.Call(http.MethodPost, "/v1/fed/promote", promotion), http.StatusBadRequest, 4)
	wantMembers(t, master, "berlin")
}

// TestMembership_rename holds the rules for who may be renamed when.
func TestMembership_rename(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	rename := func(c *fedtest.Cluster, name string) fedtest.Answer {
		return c.Call(http.MethodPatch, "/v1/fed/config", wire.FedConfig{Name: &name})
	}
	says := func(what, got, want string) {
		if !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", what, got, want)
		}
	}
	says("a master in use", wantProblem(t, "rename a master in use", rename(master, "center"), http.StatusBadRequest, 39), "when there is other cluster in the federation")
	says("a remote", wantProblem(t, "rename a remote", rename(berlin, "paris"), http.StatusBadRequest, 39), "after joining the federation")
	if a := rename(berlin, "berlin"); a.Status != http.StatusOK {
		t.Errorf("the name that it has already: %s", a.Body)
	}
	berlin.Must(http.MethodPost, "/v1/fed/leave", wire.Leave{}, nil)
	if a := rename(master, "center"); a.Status != http.StatusOK {
		t.Errorf("a master without remotes: %s", a.Body)
	}
	if got := master.Member().MasterCluster.Name; got != "center" {
		t.Errorf("renamed, and called %q", got)
	}
	if a := rename(berlin, "paris"); a.Status != http.StatusOK {
		t.Errorf("a standalone cluster: %s", a.Body)
	}
	wantProblem(t, "an impossible name", rename(berlin, "-"), http.StatusBadRequest, 6)
	berlin.MustJoin(w.Hub())
	wantMembers(t, master, "paris")
}
