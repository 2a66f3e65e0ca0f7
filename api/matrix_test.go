package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/hub"
)

func TestMatrix(t *testing.T) {
	f := newMaster()
	f.matrix = cluster.Matrix{At: noon, Revision: 9, Clusters: []hub.Named{{ID: "r1", Name: "berlin"}}, Rows: []string{"e"}}
	w := open(t, f)
	want := wire.Matrix{
		Time: noon, Revision: 9, Rows: []string{"e"}, Clusters: []wire.ClusterName{{ID: "r1", Name: "berlin"}},
		Objects: []wire.ObjectName{{Kind: "group", Name: "env=prod,region=eu"}},
	}
	query := "?kind=group&selector=" + url.QueryEscape("region in (eu), env==prod")
	if diff := cmp.Diff(want, read[wire.Matrix](t, w.as(t, "fedReader", http.MethodGet, "/v1/fed/matrix"+query, ""))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for query, sentence := range map[string]string{
		"?kind=planet":           "there are no objects of the kind \\\"planet\\\"; use one of",
		"?selector=env%3D%3D%3D": "write a label selector such as env=prod",
	} {
		got := w.as(t, "reader", http.MethodGet, "/v1/fed/matrix"+query, "")
		got.want(t, 400, 6)
		if !strings.Contains(got.Body, sentence) {
			t.Errorf("%s: %s, want it to say %s", query, got.Body, sentence)
		}
	}
	open(t, newFake(cluster.RoleRemote)).as(t, "reader", http.MethodGet, "/v1/fed/matrix", "").want(t, 400, 4)
}

func TestPulse(t *testing.T) {
	f := newMaster()
	f.beats = []cluster.Beat{{At: noon, Behind: 2}, {At: noon.Add(2 * time.Second), Gap: 2 * time.Second, Offset: -30 * time.Millisecond}}
	w := open(t, f)
	want := wire.Pulse{ID: f.summaries[0].ID, Beats: []wire.PulseBeat{
		{At: noon, Behind: 2}, {At: noon.Add(2 * time.Second), GapMs: 2000, ClockOffsetMs: -30},
	}}
	if diff := cmp.Diff(want, read[wire.Pulse](t, w.as(t, "reader", http.MethodGet, "/v1/fed/pulse/"+want.ID, ""))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	w.as(t, "reader", http.MethodGet, "/v1/fed/pulse/nobody", "").want(t, 404, 7)
}
