package cluster_test

import (
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/waittest"
)

func create(t *testing.T, c *cluster.Controller, name, role string) {
	t.Helper()
	if err := c.CreateUser(t.Context(), cluster.UserRequest{Actor: "admin", Name: name, Role: &role, Password: new("a good password")}); err != nil {
		t.Fatal(err)
	}
}

func roleOf(t *testing.T, c *cluster.Controller, name string) string {
	t.Helper()
	return waittest.Must(c.User(name))(t).Role
}

func TestUsers(t *testing.T) {
	ctx := t.Context()
	p := newPlace(t, "berlin")
	c, stop := p.open(t)
	create(t, c, "bob", cluster.RoleReader)
	for name, tt := range map[string]struct {
		user, password string
		want           error
	}{
		"the first user": {"admin", firstPassword, nil},
		"another":        {"bob", "a good password", nil},
		"wrong password": {"bob", "a bad password", cluster.ErrPassword},
		"no password":    {"bob", "", cluster.ErrPassword},
		"nobody":         {"carol", "a good password", cluster.ErrPassword},
		"no name":        {"", "a good password", cluster.ErrPassword},
		"in capitals":    {"Bob", "a good password", cluster.ErrPassword},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := c.Authenticate(ctx, tt.user, tt.password)
			wantError(t, err, tt.want)
			if err == nil && u.Name != tt.user {
				t.Errorf("logged in as %q", u.Name)
			}
		})
	}
	for name, tt := range map[string]struct {
		request cluster.UserRequest
		want    error
	}{
		"who is there":       {cluster.UserRequest{Name: "bob", Role: new("reader"), Password: new("a good password")}, cluster.ErrUserExists},
		"without a role":     {cluster.UserRequest{Name: "carol", Password: new("a good password")}, cluster.ErrInvalid},
		"without a password": {cluster.UserRequest{Name: "carol", Role: new("reader")}, cluster.ErrInvalid},
		"a weak password":    {cluster.UserRequest{Name: "carol", Role: new("reader"), Password: new("carol")}, cluster.ErrWeakPassword},
		"a fedAdmin here":    {cluster.UserRequest{Name: "carol", Role: new("fedAdmin"), Password: new("a good password")}, cluster.ErrInvalid},
		"a name with a line": {cluster.UserRequest{Name: "carol\n", Role: new("reader"), Password: new("a good password")}, cluster.ErrInvalid},
		"no name":            {cluster.UserRequest{Role: new("reader"), Password: new("a good password")}, cluster.ErrInvalid},
	} {
		t.Run("create "+name, func(t *testing.T) {
			tt.request.Actor = "admin"
			wantError(t, c.CreateUser(ctx, tt.request), tt.want)
		})
	}
	wantError(t, c.UpdateUser(ctx, cluster.UserRequest{Actor: "admin", Name: "carol"}), cluster.ErrUnknownUser)
	wantError(t, c.RemoveUser(ctx, "admin", "carol"), cluster.ErrUnknownUser)
	_, err := c.User("carol")
	wantError(t, err, cluster.ErrUnknownUser)

	before := waittest.Must(c.User("bob"))(t).PasswordSet
	timeout := time.Minute
	if err := c.UpdateUser(ctx, cluster.UserRequest{Actor: "admin", Name: "bob", Password: new("another password"), Timeout: &timeout}); err != nil {
		t.Fatal(err)
	}
	stop()
	c, _ = p.open(t)
	u := waittest.Must(c.Authenticate(ctx, "bob", "another password"))(t)
	if u.Timeout != time.Minute || !u.PasswordSet.After(before) {
		t.Errorf("after a restart %+v", u)
	}
	if len(c.Users()) != 2 {
		t.Errorf("%d users, want 2", len(c.Users()))
	}
}

func TestUsers_theLastAdministratorStays(t *testing.T) {
	ctx := t.Context()
	c, _ := newPlace(t, "berlin").open(t)
	create(t, c, "bob", cluster.RoleReader)
	demote := cluster.UserRequest{Actor: "admin", Name: "admin", Role: new(cluster.RoleReader)}
	wantError(t, c.RemoveUser(ctx, "admin", "admin"), cluster.ErrLastAdmin)
	wantError(t, c.UpdateUser(ctx, demote), cluster.ErrLastAdmin)
	create(t, c, "carol", cluster.RoleAdmin)
	if err := c.UpdateUser(ctx, demote); err != nil {
		t.Error(err)
	}
	wantError(t, c.RemoveUser(ctx, "bob", "carol"), cluster.ErrLastAdmin)
	if err := c.RemoveUser(ctx, "carol", "admin"); err != nil {
		t.Error(err)
	}
}

// TestUsers_followTheRoleOfTheCluster: who promotes administers the federation, and nobody is left with a
// role that the cluster does not have any more.
func TestUsers_followTheRoleOfTheCluster(t *testing.T) {
	ctx := t.Context()
	p := newPlace(t, "berlin")
	c, _ := p.open(t)
	create(t, c, "alice", cluster.RoleAdmin)
	create(t, c, "bob", cluster.RoleAdmin)
	if err := c.Promote(ctx, cluster.Promotion{Actor: "alice", Address: p.fed}); err != nil {
		t.Fatal(err)
	}
	create(t, c, "carol", cluster.RoleFedReader)
	for name, want := range map[string]string{"admin": cluster.RoleFedAdmin, "alice": cluster.RoleFedAdmin, "bob": cluster.RoleAdmin, "carol": cluster.RoleFedReader} {
		if got := roleOf(t, c, name); got != want {
			t.Errorf("at a master %s is %s, want %s", name, got, want)
		}
	}
	if err := c.Demote(ctx, "alice"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"admin": cluster.RoleAdmin, "alice": cluster.RoleAdmin, "bob": cluster.RoleAdmin, "carol": cluster.RoleReader} {
		if got := roleOf(t, c, name); got != want {
			t.Errorf("after it %s is %s, want %s", name, got, want)
		}
	}
}

func TestUsers_firstPassword(t *testing.T) {
	c, _ := newPlace(t, "berlin").open(t)
	password, own := "For-The-First-Time-1", "My-Own-Password-2"
	create := cluster.UserRequest{Actor: "admin", Name: "novice", Role: new("reader"), Password: &password, MustSet: true}
	if err := c.CreateUser(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	if u, err := c.Authenticate(t.Context(), "novice", password); err != nil || !u.MustSet {
		t.Errorf("after the creation: %+v, %v; want a password that must be changed", u, err)
	}
	if err := c.UpdateUser(t.Context(), cluster.UserRequest{Actor: "novice", Name: "novice", Password: &own}); err != nil {
		t.Fatal(err)
	}
	if u, err := c.Authenticate(t.Context(), "novice", own); err != nil || u.MustSet {
		t.Errorf("after the change: %+v, %v; want a password of their own", u, err)
	}
}
