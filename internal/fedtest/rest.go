package fedtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
)

// Password is the one of the user admin in every cluster.
const Password = "correct horse battery"

// Session is a user's session at one REST server. It begins with the first request, and anew when it is over.
type Session struct {
	t        testing.TB
	doer     *http.Client
	base     string
	username string
	password string
	token    string
}

// Answer is what a REST server answered.
type Answer struct {
	Status  int
	Header  http.Header
	Body    []byte
	Problem wire.Error // of an answer that is not 200
}

// Into decodes the body.
func (a Answer) Into(tb testing.TB, into any) {
	tb.Helper()
	if err := json.Unmarshal(a.Body, into); err != nil {
		tb.Fatalf("%v in %s", err, a.Body)
	}
}

// As returns the session of another user than admin, for as long as the cluster runs.
func (c *Cluster) As(username, password string) *Session {
	return &Session{t: c.world.t, doer: c.doer, base: c.URL(), username: username, password: password}
}

// URL returns where the session's server is.
func (s *Session) URL() string { return s.base }

// Call sends a request and returns the answer, whatever it is. The body is nil, bytes or a text as they are,
// or anything else as JSON.
func (s *Session) Call(method, path string, body any) Answer {
	s.t.Helper()
	data := encode(s.t, body)
	if s.token != "" {
		if a := s.send(method, path, data); a.Status != http.StatusRequestTimeout && a.Status != http.StatusUnauthorized {
			return a
		}
	}
	s.Login()
	return s.send(method, path, data)
}

// Must is Call for a request that has to succeed; the answer is decoded unless into is nil.
func (s *Session) Must(method, path string, body, into any) Answer {
	s.t.Helper()
	a := s.Call(method, path, body)
	if a.Status != http.StatusOK {
		s.t.Fatalf("%s %s%s: %d %s", method, s.base, path, a.Status, a.Body)
	}
	if into != nil {
		a.Into(s.t, into)
	}
	return a
}

// Login begins the session anew and returns its token, for requests that a test makes by itself.
func (s *Session) Login() string {
	s.t.Helper()
	s.token = ""
	a := s.send(http.MethodPost, "/v1/auth", encode(s.t, wire.Credentials{
		Password: wire.Password{Username: s.username, Password: s.password},
	}))
	if a.Status != http.StatusOK {
		s.t.Fatalf("%s logs in at %s: %d %s", s.username, s.base, a.Status, a.Body)
	}
	var login wire.Login
	a.Into(s.t, &login)
	s.token = login.Token.Token
	return s.token
}

func (s *Session) send(method, path string, body []byte) Answer {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", s.token)
	answer, err := s.doer.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s%s: %v", method, s.base, path, err)
	}
	defer release(answer.Body)
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatalf("%s %s%s: %v", method, s.base, path, err)
	}
	a := Answer{Status: answer.StatusCode, Header: answer.Header, Body: data}
	if a.Status != http.StatusOK {
		_ = json.Unmarshal(data, &a.Problem) //nolint:errcheck // what is no problem object stays zero
	}
	return a
}

func encode(tb testing.TB, body any) []byte {
	tb.Helper()
	switch body := body.(type) {
	case nil:
		return nil
	case []byte:
		return body
	case string:
		return []byte(body)
	}
	data, err := json.Marshal(body)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}
