package e2e_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// What the rollouts of these tests begin with, and bring.
const (
	oldRule  = 100001
	shopRule = 100010
	onlyRule = 100011 // for the canaries alone
	newGroup = "fed.shop"
)

// plant makes what the edits of a shop begin with.
func plant(master *fedtest.Cluster) {
	createGroup(master, "fed.web")
	createGroup(master, "fed.old")
	setRules(master, "fed", rule("fed.web", "external", "first"), rule("fed.old", "external", "goes with its group"))
}

// shop returns edits of several kinds of objects: some are new, one is changed, two go, one is for a part of
// the clusters.
func shop(t *testing.T) []wire.Edit {
	t.Helper()
	criteria := []map[string]string{{"key": "label", "op": "=", "value": "shop"}}
	return []wire.Edit{
		upsert(t, events.ObjectGroup, newGroup, map[string]any{"name": newGroup, "criteria": criteria}),
		upsert(t, events.ObjectNetworkRule, number(oldRule), map[string]any{"comment": "changed"}),
		upsert(t, events.ObjectNetworkRule, number(shopRule), map[string]any{"from": newGroup, "to": "external", "action": "deny"}),
		upsert(t, events.ObjectNetworkRule, number(onlyRule), map[string]any{
			"from": "fed.web", "to": newGroup, "action": "allow", "targets": "env=canary",
		}),
		upsert(t, events.ObjectAdmissionRule, "100001", map[string]any{
			"rule_type": "deny", "criteria": []map[string]string{{"name": "runAsPrivileged", "op": "=", "value": "true"}},
		}),
		upsert(t, events.ObjectWebhook, "fed.pager", map[string]any{"name": "fed.pager", "url": "https://pager.example/hook"}),
		upsert(t, events.ObjectResponseRule, "100001", map[string]any{
			"event": "security-event", "conditions": []map[string]string{{"type": "level", "value": "Critical"}},
			"actions": []string{"webhook"}, "webhooks": []string{"fed.pager"},
		}),
		removal(events.ObjectGroup, "fed.old"),
	}
}

// reached reports whether the change is in the policy.
func reached(s *policy.State) bool {
	_, there := s.Group(newGroup)
	return there
}

// sickness makes the enforcer of the first cluster that comes by with the change fail.
type sickness struct {
	mu     sync.Mutex
	name   string // of the cluster that has it; "": nobody yet
	healed bool
}

// judgeAt returns what the enforcer of the named cluster says.
func (s *sickness) judgeAt(name string) func(*policy.State) (agent.Verdict, error) {
	return func(p *policy.State) (agent.Verdict, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !reached(p) || s.healed {
			return agent.Verdict{}, nil
		}
		if s.name == "" {
			s.name = name
		}
		if s.name != name {
			return agent.Verdict{}, nil
		}
		about := events.About{Kind: events.ObjectNetworkRule, Name: number(shopRule)}
		return agent.Verdict{Objects: []events.ObjectState{{Object: about, State: events.Failed, Reason: "no room for it"}}}, nil
	}
}

func (s *sickness) who() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

func (s *sickness) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.healed = true
}

// TestRollout_stopsAtTheFailingWave lets an enforcer fail in the second of three waves, among twenty remotes.
func TestRollout_stopsAtTheFailingWave(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	canaries := join(t, w, "env=canary", numbered("canary", 2)...)
	prods := join(t, w, "env=prod", numbered("prod", 18)...)
	sites := slices.Concat(canaries, prods)
	plant(master)
	awaitFleet(t, master)
	before, base := digests(t, master), master.Federal()
	var ill sickness
	for _, s := range prods {
		s.recorder.Judge(ill.judgeAt(s.Name))
	}
	for _, s := range sites {
		s.recorder.Forget()
	}
	canary, half := "env=canary", 50
	plan := &wire.RolloutPlan{Waves: []wire.WavePlan{{Selector: &canary}, {Percent: &half}, {}}}
	edits := shop(t)

	id := change(master, plan, edits...).Rollout
	r := awaitRollout(t, master, id, "paused")
	if r.Open != 2 || !strings.Contains(r.Reason, ill.who()) || !strings.Contains(r.Reason, "wave 2") || !strings.Contains(r.Reason, "no room for it") {
		t.Errorf("paused with %d waves open, for the reason %q; the sick cluster is %s", r.Open, r.Reason, ill.who())
	}
	first, second, third := inWave(r, 0), inWave(r, 1), inWave(r, 2)
	if len(first) != 2 || len(second) != 9 || len(third) != 10 || !slices.Contains(second, ill.who()) {
		t.Errorf("the waves have %q, %q and %q", first, second, third)
	}
	for _, s := range sites {
		if want := !slices.Contains(third, s.Name); reached(s.Federal()) != want {
			t.Errorf("%s has the change: %t, want %t", s.Name, !want, want)
		}
	}
	if reached(master.Federal()) {
		t.Error("a change on its way is policy already")
	}
	wantRow(t, master, ill.who(), "failed", "no room for it")

	began := fedtest.Took(func() { step(master, id, "abort") })
	took := fedtest.Eventually(t, "every cluster is back", func() bool {
		return !slices.ContainsFunc(master.Summaries(), func(s cluster.Summary) bool {
			return s.Digest.String() != before[s.Name] || s.DigestMatch == nil || !*s.DigestMatch || !s.ViewMatch || s.AppliedRevision != s.DesiredRevision
		})
	})
	t.Logf("every digest is the former one %s after the abort was sent", (began + took).Round(time.Millisecond))
	awaitFleet(t, master)
	wantDigests(t, "after the abort", digests(t, master), before)
	for _, s := range sites {
		if own := ownDigest(s.Cluster); own != before[s.Name] {
			t.Errorf("%s says that its digest is %.8s, want %.8s", s.Name, own, before[s.Name])
		}
	}
	with := decided(t, base, r, edits...)
	for _, s := range sites {
		allowed := []string{before[s.Name], digestIn(with, w.Summary(s.Name).Labels)}
		if slices.Contains(third, s.Name) {
			allowed = allowed[:1]
		}
		wantOnly(t, s, allowed...)
	}
	if master.Federal().Digest() != base.Digest() {
		t.Error("the policy is not what it was before the rollout")
	}

	ill.heal()
	began = fedtest.Took(func() { id = change(master, plan, edits...).Rollout })
	took = fedtest.Eventually(t, "the rollout completes", func() bool { return rolloutAt(master, id).Status == "completed" })
	t.Logf("21 clusters in three waves without soaking: %s", (began + took).Round(time.Millisecond))
	awaitFleet(t, master)
	with = decided(t, base, rolloutAt(master, id), edits...)
	if got, want := master.Federal().Digest(), with.Digest(); got != want {
		t.Errorf("the policy has the digest %.8s; made at once it would be %.8s", got, want)
	}
	for name, digest := range digests(t, master) {
		if want := digestIn(with, w.Summary(name).Labels); digest != want {
			t.Errorf("%s has the digest %.8s; made at once it would be %.8s", name, digest, want)
		}
	}
	wantRow(t, master, ill.who(), "enforced", "")
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
	base := master.Federal()
	edits := shop(t)
	id := change(master, manual(waves("env=canary", "env=prod")), edits...).Rollout
	with := decided(t, base, rolloutAt(master, id), edits...)
	canary, prod := map[string]string{"env": "canary"}, map[string]string{"env": "prod"}
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
	if want := digestIn(with, canary); got["late-canary"] != want || got["canary-3"] != want {
		t.Errorf("in the open wave: %.8s and %.8s, want %.8s", got["late-canary"], got["canary-3"], want)
	}
	if want := digestIn(base, prod); got["late-prod"] != want || got["prod-2"] != want {
		t.Errorf("in the wave to come: %.8s and %.8s, want %.8s", got["late-prod"], got["prod-2"], want)
	}
	nothing := policy.NewState(policy.ScopeFederal).Digest().String()
	wantOnly(t, early, nothing, digestIn(with, canary)) // at no time what was before
	wantOnly(t, late, nothing, digestIn(base, prod))

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
	wantOnly(t, again, nothing, digestIn(with, prod))
	wantMembers(t, master, "after-prod", "canary-3", "late-canary", "late-prod", "prod-3")
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
	if !reached(two.Federal()) || before["two"] != digestIn(master.Federal(), map[string]string{"env": "prod"}) {
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
