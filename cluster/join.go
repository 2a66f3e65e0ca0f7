package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/logkey"
)

// JoinRequest is a request to become a remote.
type JoinRequest struct {
	Actor    string
	Token    string
	Name     string          // empty: the cluster's name
	Server   events.RestInfo // overrides the token's address of the master; zero: as in the token
	Address  events.RestInfo // where this cluster's own REST server is reached; zero: the address known
	UseProxy *string
}

// Join makes a standalone cluster a remote of the master that the token names. An [events.Refusal] says why
// not; nothing has changed then. After any other error the same join may be tried again: a master that took
// the cluster without being heard gives the same answer once more.
func (c *Controller) Join(ctx context.Context, r JoinRequest) error {
	token, err := bus.ParseToken(r.Token)
	if err != nil {
		return err
	}
	return c.turn(ctx, func(ctx context.Context) error { return c.join(ctx, r, token) })
}

func (c *Controller) join(ctx context.Context, r JoinRequest, token bus.JoinToken) error {
	if err := c.keys.Put(fileJoinToken, []byte(r.Token)); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	var asked events.JoinRequested
	_, err := c.local.Do(ctx, r.Actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		var err error
		asked, err = c.requestJoin(l, r, token)
		return []events.Fact{asked}, err
	})
	if err != nil {
		return fmt.Errorf("join: %w", errors.Join(err, c.keys.Remove(fileJoinToken)))
	}
	return c.finishJoin(ctx, r.Actor, asked)
}

// requestJoin decides whether and how the cluster asks to join.
func (c *Controller) requestJoin(l *local, r JoinRequest, token bus.JoinToken) (events.JoinRequested, error) {
	if err := mustBe(l, RoleStandalone); err != nil {
		return events.JoinRequested{}, err
	}
	address := r.Address
	if address == (events.RestInfo{}) {
		address = l.settings.Address
	}
	settings, err := changeSettings(l.settings, Settings{Name: given(r.Name), Address: &address, UseProxy: r.UseProxy})
	if err != nil {
		return events.JoinRequested{}, err
	}
	if settings.UseProxy != "" && c.cfg.Proxy == "" {
		return events.JoinRequested{}, fmt.Errorf("%w: use_proxy is %q, and no proxy is configured; set HTTPS_PROXY for this controller", ErrInvalid, settings.UseProxy)
	}
	return events.JoinRequested{
		Cluster: c.id, Name: settings.Name, Address: address, Server: r.Server, UseProxy: settings.UseProxy, Token: token.ID,
	}, nil
}

// finishJoin asks the master and takes up the role of a remote, or takes the request back. It is called
// again after a crash in its middle.
func (c *Controller) finishJoin(ctx context.Context, actor string, asked events.JoinRequested) error {
	admission, err := c.askMaster(ctx, asked)
	if ctx.Err() != nil {
		return ctx.Err() // the controller stops: the next start goes on here
	}
	if err != nil {
		return errors.Join(err, c.takeBackJoin(ctx, actor, err))
	}
	copied, err := bus.OpenCopy(ctx, c.conn)
	if err == nil {
		err = copied.Clear(ctx)
	}
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	_, err = c.local.Do(ctx, actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		settings := l.settings
		settings.Name, settings.Address, settings.UseProxy = asked.Name, asked.Address, asked.UseProxy
		return []events.Fact{settings, events.Joined{Cluster: asked.Cluster, Account: admission.Account, Master: admission.Master}}, nil
	})
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	if err := errors.Join(c.keys.Remove(fileJoinToken), c.take(ctx)); err != nil {
		return fmt.Errorf("join: %w", err)
	}
	c.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster joined a federation",
		slog.String(logkey.Name, admission.Master.Name), slog.String(logkey.User, actor))
	return nil
}

func (c *Controller) askMaster(ctx context.Context, asked events.JoinRequested) (events.Admission, error) {
	token, err := c.keys.Get(fileJoinToken)
	if err != nil {
		return events.Admission{}, err
	}
	proxy := ""
	if asked.UseProxy != "" {
		proxy = c.cfg.Proxy
	}
	return agent.Join(ctx, agent.JoinConfig{
		Keys: c.keys, Token: string(token), Server: asked.Server, Proxy: proxy, Logger: c.cfg.Logger,
		Ask: events.JoinAsk{
			Cluster: asked.Cluster, Name: asked.Name, Version: c.cfg.Version, Clock: c.cfg.Now().UTC(),
			Address: asked.Address, ProxyRequired: asked.UseProxy != "",
		},
	})
}

// takeBackJoin ends a join that did not come about. When the master has not refused it, the cluster keeps
// the key: the master may have taken it, and knows it by that key at the next try.
func (c *Controller) takeBackJoin(ctx context.Context, actor string, cause error) error {
	_, err := c.local.Do(ctx, actor, func(*local, time.Time) ([]events.Fact, error) {
		return []events.Fact{events.JoinRefused{Reason: cause.Error()}}, nil
	})
	err = errors.Join(err, c.keys.Remove(fileJoinToken))
	if refusal, ok := errors.AsType[events.Refusal](cause); ok && refusal.Code != events.RefusedMasterUnreachable {
		err = errors.Join(err, agent.ForgetCredentials(c.keys))
	}
	return err
}
