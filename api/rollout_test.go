package api_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

func TestRollout(t *testing.T) {
	f := newMaster()
	f.progress = []cluster.Progress{
		{Summary: f.summaries[0], Wave: 1},
		{Summary: f.summaries[1], Wave: 1},
		{Summary: f.summaries[2], Wave: 0, Wrong: "disconnected"},
	}
	w := open(t, f)
	id := w.change(t, changeBody(editWeb, `"rollout":{"comment":"carefully","manual":true,"waves":[{"selector":"env=test","soak_seconds":60}]}`)).Rollout

	want := wire.Rollout{
		ID: id, Comment: "carefully", Status: "running", Manual: true, Open: 1, OpenedAt: noon, Objects: 1, StartedBy: "fedAdmin", StartedAt: noon,
		Waves: []wire.Wave{
			{Selector: "env=test", SoakSeconds: 60, Clusters: []wire.WaveCluster{
				{ID: "r2", Name: "oslo", Status: "disconnected", Reached: true, Wrong: "disconnected"},
			}},
			{SoakSeconds: 60, Clusters: []wire.WaveCluster{
				{ID: f.summaries[0].ID, Name: "primary", Status: "active"},
				{ID: "r1", Name: "berlin", Status: "synced"},
			}},
		},
	}
	one := func() wire.Rollout {
		return read[wire.OneRollout](t, w.as(t, "reader", http.MethodGet, "/v1/fed/rollout/"+id, "")).Rollout
	}
	if diff := cmp.Diff(want, one()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	step := func(word string) reply {
		return w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/rollout/"+id+"/"+word, "")
	}
	paused := step("pause")
	paused.wantBody(t, "")
	if rev, cmd := paused.Header.Get("X-Fedhub-Revision"), paused.Header.Get("X-Fedhub-Command"); rev != "3" || cmd != "cmd-2" {
		t.Errorf("revision %q and command %q, want 3 and cmd-2", rev, cmd)
	}
	if got := one(); got.Status != "paused" || got.Reason != "by fedAdmin" {
		t.Errorf("paused = %+v", got)
	}
	step("approve").want(t, 409, 79)
	step("resume").wantBody(t, "")
	step("approve").wantBody(t, "")
	if got := one(); got.Open != 2 || !got.Waves[1].Clusters[0].Reached {
		t.Errorf("approved = %+v, want the second wave reached", got)
	}
	step("abort").wantBody(t, "")
	step("abort").want(t, 409, 79)

	all := read[wire.Rollouts](t, w.as(t, "reader", http.MethodGet, "/v1/fed/rollout", "")).Rollouts
	for i := range want.Waves {
		want.Waves[i].Clusters = []wire.WaveCluster{}
	}
	ended := noon
	want.Open, want.Status, want.Reason, want.EndedAt = 2, "aborted", "by fedAdmin", &ended
	if diff := cmp.Diff([]wire.Rollout{want}, all); diff != "" {
		t.Errorf("all, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(want, one()); diff != "" {
		t.Errorf("after its end, -want +got:\n%s", diff)
	}
}

func TestRollout_refusals(t *testing.T) {
	w := open(t, newMaster())
	w.as(t, "reader", http.MethodGet, "/v1/fed/rollout", "").wantBody(t, `{"rollouts":[]}`)
	w.as(t, "reader", http.MethodGet, "/v1/fed/rollout/r9", "").want(t, 404, 7)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/rollout/r9/pause", "").want(t, 404, 7)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/rollout/r9/hurry", "").want(t, 400, 6)
	w.as(t, "fedReader", http.MethodPost, "/v1/fed/rollout/r9/pause", "").want(t, 403, 25)
	w.as(t, "admin", http.MethodPost, "/v1/fed/rollout/r9/pause", "").want(t, 403, 25)
}
