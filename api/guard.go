package api

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/cluster"
)

// directory is what the guard asks about users and the cluster.
type directory interface {
	Role() cluster.Role
	// User returns the named user, or an error that wraps cluster.ErrUnknownUser.
	User(name string) (cluster.User, error)
}

// guard lets a request pass when the access table allows it. Routes that are not in the table are refused;
// paths that are no routes pass, so that the router can say so.
func (s *server) guard(routes map[string]bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			route := c.Request().Method + " " + c.Path()
			if !routes[route] {
				return next(c)
			}
			if err := s.pass(c, access[route]); err != nil {
				return err
			}
			return next(c)
		}
	}
}

func (s *server) pass(c echo.Context, n need) error {
	r, at := c.Request(), s.controller.Role()
	from, forwarded := cluster.CallerFrom(r.Context())
	who := caller{name: from.User, role: from.Role, forwarded: true}
	if forwarded {
		callOf(r.Context()).who = who
		if err := forwardable(who.role, r.Method, r.URL); err != nil {
			return err
		}
	} else if n.level != forEveryone {
		var err error
		if who, err = s.identify(c, at); err != nil {
			return err
		}
		callOf(r.Context()).who = who
	}
	return n.check(who, at)
}

// identify returns whose session the request names, by its token in a header or else by the console's cookie.
// The role is the one that the user has now.
func (s *server) identify(c echo.Context, at cluster.Role) (caller, error) {
	r := c.Request()
	if token, ok := tokenOf(r); ok {
		return s.whose(token, at)
	}
	return s.identifyPage(c, at)
}

// whose returns the caller whose session has the token.
func (s *server) whose(token string, at cluster.Role) (caller, error) {
	found, err := s.sessions.use(token)
	if err != nil {
		return caller{}, err
	}
	return s.callerOf(found, at)
}

func (s *server) callerOf(found session, at cluster.Role) (caller, error) {
	user, err := s.controller.User(found.user)
	switch {
	case errors.Is(err, cluster.ErrUnknownUser):
		return caller{}, errUnauthorized
	case err != nil:
		return caller{}, err
	case federal(user.Role) && at != cluster.RoleMaster:
		return caller{}, errUnauthorized
	}
	return caller{name: user.Name, role: user.Role, session: found.id}, nil
}

// federal reports whether a role exists on a master only.
func federal(role string) bool { return role == roleFedAdmin || role == roleFedReader }

// tokenOf returns the session token that a header carries, and whether there is such a header.
func tokenOf(r *http.Request) (token string, ok bool) {
	if token := r.Header.Get("X-Auth-Token"); token != "" {
		return token, true
	}
	text := r.Header.Get("Authorization")
	token, isBearer := strings.CutPrefix(text, "Bearer ")
	if !isBearer {
		token = ""
	}
	return token, text != ""
}
