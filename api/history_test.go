package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
)

func TestRevisions(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb+","+editNet))
	w.change(t, changeBody(editAPI))
	w.change(t, changeBody(`{"op":"delete","kind":"group","name":"fed.api"}`))
	page := func(query string) wire.Revisions {
		return read[wire.Revisions](t, w.as(t, "reader", http.MethodGet, "/v1/fed/revision"+query, ""))
	}
	made := func(last, first uint64, command, kind, name string) wire.Revision {
		return wire.Revision{
			Revision: last, First: first, Command: command, Actor: "fedAdmin", At: noon, Events: 1,
			Kinds: map[string]int{kind: 1}, Objects: []wire.ObjectName{{Kind: "group", Name: name}},
		}
	}
	removed, created := made(4, 4, "cmd-3", "group.removed", "fed.api"), made(3, 3, "cmd-2", "group.defined", "fed.api")
	both := made(2, 1, "cmd-1", "group.defined", "fed.web")
	both.Events, both.Kinds["network.rule.defined"] = 2, 1
	both.Objects = append(both.Objects, wire.ObjectName{Kind: "network", Name: "100001"})

	if diff := cmp.Diff(wire.Revisions{Revisions: []wire.Revision{removed, created, both}}, page("")); diff != "" {
		t.Errorf("all, -want +got:\n%s", diff)
	}
	first := page("?limit=2")
	if diff := cmp.Diff(wire.Revisions{Revisions: []wire.Revision{removed, created}, Next: 3}, first); diff != "" {
		t.Errorf("first page, -want +got:\n%s", diff)
	}
	second := page(fmt.Sprintf("?limit=2&before=%d", first.Next))
	if diff := cmp.Diff(wire.Revisions{Revisions: []wire.Revision{both}}, second); diff != "" {
		t.Errorf("second page, -want +got:\n%s", diff)
	}
	if none := page("?before=1"); len(none.Revisions) != 0 || none.Next != 0 {
		t.Errorf("before the first = %+v", none)
	}
	for _, limit := range []string{"0", "501", "many"} {
		w.as(t, "reader", http.MethodGet, "/v1/fed/revision?limit="+limit, "").want(t, 400, 6)
	}
}

// TestRevisions_ofManyObjects: a change set is shown with the first of its objects.
func TestRevisions_ofManyObjects(t *testing.T) {
	w := open(t, newMaster())
	var edits []string
	for i := range 30 {
		edits = append(edits, fmt.Sprintf(`{"op":"upsert","kind":"group","object":{"name":"fed.g%02d","criteria":[{"key":"label","value":"x","op":"="}]}}`, i))
	}
	report := w.change(t, changeBody(strings.Join(edits, ","), `"rollout":{"waves":[{}]}`))
	got := read[wire.Revisions](t, w.as(t, "reader", http.MethodGet, "/v1/fed/revision", "")).Revisions[0]
	if got.Events != 31 || len(got.Objects) != 20 || got.Objects[19].Name != "fed.g19" || got.Rollout != report.Rollout {
		t.Errorf("revision = %+v, want 31 events, the first 20 objects and rollout %s", got, report.Rollout)
	}
}

func TestRevision(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb+","+editNet))
	one := func(revision int) wire.OneRevision {
		return read[wire.OneRevision](t, w.as(t, "reader", http.MethodGet, fmt.Sprintf("/v1/fed/revision/%d", revision), ""))
	}
	got := one(1) // the first half of its change set
	want := []string{"created group fed.web", "created network 100001"}
	if diff := cmp.Diff(want, inShort(got.Deltas)); diff != "" || got.Revision.Revision != 2 || got.Staged {
		t.Errorf("change set of revision 1 = %+v, deltas -want +got:\n%s", got, diff)
	}
	for _, path := range []string{"/v1/fed/revision/0", "/v1/fed/revision/3"} {
		w.as(t, "reader", http.MethodGet, path, "").want(t, 404, 7)
	}
	w.as(t, "reader", http.MethodGet, "/v1/fed/revision/newest", "").want(t, 400, 6)

	report := w.change(t, changeBody(strings.Replace(editWeb, "shop", "changed", 1), `"rollout":{"waves":[{}]}`))
	staged := one(3)
	if diff := cmp.Diff(report.Deltas, staged.Deltas); diff != "" || !staged.Staged || staged.Revision.Rollout != report.Rollout {
		t.Errorf("staged = %+v, deltas of the change (-) and of its revision (+):\n%s", staged, diff)
	}
	if kinds := staged.Revision.Kinds; kinds["change.staged"] != 1 || kinds["rollout.started"] != 1 {
		t.Errorf("kinds = %v", kinds)
	}
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/rollout/"+report.Rollout+"/approve", "").wantBody(t, "")
	done := one(6)
	if diff := cmp.Diff(report.Deltas, done.Deltas); diff != "" || done.Staged || done.Revision.Rollout != report.Rollout {
		t.Errorf("completed = %+v, deltas of the change (-) and of what became policy (+):\n%s", done, diff)
	}
}

func TestHistory_onlyAtTheMaster(t *testing.T) {
	w := open(t, newMaster())
	w.member.Role = "joint"
	for _, path := range []string{"/v1/fed/revision", "/v1/fed/revision/1", "/v1/fed/rollout", "/v1/fed/rollout/x", "/v1/fed/status"} {
		w.as(t, "reader", http.MethodGet, path, "").want(t, 400, 4)
	}
}
