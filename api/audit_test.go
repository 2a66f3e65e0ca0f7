package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
)

// TestAudit_read: who made a revision, from where, is for those who may change the cluster.
func TestAudit_read(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	got := read[wire.AuditRecords](t, w.as(t, "admin", http.MethodGet, "/v1/fed/audit?command=cmd-1", ""))
	want := wire.AuditRecords{Records: []wire.AuditRecord{{
		ID: "1", Time: noon, Actor: "fedAdmin", Topic: "rest", Method: "POST", Path: "/v1/fed/change", Status: 200, Client: "192.0.2.1", Command: "cmd-1",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("of a command (-want +got):\n%s", diff)
	}
	page := read[wire.AuditRecords](t, w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/audit?limit=1", ""))
	if len(page.Records) != 1 || page.Next != "older" || page.Records[0].Topic != "login" {
		t.Errorf("a page: %+v", page)
	}
	w.as(t, "admin", http.MethodGet, "/v1/fed/audit?actor=nobody", "").wantBody(t, `{"next":"","records":[]}`)
	for _, query := range []string{"limit=0", "limit=501", "before=nonsense", "until=now"} {
		w.as(t, "admin", http.MethodGet, "/v1/fed/audit?"+query, "").want(t, http.StatusBadRequest, 6)
	}
	for _, role := range []string{"reader", "fedReader"} {
		w.as(t, role, http.MethodGet, "/v1/fed/audit", "").want(t, http.StatusForbidden, 25)
	}
}

// TestEvents_filters: what a request asks for is what is searched for.
func TestEvents_filters(t *testing.T) {
	w := open(t, newMaster())
	tests := map[string]struct {
		query string
		want  cluster.FeedQuery
	}{
		"nothing": {"", cluster.FeedQuery{Limit: 100}},
		"all": {
			"?after=x&limit=7&kind=network.&name=100001&cluster=oslo&actor=bob&command=c1&from=2026-11-22T11:00:00Z&until=2026-11-22T12:00:00Z",
			cluster.FeedQuery{After: "x", Limit: 7, FeedFilter: cluster.FeedFilter{
				Kind: "network.", Name: "100001", Cluster: "oslo", Actor: "bob", Command: "c1", From: noon.Add(-time.Hour), Until: noon,
			}},
		},
		"the newest":   {"?tail=true", cluster.FeedQuery{Limit: 100, Tail: true}},
		"back":         {"?before=x", cluster.FeedQuery{Limit: 100, Before: new("x")}},
		"from the end": {"?before=", cluster.FeedQuery{Limit: 100, Before: new("")}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := w.as(t, "reader", http.MethodGet, "/v1/fed/events"+tt.query, ""); got.Status != http.StatusOK {
				t.Fatalf("answer = %d %s", got.Status, got.Body)
			}
			if diff := cmp.Diff(tt.want, w.searched); diff != "" {
				t.Errorf("searched for (-want +got):\n%s", diff)
			}
		})
	}
	later, earlier := url.QueryEscape("2026-11-22T12:00:00Z"), url.QueryEscape("2026-11-22T11:00:00Z")
	for _, query := range []string{"before=x&after=x", "before=x&tail=true", "from=" + later + "&until=" + earlier, "from=x", "until=now"} {
		w.as(t, "reader", http.MethodGet, "/v1/fed/events?"+query, "").want(t, http.StatusBadRequest, 6)
	}
}
