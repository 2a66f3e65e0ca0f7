package api

import (
	"context"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// userAdmin keeps the users.
type userAdmin interface {
	// Authenticate takes as long for an unknown user as for a wrong password, and refuses both with cluster.ErrPassword.
	Authenticate(ctx context.Context, name, password string) (cluster.User, error)
	Users() []cluster.User
	CreateUser(ctx context.Context, r cluster.UserRequest) error
	UpdateUser(ctx context.Context, r cluster.UserRequest) error
	RemoveUser(ctx context.Context, actor, name string) error
}

// ListUsers answers GET /v1/user.
func (s *server) ListUsers(context.Context, wire.ListUsersRequestObject) (wire.ListUsersResponseObject, error) {
	users := s.controller.Users()
	out := wire.ListUsers200JSONResponse{
		Users:       make([]wire.User, 0, len(users)),
		GlobalRoles: []string{roleAdmin, roleReader},
		DomainRoles: []string{},
	}
	if s.controller.Role() == cluster.RoleMaster {
		out.GlobalRoles = append(out.GlobalRoles, roleFedAdmin, roleFedReader)
	}
	for _, u := range users {
		out.Users = append(out.Users, s.wireUser(u))
	}
	return out, nil
}

// GetUser answers GET /v1/user/{name}.
func (s *server) GetUser(_ context.Context, req wire.GetUserRequestObject) (wire.GetUserResponseObject, error) {
	u, err := s.controller.User(req.Name)
	if err != nil {
		return nil, err
	}
	return wire.GetUser200JSONResponse{User: s.wireUser(u)}, nil
}

// CreateUser answers POST /v1/user.
func (s *server) CreateUser(ctx context.Context, req wire.CreateUserRequestObject) (wire.CreateUserResponseObject, error) {
	u := req.Body.User
	timeout, err := timeoutOf(u.Timeout)
	if err != nil {
		return nil, err
	}
	if u.Username == "" || len(u.Username) > maxUserName {
		return nil, badRequest("user.username must have 1 to %d bytes", maxUserName)
	}
	if err := mayGrant(ctx, u.Role); err != nil {
		return nil, err
	}
	return wire.CreateUser200Response{}, s.controller.CreateUser(ctx, cluster.UserRequest{
		Actor: actorOf(ctx), Name: u.Username, FullName: u.Fullname, Role: &u.Role, Password: &u.Password,
		MustSet: deref(u.ModifyPassword), Timeout: timeout,
	})
}

// UpdateUser answers PATCH /v1/user/{name}. Everyone may change their own full name and, knowing the present
// one, their own password.
func (s *server) UpdateUser(ctx context.Context, req wire.UpdateUserRequestObject) (wire.UpdateUserResponseObject, error) {
	cfg, who := req.Body.Config, callOf(ctx).who
	self := who.name == req.Name && !who.forwarded
	if err := s.mayUpdate(ctx, self, req.Name, cfg); err != nil {
		return nil, err
	}
	timeout, err := timeoutOf(cfg.Timeout)
	if err != nil {
		return nil, err
	}
	if self && cfg.NewPassword != nil {
		if err := s.proveSelf(ctx, cfg.Password); err != nil {
			return nil, err
		}
	}
	err = s.controller.UpdateUser(ctx, cluster.UserRequest{
		Actor: actorOf(ctx), Name: req.Name, FullName: cfg.Fullname, Role: cfg.Role, Password: cfg.NewPassword, Timeout: timeout,
	})
	if err != nil {
		return nil, err
	}
	if cfg.NewPassword != nil {
		s.sessions.endOthers(req.Name, who.session)
	}
	return wire.UpdateUser200Response{}, nil
}

// DeleteUser answers DELETE /v1/user/{name}.
func (s *server) DeleteUser(ctx context.Context, req wire.DeleteUserRequestObject) (wire.DeleteUserResponseObject, error) {
	old, err := s.controller.User(req.Name)
	if err != nil {
		return nil, err
	}
	if err := mayGrant(ctx, old.Role); err != nil {
		return nil, err
	}
	if err := s.controller.RemoveUser(ctx, actorOf(ctx), req.Name); err != nil {
		return nil, err
	}
	s.sessions.endOthers(req.Name, sessionID{})
	return wire.DeleteUser200Response{}, nil
}

// mayUpdate refuses a change of another user by anyone but an admin, and a change of what a user may do, too.
func (s *server) mayUpdate(ctx context.Context, self bool, name string, cfg wire.UserConfig) error {
	admin := forAdmins.allows(callOf(ctx).who.role, s.controller.Role())
	if !admin && (!self || cfg.Role != nil || cfg.Timeout != nil) {
		return errDenied
	}
	if cfg.Username != nil && *cfg.Username != name {
		return badRequest("the name in the path is %q and in the body %q; a user keeps its name", name, *cfg.Username)
	}
	if self && cfg.Role == nil {
		return nil
	}
	old, err := s.controller.User(name)
	if err != nil {
		return err
	}
	if err := mayGrant(ctx, old.Role); err != nil {
		return err
	}
	if cfg.Role == nil {
		return nil
	}
	return mayGrant(ctx, *cfg.Role)
}

// mayGrant refuses to deal with a user of a federation's role to anyone but a fedAdmin, who is on a master.
func mayGrant(ctx context.Context, role string) error {
	if federal(role) && callOf(ctx).who.role != roleFedAdmin {
		return errDenied
	}
	return nil
}

func (s *server) proveSelf(ctx context.Context, password *string) error {
	if password == nil {
		return badRequest("config.password is missing: give the present password to change it")
	}
	here := callOf(ctx)
	_, err := s.authenticate(ctx, attempt{here.who.name, here.client}, *password)
	return err
}

func (s *server) wireUser(u cluster.User) wire.User {
	return wire.User{
		Username:              u.Name,
		Fullname:              fullName(u),
		Role:                  u.Role,
		Timeout:               timeoutSeconds(u),
		Locale:                "en-us",
		ModifyPassword:        u.MustSet,
		BlockedForFailedLogin: s.limiter.blocked(u.Name),
	}
}

// fullName is what NeuVector's clients find a user by.
func fullName(u cluster.User) string {
	if u.FullName == "" {
		return u.Name
	}
	return u.FullName
}

func timeoutSeconds(u cluster.User) int {
	if u.Timeout == 0 {
		return int(defaultTimeout / time.Second)
	}
	return int(u.Timeout / time.Second)
}

func timeoutOf(seconds *int) (*time.Duration, error) {
	if seconds == nil || *seconds == 0 {
		return nil, nil // nil leaves the timeout as it is
	}
	if *seconds < int(minTimeout/time.Second) || *seconds > int(maxTimeout/time.Second) {
		return nil, badRequest("timeout %d; give %d to %d seconds", *seconds, int(minTimeout/time.Second), int(maxTimeout/time.Second))
	}
	d := time.Duration(*seconds) * time.Second
	return &d, nil
}
