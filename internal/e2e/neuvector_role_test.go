package e2e_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

func userText(name, role string) string {
	return fmt.Sprintf(`{"user":{"username":%q,"password":%q,"role":%q}}`, name, fedtest.Password, role)
}

func roleText(role string) string { return fmt.Sprintf(`{"config":{"role":%q}}`, role) }

// TestNeuvectorRoles_mapping is TestServerConfigNewForFed, with users in the place of groups of a directory: the roles of
// the federation are given and taken away by a fedAdmin of the master alone, and everyone who reads users sees them.
func TestNeuvectorRoles_mapping(t *testing.T) {
	t.Parallel()
	master := fedtest.New(t).Master("hub")
	admin, fedReader, reader := userOf(master, "admin"), userOf(master, "fedReader"), userOf(master, "reader")
	fedAdmin := userOf(master, "fedAdmin")
	for _, role := range []string{"fedAdmin", "fedReader"} {
		name := "wants-" + role
		isForbidden.check(t, "admin makes a "+role, admin.Call(http.MethodPost, "/v1/user", userText(name, role)))
		isDone.check(t, "fedAdmin makes a "+role, fedAdmin.Call(http.MethodPost, "/v1/user", userText(name, role)))
		sendAll(t, admin, []request{
			{"admin renames a " + role, http.MethodPatch, "/v1/user/" + name, `{"config":{"fullname":"x"}}`, isForbidden},
			{"admin sets the password of a " + role, http.MethodPatch, "/v1/user/" + name, `{"config":{"new_password":"another good one"}}`, isForbidden},
			{"admin takes the role from a " + role, http.MethodPatch, "/v1/user/" + name, roleText("reader"), isForbidden},
			{"admin gives the role " + role, http.MethodPatch, "/v1/user/a-reader", roleText(role), isForbidden},
			{"admin deletes a " + role, http.MethodDelete, "/v1/user/" + name, "", isForbidden},
			{"admin reads a " + role, http.MethodGet, "/v1/user/" + name, "", isDone},
		})
		var seen wire.OneUser
		readInto(t, admin, "/v1/user/"+name, &seen)
		if seen.User.Role != role {
			t.Errorf("an admin reads that %s is a %s", name, seen.User.Role)
		}
	}
	sendAll(t, admin, []request{
		{"admin makes a reader", http.MethodPost, "/v1/user", userText("plain", "reader"), isDone},
		{"admin makes an admin of it", http.MethodPatch, "/v1/user/plain", roleText("admin"), isDone},
		{"admin deletes it", http.MethodDelete, "/v1/user/plain", "", isDone},
		{"a role that is none", http.MethodPost, "/v1/user", userText("plain", "role-1"), isWrong},
	})
	sendAll(t, fedAdmin, []request{
		{"fedAdmin changes a federated role", http.MethodPatch, "/v1/user/wants-fedReader", roleText("fedAdmin"), isDone},
		{"fedAdmin takes a federated role", http.MethodPatch, "/v1/user/wants-fedReader", roleText("reader"), isDone},
		{"fedAdmin gives a federated role", http.MethodPatch, "/v1/user/wants-fedReader", roleText("fedReader"), isDone},
		{"fedAdmin deletes a fedAdmin", http.MethodDelete, "/v1/user/wants-fedAdmin", "", isDone},
	})
	for role, who := range map[string]*fedtest.Session{"fedReader": fedReader, "reader": reader} {
		sendAll(t, who, []request{
			{role + " makes a user", http.MethodPost, "/v1/user", userText("x", "reader"), isForbidden},
			{role + " gives a role", http.MethodPatch, "/v1/user/a-admin", roleText("fedAdmin"), isForbidden},
			{role + " gives itself a role", http.MethodPatch, "/v1/user/a-" + role, roleText("fedAdmin"), isForbidden},
			{role + " deletes a user", http.MethodDelete, "/v1/user/a-admin", "", isForbidden},
			{role + " reads users", http.MethodGet, "/v1/user", "", isDone},
		})
	}
}

// TestNeuvectorRoles_elsewhere holds that there are no federated roles but at a master.
func TestNeuvectorRoles_elsewhere(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	alone := w.Standalone("alone")
	w.Master("hub")
	berlin := w.Remote("berlin")
	for _, c := range []*fedtest.Cluster{alone, berlin} {
		for _, role := range []string{"fedAdmin", "fedReader"} {
			isForbidden.check(t, role+" at "+c.Name, c.Call(http.MethodPost, "/v1/user", userText("x", role)))
			isForbidden.check(t, "admin becomes a "+role+" at "+c.Name, c.Call(http.MethodPatch, "/v1/user/admin", roleText(role)))
		}
		var users wire.Users
		readInto(t, c, "/v1/user", &users)
		if len(users.Users) != 1 || users.Users[0].Role != "admin" || len(users.GlobalRoles) != 2 {
			t.Errorf("%s: %+v", c.Name, users)
		}
	}
}
