package api

import (
	"cmp"
	"io"
	"slices"
	"sync"
	"time"
)

// The bounds of sessions, as in NeuVector.
const (
	// maxSessionAge ends a session however busy it is.
	maxSessionAge = 6 * time.Hour
	// maxSessions bounds the sessions of one user; one more ends the one that was idle longest.
	maxSessions = 32
	// defaultTimeout is how long a session may be idle unless its user says otherwise.
	defaultTimeout = 300 * time.Second
	// minTimeout and maxTimeout bound what a user may say.
	minTimeout = 30 * time.Second
	maxTimeout = 3600 * time.Second
)

// session is one login. Sessions are not kept over a restart; clients log in again when they read 408.
type session struct {
	id      sessionID
	user    string
	timeout time.Duration
	began   time.Time
	used    time.Time
}

func (s session) over(now time.Time) bool {
	return now.Sub(s.used) > s.timeout || now.Sub(s.began) > maxSessionAge
}

// sessions are the logins that are alive. Its methods may be called from any goroutine.
type sessions struct {
	key    []byte
	now    func() time.Time
	random io.Reader

	mu   sync.Mutex
	live map[sessionID]session
}

// begin starts a session and returns the token for it.
func (s *sessions) begin(user string, timeout time.Duration) (string, error) {
	var id sessionID
	if _, err := io.ReadFull(s.random, id[:]); err != nil {
		return "", err
	}
	if timeout == 0 {
		timeout = defaultTimeout
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom(user, now)
	s.live[id] = session{id: id, user: user, timeout: min(max(timeout, minTimeout), maxTimeout), began: now, used: now}
	return id.sign(s.key), nil
}

// makeRoom forgets sessions that are over, and what the user has too many.
func (s *sessions) makeRoom(user string, now time.Time) {
	var own []session
	for id, old := range s.live {
		switch {
		case old.over(now):
			delete(s.live, id)
		case old.user == user:
			own = append(own, old)
		}
	}
	slices.SortFunc(own, func(a, b session) int { return cmp.Compare(a.used.UnixNano(), b.used.UnixNano()) })
	for len(own) >= maxSessions {
		delete(s.live, own[0].id)
		own = own[1:]
	}
}

// use returns the session of a token and keeps it alive. It refuses with errSessionOver what was issued here
// and is over, and with errUnauthorized what was never issued.
func (s *sessions) use(token string) (session, error) { return s.find(token, true) }

// peek is use without keeping the session alive.
func (s *sessions) peek(id sessionID) (session, error) { return s.look(id, false) }

func (s *sessions) find(token string, touch bool) (session, error) {
	id, ok := verify(token, s.key)
	if !ok {
		return session{}, errUnauthorized
	}
	return s.look(id, touch)
}

func (s *sessions) look(id sessionID, touch bool) (session, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.live[id]
	switch {
	case !ok:
		return session{}, errSessionOver
	case found.over(now):
		delete(s.live, id)
		return session{}, errSessionOver
	case touch:
		found.used = now
		s.live[id] = found
	}
	return found, nil
}

// end ends one session.
func (s *sessions) end(id sessionID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live, id)
}

// endOthers ends every session of the user but the one with the given id.
func (s *sessions) endOthers(user string, keep sessionID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, old := range s.live {
		if old.user == user && id != keep {
			delete(s.live, id)
		}
	}
}
