package cluster_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// busy returns a master with a remote named oslo and events of many kinds in both of its logs, and all of them.
func busy(t *testing.T) (federation, *member, []cluster.FeedItem) {
	t.Helper()
	f := newFederation(t)
	oslo := f.join("oslo", events.Labels{"env": "prod"})
	id := f.summary(oslo).ID
	for i := range 4 {
		f.change(put(fmt.Sprintf("fed.g%d", i), "x", ""), nil)
		value := strconv.Itoa(i)
		if err := f.master.Label(t.Context(), "bob", id, map[string]*string{"n": &value}); err != nil {
			t.Fatal(err)
		}
		f.change(policy.Remove(events.ObjectGroup, fmt.Sprintf("fed.g%d", i)), nil)
	}
	f.change(put("fed.g1", "x", ""), inTwo(true))
	oslo.stop()
	waittest.Until(t, "the status of both is recorded, and nothing more comes by itself", func() bool {
		recorded := map[string]bool{}
		for _, i := range waittest.Must(f.master.Feed(t.Context(), cluster.FeedQuery{Limit: 10_000}))(t) {
			if s, ok := waittest.Must(i.Event.Fact())(t).(events.ClusterStatusChanged); ok {
				recorded[s.Cluster+s.To] = true
			}
		}
		return recorded[f.master.Member().ID+"active"] && recorded[id+"disconnected"]
	})
	if err := f.master.Kick(t.Context(), "admin", id); err != nil {
		t.Fatal(err)
	}
	return f, oslo, waittest.Must(f.master.Feed(t.Context(), cluster.FeedQuery{Limit: 10_000}))(t)
}

func ids(items []cluster.FeedItem) []string {
	out := make([]string, 0, len(items))
	for _, i := range items {
		out = append(out, string(i.Log)+" "+i.Event.ID)
	}
	return out
}

// paged searches page by page, back when q has a Before, and returns what it found, oldest first.
func paged(t *testing.T, c *cluster.Controller, q cluster.FeedQuery) []cluster.FeedItem {
	t.Helper()
	var out []cluster.FeedItem
	for range 1000 {
		page := waittest.Must(c.Search(t.Context(), q))(t)
		if q.Before != nil {
			out = append(page.Items, out...)
			if q.Before = &page.Next; page.Next == "" {
				return out
			}
			continue
		}
		out = append(out, page.Items...)
		if page.Next == "" || page.Next == q.After {
			return out
		}
		q.After = page.Next
	}
	t.Fatal("the pages do not end")
	return nil
}

// TestSearch: whatever is asked for is found, once and in order, forth and back, in pages of any size.
func TestSearch(t *testing.T) {
	f, oslo, all := busy(t)
	id := oslo.Member().ID
	middle, last := all[len(all)/2].Event, all[len(all)-1].Event
	about := func(i cluster.FeedItem) bool {
		return i.Log == events.Fleet && strings.Contains(string(i.Event.Data), `"cluster":"`+id+`"`)
	}
	everything := func(cluster.FeedItem) bool { return true }
	for name, tt := range map[string]struct {
		filter cluster.FeedFilter
		wanted func(cluster.FeedItem) bool
	}{
		"all":         {cluster.FeedFilter{}, everything},
		"a kind":      {cluster.FeedFilter{Kind: "group.removed"}, func(i cluster.FeedItem) bool { return i.Event.Kind == events.KindGroupRemoved }},
		"kinds":       {cluster.FeedFilter{Kind: "cluster."}, func(i cluster.FeedItem) bool { return strings.HasPrefix(string(i.Event.Kind), "cluster.") }},
		"half a kind": {cluster.FeedFilter{Kind: "cluster"}, func(cluster.FeedItem) bool { return false }},
		"a name": {cluster.FeedFilter{Name: "fed.g1"}, func(i cluster.FeedItem) bool {
			return i.Log == events.Rules && strings.Contains(string(i.Event.Data), `"fed.g1"`)
		}},
		"a cluster":  {cluster.FeedFilter{Cluster: "oslo"}, about},
		"its id":     {cluster.FeedFilter{Cluster: id, Actor: "bob"}, func(i cluster.FeedItem) bool { return about(i) && i.Event.Actor == "bob" }},
		"a command":  {cluster.FeedFilter{Command: middle.Command}, func(i cluster.FeedItem) bool { return i.Event.Command == middle.Command }},
		"from":       {cluster.FeedFilter{From: middle.At}, func(i cluster.FeedItem) bool { return !i.Event.At.Before(middle.At) }},
		"until":      {cluster.FeedFilter{Until: middle.At}, func(i cluster.FeedItem) bool { return i.Event.At.Before(middle.At) }},
		"a while":    {cluster.FeedFilter{From: middle.At, Until: last.At}, func(i cluster.FeedItem) bool { return !i.Event.At.Before(middle.At) && i.Event.At.Before(last.At) }},
		"before all": {cluster.FeedFilter{Until: all[0].Event.At}, func(cluster.FeedItem) bool { return false }},
		"to come":    {cluster.FeedFilter{From: last.At.Add(time.Hour)}, func(cluster.FeedItem) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			want := slices.DeleteFunc(slices.Clone(all), func(i cluster.FeedItem) bool { return !tt.wanted(i) })
			for _, limit := range []int{1, 3, 1000} {
				start := ""
				forth := paged(t, f.master, cluster.FeedQuery{Limit: limit, FeedFilter: tt.filter})
				back := paged(t, f.master, cluster.FeedQuery{Limit: limit, FeedFilter: tt.filter, Before: &start})
				if diff := cmp.Diff(ids(want), ids(forth)); diff != "" {
					t.Errorf("forth, %d at a time (-want +got):\n%s", limit, diff)
				}
				if diff := cmp.Diff(ids(want), ids(back)); diff != "" {
					t.Errorf("back, %d at a time (-want +got):\n%s", limit, diff)
				}
			}
		})
	}
}

// TestSearch_cursors: the cursor of an event is the same both ways, and a search goes on from any of them.
func TestSearch_cursors(t *testing.T) {
	f, _, all := busy(t)
	start := ""
	back := paged(t, f.master, cluster.FeedQuery{Limit: 7, Before: &start})
	for i, item := range back {
		if item.Cursor != all[i].Cursor {
			t.Fatalf("event %d has the cursor %s, and %s on the way forth", i, item.Cursor, all[i].Cursor)
		}
		before := waittest.Must(f.master.Search(t.Context(), cluster.FeedQuery{Before: &item.Cursor, Limit: 2}))(t)
		after := waittest.Must(f.master.Search(t.Context(), cluster.FeedQuery{After: item.Cursor, Limit: 2}))(t)
		if diff := cmp.Diff(ids(all[max(0, i-2):i]), ids(before.Items)); diff != "" {
			t.Errorf("before event %d (-want +got):\n%s", i, diff)
		}
		if diff := cmp.Diff(ids(all[i+1:min(len(all), i+3)]), ids(after.Items)); diff != "" {
			t.Errorf("after event %d (-want +got):\n%s", i, diff)
		}
	}
	tail := waittest.Must(f.master.Search(t.Context(), cluster.FeedQuery{Tail: true, Limit: 2}))(t)
	if diff := cmp.Diff(ids(all[len(all)-2:]), ids(tail.Items)); diff != "" || tail.Next != all[len(all)-1].Cursor {
		t.Errorf("the tail goes on from %s (-want +got):\n%s", tail.Next, diff)
	}
	for _, bad := range []string{"x", "older-", "older-x", "LOCAL.1", "older-RULES.1"} {
		_, err := f.master.Search(t.Context(), cluster.FeedQuery{Before: &bad})
		wantError(t, err, cluster.ErrInvalid)
	}
	_, err := f.master.Search(t.Context(), cluster.FeedQuery{FeedFilter: cluster.FeedFilter{Cluster: "nobody"}})
	wantError(t, err, hub.ErrClusterUnknown)
}

// TestAudited: requests are found by who made them and by what they became, the newest first.
func TestAudited(t *testing.T) {
	c, _ := newPlace(t, "alone").open(t)
	const requests = 25
	for i := range requests {
		c.Audit(t.Context(), fmt.Sprintf("user%d", i%2), events.Audited{
			Topic: "rest", Method: "POST", Path: fmt.Sprintf("/%d", i), Status: 200, Client: "10.0.0.9", Command: fmt.Sprintf("c%d", i),
		})
	}
	find := func(q cluster.AuditQuery) (out []string, next string) {
		t.Helper()
		page := waittest.Must(c.Audited(t.Context(), q))(t)
		for _, r := range page.Records {
			if r.Client != "10.0.0.9" || r.At.IsZero() || r.ID == "" {
				t.Errorf("record %+v", r)
			}
			out = append(out, r.Actor+r.Path)
		}
		return out, page.Next
	}
	var all []string
	before := ""
	for range requests {
		list, next := find(cluster.AuditQuery{Before: before, Limit: 4})
		all = append(all, list...)
		if before = next; next == "" {
			break
		}
	}
	var want []string
	for i := range requests {
		want = append([]string{fmt.Sprintf("user%d/%d", i%2, i)}, want...)
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	if one, _ := find(cluster.AuditQuery{Actor: "user1", Limit: 2}); !cmp.Equal(one, []string{"user1/23", "user1/21"}) {
		t.Errorf("of user1: %v", one)
	}
	if one, next := find(cluster.AuditQuery{Command: "c7"}); !cmp.Equal(one, []string{"user1/7"}) || next != "" {
		t.Errorf("of command c7: %v, next %q", one, next)
	}
	records := waittest.Must(c.Audited(t.Context(), cluster.AuditQuery{Command: "c7"}))(t).Records
	if one, _ := find(cluster.AuditQuery{Until: records[0].At, Limit: 1}); !cmp.Equal(one, []string{"user0/6"}) {
		t.Errorf("before c7: %v", one)
	}
	_, err := c.Audited(t.Context(), cluster.AuditQuery{Before: "RULES.1"})
	wantError(t, err, cluster.ErrInvalid)
}
