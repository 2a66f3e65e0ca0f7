//go:build linux

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// member is one cluster in this process, with what an intruder on its machine could read.
type member struct {
	*cluster.Controller
	name string
	dir  string
	fed  string // address of its fed-master service
	stop func()
}

// openMember starts a cluster. now is its clock; nil for the real one.
func openMember(t *testing.T, name string, now func() time.Time) *member {
	t.Helper()
	if now == nil {
		now = time.Now
	}
	m := &member{name: name, dir: t.TempDir(), fed: waittest.Address(t)}
	var err error
	m.Controller, err = cluster.Open(t.Context(), cluster.Config{
		Name: name, DataDir: m.dir, FedListen: m.fed, Address: events.RestInfo{Server: "127.0.0.1", Port: 10443},
		AdminPassword: adminPassword, Version: "0.1.0", Enforcer: agent.None{}, Logger: quiet(), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var run sync.WaitGroup
	run.Go(func() {
		if err := m.Run(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	m.stop = sync.OnceFunc(func() { cancel(); run.Wait() })
	t.Cleanup(m.stop)
	<-m.Started()
	return m
}

// openFederation starts a master that is reached at the given address, or at its own, and synced remotes.
func openFederation(t *testing.T, names ...string) (master *member, remotes []*member) {
	t.Helper()
	master = openMember(t, "master", nil)
	master.promoteAt(t, master.fed)
	for _, name := range names {
		r := openMember(t, name, nil)
		if err := r.Join(t.Context(), cluster.JoinRequest{Actor: "admin", Token: master.token(t).Secret}); err != nil {
			t.Fatal(err)
		}
		remotes = append(remotes, r)
	}
	for _, r := range remotes {
		await(t, r.name+" synced", func() error { return master.holds(r, cluster.StatusSynced) })
	}
	return master, remotes
}

func (m *member) promoteAt(t *testing.T, addr string) {
	t.Helper()
	info := restInfoOf(t, addr)
	address := events.RestInfo{Server: info.Server, Port: uint16(info.Port)} //nolint:gosec // G115: a port
	if err := m.Promote(t.Context(), cluster.Promotion{Actor: "admin", Address: address}); err != nil {
		t.Fatal(err)
	}
}

func (m *member) token(t *testing.T) cluster.Token {
	t.Helper()
	token, err := m.MintToken(t.Context(), cluster.TokenRequest{Actor: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// of returns what the master says of a remote.
func (m *member) of(r *member) (cluster.Summary, error) {
	for _, s := range m.Summaries() {
		if s.Name == r.name {
			return s, nil
		}
	}
	return cluster.Summary{}, fmt.Errorf("%s is unknown", r.name)
}

// holds returns an error unless the master says that the remote has the given status.
func (m *member) holds(r *member, want cluster.Status) error {
	s, err := m.of(r)
	if err == nil && s.Status != want {
		err = fmt.Errorf("%s is %s", r.name, s.Status)
	}
	return err
}

// addGroup writes a federated group at the master.
func (m *member) addGroup(t *testing.T, name string) {
	t.Helper()
	if _, err := m.Change(t.Context(), cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: policy.Create(policy.GroupConfig{
		Name: name, Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: name}},
	})}); err != nil {
		t.Fatal(err)
	}
}

// has waits until the cluster has the federated group.
func (m *member) has(t *testing.T, name string) {
	t.Helper()
	await(t, name+" at "+m.name, func() error {
		if _, ok := m.Federal().Group(name); !ok {
			return errors.New("it is not there")
		}
		return nil
	})
}

func (m *member) keys(t *testing.T) *bus.Keyring {
	t.Helper()
	keys, err := bus.OpenKeyring(filepath.Join(m.dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// secret returns a file of the cluster's keyring.
func (m *member) secret(t *testing.T, name string) string {
	t.Helper()
	data, err := m.keys(t).Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// credential returns what the cluster proves itself with.
func (m *member) credential(t *testing.T) bus.Credential {
	t.Helper()
	key, err := m.keys(t).User("agent")
	if err != nil {
		t.Fatal(err)
	}
	return bus.Credential{JWT: m.secret(t, "agent.jwt"), Key: key}
}

var errStillThere = errors.New("it is still there")

func itoa(n int) string { return strconv.Itoa(n) }

func pinOf(t *testing.T, token string) events.Hash {
	t.Helper()
	parsed, err := bus.ParseToken(token)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Pin
}
