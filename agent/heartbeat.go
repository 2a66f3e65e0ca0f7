package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Times of the heartbeat.
const (
	beatEvery    = 2 * time.Second        // three of them are missed before a cluster counts as disconnected
	beatPatience = 2 * time.Second        // for the answer
	beatRetry    = 2 * time.Millisecond   // while nobody listens at the other end, which is known at once
	beatRetryMax = 200 * time.Millisecond //
)

// heartbeats reports to the master, every beatEvery and after each change, until ctx ends. From the answers
// the agent learns what it missed.
func (a *Agent) heartbeats(ctx context.Context, conn *nats.Conn) error {
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = beatRetry, beatRetryMax
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-a.beat:
		}
		wait := beatEvery
		switch err := a.sendHealth(ctx, conn); {
		case err == nil:
			retry.Reset()
		case errors.Is(err, nats.ErrNoResponders):
			wait = retry.NextBackOff()
		case ctx.Err() == nil:
			a.cfg.Logger.LogAttrs(ctx, slog.LevelDebug, "heartbeat not answered", slog.Any(logkey.Err, err))
			wait = beatRetryMax
		}
		timer.Reset(wait)
	}
}

// reportSoon asks for a heartbeat after the time that the master wants between a change and the reports on it.
func (a *Agent) reportSoon() {
	spread := time.Duration(a.spread.Load())
	if spread <= 0 {
		a.Report()
		return
	}
	if a.due.CompareAndSwap(false, true) {
		time.AfterFunc(spread+rand.N(spread), func() { //nolint:gosec // G404: not a secret
			a.due.Store(false)
			a.Report()
		})
	}
}

// sendHealth reports once and does what the answer asks for.
func (a *Agent) sendHealth(ctx context.Context, conn *nats.Conn) error {
	held, e := a.holding.Load(), a.enforced.Load()
	state := held.state.Effective()
	report := events.Health{
		Revision: state.Revision(), Digest: state.Digest(), Clock: a.cfg.Now().UTC(),
		Version: a.cfg.Version, Enforcer: a.cfg.Enforcer.Name(), Error: a.troubleWith(e),
	}
	if view, seen := state.View(); seen {
		report.View = view.Hash()
	}
	if e != nil {
		report.Report = e.hash
		if e.turn == held.turn {
			report.Enforced = e.revision
		}
		if e.triedIn == held.turn {
			report.Tried = e.tried
		}
	}
	if id := a.resynced.Load(); id != nil {
		report.Resynced = *id
	}
	if a.cfg.Drifts != nil {
		report.Drifted = a.cfg.Drifts.Drifted()
	}
	if a.cfg.Inventory != nil {
		report.Inventory = a.cfg.Inventory()
	}
	data, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("heartbeat: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, beatPatience)
	defer cancel()
	m, err := conn.RequestWithContext(ctx, events.SubjectHealth, data)
	if err != nil {
		return fmt.Errorf("heartbeat: %w", err)
	}
	var answer events.HealthAnswer
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return fmt.Errorf("heartbeat: read the answer: %w", err)
	}
	a.answered.Store(a.cfg.Now().UnixNano())
	a.newest.Store(answer.Revision)
	a.spread.Store(int64(time.Duration(answer.SpreadMS) * time.Millisecond))
	if answer.Report {
		a.sendReport(ctx, conn)
	}
	if report.Drifted > answer.Drifted {
		a.sendDrifts(ctx, conn, answer.Drifted)
	}
	a.catchUp(answer, state.Revision())
	return nil
}

// catchUp has fetched what the master's answer to a report of the given revision says is missing, and what
// could not be fetched before.
func (a *Agent) catchUp(answer events.HealthAnswer, reported uint64) {
	w := want{revision: answer.Revision, anew: answer.Diverged, view: answer.View}
	missing := answer.Diverged || answer.View != nil || answer.Revision > reported
	if !missing {
		a.astray.Store(nil)
	}
	if unmet := a.unmet.Swap(nil); unmet != nil {
		w, missing = w.with(*unmet), true
	}
	if missing {
		a.request(w)
	}
}

// hearView takes the part of the policy that the cluster is to hold.
func (a *Agent) hearView(ctx context.Context, data []byte) {
	var view events.View
	if err := json.Unmarshal(data, &view); err != nil {
		a.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "view not readable", slog.Any(logkey.Err, err))
		return // the answer to the next heartbeat has it
	}
	a.request(want{view: &view})
}

// hearResync does what the master asks for: a report now, or after fetching everything again.
func (a *Agent) hearResync(data []byte) {
	var ask events.Resync
	if len(data) > 0 && json.Unmarshal(data, &ask) != nil {
		return // an empty message has always meant: report
	}
	if ask.Anew {
		a.request(want{anew: true, resync: ask.ID})
		return
	}
	a.resynced.Store(&ask.ID)
	a.Report()
}
