package cluster_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

func controller(t *testing.T, name, dir string) (*cluster.Controller, func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	c, err := cluster.Open(t.Context(), cluster.Config{
		Name: name, DataDir: dir, FedListen: "127.0.0.1:11943", Address: events.RestInfo{Server: "127.0.0.1", Port: 10443},
		Version: "0.1.0", Enforcer: agent.None{}, Logger: log.With("cluster", name), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	stop := sync.OnceFunc(func() { cancel(); wg.Wait() })
	t.Cleanup(stop)
	select {
	case <-c.Started():
	case <-time.After(10 * time.Second):
		t.Fatalf("%s did not start", name)
	}
	return c, stop
}

// until waits for a change of one of the clusters until ok.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestFederation(t *testing.T) {
	master, _ := controller(t, "master", t.TempDir())
	dir := t.TempDir()
	berlin, stop := controller(t, "berlin", dir)
	ctx := t.Context()
	t0 := time.Now()
	if err := master.Promote(ctx, cluster.Promotion{Actor: "admin", Address: events.RestInfo{Server: "127.0.0.1", Port: 0}}); !errors.Is(err, cluster.ErrInvalid) {
		t.Fatal(err)
	}
	if err := master.Promote(ctx, cluster.Promotion{Actor: "admin", Address: events.RestInfo{Server: "127.0.0.1", Port: 11943}}); err != nil {
		t.Fatal(err)
	}
	t.Log("promoted", time.Since(t0))
	t0 = time.Now()
	token, err := master.MintToken(ctx, cluster.TokenRequest{Actor: "admin"})
	if err != nil {
		t.Fatal(err)
	}
	if err := berlin.Join(ctx, cluster.JoinRequest{Actor: "admin", Token: token.Secret}); err != nil {
		t.Fatal(err)
	}
	t.Log("joined", time.Since(t0))
	synced := func() bool {
		for _, s := range master.Summaries() {
			if s.Name == "berlin" {
				return s.Status == cluster.StatusSynced
			}
		}
		return false
	}
	until(t, "synced", synced)
	t.Log("synced", time.Since(t0))
	t0 = time.Now()
	if _, err := master.Change(ctx, cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: policy.CreateGroup(policy.GroupConfig{
		Name: "fed.web", CfgType: "federal", Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: "x"}},
	})}); err != nil {
		t.Fatal(err)
	}
	t.Log("written", time.Since(t0))
	until(t, "rule", func() bool { _, ok := berlin.Federal().Group("fed.web"); return ok })
	t.Log("there", time.Since(t0))
	until(t, "synced again", synced)
	t.Log("synced", time.Since(t0))
	stop()
	berlin, _ = controller(t, "berlin", dir)
	if _, ok := berlin.Federal().Group("fed.web"); !ok {
		t.Error("the copy is not there")
	}
	until(t, "synced again", synced)
	if err := berlin.Leave(ctx, "admin", false); err != nil {
		t.Fatal(err)
	}
	if err := master.Demote(ctx, "admin"); err != nil {
		t.Fatal(err)
	}
}
