package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// chronicle is what a test saw happen, with the times that the events themselves tell.
type chronicle struct {
	t      *testing.T
	master *fedtest.Cluster
	seen   string // cursor
}

// newest returns the newest event of a kind that was recorded since it was last asked.
func (c *chronicle) newest(kind events.Kind) wire.Event {
	c.t.Helper()
	var page wire.Events
	c.master.Must(http.MethodGet, "/v1/fed/events?limit=1000&kind="+string(kind)+"&after="+c.seen, nil, &page)
	if len(page.Events) == 0 {
		c.t.Fatalf("no %s was recorded", kind)
	}
	c.seen = page.Next
	return page.Events[len(page.Events)-1]
}

// policyAt returns the groups that tests made, as a cluster had them at a time, each with its comment.
func policyAt(t *testing.T, master *fedtest.Cluster, cluster string, at time.Time) []string {
	t.Helper()
	var got wire.PolicyAt
	master.Must(http.MethodGet, "/v1/fed/policy?cluster="+cluster+"&at="+url.QueryEscape(at.Format(time.RFC3339Nano)), nil, &got)
	out := []string{}
	for _, o := range got.Objects {
		var g events.Group
		fedtest.Answer{Body: o.Object}.Into(t, &g)
		if o.Kind == string(events.ObjectGroup) && !g.Reserved {
			out = append(out, g.Name+" "+g.Comment)
		}
	}
	return out
}

// TestPast makes history – a join, labels, rules that come, change, go and come back – and asks for the policy of a
// cluster right before and right after each event.
func TestPast(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	c := &chronicle{t: t, master: master}
	oslo := join(t, w, "env=test", "oslo")[0].ID()
	joined := c.newest(events.KindClusterJoined)
	group := func(comment string) wire.Edit {
		return upsert(t, events.ObjectGroup, "fed.shop", map[string]any{
			"name": "fed.shop", "comment": comment, "targets": "env=prod", "criteria": []map[string]string{{"key": "image", "op": "=", "value": "shop"}},
		})
	}
	type turn struct {
		name    string
		do      func()
		kind    events.Kind
		leftHas []string // what oslo has from then on
	}
	var first wire.ChangeReport
	turns := []turn{
		{"a rule for others", func() { first = change(master, nil, group("first")) }, events.KindGroupDefined, []string{}},
		{"a label", func() { label(master, oslo, map[string]string{"env": "prod"}) }, events.KindClusterLabeled, []string{"fed.shop first"}},
		{"a change", func() { change(master, nil, group("changed")) }, events.KindGroupDefined, []string{"fed.shop changed"}},
		{"a removal", func() { master.Must(http.MethodDelete, "/v1/group/fed.shop", nil, nil) }, events.KindGroupRemoved, []string{}},
		{"a rollback", func() {
			master.Must(http.MethodPost, "/v1/fed/rollback", wire.RollbackRequest{Revision: first.Revision}, nil)
		}, events.KindGroupDefined, []string{"fed.shop first"}},
		{"a label taken", func() { label(master, oslo, map[string]string{"env": ""}) }, events.KindClusterLabeled, []string{}},
	}
	had := []string{}
	var happened []wire.Event
	for _, turn := range turns {
		turn.do()
		happened = append(happened, c.newest(turn.kind))
	}
	for i, turn := range turns {
		at := happened[i].Time
		if diff := cmp.Diff(had, policyAt(t, master, "oslo", at.Add(-1))); diff != "" {
			t.Errorf("before %s (-want +got):\n%s", turn.name, diff)
		}
		if diff := cmp.Diff(turn.leftHas, policyAt(t, master, oslo, at)); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", turn.name, diff)
		}
		had = turn.leftHas
	}
	before := joined.Time.Add(-1).Format(time.RFC3339Nano)
	wantProblem(t, "before it joined", master.Call(http.MethodGet, "/v1/fed/policy?cluster=oslo&at="+url.QueryEscape(before), nil), http.StatusNotFound, 7)

	var diff wire.Diff
	from, to := happened[1].Time.Add(-1).Format(time.RFC3339Nano), happened[1].Time.Format(time.RFC3339Nano)
	master.Must(http.MethodGet, "/v1/fed/diff?cluster=oslo&from="+url.QueryEscape(from)+"&to="+url.QueryEscape(to), nil, &diff)
	if len(diff.Deltas) != 1 || diff.Deltas[0].Change != "created" || diff.Deltas[0].Name != "fed.shop" || diff.From.Revision != diff.To.Revision {
		t.Errorf("the label made the difference %+v", diff)
	}
	wantRequest(t, master, happened[3])
	wantToldOf(t, master, oslo)
}

// wantRequest finds the request that an event came from.
func wantRequest(t *testing.T, master *fedtest.Cluster, e wire.Event) {
	t.Helper()
	until := url.QueryEscape(e.Time.Add(time.Hour).Format(time.RFC3339Nano))
	var page wire.AuditRecords
	fedtest.Eventually(t, "the request is in the audit", func() bool { // it is recorded when it is answered
		master.Must(http.MethodGet, fmt.Sprintf("/v1/fed/audit?command=%s&until=%s", e.Command, until), nil, &page)
		return len(page.Records) > 0
	})
	if r := page.Records[0]; r.Actor != "admin" || r.Method != http.MethodDelete || r.Path != "/v1/group/fed.shop" || r.Client != "127.0.0.1" || r.Command != e.Command {
		t.Errorf("the group was removed by %+v", r)
	}
}

// wantToldOf reads what is recorded about a cluster from the end, two at a time.
func wantToldOf(t *testing.T, master *fedtest.Cluster, id string) {
	t.Helper()
	var kinds []string
	before := ""
	for {
		var page wire.Events
		master.Must(http.MethodGet, "/v1/fed/events?limit=2&cluster="+id+"&before="+before, nil, &page)
		for _, e := range slices.Backward(page.Events) {
			if e.Kind != string(events.KindClusterStatusChanged) { // when it comes depends on the machine
				kinds = append(kinds, e.Kind)
			}
		}
		if before = page.Next; before == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"cluster.labeled", "cluster.labeled", "cluster.joined", "token.redeemed"}, kinds); diff != "" {
		t.Errorf("about the cluster (-want +got):\n%s", diff)
	}
}
