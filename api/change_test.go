package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// Edits of a change set.
const (
	editWeb = `{"op":"upsert","kind":"group","object":{"name":"fed.web","comment":"shop","criteria":[{"key":"label","value":"x","op":"="}],"targets":"env=prod"}}`
	editAPI = `{"op":"upsert","kind":"group","object":{"name":"fed.api","criteria":[{"key":"label","value":"y","op":"="}],"targets":"env=test"}}`
	editNet = `{"op":"upsert","kind":"network","object":{"from":"fed.web","to":"external","ports":"tcp/443","action":"allow","targets":"env=prod"}}`
	editBad = `{"op":"upsert","kind":"group","name":"web","object":{"criteria":[]}}`
)

func changeBody(edits string, more ...string) string {
	return `{"edits":[` + edits + `]` + strings.Join(append([]string{""}, more...), ",") + `}`
}

// newMaster returns a master with a remote in production and one in test.
func newMaster() *fake {
	f := newFake(cluster.RoleMaster)
	f.summaries = append(f.summaries,
		cluster.Summary{ID: "r1", Name: "berlin", Role: cluster.RoleRemote, Status: cluster.StatusSynced, Labels: events.Labels{"env": "prod"}},
		cluster.Summary{ID: "r2", Name: "oslo", Role: cluster.RoleRemote, Status: cluster.StatusDisconnected, Labels: events.Labels{"env": "test"}},
	)
	return f
}

// read returns a good answer's body.
func read[T any](t *testing.T, r reply) T {
	t.Helper()
	var out T
	if r.Status != http.StatusOK {
		t.Fatalf("answer = %d %s", r.Status, r.Body)
	}
	if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
		t.Fatalf("%s: %v", r.Body, err)
	}
	return out
}

// inShort returns what becomes of each object, such as "created group fed.web".
func inShort(deltas []wire.Delta) []string {
	out := []string{}
	for _, d := range deltas {
		out = append(out, d.Change+" "+d.Kind+" "+d.Name)
	}
	return out
}

func (w *world) change(t *testing.T, body string) wire.ChangeReport {
	t.Helper()
	return read[wire.ChangeReport](t, w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", body))
}

func TestChange(t *testing.T) {
	w := open(t, newMaster())
	got := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", changeBody(editNet+","+editWeb))
	if rev, cmd := got.Header.Get("X-Fedhub-Revision"), got.Header.Get("X-Fedhub-Command"); rev != "2" || cmd != "cmd-1" {
		t.Errorf("revision %q and command %q, want 2 and cmd-1", rev, cmd)
	}
	report := read[wire.ChangeReport](t, got)
	want := []string{"created group fed.web", "created network 100001"}
	if diff := cmp.Diff(want, inShort(report.Deltas)); diff != "" {
		t.Errorf("deltas, -want +got:\n%s", diff)
	}
	var after events.Group
	if err := json.Unmarshal(report.Deltas[0].After, &after); err != nil || string(report.Deltas[0].Before) != "null" || after.Comment != "shop" {
		t.Errorf("group before %s, after %s, %v", report.Deltas[0].Before, report.Deltas[0].After, err)
	}
	report.Deltas = nil
	if diff := cmp.Diff(wire.ChangeReport{Revision: 2, Events: 2, Sets: 1, Problems: []wire.EditProblem{}, Clusters: []string{"berlin"}}, report); diff != "" {
		t.Errorf("report, -want +got:\n%s", diff)
	}

	report = w.change(t, changeBody(`{"op":"delete","kind":"network","name":"100001"},{"op":"delete","kind":"group","name":"fed.web"},`+editAPI))
	want = []string{"created group fed.api", "removed network 100001", "removed group fed.web"}
	if diff := cmp.Diff(want, inShort(report.Deltas)); diff != "" {
		t.Errorf("deltas, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"berlin", "oslo"}, report.Clusters); diff != "" {
		t.Errorf("clusters that lose or get something, -want +got:\n%s", diff)
	}
	if report = w.change(t, changeBody(editAPI)); report.Revision != 5 || report.Events+report.Sets+len(report.Deltas)+len(report.Clusters) != 0 {
		t.Errorf("what is so already changes %+v", report)
	}
}

func TestChange_dryRun(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editAPI))
	got := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", changeBody(editNet+","+editWeb, `"dry_run":true`))
	dry := read[wire.ChangeReport](t, got)
	if w.federal.Revision() != 1 || got.Header.Get("X-Fedhub-Revision") != "" {
		t.Error("a dry run wrote something")
	}
	if !dry.DryRun || dry.Revision != 1 {
		t.Errorf("report = %+v, want a dry run at revision 1", dry)
	}
	wet := w.change(t, changeBody(editNet+","+editWeb))
	dry.DryRun, dry.Revision = false, wet.Revision
	if diff := cmp.Diff(wet, dry); diff != "" {
		t.Errorf("the dry run (+) said something else than what happened (-):\n%s", diff)
	}
}

func TestChange_problems(t *testing.T) {
	tests := map[string]struct {
		edits string
		want  []wire.EditProblem // messages: a part of them
	}{
		"cannot be read": {
			edits: `{"op":"remove","kind":"group","name":"fed.web"},` + editWeb + `,{"op":"upsert","kind":"cake","name":"x"},{"op":"upsert","kind":"group","name":"fed.y"}`,
			want: []wire.EditProblem{
				{Edit: 0, Kind: "group", Name: "fed.web", Message: `an edit cannot "remove"; use upsert or delete`},
				{Edit: 2, Kind: "cake", Name: "x", Message: "use one of group, "},
				{Edit: 3, Kind: "group", Name: "fed.y", Message: "no object"},
			},
		},
		"cannot be": {
			edits: editBad + `,{"op":"delete","kind":"network","name":"100007"},` + editWeb,
			want: []wire.EditProblem{
				{Edit: 0, Kind: "group", Name: "web", Message: "fed."},
				{Edit: 1, Kind: "network", Name: "100007", Message: "not found"},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := open(t, newMaster())
			report := w.change(t, changeBody(tt.edits, `"dry_run":true`))
			refused := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", changeBody(tt.edits))
			refused.want(t, 400, 6)
			if w.federal.Revision() != 0 || len(report.Deltas) > 0 {
				t.Errorf("something was changed: %+v", report)
			}
			if len(report.Problems) != len(tt.want) {
				t.Fatalf("problems %+v, want %d", report.Problems, len(tt.want))
			}
			for i, p := range report.Problems {
				whole, err := json.Marshal(p.Message)
				if err != nil || !strings.Contains(p.Message, tt.want[i].Message) || !strings.Contains(refused.Body, strings.Trim(string(whole), `"`)) {
					t.Errorf("problem %q is not about %q, or the refusal %s does not have it", p.Message, tt.want[i].Message, refused.Body)
				}
				p.Message = tt.want[i].Message
				if diff := cmp.Diff(tt.want[i], p); diff != "" {
					t.Errorf("problem, -want +got:\n%s", diff)
				}
			}
		})
	}
}

func TestChange_refusals(t *testing.T) {
	const master, remote, standalone = cluster.RoleMaster, cluster.RoleRemote, cluster.RoleStandalone
	const local = `{"op":"upsert","kind":"group","object":{"name":"shop","criteria":[{"key":"label","value":"x","op":"="}]}}`
	const back, dry = "/v1/fed/rollback", `"dry_run":true`
	tests := map[string]struct {
		at           cluster.Role
		as, body     string
		path         string // "": a change
		status, code int
	}{
		"by an admin":                {master, "admin", changeBody(editWeb), "", 403, 25},
		"by a reader":                {master, "fedReader", changeBody(local, `"scope":"local"`), "", 403, 25},
		"a dry run by an admin":      {master, "admin", changeBody(editWeb, dry), "", 403, 25},
		"on a remote":                {remote, "admin", changeBody(editWeb), "", 400, 46},
		"a dry run on a remote":      {remote, "admin", changeBody(editWeb, dry), "", 400, 46},
		"on a standalone":            {standalone, "admin", changeBody(editWeb), "", 400, 6},
		"no edits":                   {master, "fedAdmin", `{"dry_run":true}`, "", 400, 6},
		"unknown scope":              {master, "fedAdmin", changeBody(editWeb, `"scope":"galaxy"`), "", 400, 6},
		"local, with a rollout":      {master, "fedAdmin", changeBody(local, `"scope":"local"`, `"rollout":{"waves":[{}]}`), "", 400, 6},
		"local, with targets":        {master, "fedAdmin", changeBody(strings.Replace(editWeb, "fed.web", "web", 1), `"scope":"local"`), "", 400, 6},
		"made for an older policy":   {master, "fedAdmin", changeBody(editWeb, `"if_revision":0`), "", 409, 74},
		"dry, for an older policy":   {master, "fedAdmin", changeBody(editWeb, dry, `"if_revision":0`), "", 409, 74},
		"rollout without waves":      {master, "fedAdmin", changeBody(editWeb, dry, `"rollout":{"waves":[]}`), "", 400, 6},
		"rollout of too much":        {master, "fedAdmin", changeBody(editWeb, dry, `"rollout":{"waves":[{"percent":101}]}`), "", 400, 6},
		"soaking for ages":           {master, "fedAdmin", changeBody(editWeb, dry, `"rollout":{"waves":[{"soak_seconds":9223372036854775807}]}`), "", 400, 6},
		"soaking for less than none": {master, "fedAdmin", changeBody(editWeb, dry, `"rollout":{"waves":[{"soak_seconds":-9223372036854775808}]}`), "", 400, 6},
		"back by an admin":           {master, "admin", `{"revision":1}`, back, 403, 25},
		"back on a remote":           {remote, "admin", `{"revision":1}`, back, 400, 46},
		"back to nowhere":            {master, "fedAdmin", `{"dry_run":true}`, back, 400, 6},
		"back to the future":         {master, "fedAdmin", `{"revision":2}`, back, 404, 7},
		"back from an older policy":  {master, "fedAdmin", `{"revision":1,"if_revision":0}`, back, 409, 74},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := newMaster()
			w := open(t, f)
			w.change(t, changeBody(editAPI))
			w.member.Role = tt.at
			if tt.path == "" {
				tt.path = "/v1/fed/change"
			}
			w.as(t, tt.as, http.MethodPost, tt.path, tt.body).want(t, tt.status, tt.code)
			if f.federal.Revision() != 1 || f.local.Revision() != 0 {
				t.Error("something was changed")
			}
		})
	}
}

func TestChange_local(t *testing.T) {
	w := open(t, newMaster())
	body := changeBody(`{"op":"upsert","kind":"group","object":{"name":"shop","criteria":[{"key":"label","value":"x","op":"="}]}}`, `"scope":"local"`)
	report := read[wire.ChangeReport](t, w.as(t, "admin", http.MethodPost, "/v1/fed/change", body))
	if diff := cmp.Diff([]string{"created group shop"}, inShort(report.Deltas)); diff != "" {
		t.Errorf("deltas, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"primary"}, report.Clusters); diff != "" {
		t.Errorf("clusters, -want +got:\n%s", diff)
	}
	if w.local.Revision() != 1 || w.federal.Revision() != 0 {
		t.Error("the change is not in the local policy, or not only there")
	}
}

// TestChange_decidedAgain: the report is about the state that was decided on last.
func TestChange_decidedAgain(t *testing.T) {
	w := open(t, newMaster())
	w.conflict = func() { w.change(t, changeBody(strings.Replace(editWeb, "shop", "quick", 1))) }
	report := w.change(t, changeBody(editWeb))
	var before events.Group
	if err := json.Unmarshal(report.Deltas[0].Before, &before); err != nil || len(report.Deltas) != 1 || before.Comment != "quick" {
		t.Errorf("deltas = %s, %v; want a change of what someone else was quicker to make", report.Deltas, err)
	}
}

func TestChange_rollout(t *testing.T) {
	w := open(t, newMaster())
	plan := `"rollout":{"comment":"carefully","manual":true,"waves":[{"selector":"env = test","percent":50,"soak_seconds":60},{}]}`
	dry := w.change(t, changeBody(editWeb, plan, `"dry_run":true`))
	wet := w.change(t, changeBody(editWeb, plan))
	if w.federal.Revision() != 2 || policy.Count[events.Group](w.federal) != 0 {
		t.Error("the change is policy already")
	}
	if dry.Rollout != "" || wet.Rollout != "rollout-0" || dry.Events != 2 || wet.Events != 2 {
		t.Errorf("dry run %+v, then %+v; want a rollout of one staged change", dry, wet)
	}
	if diff := cmp.Diff(wet.Deltas, dry.Deltas); diff != "" {
		t.Errorf("deltas of the dry run (+) and the change (-):\n%s", diff)
	}
	r, _ := w.federal.Rollout(wet.Rollout)
	want := []events.Wave{{Selector: "env=test", Percent: 50, Below: "g", Soak: 60}, {}}
	if diff := cmp.Diff(want, r.Waves); diff != "" || r.Comment != "carefully" || !r.Manual || r.StartedBy != "fedAdmin" {
		t.Errorf("rollout %+v, waves -want +got:\n%s", r, diff)
	}
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", changeBody(strings.Replace(editWeb, "shop", "me too", 1))).want(t, 409, 79)
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", changeBody(editAPI, plan, `"dry_run":true`)).want(t, 409, 79)
	w.change(t, changeBody(editAPI))
}

// TestChange_besideARollout: what needs that which a rollout takes away has to wait, whatever is wrong with it then.
func TestChange_besideARollout(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	w.change(t, changeBody(`{"op":"delete","kind":"group","name":"fed.web"}`, `"rollout":{"waves":[{}]}`))
	w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/change", changeBody(editNet)).want(t, 409, 79)
}

func TestRollBack(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	then := w.federal.Clone()
	w.change(t, changeBody(editAPI+","+editNet+","+strings.Replace(editWeb, "shop", "changed", 1)))
	back := func(more string) wire.ChangeReport {
		return read[wire.ChangeReport](t, w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/rollback", `{"revision":1`+more+`}`))
	}
	dry := back(`,"dry_run":true`)
	want := []string{"changed group fed.web", "removed network 100001", "removed group fed.api"}
	if diff := cmp.Diff(want, inShort(dry.Deltas)); diff != "" || w.federal.Revision() != 4 {
		t.Errorf("dry run at revision %d, -want +got:\n%s", w.federal.Revision(), diff)
	}
	wet := back(fmt.Sprintf(`,"if_revision":%d`, dry.Revision))
	if diff := cmp.Diff(dry.Deltas, wet.Deltas); diff != "" || wet.Revision != 7 {
		t.Errorf("dry run (-) and what happened (+) at revision %d:\n%s", wet.Revision, diff)
	}
	if w.federal.Digest() != then.Digest() {
		t.Error("the policy is not what it was")
	}
	if again := back(""); again.Events != 0 || again.Revision != 7 {
		t.Errorf("going back twice = %+v, want nothing changed", again)
	}
}

func TestRollBack_inWaves(t *testing.T) {
	w := open(t, newMaster())
	w.change(t, changeBody(editWeb))
	w.change(t, changeBody(`{"op":"delete","kind":"group","name":"fed.web"}`))
	got := w.as(t, "fedAdmin", http.MethodPost, "/v1/fed/rollback", `{"revision":1,"rollout":{"waves":[{"selector":"env=test"}]}}`)
	if report := read[wire.ChangeReport](t, got); report.Rollout == "" || policy.Count[events.Group](w.federal) != 0 {
		t.Errorf("report = %+v, want a rollout that has to come through first", report)
	}
}
