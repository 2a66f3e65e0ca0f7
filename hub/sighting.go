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
	heard     time.Time
	health    events.Health
	labeled   uint64 // revision of the cluster's labels that health was judged by
	match     *bool
	offset    time.Duration
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

// report notes a heartbeat. One that came in was carried by a connection, whatever was last said of it.
func (s *sightings) report(m member, h events.Health, match *bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.all[m.Account]
	if !at.linkUp {
		at.linkUp, at.linkSince = true, now
	}
	at.heard, at.health, at.labeled, at.match, at.offset = now, h, m.labeled, match, h.Clock.Sub(now)
	s.all[m.Account] = at
}

func (s *sightings) forget(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, account)
}
