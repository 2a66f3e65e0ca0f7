package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// TestConflict_rollout writes while a rollout is on its way: what it changes or needs is refused, all else passes.
func TestConflict_rollout(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	sites := join(t, w, "env=canary", "one")
	plant(master)
	awaitFleet(t, master)
	base := master.Federal()
	id := change(master, manual(waves("env=canary")), shop(t)...).Rollout
	started := rolloutAt(master, id)

	one := fmt.Sprintf("/v1/policy/rule/%d", oldRule)
	wantInTheWay(t, master, id, one)
	others := map[string]fedtest.Answer{
		"change another group": master.Call(http.MethodPatch, "/v1/group/fed.web", wire.GroupWrite{Config: wire.GroupConfig{Name: "fed.web", Comment: mine()}}),
		"insert a rule": master.Call(http.MethodPatch, "/v1/policy/rule?scope=fed",
			wire.RulesPatch{Insert: &wire.RuleInsert{Rules: []wire.RuleConfig{rule("fed.web", "external", "mine")}}}),
		"import": master.Call(http.MethodPost, "/v1/fed/policy/import?scope=fed&file=x.yaml", fmt.Sprintf(importTemplate, "other")),
		"change": master.Call(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: describe(t, "mine", "fed.nodes")}),
	}
	for what, a := range others {
		if a.Status != http.StatusOK {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	if _, there := master.Federal().Rule(shopRule); there {
		t.Error("what is on its way is policy")
	}
	if reached(base) || !reached(decided(t, base, started, shop(t)...)) {
		t.Error("the change is not what the test takes it for")
	}
	step(master, id, "approve")
	awaitRollout(t, master, id, "completed")
	awaitFleet(t, master)
	digests(t, master)
	for _, c := range []*fedtest.Cluster{master, sites[0].Cluster} {
		comments := map[string]bool{}
		for _, r := range rulesOf(c, "fed") {
			comments[r.Comment] = true
		}
		if !comments["mine"] || !comments["changed"] || comments["goes with its group"] {
			t.Errorf("at the end %s has the rules %v", c.Name, comments)
		}
		if g, _ := c.Federal().Group("fed.web"); g.Comment != "mine" {
			t.Errorf("at the end %s has the group %+v", c.Name, g)
		}
	}
	master.Must(http.MethodPatch, one, wire.RuleWrite{Config: wire.RuleConfig{Comment: mine()}}, nil)
}

// mine returns the comment of who writes beside the rollout.
func mine() *string {
	text := "mine"
	return &text
}

// wantInTheWay tries to write what the rollout changes or needs. one is the path of a rule that it changes.
func wantInTheWay(t *testing.T, master *fedtest.Cluster, id, one string) {
	t.Helper()
	refused := func(what, method, path string, body any) {
		t.Helper()
		sentence := wantProblem(t, what, master.Call(method, path, body), http.StatusConflict, 79)
		if !strings.Contains(sentence, id) {
			t.Errorf("%s is refused without the rollout's id: %s", what, sentence)
		}
	}
	refused("change a rule that it changes", http.MethodPatch, one, wire.RuleWrite{Config: wire.RuleConfig{Comment: mine()}})
	refused("delete a rule that it changes", http.MethodDelete, one, nil)
	refused("make a group that it makes", http.MethodPost, "/v1/group", wire.GroupWrite{Config: wire.GroupConfig{
		Name: newGroup, Criteria: &[]wire.Criterion{{Key: "label", Op: "=", Value: "other"}},
	}})
	refused("delete a group that it needs", http.MethodDelete, "/v1/group/fed.web", nil)
	refused("use a group that it removes", http.MethodPatch, "/v1/policy/rule?scope=fed",
		wire.RulesPatch{Insert: &wire.RuleInsert{Rules: []wire.RuleConfig{rule("fed.old", "external", "late")}}})
	refused("a second rollout", http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: describe(t, "mine", "fed.nodes"), Rollout: waves()})
	refused("a rollback over it", http.MethodPost, "/v1/fed/rollback", wire.RollbackRequest{Revision: 1})
}

// TestConflict_writesDuringARollout has a rollout soak while another administrator does not stop to write.
func TestConflict_writesDuringARollout(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	join(t, w, "env=canary", "one", "two")
	plant(master)
	awaitFleet(t, master)
	soak := 2
	plan := waves("env=canary")
	plan.Waves[0].SoakSeconds = &soak
	id := change(master, plan, shop(t)...).Rollout
	writes := 0
	var r wire.Rollout
	fedtest.Eventually(t, "the rollout ends", func() bool {
		writes++
		comment := number(uint32(writes)) //nolint:gosec // G115: small
		master.Must(http.MethodPatch, "/v1/group/fed.web", wire.GroupWrite{Config: wire.GroupConfig{Name: "fed.web", Comment: &comment}}, nil)
		r = rolloutAt(master, id)
		return r.Status != "running"
	})
	if r.Status != "completed" {
		t.Errorf("with %d writes beside it the rollout is %s: %s", writes, r.Status, r.Reason)
	}
	t.Logf("%d writes during a rollout that soaks for %d s and took %s", writes, soak, r.EndedAt.Sub(r.StartedAt))
	awaitFleet(t, master)
}
