package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// What the tests of a fleet of labeled clusters have in common.

// site is a remote with an enforcer that remembers what it was to enforce.
type site struct {
	*fedtest.Cluster
	recorder *fedtest.Recorder
}

// join starts clusters and has them join the world's master with the labels, such as "env=prod". It does not
// wait until they are in sync.
func join(t *testing.T, w *fedtest.World, labels string, names ...string) []site {
	t.Helper()
	master := w.Hub()
	token := master.TokenFor(labels, len(names))
	out := make([]site, 0, len(names))
	for _, name := range names {
		r := &fedtest.Recorder{}
		s := site{w.Standalone(name, fedtest.WithEnforcer(r)), r}
		if a := s.Join(s.JoinRequest(master, token.JoinToken)); a.Status != http.StatusOK {
			t.Fatalf("%s cannot join: %d %s", name, a.Status, a.Body)
		}
		out = append(out, s)
	}
	return out
}

// numbered returns names: the word with the numbers from 1.
func numbered(word string, n int) []string {
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, fmt.Sprintf("%s-%d", word, i+1))
	}
	return out
}

// awaitFleet waits until the master knows that all of its members hold what they are to hold, that their enforcers are
// done with it, and what the enforcers made of it: a report travels by itself, beside the heartbeat that tells of it.
func awaitFleet(t *testing.T, master *fedtest.Cluster) {
	t.Helper()
	fedtest.Eventually(t, "the fleet is in sync", func() bool {
		return !slices.ContainsFunc(master.Summaries(), func(s cluster.Summary) bool {
			return s.Status != cluster.StatusSynced && s.Status != cluster.StatusActive ||
				s.DigestMatch == nil || !*s.DigestMatch || !s.ViewMatch || s.AppliedRevision != s.DesiredRevision ||
				s.Enforcer != "none" && (s.EnforcedRevision != s.AppliedRevision || s.Enforcement == nil)
		})
	})
}

// digests returns the digest of each cluster by name, as the master's REST server tells it. Each must be the
// right one.
func digests(t *testing.T, master *fedtest.Cluster) map[string]string {
	t.Helper()
	var all wire.Summary
	master.Must(http.MethodGet, "/v1/fed/summary", nil, &all)
	out := map[string]string{}
	for _, s := range all.Clusters {
		if s.DigestMatch == nil || !*s.DigestMatch {
			t.Errorf("%s is %s, and its digest is not known to match", s.Name, s.Status)
		}
		out[s.Name] = s.Digest
	}
	return out
}

// wantDigests compares digests by name.
func wantDigests(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%s: %s has the digest %.8s, want %.8s", what, name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d clusters, want %d", what, len(got), len(want))
	}
}

// upsert returns the edit that makes an object as the config says.
func upsert(t *testing.T, kind events.ObjectKind, name string, config any) wire.Edit {
	t.Helper()
	object := json.RawMessage(mustJSON(t, config))
	return wire.Edit{Op: "upsert", Kind: string(kind), Name: &name, Object: &object}
}

// removal returns the edit that removes an object.
func removal(kind events.ObjectKind, name string) wire.Edit {
	return wire.Edit{Op: "delete", Kind: string(kind), Name: &name}
}

// change makes the edits at once, or as a rollout with the given plan.
func change(c *fedtest.Cluster, plan *wire.RolloutPlan, edits ...wire.Edit) wire.ChangeReport {
	var out wire.ChangeReport
	c.Must(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: edits, Rollout: plan}, &out)
	return out
}

// describe returns the edits that put a comment on groups.
func describe(t *testing.T, comment string, groups ...string) []wire.Edit {
	t.Helper()
	out := make([]wire.Edit, 0, len(groups))
	for _, name := range groups {
		out = append(out, upsert(t, events.ObjectGroup, name, map[string]any{"name": name, "comment": comment}))
	}
	return out
}

// waves returns a plan with one wave for each selector, and one for the rest.
func waves(selectors ...string) *wire.RolloutPlan {
	plan := &wire.RolloutPlan{}
	for _, s := range append(selectors, "") {
		plan.Waves = append(plan.Waves, wire.WavePlan{Selector: &s})
	}
	return plan
}

// manual returns the plan with waves that wait for an approval.
func manual(plan *wire.RolloutPlan) *wire.RolloutPlan {
	yes := true
	plan.Manual = &yes
	return plan
}

// rolloutAt returns a rollout as the cluster's REST server tells it.
func rolloutAt(c *fedtest.Cluster, id string) wire.Rollout {
	var out wire.OneRollout
	c.Must(http.MethodGet, "/v1/fed/rollout/"+id, nil, &out)
	return out.Rollout
}

// step takes a step of a rollout.
func step(c *fedtest.Cluster, id, what string) {
	c.Must(http.MethodPost, "/v1/fed/rollout/"+id+"/"+what, nil, nil)
}

// awaitRollout waits until a rollout has the status, and returns it.
func awaitRollout(t *testing.T, master *fedtest.Cluster, id, status string) (out wire.Rollout) {
	t.Helper()
	fedtest.Eventually(t, "the rollout is "+status, func() bool {
		out = rolloutAt(master, id)
		return out.Status == status
	})
	return out
}

// inWave returns the names of the clusters in a wave, which counts from 0.
func inWave(r wire.Rollout, n int) []string {
	var out []string
	for _, c := range r.Waves[n].Clusters {
		out = append(out, c.Name)
	}
	return out
}

// decided returns what a policy becomes when the edits are made directly at the given moment.
func decided(t *testing.T, on *policy.State, r wire.Rollout, edits ...wire.Edit) *policy.State {
	t.Helper()
	list := make([]policy.Edit, 0, len(edits))
	for _, e := range edits {
		var object json.RawMessage
		if e.Object != nil {
			object = *e.Object
		}
		parsed, err := policy.ParseEdit(e.Op == "delete", e.Kind, *e.Name, object, e.After)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, parsed)
	}
	facts, err := policy.ChangeSet(list)(on, r.StartedAt)
	if err != nil {
		t.Fatal(err)
	}
	out := on.Clone()
	for _, f := range facts {
		out.Apply(factEvent(t, f, out.Revision()+1))
	}
	return out
}

// digestIn returns the digest of a policy in a cluster with the given labels, as REST writes it.
func digestIn(s *policy.State, labels map[string]string) string {
	return s.DigestFor(events.View{Labels: labels}).String()
}

// revisionAt returns the newest revision of the policy, as a person reads it before a change.
func revisionAt(c *fedtest.Cluster) uint64 {
	var out wire.Revisions
	c.Must(http.MethodGet, "/v1/fed/revision?limit=1", nil, &out)
	return out.Revisions[0].Revision
}

// number returns the name of an object that goes by a number.
func number(id uint32) string { return strconv.FormatUint(uint64(id), 10) }
