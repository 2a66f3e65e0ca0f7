package e2e_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// awaitHeartbeats waits until a cluster that nothing happens to has reported again, and again, and with that for some
// turns of who conducts the rollout.
func awaitHeartbeats(t *testing.T, w *fedtest.World, name string) {
	t.Helper()
	began := w.Summary(name).LastHeartbeat
	fedtest.Eventually(t, name+" reports", func() bool { return w.Summary(name).LastHeartbeat.Sub(*began) > time.Second })
}

var errOutOfOrder = errors.New("out of order")

// TestRollout_resumesWhenItIsWell pauses at an enforcer that fails, mends it, and resumes.
func TestRollout_resumesWhenItIsWell(t *testing.T) {
	t.Parallel()
	for name, failing := range map[string]func(*policy.State) (agent.Verdict, error){
		"verdict": func(*policy.State) (agent.Verdict, error) {
			return agent.Verdict{State: events.Failed, Reason: "out of order"}, nil
		},
		"error": func(*policy.State) (agent.Verdict, error) { return agent.Verdict{}, errOutOfOrder },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := fedtest.New(t)
			master := w.Master("hub")
			one := join(t, w, "env=canary", "one")[0]
			plant(master)
			awaitFleet(t, master)
			one.recorder.Judge(func(p *policy.State) (agent.Verdict, error) {
				if !reached(p) {
					return agent.Verdict{}, nil
				}
				return failing(p)
			})
			id := change(master, waves("env=canary"), shop(t)...).Rollout
			r := awaitRollout(t, master, id, "paused")
			if r.Open != 1 || !strings.Contains(r.Reason, "out of order") {
				t.Errorf("paused with %d waves open: %q", r.Open, r.Reason)
			}
			awaitHeartbeats(t, w, "one")
			one.recorder.Judge(nil)
			step(master, id, "resume")
			fedtest.Eventually(t, "the rollout ends", func() bool {
				r = rolloutAt(master, id)
				return r.Status != "running"
			})
			if r.Status != "completed" {
				t.Fatalf("resumed with an enforcer that is well again, it is %s: %s", r.Status, r.Reason)
			}
			awaitFleet(t, master)
		})
	}
}

// TestRollout_waitsForTheEnforcer holds an enforcer up in the first wave: the second is not opened meanwhile.
func TestRollout_waitsForTheEnforcer(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	one, two := join(t, w, "env=canary", "one")[0], join(t, w, "env=prod", "two")[0]
	plant(master)
	awaitFleet(t, master)
	begun, done := make(chan struct{}), make(chan struct{})
	var once sync.Once
	one.recorder.Judge(func(p *policy.State) (agent.Verdict, error) {
		if reached(p) {
			once.Do(func() { close(begun) })
			<-done
			return agent.Verdict{State: events.Failed, Reason: "out of order"}, nil
		}
		return agent.Verdict{}, nil
	})
	id := change(master, waves("env=canary"), shop(t)...).Rollout
	<-begun
	fedtest.Eventually(t, "the master knows that the change is there", func() bool {
		return rolloutAt(master, id).Waves[0].Clusters[0].Status == string(cluster.StatusSynced)
	})
	awaitHeartbeats(t, w, "one")
	if r := rolloutAt(master, id); r.Open != 1 || r.Waves[0].Clusters[0].Well || reached(two.Federal()) {
		t.Errorf("the enforcer is at work, and %d waves are open; well: %t", r.Open, r.Waves[0].Clusters[0].Well)
	}
	close(done)
	if r := awaitRollout(t, master, id, "paused"); r.Open != 1 {
		t.Errorf("it failed, and %d waves are open", r.Open)
	}
}
