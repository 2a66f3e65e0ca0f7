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
	state := a.Policy()
	data, err := json.Marshal(events.Health{
		Revision: state.Revision(), Digest: state.Digest(), Clock: a.cfg.Now().UTC(),
		Version: a.cfg.Version, Enforcer: a.cfg.Enforcer.Name(), Error: a.Trouble(),
	})
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
	if answer.Diverged || answer.Revision > state.Revision() {
		a.request(want{revision: answer.Revision, anew: answer.Diverged})
	}
	return nil
}
