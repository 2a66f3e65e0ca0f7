package cluster

import (
	"context"
	"fmt"
	"time"

	"github.com/fedhub/fedhub/events"
)

// Settings is a change of the cluster's settings; nil leaves a setting as it is.
type Settings struct {
	Actor    string
	Name     *string
	Address  *events.RestInfo
	UseProxy *string
	ScanData *bool
}

// Configure changes the cluster's settings. What the federation depends on is fixed while it does: the
// error then wraps [ErrFixed].
func (c *Controller) Configure(ctx context.Context, s Settings) error {
	remotes := 0
	if r := c.running(); r.hub != nil {
		remotes = len(r.hub.Summaries()) - 1
	}
	var now events.SettingsChanged
	_, err := c.local.Do(ctx, s.Actor, func(l *local, _ time.Time) ([]events.Fact, error) {
		was := l.settings
		if l.role == RoleMaster {
			was.Address = l.promoted.Address
		}
		changed, err := changeSettings(was, s)
		if err != nil {
			return nil, err
		}
		if err := checkFixed(l.role, remotes, was, changed, s); err != nil {
			return nil, err
		}
		if now = changed; changed == was {
			return nil, nil
		}
		if l.role == RoleMaster && changed.Address != was.Address {
			promoted := l.promoted
			promoted.Address = changed.Address
			changed.Address = l.settings.Address
			return []events.Fact{changed, promoted}, nil
		}
		if l.role == RoleMaster {
			changed.Address = l.settings.Address
		}
		return []events.Fact{changed}, nil
	})
	if err != nil {
		return err
	}
	if r := c.running(); r.hub != nil {
		r.hub.SetIdentity(now.Name, now.Address)
	}
	return nil
}

// checkFixed returns why a change of settings cannot be while the federation is as it is.
func checkFixed(role Role, remotes int, was, now events.SettingsChanged, s Settings) error {
	inUse := role == RoleMaster && remotes > 0
	switch {
	case role == RoleRemote && s.ScanData != nil:
		return fmt.Errorf("%w: Options for scan data deployment can only be configured on primary cluster", ErrFixed)
	case inUse && now.Name != was.Name:
		return fmt.Errorf("%w: Cluster name cannot be modified when there is other cluster in the federation", ErrFixed)
	case role == RoleRemote && now.Name != was.Name:
		return fmt.Errorf("%w: Cluster name cannot be modified after joining the federation", ErrFixed)
	case inUse && now.Address != was.Address:
		return fmt.Errorf("%w: Exposed REST server info is read-only when there is other cluster in the federation", ErrFixed)
	case role == RoleRemote && now.Address != was.Address:
		return fmt.Errorf("%w: Exposed REST server info is read-only because this cluster already joins the federation", ErrFixed)
	}
	return nil
}

// changeSettings returns the settings after a change, or what is wrong with it.
func changeSettings(was events.SettingsChanged, s Settings) (events.SettingsChanged, error) {
	if s.Name != nil {
		if err := checkName(*s.Name); err != nil {
			return was, err
		}
		was.Name = *s.Name
	}
	if s.Address != nil {
		if err := checkAddress(*s.Address); err != nil {
			return was, err
		}
		was.Address = *s.Address
	}
	if s.UseProxy != nil {
		if *s.UseProxy != "" && *s.UseProxy != "https" {
			return was, fmt.Errorf("%w: use_proxy is %q; give https, or nothing for no proxy", ErrInvalid, *s.UseProxy)
		}
		was.UseProxy = *s.UseProxy
	}
	if s.ScanData != nil {
		was.ScanData = *s.ScanData
	}
	return was, nil
}
