package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// TestRollout_stopsAtTheFailingWave lets an enforcer fail in the second of three waves, among twenty remotes.
func TestRollout_stopsAtTheFailingWave(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	id := change(f.master, f.plan, f.edits...).Rollout
	r := awaitRollout(t, f.master, id, "paused")
	f.wantStopped(t, r)
	f.wantAborted(t, r)
	f.ill.heal()
	began := fedtest.Took(func() { id = change(f.master, f.plan, f.edits...).Rollout })
	took := fedtest.Eventually(t, "the rollout completes", func() bool { return rolloutAt(f.master, id).Status == "completed" })
	t.Logf("21 clusters in three waves without soaking: %s", (began + took).Round(time.Millisecond))
	f.wantAsAtOnce(t, rolloutAt(f.master, id))
	wantRow(t, f.master, f.ill.who(), "enforced", "")
}

// fleet is a master with twenty remotes, of which one that is no canary will fail.
type fleet struct {
	w      *fedtest.World
	master *fedtest.Cluster
	sites  []site
	ill    sickness

	before map[string]string // digest of each cluster
	base   *policy.State
	plan   *wire.RolloutPlan
	edits  []wire.Edit
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	canary, half := "env=canary", 50
	f := &fleet{
		w: fedtest.New(t), edits: shop(t),
		plan: &wire.RolloutPlan{Waves: []wire.WavePlan{{Selector: &canary}, {Percent: &half}, {}}},
	}
	f.master = f.w.Master("hub")
	prods := join(t, f.w, "env=prod", numbered("prod", 18)...)
	f.sites = slices.Concat(prods, join(t, f.w, canary, numbered("canary", 2)...))
	plant(f.master)
	awaitFleet(t, f.master)
	f.before, f.base = digests(t, f.master), f.master.Federal()
	for _, s := range prods {
		s.recorder.Judge(f.ill.judgeAt(s.Name))
	}
	for _, s := range f.sites {
		s.recorder.Forget()
	}
	return f
}

// wantStopped checks a rollout that stopped in its second wave.
func (f *fleet) wantStopped(t *testing.T, r wire.Rollout) {
	t.Helper()
	if r.Open != 2 || !strings.Contains(r.Reason, f.ill.who()) || !strings.Contains(r.Reason, "wave 2") || !strings.Contains(r.Reason, "no room for it") {
		t.Errorf("paused with %d waves open, for the reason %q; the sick cluster is %s", r.Open, r.Reason, f.ill.who())
	}
	first, second, third := inWave(r, 0), inWave(r, 1), inWave(r, 2)
	if len(first) != 2 || len(second) != 9 || len(third) != 10 || !slices.Contains(second, f.ill.who()) {
		t.Errorf("the waves have %q, %q and %q", first, second, third)
	}
	for _, s := range f.sites {
		if slices.Contains(third, s.Name) {
			continue
		}
		// The first complaint in a wave stops the rollout, and the others in it are on their way then.
		fedtest.Eventually(t, s.Name+" has the change", func() bool { return reached(s.Federal()) })
	}
	for _, s := range f.sites {
		if slices.Contains(third, s.Name) && reached(s.Federal()) {
			t.Errorf("%s has the change, and its wave is not open", s.Name)
		}
	}
	if reached(f.master.Federal()) {
		t.Error("a change on its way is policy already")
	}
	wantRow(t, f.master, f.ill.who(), "failed", "no room for it")
}

// wantAborted aborts the rollout, waits until all is as it was, and checks that the third wave never saw the change.
func (f *fleet) wantAborted(t *testing.T, r wire.Rollout) {
	t.Helper()
	began := fedtest.Took(func() { step(f.master, r.ID, "abort") })
	took := fedtest.Eventually(t, "every cluster is back", func() bool {
		return !slices.ContainsFunc(f.master.Summaries(), func(s cluster.Summary) bool {
			return s.Digest.String() != f.before[s.Name] || s.DigestMatch == nil || !*s.DigestMatch || !s.ViewMatch ||
				s.AppliedRevision != s.DesiredRevision
		})
	})
	t.Logf("every digest is the former one %s after the abort was sent", (began + took).Round(time.Millisecond))
	awaitFleet(t, f.master)
	wantDigests(t, "after the abort", digests(t, f.master), f.before)
	if f.master.Federal().Digest() != f.base.Digest() {
		t.Error("the policy is not what it was before the rollout")
	}
	with, third := decided(t, f.base, r, f.edits...), inWave(r, 2)
	for _, s := range f.sites {
		if own := ownDigest(s.Cluster); own != f.before[s.Name] {
			t.Errorf("%s says that its digest is %.8s, want %.8s", s.Name, own, f.before[s.Name])
		}
		allowed := []string{f.before[s.Name], digestIn(with, f.w.Summary(s.Name).Labels)}
		if slices.Contains(third, s.Name) {
			allowed = allowed[:1]
		}
		wantOnly(t, s, allowed...)
	}
}

// wantAsAtOnce checks that a rollout has left what its edits, made at once, would have.
func (f *fleet) wantAsAtOnce(t *testing.T, r wire.Rollout) {
	t.Helper()
	awaitFleet(t, f.master)
	with := decided(t, f.base, r, f.edits...)
	if got, want := f.master.Federal().Digest(), with.Digest(); got != want {
		t.Errorf("the policy has the digest %.8s; made at once it would be %.8s", got, want)
	}
	for name, digest := range digests(t, f.master) {
		if want := digestIn(with, f.w.Summary(name).Labels); digest != want {
			t.Errorf("%s has the digest %.8s; made at once it would be %.8s", name, digest, want)
		}
	}
}

// wantRow checks how the rule of the shop does in the named cluster.
func wantRow(t *testing.T, master *fedtest.Cluster, name, state, reason string) {
	t.Helper()
	var page wire.ObjectStates
	master.Must(http.MethodGet, "/v1/fed/status?kind=network&name="+number(shopRule)+"&cluster="+name, nil, &page)
	if len(page.States) != 1 || page.States[0].State != state || page.States[0].Reason != reason {
		t.Errorf("the rule in %s: %+v, want %s: %q", name, page.States, state, reason)
	}
}

// ownDigest returns what a cluster says of itself.
func ownDigest(c *fedtest.Cluster) string {
	var all wire.Summary
	c.Must(http.MethodGet, "/v1/fed/summary", nil, &all)
	return all.Clusters[0].Digest
}

// wantOnly checks that every policy which a cluster was to enforce has one of the digests.
func wantOnly(t *testing.T, s site, digests ...string) {
	t.Helper()
	for _, p := range s.recorder.Seen() {
		if !slices.Contains(digests, p.Digest().String()) {
			t.Errorf("%s was to enforce a policy with the digest %.8s at revision %d, want one of %.8s", s.Name, p.Digest(), p.Revision(), digests)
			return
		}
	}
}

// TestRollout_joinAndLeave has clusters come and go in a wave that is open and in one that is not.
func TestRollout_joinAndLeave(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	canaries := join(t, w, "env=canary", numbered("canary", 3)...)
	prods := join(t, w, "env=prod", numbered("prod", 3)...)
	plant(master)
	awaitFleet(t, master)
	base, edits := master.Federal(), shop(t)
	id := change(master, manual(waves("env=canary", "env=prod")), edits...).Rollout
	with := decided(t, base, rolloutAt(master, id), edits...)
	awaitFleet(t, master)

	early := join(t, w, "env=canary", "late-canary")[0]
	late := join(t, w, "env=prod", "late-prod")[0]
	canaries[0].Must(http.MethodPost, "/v1/fed/leave", wire.Leave{}, nil)
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+canaries[1].ID(), nil, nil)
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+prods[0].ID(), nil, nil)
	for _, s := range []site{canaries[0], canaries[1], prods[0]} {
		wantStandalone(t, s.Cluster)
	}
	awaitFleet(t, master)
	wantMidway(t, master, id, base, with)
	nothing := policy.NewState(policy.ScopeFederal).Digest().String()
	wantOnly(t, early, nothing, digestIn(with, env("canary"))) // at no time what was before
	wantOnly(t, late, nothing, digestIn(base, env("prod")))

	step(master, id, "approve")
	fedtest.Eventually(t, "the late one is reached", func() bool { return reached(late.Federal()) })
	prods[1].Must(http.MethodPost, "/v1/fed/leave", wire.Leave{}, nil)
	step(master, id, "approve")
	awaitRollout(t, master, id, "completed")
	awaitFleet(t, master)
	again := join(t, w, "env=prod", "after-prod")[0]
	awaitFleet(t, master)
	for name, digest := range digests(t, master) {
		if want := digestIn(with, w.Summary(name).Labels); digest != want {
			t.Errorf("at the end %s has the digest %.8s, want %.8s", name, digest, want)
		}
	}
	wantOnly(t, again, nothing, digestIn(with, env("prod")))
	wantMembers(t, master, "after-prod", "canary-3", "late-canary", "late-prod", "prod-3")
}

// env returns the labels of an environment.
func env(name string) map[string]string { return map[string]string{"env": name} }

// wantMidway checks a rollout of which the first wave is open, after clusters have come and gone.
func wantMidway(t *testing.T, master *fedtest.Cluster, id string, base, with *policy.State) {
	t.Helper()
	r := rolloutAt(master, id)
	if r.Status != "running" || r.Open != 1 {
		t.Fatalf("the rollout is %s with %d waves open: %s", r.Status, r.Open, r.Reason)
	}
	if got := inWave(r, 0); !slices.Equal(got, []string{"canary-3", "late-canary"}) {
		t.Errorf("the first wave has %q", got)
	}
	if got := inWave(r, 1); !slices.Equal(got, []string{"late-prod", "prod-2", "prod-3"}) {
		t.Errorf("the second wave has %q", got)
	}
	got := digests(t, master)
	if want := digestIn(with, env("canary")); got["late-canary"] != want || got["canary-3"] != want {
		t.Errorf("in the open wave: %.8s and %.8s, want %.8s", got["late-canary"], got["canary-3"], want)
	}
	if want := digestIn(base, env("prod")); got["late-prod"] != want || got["prod-2"] != want {
		t.Errorf("in the wave to come: %.8s and %.8s, want %.8s", got["late-prod"], got["prod-2"], want)
	}
}

// TestRollout_manual approves each wave, and pauses and resumes by hand.
func TestRollout_manual(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	one, two := join(t, w, "env=canary", "one")[0], join(t, w, "env=prod", "two")[0]
	plant(master)
	awaitFleet(t, master)
	id := change(master, manual(waves("env=canary", "env=prod")), shop(t)...).Rollout
	awaitFleet(t, master)
	if r := rolloutAt(master, id); r.Status != "running" || r.Open != 1 || !reached(one.Federal()) || reached(two.Federal()) {
		t.Errorf("begun: %s with %d waves open, reached: %t, %t", r.Status, r.Open, reached(one.Federal()), reached(two.Federal()))
	}

	step(master, id, "pause")
	if r := rolloutAt(master, id); r.Status != "paused" || r.Reason != "by admin" {
		t.Errorf("paused by hand: %s, %q", r.Status, r.Reason)
	}
	step(master, id, "pause") // once more is not wrong
	sentence := wantProblem(t, "approve while paused", master.Call(http.MethodPost, "/v1/fed/rollout/"+id+"/approve", nil), http.StatusConflict, 79)
	if !strings.Contains(sentence, "paused") {
		t.Errorf("why no wave is opened: %s", sentence)
	}
	step(master, id, "resume")
	step(master, id, "approve")
	fedtest.Eventually(t, "the second wave is reached", func() bool { return reached(two.Federal()) })
	if reached(master.Federal()) {
		t.Error("the last wave was not approved, and the change is policy")
	}
	step(master, id, "approve")
	r := awaitRollout(t, master, id, "completed")
	if r.EndedAt == nil || r.Open != 3 {
		t.Errorf("completed: %+v", r)
	}
	awaitFleet(t, master)
	digests(t, master)
	for _, what := range []string{"pause", "resume", "approve", "abort"} {
		wantProblem(t, what+" what is over", master.Call(http.MethodPost, "/v1/fed/rollout/"+id+"/"+what, nil), http.StatusConflict, 79)
	}
	wantProblem(t, "no such step", master.Call(http.MethodPost, "/v1/fed/rollout/"+id+"/hurry", nil), http.StatusBadRequest, 6)
	wantProblem(t, "no such rollout", master.Call(http.MethodPost, "/v1/fed/rollout/nobody/abort", nil), http.StatusNotFound, 7)
	var all wire.Rollouts
	master.Must(http.MethodGet, "/v1/fed/rollout", nil, &all)
	if len(all.Rollouts) != 1 || all.Rollouts[0].ID != id {
		t.Errorf("all rollouts: %+v", all.Rollouts)
	}
}

// TestRollout_away stops clusters before their wave is opened, while it is open, and over an abort.
func TestRollout_away(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	one, two := join(t, w, "env=canary", "one")[0], join(t, w, "env=prod", "two")[0]
	plant(master)
	awaitFleet(t, master)

	// Nobody waits for one that was away before its wave.
	id := change(master, manual(waves("env=canary", "env=prod")), shop(t)...).Rollout
	awaitFleet(t, master)
	two.Stop()
	wantHistory(t, master, w.Summary("two").ID, "disconnected")
	step(master, id, "approve")
	fedtest.Eventually(t, "it is not waited for", func() bool { return rolloutAt(master, id).Waves[1].Clusters[0].Absent })
	step(master, id, "approve")
	awaitRollout(t, master, id, "completed")
	two.Start()
	awaitFleet(t, master)
	before := digests(t, master)
	if !reached(two.Federal()) || before["two"] != digestIn(master.Federal(), env("prod")) {
		t.Error("what was away when the change came does not have it")
	}

	// One that goes away in its wave stops the rollout, and keeps what it has until it hears of the abort.
	id = change(master, manual(waves("env=canary")), describe(t, "again", "fed.web", newGroup)...).Rollout
	awaitFleet(t, master)
	one.Stop()
	if r := awaitRollout(t, master, id, "paused"); r.Open != 1 || !strings.Contains(r.Reason, "cluster one in wave 1: disconnected") {
		t.Errorf("paused with %d waves open: %q", r.Open, r.Reason)
	}
	step(master, id, "abort")
	master.Stop()
	one.Start()
	for _, name := range []string{"fed.web", newGroup} {
		if g, _ := one.Federal().Group(name); g.Comment != "again" {
			t.Errorf("without its master it has lost the change that it had: %s says %q", name, g.Comment)
		}
	}
	master.Start()
	awaitFleet(t, master)
	wantDigests(t, "after the abort", digests(t, master), before)
}
