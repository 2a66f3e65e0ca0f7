package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Times of a membership.
const (
	watchdogEvery    = time.Second
	watchdogPatience = 6 * time.Second // three heartbeats without an answer: the connection is made anew
	returnEvery      = 5 * time.Second // between two questions of a cluster whose credential is not accepted
	leavePatience    = 5 * time.Second
	goodbyePatience  = 500 * time.Millisecond
)

// MembershipConfig is what a remote needs to stay connected to its master.
type MembershipConfig struct {
	Cluster string
	Master  events.Master
	Proxy   string
	Keys    *bus.Keyring
	Agent   *Agent
	Logger  *slog.Logger
	Now     func() time.Time
}

// Membership is a remote's connection to its master: it opens it, renews its credential, and makes it anew
// when it died without a word.
type Membership struct {
	cfg        MembershipConfig
	leaf       *bus.Leaf
	credential atomic.Pointer[credential]
}

// OpenMembership starts to connect, with the credentials that [Join] left in the keyring. It does not wait
// for the master, who may be away.
func OpenMembership(ctx context.Context, cfg MembershipConfig) (*Membership, error) {
	m := &Membership{cfg: cfg}
	c, err := loadCredential(cfg.Keys, fileUserJWT)
	if err != nil {
		return nil, fmt.Errorf("membership: %w", err)
	}
	m.credential.Store(c)
	leaf := m.leafConfig()
	leaf.Credential = func() bus.Credential { return m.credential.Load().Credential }
	if m.leaf, err = bus.OpenLeaf(ctx, leaf); err != nil {
		return nil, fmt.Errorf("membership: %w", err)
	}
	return m, nil
}

// Run follows the master until ctx ends. When the membership is over at the master's wish the error wraps
// [ErrDismissed].
func (m *Membership) Run(ctx context.Context) error {
	defer m.leaf.Close()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return m.cfg.Agent.Run(ctx, m.leaf.Conn()) })
	group.Go(func() error { return m.watch(ctx) })
	return group.Wait()
}

// Leave tells the master that the cluster leaves. Without an error the master has noted it.
func (m *Membership) Leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, leavePatience)
	defer cancel()
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = beatRetry, beatRetryMax
	msg, err := backoff.Retry(ctx, func() (*nats.Msg, error) { // the connection may just be coming about
		msg, err := m.leaf.Conn().RequestWithContext(ctx, events.SubjectLeave, nil)
		if err != nil && !errors.Is(err, nats.ErrNoResponders) {
			err = backoff.Permanent(err)
		}
		return msg, err
	}, backoff.WithBackOff(retry), backoff.WithMaxElapsedTime(leavePatience))
	if err != nil {
		return events.Refusal{Code: events.RefusedMasterUnreachable, Message: fmt.Sprintf(
			"The master cannot be told that the cluster leaves: %v. Try again when it is reachable, or force it.", err)}
	}
	var answer events.LeaveAnswer
	if err := json.Unmarshal(msg.Data, &answer); err != nil {
		return fmt.Errorf("leave: read the answer: %w", err)
	}
	if answer.Refusal != nil {
		return *answer.Refusal
	}
	return nil
}

func (m *Membership) leafConfig() bus.LeafConfig {
	return bus.LeafConfig{Master: m.cfg.Master.Address, Pin: m.cfg.Master.Pin, Proxy: m.cfg.Proxy, Logger: m.cfg.Logger}
}

// watch renews the credential, and looks after the connection: leaf connections do die without a word.
func (m *Membership) watch(ctx context.Context) error {
	ticker := time.NewTicker(watchdogEvery)
	defer ticker.Stop()
	rebuilt := m.cfg.Now()
	looked := rebuilt
	var asked time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now := m.cfg.Now()
		have := m.credential.Load()
		silent := now.Sub(latest(m.cfg.Agent.Answered(), rebuilt))
		refused := m.leaf.Refused()
		if m.cfg.Agent.Answered().After(looked) {
			refused = "" // and accepted since, or it will be refused again
		}
		looked = now
		switch {
		case (refused != "" || now.After(have.expires)) && now.Sub(asked) > returnEvery:
			asked = now
			if err := m.comeBack(ctx, asked); err != nil {
				return err
			}
		case silent >= watchdogPatience:
			m.rebuild(ctx)
			rebuilt = m.cfg.Now()
		case now.After(have.renewAt) && now.Sub(asked) > returnEvery:
			asked = now
			m.renew(ctx)
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// rebuild makes the connection anew.
func (m *Membership) rebuild(ctx context.Context) {
	m.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "master is silent: connecting anew")
	if err := m.leaf.Restart(m.leaf.Generation()); err != nil {
		m.cfg.Logger.LogAttrs(ctx, slog.LevelError, "connection not made", slog.Any(logkey.Err, err))
	}
}

// renew asks the master for a fresh credential over the connection that there is.
func (m *Membership) renew(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, beatPatience)
	defer cancel()
	var answer events.Admission
	msg, err := m.leaf.Conn().RequestWithContext(ctx, events.SubjectRenew, nil)
	if err == nil {
		err = json.Unmarshal(msg.Data, &answer)
	}
	if err == nil && answer.Refusal == nil {
		err = m.accept(answer)
	}
	if err != nil {
		m.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "credential not renewed", slog.Any(logkey.Err, err))
	}
}

// comeBack asks, with the credential that is for this only, whether the cluster is still a member. The connection is
// made anew unless the master has answered over it since the given time: one that is just starting refuses those
// who come before it has read who its members are.
func (m *Membership) comeBack(ctx context.Context, asked time.Time) error {
	back, err := loadCredential(m.cfg.Keys, fileReturnJWT)
	if err != nil {
		return fmt.Errorf("membership: %w", err)
	}
	leaf := m.leafConfig()
	leaf.Credential = func() bus.Credential { return back.Credential }
	answer, err := ask(ctx, leaf, events.ReturnSubject(m.cfg.Cluster), bus.JoinInbox(m.cfg.Cluster), events.ReturnAsk{Version: m.cfg.Agent.cfg.Version})
	if refusal, ok := errors.AsType[events.Refusal](err); ok && refusal.Code == events.RefusedNotMember {
		return fmt.Errorf("%w: %s", ErrDismissed, refusal.Message)
	}
	if err == nil {
		err = m.accept(answer)
	}
	if err != nil {
		m.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "master not reached", slog.Any(logkey.Err, err))
		return nil // it is asked again
	}
	if !m.cfg.Agent.Answered().After(asked) {
		m.rebuild(ctx)
	}
	return nil
}

// accept takes a fresh credential. The connection that there is goes on with the former one.
func (m *Membership) accept(a events.Admission) error {
	if err := storeCredentials(m.cfg.Keys, a); err != nil {
		return err
	}
	c, err := loadCredential(m.cfg.Keys, fileUserJWT)
	if err != nil {
		return err
	}
	m.credential.Store(c)
	return nil
}

// hearDismissal ends the agent's run, after telling the master that it was heard.
func (a *Agent) hearDismissal(ctx context.Context, conn *nats.Conn, data []byte) {
	var d events.Dismissal
	if err := json.Unmarshal(data, &d); err != nil {
		d.Reason = "the master gave no reason"
	}
	ctx, cancel := context.WithTimeout(ctx, goodbyePatience)
	defer cancel()
	if _, err := conn.RequestWithContext(ctx, events.SubjectLeave, nil); err != nil {
		a.cfg.Logger.LogAttrs(ctx, slog.LevelDebug, "dismissal not confirmed", slog.Any(logkey.Err, err))
	}
	select {
	case a.dismissed <- d.Reason:
	default:
	}
}
