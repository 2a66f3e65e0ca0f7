package cluster

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/fedhub/fedhub/events"
)

// The roles of users. The two of the federation exist at a master only.
const (
	RoleAdmin     = "admin"
	RoleReader    = "reader"
	RoleFedAdmin  = "fedAdmin"
	RoleFedReader = "fedReader"
)

// adminName is the user that every cluster begins with.
const adminName = "admin"

// Bounds and default of how long a session may be idle, in seconds.
const (
	defaultTimeout = 300
	minTimeout     = 30
	maxTimeout     = 3600
)

// User is someone who may log in.
type User struct {
	Name        string
	FullName    string
	Role        string // "admin", "reader", "fedAdmin" or "fedReader"
	Timeout     time.Duration
	PasswordSet time.Time
	MustSet     bool // the password must be changed before anything else
}

// UserRequest creates or changes a user; nil leaves a property as it is.
type UserRequest struct {
	Actor    string
	Name     string
	FullName *string
	Role     *string
	Password *string
	MustSet  bool // the new password is only for the first login, which must bring another
	Timeout  *time.Duration
}

// Authenticate returns the user with this name and password. The error is the same, and takes the same
// time, for a user that does not exist: it wraps [ErrPassword].
func (c *Controller) Authenticate(_ context.Context, name, password string) (User, error) {
	u, known := c.local.State().users.Get(name)
	hash := u.Password
	if !known {
		hash = nobodysPassword
	}
	ok, err := checkPassword(hash, password)
	if err != nil {
		return User{}, fmt.Errorf("user %s: %w", name, err)
	}
	if !ok || !known {
		return User{}, ErrPassword
	}
	return userOf(u), nil
}

// Users returns everyone who may log in, by name.
func (c *Controller) Users() []User {
	var out []User
	users := c.local.State().users
	users.Scan(func(_ string, u events.UserDefined) bool {
		out = append(out, userOf(u))
		return true
	})
	return out
}

// User returns the named user, or an error that wraps [ErrUnknownUser].
func (c *Controller) User(name string) (User, error) {
	u, ok := c.local.State().users.Get(name)
	if !ok {
		return User{}, fmt.Errorf("%w: %q", ErrUnknownUser, name)
	}
	return userOf(u), nil
}

// CreateUser adds a user, who needs a password and a role.
func (c *Controller) CreateUser(ctx context.Context, r UserRequest) error {
	if !userNames.MatchString(r.Name) {
		return fmt.Errorf("%w: a user cannot be called %q; use letters, digits and . _ - @, at most 64", ErrInvalid, r.Name)
	}
	if r.Password == nil || r.Role == nil {
		return fmt.Errorf("%w: user %q needs a password and a role", ErrInvalid, r.Name)
	}
	return c.defineUser(ctx, r, func(l *local) (events.UserDefined, error) {
		if _, there := l.users.Get(r.Name); there {
			return events.UserDefined{}, fmt.Errorf("%w: %q", ErrUserExists, r.Name)
		}
		return events.UserDefined{Name: r.Name, FullName: r.Name, Timeout: defaultTimeout}, nil
	})
}

// UpdateUser changes a user.
func (c *Controller) UpdateUser(ctx context.Context, r UserRequest) error {
	return c.defineUser(ctx, r, func(l *local) (events.UserDefined, error) {
		u, ok := l.users.Get(r.Name)
		if !ok {
			return u, fmt.Errorf("%w: %q", ErrUnknownUser, r.Name)
		}
		return u, nil
	})
}

// RemoveUser removes a user. One who may administer the cluster stays always.
func (c *Controller) RemoveUser(ctx context.Context, actor, name string) error {
	_, err := c.local.Do(ctx, actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		u, ok := l.users.Get(name)
		if !ok {
			return nil, fmt.Errorf("%w: %q", ErrUnknownUser, name)
		}
		if lastOf(l, u) {
			return nil, fmt.Errorf("%w: %q", ErrLastAdmin, name)
		}
		return []events.Fact{events.UserRemoved{Name: name}}, nil
	})
	return err
}

var userNames = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$`)

// defineUser decides on the user that from returns, changed as r says.
func (c *Controller) defineUser(ctx context.Context, r UserRequest, from func(*local) (events.UserDefined, error)) error {
	hash := ""
	if r.Password != nil {
		if err := checkStrength(*r.Password, r.Name); err != nil {
			return err
		}
		var err error
		if hash, err = hashPassword(*r.Password); err != nil {
			return err
		}
	}
	_, err := c.local.Do(ctx, r.Actor, func(l *local, now time.Time) ([]events.Fact, error) {
		was, err := from(l)
		if err != nil {
			return nil, err
		}
		u, err := r.apply(was, l.role)
		if err != nil {
			return nil, err
		}
		if hash != "" {
			u.Password, u.SetAt, u.MustSet = hash, now, r.MustSet
		}
		if u == was {
			return nil, nil
		}
		if u.Role != was.Role && lastOf(l, was) && !administers(u.Role) {
			return nil, fmt.Errorf("%w: %q", ErrLastAdmin, was.Name)
		}
		return []events.Fact{u}, nil
	})
	return err
}

// apply returns the user after the request, or what is wrong with it.
func (r UserRequest) apply(u events.UserDefined, at Role) (events.UserDefined, error) {
	if r.FullName != nil {
		u.FullName = *r.FullName
	}
	if r.Role != nil {
		roles := []string{RoleAdmin, RoleReader}
		if at == RoleMaster {
			roles = append(roles, RoleFedAdmin, RoleFedReader)
		}
		if !slices.Contains(roles, *r.Role) {
			return u, fmt.Errorf("%w: role %q; a user of this cluster is one of %v", ErrInvalid, *r.Role, roles)
		}
		u.Role = *r.Role
	}
	if r.Timeout != nil {
		seconds := int(r.Timeout.Seconds())
		if seconds < minTimeout || seconds > maxTimeout {
			return u, fmt.Errorf("%w: timeout of %d s; give %d to %d", ErrInvalid, seconds, minTimeout, maxTimeout)
		}
		u.Timeout = seconds
	}
	return u, nil
}

// changeRoles returns the facts that give the named users another role, as the table says.
func changeRoles(l *local, to map[string]string, names ...string) []events.Fact {
	slices.Sort(names)
	var out []events.Fact
	for _, name := range slices.Compact(names) {
		if u, ok := l.users.Get(name); ok && to[u.Role] != "" {
			u.Role = to[u.Role]
			out = append(out, u)
		}
	}
	return out
}

func administers(role string) bool { return role == RoleAdmin || role == RoleFedAdmin }

// lastOf reports whether u is the only one who may administer the cluster.
func lastOf(l *local, u events.UserDefined) bool {
	if !administers(u.Role) {
		return false
	}
	return !slices.ContainsFunc(l.users.Values(), func(other events.UserDefined) bool {
		return other.Name != u.Name && administers(other.Role)
	})
}

func userOf(u events.UserDefined) User {
	return User{
		Name: u.Name, FullName: u.FullName, Role: u.Role, Timeout: time.Duration(u.Timeout) * time.Second,
		PasswordSet: u.SetAt, MustSet: u.MustSet,
	}
}
