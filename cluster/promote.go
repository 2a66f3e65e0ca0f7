package cluster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/google/uuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
)

// Promotion is a request to become the master of a new federation.
type Promotion struct {
	Actor    string
	Name     string          // empty: keep
	Address  events.RestInfo // where remotes reach the fed-master service; zero: the address known
	UseProxy *string
	ScanData *bool
}

// Promote makes a standalone cluster the master of a new federation. The actor, and the user admin, are
// its administrators from then on.
func (c *Controller) Promote(ctx context.Context, p Promotion) error {
	if err := c.turn(ctx, func(ctx context.Context) error { return c.promote(ctx, p) }); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	return nil
}

func (c *Controller) promote(ctx context.Context, p Promotion) error {
	id := uuid.New()
	_, err := c.local.Do(ctx, p.Actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		if err := mustBe(l, RoleStandalone); err != nil {
			return nil, err
		}
		settings, err := changeSettings(l.settings, Settings{Name: given(p.Name), UseProxy: p.UseProxy, ScanData: p.ScanData})
		if err != nil {
			return nil, err
		}
		address := p.Address
		if address == (events.RestInfo{}) {
			address = l.settings.Address
		}
		if err := checkAddress(address); err != nil {
			return nil, err
		}
		facts := []events.Fact{settings, events.Promoted{Federation: hex.EncodeToString(id[:]), Address: address}}
		return append(facts, changeRoles(l, map[string]string{RoleAdmin: RoleFedAdmin}, p.Actor, adminName)...), nil
	})
	if err != nil {
		return err
	}
	if err := c.take(ctx); err != nil {
		c.drop()
		return errors.Join(err, c.endFederation(ctx, p.Actor), c.take(ctx))
	}
	c.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster promoted to master", slog.String(logkey.Cluster, c.id), slog.String(logkey.User, p.Actor))
	return nil
}

// Demote ends the federation: every remote is told, and the cluster is standalone again. A remote that is
// away stays what it is until its administrator has it leave.
func (c *Controller) Demote(ctx context.Context, actor string) error {
	if err := c.turn(ctx, func(ctx context.Context) error { return c.demote(ctx, actor) }); err != nil {
		return fmt.Errorf("demote: %w", err)
	}
	return nil
}

func (c *Controller) demote(ctx context.Context, actor string) error {
	_, err := c.local.Do(ctx, actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		if err := mustBe(l, RoleMaster); err != nil {
			return nil, err
		}
		return []events.Fact{events.Demoting{}}, nil
	})
	if err != nil {
		return err
	}
	return c.finishDemotion(ctx, actor)
}

// finishDemotion does what is left to do once the end of a federation has begun.
func (c *Controller) finishDemotion(ctx context.Context, actor string) error {
	if r := c.running(); r.hub != nil {
		if err := r.hub.Disband(ctx); err != nil {
			c.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "not every remote was told of the end", slog.Any(logkey.Err, err))
		}
	}
	c.drop()
	if err := c.endFederation(ctx, actor); err != nil {
		return err
	}
	if err := c.take(ctx); err != nil {
		return err
	}
	c.cfg.Logger.LogAttrs(ctx, slog.LevelInfo, "cluster demoted", slog.String(logkey.User, actor))
	return nil
}

func (c *Controller) endFederation(ctx context.Context, actor string) error {
	_, err := c.local.Do(ctx, actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		if err := mustBe(l, RoleMaster); err != nil {
			return nil, err
		}
		back := changeRoles(l, map[string]string{RoleFedAdmin: RoleAdmin, RoleFedReader: RoleReader}, l.users.Keys()...)
		return append([]events.Fact{events.Demoted{}}, back...), nil
	})
	return err
}

// mustBe returns an error unless the cluster has the role and no join is under way.
func mustBe(l *local, want Role) error {
	switch {
	case l.joining != nil:
		return fmt.Errorf("%w: a join to %s is under way", ErrRole, l.joining.Server.Server)
	case l.role != want:
		return fmt.Errorf("%w: the cluster is %s, and must be %s", ErrRole, roleWord(l.role), roleWord(want))
	}
	return nil
}

func roleWord(r Role) string {
	switch r {
	case RoleMaster:
		return "master"
	case RoleRemote:
		return "a remote"
	case RoleStandalone:
	}
	return "standalone"
}

var clusterNames = regexp.MustCompile(`^[a-zA-Z0-9]+[.:a-zA-Z0-9_-]*$`)

func checkName(name string) error {
	if !clusterNames.MatchString(name) {
		return fmt.Errorf("%w: a cluster cannot be called %q; a name starts with a letter or digit and goes on with those and . : _ -", ErrInvalid, name)
	}
	return nil
}

func checkAddress(a events.RestInfo) error {
	if a.Server == "" || a.Port == 0 {
		return fmt.Errorf("%w: the address %q port %d is not whole; give the server and port under which others reach this cluster", ErrInvalid, a.Server, a.Port)
	}
	return nil
}

func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
