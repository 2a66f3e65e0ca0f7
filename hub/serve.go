package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// maxDecisions is how many joins, leaves and renewals are answered side by side; they share a sync to disk.
const maxDecisions = 64

// serve answers remotes until ctx ends. It returns once every subscription is in force.
func (h *Hub) serve(ctx context.Context, group *errgroup.Group) error {
	if err := h.server.Links(h.linkChanged); err != nil {
		return err
	}
	slots := make(chan struct{}, maxDecisions)
	// spread answers each message in a goroutine of its own, as many at a time as there are slots.
	spread := func(answer func(context.Context, *nats.Msg)) nats.MsgHandler {
		return func(m *nats.Msg) {
			select {
			case slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
			group.Go(func() error {
				defer func() { <-slots }()
				answer(ctx, m)
				return nil
			})
		}
	}
	for _, s := range []struct {
		conn    *nats.Conn
		subject string
		handler nats.MsgHandler
	}{
		{h.joins, events.JoinFilter(), spread(h.answerJoin)},
		{h.conn, events.UpAccount("*", events.SubjectRenew), spread(h.answerRenew)},
		{h.conn, events.UpAccount("*", events.SubjectLeave), spread(h.answerLeave)},
		{h.conn, events.UpAccount("*", events.ReplySubject("*")), func(m *nats.Msg) { h.takePart(ctx, m) }},
		{h.conn, events.UpAccount("*", events.SubjectEnforced), func(m *nats.Msg) { h.takeReport(ctx, m) }},
		{h.conn, events.UpAccount("*", events.SubjectDrift), spread(h.takeDrifts)},
		{h.conn, events.UpAccount("*", events.SubjectHealth), func(m *nats.Msg) { h.answerHealth(ctx, m) }},
	} {
		sub, err := s.conn.Subscribe(s.subject, s.handler)
		if err != nil {
			return fmt.Errorf("listen on %s: %w", s.subject, err)
		}
		if err := sub.SetPendingLimits(-1, -1); err != nil { // each member's account bounds what it may send
			return fmt.Errorf("listen on %s: %w", s.subject, err)
		}
	}
	if err := h.joins.Flush(); err != nil {
		return fmt.Errorf("listen for remotes: %w", err)
	}
	if err := h.conn.Flush(); err != nil {
		return fmt.Errorf("listen for remotes: %w", err)
	}
	return nil
}

// spreadPerMember is how much longer, for each member, the reports that follow a change wait and are spread:
// a change is at its last remote in less, and the reports are as many a second as the heartbeats of ten
// thousand members.
const spreadPerMember = 200 * time.Microsecond

func (h *Hub) spread() time.Duration {
	return spreadPerMember * time.Duration(h.fleet.State().names.Len())
}

// answerHealth takes a heartbeat and says what is newest.
func (h *Hub) answerHealth(ctx context.Context, msg *nats.Msg) {
	account := events.AccountOf(msg.Subject)
	m, ok := h.fleet.State().byAccount(account)
	if !ok {
		return // its dismissal is on the way
	}
	var report events.Health
	if err := json.Unmarshal(msg.Data, &report); err != nil {
		h.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "heartbeat not readable", slog.String(logkey.Cluster, account), slog.Any(logkey.Err, err))
		return
	}
	newest := h.Policy()
	to := h.aims.of(m, newest)
	heard := h.hear(m, report, to, newest)
	heard.owes = report.Drifted > m.drifted
	h.seen.report(account, heard, newest.Revision())
	h.spreads.hear(account, heard)
	h.notify()
	if msg.Reply == "" {
		return
	}
	answer := events.HealthAnswer{
		Revision: newest.Revision(), Diverged: heard.match != nil && !*heard.match, Clock: heard.heard,
		SpreadMS: h.spread().Milliseconds(),
		Report:   !h.reports.has(account, report.Report), Drifted: m.drifted,
	}
	if report.View != to.hash {
		answer.View = &to.view
	}
	h.respond(ctx, msg, answer)
}

// aheadPatience is how long a remote may report a revision that the master does not have: an event can reach a remote
// before its writer has heard that it is stored. After that it is a revision that this master never made.
const aheadPatience = time.Second

// hear returns what follows from a report of a member with the given aim.
func (h *Hub) hear(m member, report events.Health, to aim, newest *policy.State) heartbeat {
	before := h.seen.get(m.Account)
	out := heartbeat{health: report, heard: h.cfg.Now(), labeled: m.labeled}
	if report.View == to.hash {
		out.match = h.proof(report, before, to.view, newest)
	}
	if report.Revision > newest.Revision() {
		if out.ahead = before.ahead; out.ahead.IsZero() {
			out.ahead = out.heard
		}
		if out.heard.Sub(out.ahead) >= aheadPatience {
			out.match = new(bool)
		}
	}
	if holds(out) {
		if out.proved = out.heard; holds(before.heartbeat) && before.health.Revision == report.Revision {
			out.proved = before.proved
		}
	}
	return out
}

// holds reports whether a heartbeat proves that the cluster holds what its revision says.
func holds(h heartbeat) bool { return h.match != nil && *h.match }

// proof reports whether a cluster with the given view holds what its report says; nil when the hub cannot tell.
// What the report before proved is not proved again.
func (h *Hub) proof(report events.Health, before sighting, view events.View, newest *policy.State) *bool {
	was := before.health
	if before.match != nil && *before.match && was.View == report.View && was.Revision == report.Revision && was.Digest == report.Digest {
		return before.match
	}
	return h.digests.match(report, view, newest)
}

// linkChanged notes that an account's connection came or went.
func (h *Hub) linkChanged(account string, leafs int) {
	if _, ok := h.fleet.State().byAccount(account); !ok {
		return
	}
	if h.seen.link(account, leafs > 0, h.cfg.Now()) {
		h.notify()
	}
	if leafs == 0 {
		h.goodbyes.settle(account)
	}
}
