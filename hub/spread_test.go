package hub_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// wantSpreads compares how far the test's change sets have come, each as "object reached/of took".
func (w *world) wantSpreads(when string, want ...string) {
	w.t.Helper()
	var got []string
	for _, s := range waittest.Must(w.Spreads(w.t.Context()))(w.t) {
		if s.Actor == "fedhub" {
			continue // what every federation begins with
		}
		facts, _ := s.Changes()
		line := fmt.Sprintf("%s %d/%d %s", policy.Deltas(policy.NewState(policy.ScopeFederal), facts)[0].About.Name, s.Reached, s.Of, s.Took)
		if s.Done {
			line += " done"
		}
		got = append(got, line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s, -want +got:\n%s", when, diff)
	}
}

func TestSpreads(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", events.Labels{"env": "prod"})
	rome := w.join("rome", events.Labels{"env": "prod"})
	lima := w.join("lima", events.Labels{"env": "test"})
	w.follow()
	step := func() { w.clock.move(time.Second) }

	w.change(put("fed.a", "1", "env=prod"))
	w.wantSpreads("nobody has it", "fed.a 0/2 0s")
	step()
	lima.follow(w.Hub)
	w.wantSpreads("it is not for lima", "fed.a 0/2 0s")
	oslo.follow(w.Hub)
	w.wantSpreads("oslo has it", "fed.a 1/2 1s")
	step()
	oslo.beat()
	rome.health.Digest[0]++
	rome.health.Revision++
	rome.beat()
	w.wantSpreads("rome holds something else", "fed.a 1/2 1s")
	w.change(put("fed.b", "1", "env=test")) // lima confirms it before anybody looks
	step()
	lima.follow(w.Hub)
	step()
	lima.beat()
	w.wantSpreads("lima has the second", "fed.a 1/2 1s", "fed.b 1/1 1s done")
	rome.follow(w.Hub)
	w.wantSpreads("rome has it", "fed.a 2/2 4s done", "fed.b 1/1 1s done")

	w.change(policy.Remove(events.ObjectGroup, "fed.a"))
	w.change(put("fed.c", "1", "env=none"))
	w.wantSpreads("removed where it was", "fed.a 2/2 4s done", "fed.b 1/1 1s done", "fed.a 0/2 0s", "fed.c 0/0 0s done")
	if err := w.Kick(t.Context(), "alice", rome.id); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "nobody waits for rome", func() bool {
		all := waittest.Must(w.Spreads(t.Context()))(t)
		return all[len(all)-2].Of == 1
	})
	w.clock.move(time.Minute)
	w.wantSpreads("after a minute", "fed.a 2/2 4s done", "fed.b 1/1 1s done", "fed.a 0/1 0s done", "fed.c 0/0 0s done")
}

// TestSpreads_bounded: the newest are watched, and none that was old before anybody looked.
func TestSpreads_bounded(t *testing.T) {
	w := newWorld(t)
	w.change(put("fed.old", "1", ""))
	w.clock.move(2 * time.Minute)
	w.follow()
	var want []string
	for i := range 10 {
		name := fmt.Sprint("fed.g", i)
		w.change(put(name, "1", ""))
		if i >= 2 {
			want = append(want, name+" 0/1 0s")
		}
	}
	w.wantSpreads("the newest", want...)
	w.change(put("fed.new", "1", ""))
	w.wantSpreads("one more", append(want[1:], "fed.new 0/1 0s")...)
}

// TestSpreads_rollout: the clusters that a staged change is for confirm that they have it, whichever wave is theirs.
func TestSpreads_rollout(t *testing.T) {
	w := newWorld(t)
	w.join("oslo", events.Labels{"env": "prod"})
	plan := policy.RolloutPlan{Actor: "ann", Manual: true, Waves: []policy.WavePlan{{Selector: "env=prod"}, {}}}
	if _, err := w.StartRollout(t.Context(), plan, put("fed.wave", "a", "")); err != nil {
		t.Fatal(err)
	}
	w.wantSpreads("on its way", "fed.wave 0/2 0s")
	w.follow()
	w.wantSpreads("held", "fed.wave 2/2 0s done")
}
