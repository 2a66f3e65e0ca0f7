package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// Login answers POST /v1/auth.
func (s *server) Login(ctx context.Context, req wire.LoginRequestObject) (wire.LoginResponseObject, error) {
	name, client := req.Body.Password.Username, callOf(ctx).client
	if name == "" {
		return nil, badRequest("password.username is missing")
	}
	if len(name) > maxUserName {
		return nil, cluster.ErrPassword
	}
	callOf(ctx).login = name
	user, err := s.authenticate(ctx, attempt{name, client}, req.Body.Password.Password)
	if err != nil {
		return nil, err
	}
	if federal(user.Role) && s.controller.Role() != cluster.RoleMaster {
		return nil, errUnauthorized
	}
	if fresh := req.Body.Password.NewPassword; fresh != nil && *fresh != "" {
		if err := s.controller.UpdateUser(ctx, cluster.UserRequest{Actor: name, Name: name, Password: fresh}); err != nil {
			return nil, fmt.Errorf("new password: %w", err)
		}
		s.sessions.endOthers(name, sessionID{})
		user.MustSet = false
	}
	if user.MustSet {
		return wire.Login200JSONResponse{NeedToResetPassword: true, PasswordDaysUntilExpire: -1}, nil
	}
	token, err := s.sessions.begin(user.Name, user.Timeout)
	if err != nil {
		return nil, fmt.Errorf("begin a session: %w", err)
	}
	if callOf(ctx).byPage {
		return pageLogin{wire.Login200JSONResponse{PasswordDaysUntilExpire: -1, Token: wireSession(user, "")}, s.sessionCookie(token, untilClosed)}, nil
	}
	return wire.Login200JSONResponse{PasswordDaysUntilExpire: -1, Token: wireSession(user, token)}, nil
}

// authenticate checks a password. It refuses without checking who failed too often, and checks few
// passwords at once.
func (s *server) authenticate(ctx context.Context, a attempt, password string) (cluster.User, error) {
	if wait := s.limiter.wait(a); wait > 0 {
		return cluster.User{}, &retryError{errBlocked, wait}
	}
	select {
	case s.logins <- struct{}{}:
		defer func() { <-s.logins }()
	case <-ctx.Done():
		return cluster.User{}, ctx.Err()
	}
	user, err := s.controller.Authenticate(ctx, a.user, password)
	switch {
	case errors.Is(err, cluster.ErrPassword):
		s.limiter.failed(a)
	case err == nil:
		s.limiter.succeeded(a)
	}
	return user, err
}

// GetSession answers GET /v1/auth. The caller of a forwarded request has no session here; the answer says what
// it may do.
func (s *server) GetSession(ctx context.Context, _ wire.GetSessionRequestObject) (wire.GetSessionResponseObject, error) {
	who := callOf(ctx).who
	if who.forwarded {
		return wire.GetSession200JSONResponse{Session: wireSession(cluster.User{Name: who.name, Role: who.role}, "")}, nil
	}
	user, err := s.controller.User(who.name)
	if err != nil {
		return nil, err
	}
	return wire.GetSession200JSONResponse{Session: wireSession(user, "")}, nil
}

// KeepSession answers PATCH /v1/auth; the guard has kept the session alive already.
func (*server) KeepSession(context.Context, wire.KeepSessionRequestObject) (wire.KeepSessionResponseObject, error) {
	return wire.KeepSession200Response{}, nil
}

// Logout answers DELETE /v1/auth.
func (s *server) Logout(ctx context.Context, _ wire.LogoutRequestObject) (wire.LogoutResponseObject, error) {
	s.sessions.end(callOf(ctx).who.session)
	return wire.Logout200Response{}, nil
}

// permissionIDs are the areas that a session's permissions name, in NeuVector's words.
var permissionIDs = []string{"audit_events", "authentication", "authorization", "config", "events", "rt_policy"}

func wireSession(u cluster.User, token string) *wire.Session {
	writes := forAdmins.allows(u.Role, cluster.RoleStandalone)
	granted := make([]wire.Permission, 0, len(permissionIDs)+1)
	for _, id := range permissionIDs {
		granted = append(granted, wire.Permission{ID: id, Read: true, Write: writes})
	}
	if federal(u.Role) {
		granted = append(granted, wire.Permission{ID: "fed", Read: true, Write: u.Role == roleFedAdmin})
	}
	return &wire.Session{
		Token:             token,
		Username:          u.Name,
		Fullname:          fullName(u),
		Role:              u.Role,
		Timeout:           timeoutSeconds(u),
		GlobalPermissions: granted,
		DomainPermissions: map[string][]wire.Permission{},
	}
}
