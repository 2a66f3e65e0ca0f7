package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// cookiePrefix begins the name of the cookie with the token of a browser's session. Browsers take a cookie with
// this prefix only from a server that they reach over TLS, for all its paths, and for no other host.
const cookiePrefix = "__Host-fedhub-"

// cookieName returns the name of a cluster's cookie. It has the cluster in it, because cookies do not tell ports
// apart: consoles of several clusters on one host do not log each other out.
func cookieName(cluster string) string { return cookiePrefix + cluster[:min(len(cluster), 12)] }

// pageLogin is a login by the console's page: the token goes into a cookie that no script can read, and not
// into the body.
type pageLogin struct {
	wire.Login200JSONResponse
	cookie *http.Cookie
}

// VisitLoginResponse writes the answer and its cookie.
func (l pageLogin) VisitLoginResponse(w http.ResponseWriter) error {
	http.SetCookie(w, l.cookie)
	return l.Login200JSONResponse.VisitLoginResponse(w)
}

// What a cookie's MaxAge says.
const (
	untilClosed = 0  // it ends with the browser; the session may end before it
	cookieGone  = -1 // it ends now
)

func (s *server) sessionCookie(token string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: s.cookie, Value: token, Path: "/", MaxAge: maxAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// fromOwnPage reports whether a browser says that a page of this very server made the request. No page can set
// this header by itself; what is no browser says what it likes, but no browser sends a cookie for it.
func fromOwnPage(r *http.Request) bool {
	sites := r.Header.Values("Sec-Fetch-Site")
	return len(sites) == 1 && sites[0] == "same-origin"
}

// identifyPage returns whose session the request's cookie names. It refuses with errNotOwnPage what other pages,
// links and the address bar make a browser ask: some reads change something, too. The answer takes the
// cookie away when the session is over by then.
func (s *server) identifyPage(c echo.Context, at cluster.Role) (caller, error) {
	cookies := c.Request().CookiesNamed(s.cookie)
	if len(cookies) == 0 {
		return caller{}, errUnauthorized
	}
	if !callOf(c.Request().Context()).byPage {
		return caller{}, errNotOwnPage
	}
	who, err := caller{}, errUnauthorized
	if len(cookies) == 1 { // no browser has two of the name
		who, err = s.whose(cookies[0].Value, at)
	}
	c.Response().Before(func() {
		if err == nil {
			_, err = s.sessions.peek(who.session)
		}
		if errors.Is(err, errUnauthorized) || errors.Is(err, errSessionOver) {
			http.SetCookie(c.Response(), s.sessionCookie("", cookieGone))
		}
	})
	return who, err
}
