package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// revisions returns every change set that a master tells of, page by page.
func revisions(t *testing.T, master *fedtest.Cluster, limit int) []wire.Revision {
	t.Helper()
	var out []wire.Revision
	before := ""
	for {
		var page wire.Revisions
		master.Must(http.MethodGet, fmt.Sprintf("/v1/fed/revision?limit=%d%s", limit, before), nil, &page)
		if len(page.Revisions) > limit {
			t.Fatalf("a page of %d has %d change sets", limit, len(page.Revisions))
		}
		out = append(out, page.Revisions...)
		if page.Next == 0 {
			return out
		}
		before = fmt.Sprintf("&before=%d", page.Next)
	}
}

// TestHistory_rollback lists what was done, shows it, and takes it back to each of its moments: at every cluster
// the digest is the one of then.
func TestHistory_rollback(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	join(t, w, "env=canary", "oslo")
	join(t, w, "env=prod", "quito")
	type moment struct {
		revision uint64
		digests  map[string]string
	}
	var moments []moment
	note := func() {
		t.Helper()
		awaitFleet(t, master)
		moments = append(moments, moment{revisionAt(master), digests(t, master)})
	}
	note()
	plant(master)
	note()
	report := change(master, nil, shop(t)...)
	note()
	master.Must(http.MethodDelete, "/v1/policy/rule?scope=fed", nil, nil)
	note()

	wantListed(t, master, report)
	for _, m := range slices.Backward(moments) {
		yes := true
		var would, did wire.ChangeReport
		before := master.Federal().Revision()
		master.Must(http.MethodPost, "/v1/fed/rollback", wire.RollbackRequest{Revision: m.revision, DryRun: &yes}, &would)
		if master.Federal().Revision() != before || !would.DryRun {
			t.Error("a dry run changed something")
		}
		master.Must(http.MethodPost, "/v1/fed/rollback", wire.RollbackRequest{Revision: m.revision}, &did)
		if len(would.Deltas) != len(did.Deltas) {
			t.Errorf("back to %d: %d deltas, and the dry run spoke of %d", m.revision, len(did.Deltas), len(would.Deltas))
		}
		awaitFleet(t, master)
		wantDigests(t, fmt.Sprintf("back to %d", m.revision), digests(t, master), m.digests)
	}
	// Forth again, in waves.
	last := moments[2]
	var did wire.ChangeReport
	master.Must(http.MethodPost, "/v1/fed/rollback", wire.RollbackRequest{Revision: last.revision, Rollout: waves("env=canary")}, &did)
	awaitRollout(t, master, did.Rollout, "completed")
	awaitFleet(t, master)
	wantDigests(t, "forth in waves", digests(t, master), last.digests)
}

// wantListed reads the list of change sets page by page, and the one of a report by itself.
func wantListed(t *testing.T, master *fedtest.Cluster, report wire.ChangeReport) {
	t.Helper()
	all := revisions(t, master, 2)
	for i, r := range all {
		if i > 0 && r.Revision != all[i-1].First-1 {
			t.Errorf("change set %d to %d is followed by one to %d", all[i-1].First, all[i-1].Revision, r.Revision)
		}
		if r.Revision-r.First+1 != uint64(r.Events) { //nolint:gosec // G115: small
			t.Errorf("change set %d to %d has %d events", r.First, r.Revision, r.Events)
		}
	}
	if last := all[len(all)-1]; last.First != 1 || last.Actor != "fedhub" {
		t.Errorf("the first change set: %+v", last)
	}
	if all[0].Actor != "admin" || all[1].Revision != report.Revision || all[1].Kinds["network.rule.defined"] != 3 {
		t.Errorf("the newest change sets: %+v", all[:2])
	}
	var shown wire.OneRevision
	master.Must(http.MethodGet, fmt.Sprintf("/v1/fed/revision/%d", report.Revision), nil, &shown)
	if shown.Staged || shown.Revision.Command != all[1].Command || len(shown.Deltas) != len(report.Deltas) || len(shown.Deltas) != report.Events {
		t.Errorf("shown: %+v, with %d deltas; the change had %d", shown.Revision, len(shown.Deltas), len(report.Deltas))
	}
	for _, d := range shown.Deltas {
		if d.Kind == "network" && d.Name == number(oldRule) && (d.Change != "changed" || !strings.Contains(string(d.Before), "first") || !strings.Contains(string(d.After), "changed")) {
			t.Errorf("what became of rule %d: %s, %s to %s", oldRule, d.Change, d.Before, d.After)
		}
	}
	wantProblem(t, "a revision to come", master.Call(http.MethodGet, "/v1/fed/revision/100000", nil), http.StatusNotFound, 7)
}

// statusPage is how many rows the tests read at a time.
const statusPage = 7

// TestHistory_statusOfEveryObject reads the status page by page: every object is there once for every cluster that it
// is for.
func TestHistory_statusOfEveryObject(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	join(t, w, "env=canary", "oslo")
	join(t, w, "env=prod", "quito", "perth")
	plant(master)
	change(master, nil, shop(t)...)
	awaitFleet(t, master)
	got := map[[3]string]int{}
	after, pages := "", 0
	for {
		var page wire.ObjectStates
		master.Must(http.MethodGet, fmt.Sprintf("/v1/fed/status?limit=%d&after=%s", statusPage, after), nil, &page)
		for _, s := range page.States {
			got[[3]string{s.Kind, s.Name, s.ClusterName}]++
			if want := map[bool]string{true: "idle", false: "enforced"}[s.ClusterName == "hub"]; s.State != want {
				t.Errorf("%s %s in %s is %s, want %s: %s", s.Kind, s.Name, s.ClusterName, s.State, want, s.Reason)
			}
		}
		pages++
		if page.Next == "" {
			break
		}
		after = page.Next
	}
	rows := 0
	for _, kind := range policy.Kinds() {
		for o := range master.Federal().Objects(events.ObjectKind(kind)) {
			for _, name := range []string{"hub", "oslo", "quito", "perth"} {
				if !policy.Chooses(o.Common().Targets, events.Labels(w.Summary(name).Labels)) {
					continue
				}
				rows++
				if n := got[[3]string{kind, o.About().Name, name}]; n != 1 {
					t.Errorf("%s %s in %s is there %d times", kind, o.About().Name, name, n)
				}
			}
		}
	}
	if len(got) != rows {
		t.Errorf("%d rows, want %d", len(got), rows)
	}
	t.Logf("%d rows on %d pages", rows, pages)
	for _, query := range []string{"cluster=oslo", "cluster=" + w.Summary("oslo").ID, "kind=network&cluster=oslo", "kind=group&name=fed.web"} {
		var page wire.ObjectStates
		master.Must(http.MethodGet, "/v1/fed/status?limit=1000&"+query, nil, &page)
		for _, s := range page.States {
			if strings.Contains(query, "cluster") && s.ClusterName != "oslo" || strings.Contains(query, "kind=network") && s.Kind != "network" ||
				strings.Contains(query, "name=") && s.Name != "fed.web" {
				t.Errorf("%s answers with %s %s in %s", query, s.Kind, s.Name, s.ClusterName)
			}
		}
		if len(page.States) == 0 || page.Next != "" {
			t.Errorf("%s answers with %d rows, and goes on at %q", query, len(page.States), page.Next)
		}
	}
}

// TestHistory_deploy has every cluster fetch everything again, while one is away.
func TestHistory_deploy(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	sites := join(t, w, "env=prod", "oslo", "quito", "perth")
	plant(master)
	awaitFleet(t, master)
	away := sites[2]
	away.Stop()
	fedtest.Eventually(t, "perth is away", func() bool { return w.Summary("perth").Status == "disconnected" })
	yes := true
	var out wire.Deployed
	master.Must(http.MethodPost, "/v1/fed/deploy", wire.Deploy{Force: &yes}, &out)
	revision := master.Federal().Revision()
	got := map[string]wire.DeployOutcome{}
	for _, o := range out.Outcomes {
		got[o.Name] = o
	}
	if len(out.Outcomes) != 3 || len(out.Results) != 3 {
		t.Errorf("%d outcomes and %d results, want 3", len(out.Outcomes), len(out.Results))
	}
	for _, name := range []string{"oslo", "quito"} {
		if o := got[name]; !o.Done || o.Reason != "" || o.Revision != revision || o.Status != "synced" || out.Results[o.ID] != 203 {
			t.Errorf("%s: %+v, %d", name, o, out.Results[o.ID])
		}
	}
	if o := got["perth"]; o.Done || o.Reason == "" || o.Status != "disconnected" {
		t.Errorf("perth, which is away: %+v", o)
	}
	away.Start()
	awaitFleet(t, master)
	ids := []string{w.Summary("perth").ID}
	master.Must(http.MethodPost, "/v1/fed/deploy", wire.Deploy{Force: &yes, Ids: &ids}, &out)
	if len(out.Outcomes) != 1 || !out.Outcomes[0].Done {
		t.Errorf("perth, which is back: %+v", out.Outcomes)
	}
}
