package api

import (
	"sync"
	"time"
)

// The bounds of the login limiter.
const (
	// freeFailures is how many wrong passwords in a row cost nothing: people mistype.
	freeFailures = 5
	// maxLoginDelay keeps the doubling delay from becoming a lock.
	maxLoginDelay = time.Minute
	// forgetFailures is after how long without a failure the count begins anew.
	forgetFailures = 15 * time.Minute
	// maxFailing bounds the names that are remembered; beyond it the longest quiet one is forgotten.
	maxFailing = 4096
	// maxLogins bounds the passwords that are checked at once, because each check takes much memory.
	maxLogins = 4
	// maxUserName bounds the name of a user in bytes.
	maxUserName = 256
)

// attempt is one name that logs in from one address. The address is part of it so that a stranger who
// guesses cannot keep the user out.
type attempt struct {
	user   string
	client string
}

type failures struct {
	count int
	last  time.Time
}

// limiter slows down who guesses passwords. Its methods may be called from any goroutine.
type limiter struct {
	now func() time.Time

	mu      sync.Mutex
	failing map[attempt]failures
}

// wait returns how long the attempt has to wait before it may be made.
func (l *limiter) wait(a attempt) time.Duration {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.failing[a]
	if !ok || now.Sub(f.last) > forgetFailures {
		return 0
	}
	return max(0, f.last.Add(f.delay()).Sub(now))
}

func (f failures) delay() time.Duration {
	extra := f.count - freeFailures
	switch {
	case extra < 0:
		return 0
	case extra > 6:
		return maxLoginDelay
	}
	return min(time.Second<<extra, maxLoginDelay)
}

// failed counts a wrong password.
func (l *limiter) failed(a attempt) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.failing[a]
	if now.Sub(f.last) > forgetFailures {
		f.count = 0
	}
	if _, known := l.failing[a]; !known && len(l.failing) >= maxFailing {
		l.forgetOne()
	}
	l.failing[a] = failures{count: f.count + 1, last: now}
}

func (l *limiter) forgetOne() {
	var quiet attempt
	var since time.Time
	for a, f := range l.failing {
		if since.IsZero() || f.last.Before(since) {
			quiet, since = a, f.last
		}
	}
	delete(l.failing, quiet)
}

// succeeded forgets the failures of an attempt.
func (l *limiter) succeeded(a attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.failing, a)
}

// blocked reports whether the user has to wait, from whatever address.
func (l *limiter) blocked(user string) bool {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for a, f := range l.failing {
		if a.user == user && f.last.Add(f.delay()).After(now) {
			return true
		}
	}
	return false
}
