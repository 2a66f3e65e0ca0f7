package cluster_test

import (
	"errors"
	"testing"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// inTwo is a rollout to the clusters labeled ring=1, and then to the others.
func inTwo(manual bool) *cluster.RolloutPlan {
	return &cluster.RolloutPlan{Comment: "in two", Manual: manual, Waves: []policy.WavePlan{{Selector: "ring=1"}, {}}}
}

func (f federation) rolloutIs(id string, want events.RolloutStatus) events.Rollout {
	f.t.Helper()
	waittest.Until(f.t, "the rollout is "+string(want), func() bool {
		r, _, err := f.master.Rollout(id)
		return err == nil && r.Status == want
	})
	r, _, _ := f.master.Rollout(id) //nolint:errcheck // it was there
	return r
}

func (f federation) step(id string, step cluster.RolloutStep) error {
	f.t.Helper()
	_, err := f.master.StepRollout(f.t.Context(), "admin", id, step)
	return err
}

func TestChange_rollout(t *testing.T) {
	f := newFederation(t)
	berlin, oslo := f.join("berlin", events.Labels{"ring": "1"}), f.join("oslo", nil)
	plain := f.change(put("fed.web", "before", ""), inTwo(true))
	if plain.Rollout == "" || plain.Sets != 1 || plain.Events != 2 || plain.Revision != f.master.Federal().Revision() {
		t.Errorf("receipt %+v", plain)
	}
	id := plain.Rollout
	waittest.Until(t, "berlin has the change", func() bool { return hasWeb(berlin.Controller) })
	f.synced(berlin, oslo)
	if hasWeb(oslo.Controller) || hasWeb(f.master) {
		t.Error("the change is where it should not be yet")
	}
	if again := f.change(put("fed.other", "x", ""), nil); again.Rollout != "" || again.Sets != 1 {
		t.Errorf("receipt %+v of no rollout", again)
	}
	_, err := f.master.Change(t.Context(), cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: put("fed.web", "x", "")})
	wantError(t, err, policy.ErrRollout)
	_, _, err = f.master.Decide(cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: put("fed.b", "x", ""), Rollout: inTwo(false)})
	wantError(t, err, policy.ErrRollout)

	waittest.Until(t, "berlin is well", func() bool {
		_, progress, err := f.master.Rollout(id)
		well := 0
		for _, p := range progress {
			if p.Well && p.Name == "berlin" && p.Wave == 0 {
				well++
			}
			if p.Name == "oslo" && (p.Wave != 1 || p.Well || p.Wrong != "") {
				t.Errorf("oslo: %+v", p)
			}
		}
		return err == nil && len(progress) == 3 && well == 1
	})
	for _, s := range []struct {
		step    cluster.RolloutStep
		refused error
		status  events.RolloutStatus
	}{
		{cluster.RolloutPause, nil, events.RolloutWaiting},
		{cluster.RolloutPause, nil, events.RolloutWaiting}, // again changes nothing
		{cluster.RolloutApprove, policy.ErrRollout, events.RolloutWaiting},
		{"jump", cluster.ErrInvalid, events.RolloutWaiting},
		{cluster.RolloutResume, nil, events.RolloutRunning},
		{cluster.RolloutApprove, nil, events.RolloutRunning},
	} {
		wantError(t, f.step(id, s.step), s.refused)
		if r, _, err := f.master.Rollout(id); err != nil || r.Status != s.status {
			t.Errorf("after %s the rollout is %s (%v), want %s", s.step, r.Status, err, s.status)
		}
	}
	r := f.rolloutIs(id, events.RolloutDone)
	if r.StartedBy != "admin" || r.Comment != "in two" || r.Open != 2 || r.Objects != 1 {
		t.Errorf("rollout %+v", r)
	}
	waittest.Until(t, "oslo has the change", func() bool { return hasWeb(oslo.Controller) })
	f.synced(berlin, oslo)
	wantError(t, f.step(id, cluster.RolloutAbort), policy.ErrRollout)
	if _, progress, err := f.master.Rollout(id); err != nil || progress != nil || len(waittest.Must(f.master.Rollouts())(t)) != 1 {
		t.Errorf("ended, it has the progress %+v (%v)", progress, err)
	}
}

func TestStepRollout_abort(t *testing.T) {
	f := newFederation(t)
	berlin := f.join("berlin", events.Labels{"ring": "1"})
	f.change(put("fed.web", "before", ""), nil)
	f.synced(berlin)
	id := f.change(put("fed.web", "after", ""), inTwo(true)).Rollout
	waittest.Until(t, "berlin has the change", func() bool { return valueOf(berlin.Controller, "fed.web") == "after" })

	// It holds the change without its master, too, over a restart.
	berlin.stop()
	berlin.start(t)
	if got := valueOf(berlin.Controller, "fed.web"); got != "after" {
		t.Errorf("after a restart fed.web is %q", got)
	}
	if err := f.step(id, cluster.RolloutAbort); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "berlin went back", func() bool { return valueOf(berlin.Controller, "fed.web") == "before" })
	f.synced(berlin)
	if r := f.rolloutIs(id, events.RolloutRevoked); r.Reason != "by admin" {
		t.Errorf("aborted: %q", r.Reason)
	}
}

// TestRollout_withAnEnforcer pauses when a cluster cannot enforce the change, and goes on when it can.
func TestRollout_withAnEnforcer(t *testing.T) {
	f := newFederation(t)
	berlin, oslo := f.join("berlin", events.Labels{"ring": "1"}), f.join("oslo", nil)
	failed := events.ObjectState{Object: events.About{Kind: events.ObjectGroup, Name: "fed.web"}, State: events.Failed, Reason: "no kernel"}
	for name, ill := range map[string]struct {
		verdict agent.Verdict
		err     error
		reason  string
	}{
		"an error":         {err: errors.New("disk"), reason: "cluster berlin in wave 1: enforcer test: disk"},
		"of everything":    {verdict: agent.Verdict{State: events.Failed, Reason: "disk"}, reason: "cluster berlin in wave 1: enforcement failed: disk"},
		"of the new group": {verdict: agent.Verdict{Objects: []events.ObjectState{failed}}, reason: "cluster berlin in wave 1: enforcement of group fed.web failed: no kernel"},
	} {
		t.Run(name, func(t *testing.T) {
			berlin.enforcer.say(ill.verdict, ill.err)
			id := f.change(put("fed.web", name, ""), inTwo(false)).Rollout
			if r := f.rolloutIs(id, events.RolloutWaiting); r.Reason != ill.reason || r.Open != 1 {
				t.Errorf("paused with %d waves open: %q, want %q", r.Open, r.Reason, ill.reason)
			}
			if valueOf(oslo.Controller, "fed.web") == name {
				t.Error("oslo has the change")
			}
			berlin.enforcer.say(agent.Verdict{}, nil)
			if err := f.step(id, cluster.RolloutResume); err != nil {
				t.Fatal(err)
			}
			f.rolloutIs(id, events.RolloutDone)
			waittest.Until(t, "oslo has the change", func() bool { return valueOf(oslo.Controller, "fed.web") == name })
		})
	}
}

func TestRollout_refusals(t *testing.T) {
	standalone, _ := newPlace(t, "berlin").open(t)
	change := cluster.Change{Actor: "admin", Scope: policy.ScopeFederal, Decide: put("fed.web", "x", ""), Rollout: inTwo(false)}
	_, err := standalone.Change(t.Context(), change)
	wantError(t, err, cluster.ErrReadOnly)
	_, _, err = standalone.Rollout("x")
	wantError(t, err, cluster.ErrRole)
	_, err = standalone.StepRollout(t.Context(), "admin", "x", cluster.RolloutPause)
	wantError(t, err, cluster.ErrRole)
	_, err = standalone.Rollouts()
	wantError(t, err, cluster.ErrRole)

	f := newFederation(t)
	_, _, err = f.master.Rollout("x")
	wantError(t, err, policy.ErrNotFound)
	wantError(t, f.step("x", cluster.RolloutPause), policy.ErrNotFound)
	change.Rollout = &cluster.RolloutPlan{}
	_, err = f.master.Change(t.Context(), change)
	wantError(t, err, policy.ErrInvalid)
	change.Rollout = inTwo(false)
	change.Rollout.Waves[0].Selector = "no way,"
	_, err = f.master.Change(t.Context(), change)
	wantError(t, err, policy.ErrInvalid)
	if got := waittest.Must(f.master.Rollouts())(t); len(got) != 0 {
		t.Errorf("what was refused left %+v", got)
	}
}
