package api_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
)

func TestStatus(t *testing.T) {
	f := newMaster()
	web, seven := events.About{Kind: events.ObjectGroup, Name: "fed.web"}, uint64(7)
	f.rows = []cluster.ObjectRow{
		{Object: web, Cluster: "r1", ClusterName: "berlin", Desired: 7, Applied: &seven, State: "failed", Reason: "no room", Since: noon, Cursor: "a"},
		{Object: web, Cluster: "r2", ClusterName: "oslo", Desired: 7, State: hub.ObjectUnknown, Reason: "the cluster is not heard from", Cursor: "b"},
	}
	w := open(t, f)
	page := func(query string) wire.ObjectStates {
		return read[wire.ObjectStates](t, w.as(t, "reader", http.MethodGet, "/v1/fed/status"+query, ""))
	}
	at := noon
	berlin := wire.ObjectState{
		Kind: "group", Name: "fed.web", Cluster: "r1", ClusterName: "berlin", DesiredRevision: 7, AppliedRevision: &seven,
		State: "failed", Reason: "no room", Since: &at,
	}
	oslo := wire.ObjectState{
		Kind: "group", Name: "fed.web", Cluster: "r2", ClusterName: "oslo", DesiredRevision: 7,
		State: "unknown", Reason: "the cluster is not heard from",
	}
	tests := map[string]struct {
		query string
		want  wire.ObjectStates
	}{
		"all":            {"", wire.ObjectStates{States: []wire.ObjectState{berlin, oslo}}},
		"exactly a page": {"?limit=2", wire.ObjectStates{States: []wire.ObjectState{berlin, oslo}}},
		"first page":     {"?limit=1", wire.ObjectStates{States: []wire.ObjectState{berlin}, Next: "a"}},
		"last page":      {"?limit=1&after=a", wire.ObjectStates{States: []wire.ObjectState{oslo}}},
		"one cluster":    {"?kind=group&name=fed.web&cluster=oslo", wire.ObjectStates{States: []wire.ObjectState{oslo}}},
		"nothing there":  {"?kind=network", wire.ObjectStates{States: []wire.ObjectState{}}},
		"not for it":     {"?cluster=primary", wire.ObjectStates{States: []wire.ObjectState{}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, page(tt.query)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestStatus_refusals(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	w.change(t, changeBody(editAPI, `"rollout":{"waves":[{}]}`))
	tests := map[string]struct {
		query        url.Values
		status, code int
	}{
		"there":                   {url.Values{"name": {"fed.web"}, "cluster": {"berlin"}}, 200, 0},
		"on its way":              {url.Values{"kind": {"group"}, "name": {"fed.api"}, "cluster": {"r2"}}, 200, 0},
		"unknown kind":            {url.Values{"kind": {"cake"}}, 400, 6},
		"unknown name":            {url.Values{"name": {"fed.nothing"}}, 404, 7},
		"known name, other kind":  {url.Values{"kind": {"webhook"}, "name": {"fed.web"}}, 404, 7},
		"unknown cluster":         {url.Values{"cluster": {"rome"}}, 404, 7},
		"no rows on a page":       {url.Values{"limit": {"0"}}, 400, 6},
		"too many rows on a page": {url.Values{"limit": {"1001"}}, 400, 6},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w.as(t, "reader", http.MethodGet, "/v1/fed/status?"+tt.query.Encode(), "").want(t, tt.status, tt.code)
		})
	}
}
