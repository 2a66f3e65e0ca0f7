package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// The pace of simulated clusters.
const (
	beatStep      = 20 * time.Millisecond // between two bursts of heartbeats
	confirmWithin = time.Second           // how long all clusters take to confirm a change
	linkWithin    = 30 * time.Second      // how long the connection may take to come about
)

// run sends heartbeats until ctx ends. ready is called when every cluster that is to be heard from was.
func (f *simFleet) run(ctx context.Context, dir string, c *cluster.Controller, ready func()) error {
	leaf, err := f.connect(ctx, dir, c.Member().Address)
	if err != nil {
		return err
	}
	defer leaf.Close()
	s := &sender{conn: leaf.Conn(), now: f.cfg.around.now, pace: perStep(f.cfg.beats, time.Second)}
	for _, one := range f.all {
		if !one.silent {
			s.live = append(s.live, one)
		}
	}
	ticker := time.NewTicker(beatStep)
	defer ticker.Stop()
	patience := f.cfg.around.now().Add(linkWithin)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := s.step(c.Federal()); err != nil {
			return err
		}
		if ready != nil && (f.arrived(c) || f.cfg.around.now().After(patience)) {
			ready()
			ready = nil
		}
	}
}

// arrived reports whether the hub has heard from every cluster that speaks. Before the connection has come about,
// what is sent reaches nobody.
func (f *simFleet) arrived(c *cluster.Controller) bool {
	heard := 0
	for _, s := range c.Summaries() {
		if !s.LastHeartbeat.IsZero() {
			heard++
		}
	}
	return heard > f.heard() // and the master's own
}

// perStep returns how many heartbeats a step has, for n in a time.
func perStep(n int, in time.Duration) float64 { return float64(n) * float64(beatStep) / float64(in) }

// sender sends the heartbeats of clusters in turn.
type sender struct {
	conn *nats.Conn
	now  func() time.Time
	live []*simCluster
	pace float64 // heartbeats a step

	next   int     // whose turn it is
	due    float64 // heartbeats that are to be sent now
	told   *policy.State
	urgent int // clusters that have not confirmed the newest change
}

// step sends what is due. After a change of the policy all are in a hurry.
func (s *sender) step(now *policy.State) error {
	if s.told == nil || now.Revision() != s.told.Revision() {
		s.told, s.urgent = now, len(s.live)
	}
	pace := s.pace
	if s.urgent > 0 {
		pace = max(pace, perStep(len(s.live), confirmWithin))
	}
	for s.due += pace; s.due >= 1; s.due-- {
		one := s.live[s.next%len(s.live)]
		s.next++
		s.urgent = max(0, s.urgent-1)
		if err := s.beat(one, now); err != nil {
			return err
		}
	}
	return s.conn.Flush()
}

// beat sends one heartbeat and, with the first ones, what the cluster's enforcer made of the policy.
func (s *sender) beat(c *simCluster, now *policy.State) error {
	if c.report != nil && c.beats%reportEvery == 0 {
		if err := s.publish(c, events.SubjectEnforced, events.ReportPart{Hash: c.health.Report, Size: 1, Data: c.report}); err != nil {
			return err
		}
	}
	c.beats++
	return s.publish(c, events.SubjectHealth, c.follow(now, s.now()))
}

// reportEvery is after how many heartbeats a report is sent again: nobody answers, so it is not asked for.
const reportEvery = 30

func (s *sender) publish(c *simCluster, subject string, message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return s.conn.Publish(events.UpAccount(c.account, subject), data)
}
