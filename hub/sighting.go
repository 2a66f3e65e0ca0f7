package hub

import (
	"sync"
	"time"

	"github.com/fedhub/fedhub/events"
)

// sighting is what was heard of a cluster since the master started.
type sighting struct {
	linkUp    bool
	linkSince time.Time
	pulse     *pulse // nil: never heard
	heartbeat
}

// heartbeat is the newest report of a cluster, and what follows from it.
type heartbeat struct {
	health  events.Health
	heard   time.Time
	labeled uint64    // revision of the cluster's labels that health was judged by
	ahead   time.Time // since when it reports revisions that this master does not have; zero: it does not
	match   *bool
	proved  time.Time // when it was first heard to hold this very revision and digest; zero: it is not known to
	owes    bool      // it was told that it has drifts which the master has not stored
}

// offset returns how far the cluster's clock was from the master's.
func (h heartbeat) offset() time.Duration {
	if h.heard.IsZero() {
		return 0
	}
	return h.health.Clock.Sub(h.heard)
}

// sightings are those of all clusters, by account.
type sightings struct {
	mu  sync.Mutex
	all map[string]sighting
}

func (s *sightings) get(account string) sighting {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[account]
}

// link notes how many connections an account has, and reports whether that is news.
func (s *sightings) link(account string, up bool, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.all[account]
	if at.linkUp == up && !at.linkSince.IsZero() {
		return false
	}
	at.linkUp, at.linkSince = up, now
	s.all[account] = at
	return true
}

// report notes a heartbeat, when the newest revision is the given one. One that came in was carried by a connection,
// whatever was last said of it.
func (s *sightings) report(account string, h heartbeat, newest uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.all[account]
	if !at.linkUp {
		at.linkUp, at.linkSince = true, h.heard
	}
	if at.pulse == nil {
		at.pulse = &pulse{}
	}
	at.pulse.add(h, newest)
	at.heartbeat = h
	s.all[account] = at
}

// pulse returns the last heartbeats of an account.
func (s *sightings) pulse(account string) []Beat {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.all[account].pulse; p != nil {
		return p.list()
	}
	return nil
}

func (s *sightings) forget(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, account)
}
