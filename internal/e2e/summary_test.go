package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// TestSummary_cut pulls the cable of one of two remotes.
func TestSummary_cut(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	berlin := w.Remote("berlin")
	w.Remote("oslo")
	createGroup(master, "fed.before")
	w.Synced(berlin)

	w.Cut(berlin)
	took := fedtest.Eventually(t, "berlin is disconnected", func() bool { return master.StatusOf("berlin") == cluster.StatusDisconnected })
	t.Logf("disconnected %s after the cut", took.Round(time.Millisecond))
	s := w.Summary("berlin")
	if s.RuleState != hub.RulesUnknown || s.Status != string(cluster.StatusDisconnected) {
		t.Errorf("cut off: status %s, rules %s; want disconnected and unknown", s.Status, s.RuleState)
	}
	if got := master.StatusOf("oslo"); got != cluster.StatusSynced {
		t.Errorf("its neighbor is %s", got)
	}

	createGroup(master, "fed.during")
	fedtest.Eventually(t, "berlin knows that it is cut off", func() bool { return berlin.StatusOf("berlin") == cluster.StatusDisconnected })
	if a := berlin.Call(http.MethodGet, "/v1/group/fed.before", nil); a.Status != http.StatusOK {
		t.Errorf("what it had is gone: %d %s", a.Status, a.Body)
	}

	wantHistory(t, master, s.ID, "disconnected")

	w.Heal(berlin)
	t.Logf("synced %s after the cut has healed", w.Synced(berlin).Round(time.Millisecond))
	berlin.Must(http.MethodGet, "/v1/group/fed.during", nil, nil)
	if s := w.Summary("berlin"); s.RuleState != hub.RulesApplied || s.AppliedRevision != s.DesiredRevision {
		t.Errorf("healed: %+v", s)
	}
	wantHistory(t, master, s.ID, "disconnected", "synced")
}

// wantHistory waits until the master's events tell of the status words, in this order, as the newest.
func wantHistory(t *testing.T, master *fedtest.Cluster, id string, want ...string) {
	t.Helper()
	fedtest.Eventually(t, "the change of status is recorded", func() bool {
		var got []string
		for _, e := range eventsOf(master, events.KindClusterStatusChanged) {
			var fact events.ClusterStatusChanged
			if err := json.Unmarshal(e.Data, &fact); err == nil && fact.Cluster == id {
				got = append(got, fact.To)
			}
		}
		return len(got) >= len(want) && cmp.Equal(got[len(got)-len(want):], want)
	})
}

// TestSummary_diverged changes what a remote has kept behind its back.
func TestSummary_diverged(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	createGroup(master, "fed.web")
	w.Synced(berlin)
	before := berlin.Must(http.MethodGet, "/v1/group/fed.web", nil, nil)

	berlin.Stop()
	berlin.Tamper(func(all []events.Event) []events.Event {
		for i, e := range all {
			if fact, ok := mustFact(t, e).(events.GroupDefined); ok && fact.Group.Name == "fed.web" {
				fact.Group.Criteria = []events.Criterion{{Key: "image", Op: "=", Value: "evil"}}
				all[i].Data = mustJSON(t, fact)
				return all[i : i+1]
			}
		}
		t.Error("the copy has no fed.web")
		return nil
	})
	berlin.Link(master).Slow(200 * time.Millisecond) // so that the state in between lasts
	berlin.Start()
	tampered := berlin.Must(http.MethodGet, "/v1/group/fed.web", nil, nil)
	if cmp.Equal(tampered.Body, before.Body) {
		t.Fatal("nothing was changed")
	}
	took := fedtest.Eventually(t, "berlin is diverged", func() bool { return master.StatusOf("berlin") == cluster.StatusDiverged })
	t.Logf("diverged seen after %s, over a slow link", took.Round(time.Millisecond))
	if s := w.Summary("berlin"); s.RuleState == hub.RulesApplied && s.Status != string(cluster.StatusSynced) {
		t.Errorf("diverged, and its rules are %s", s.RuleState)
	}
	t.Logf("synced %s later, by itself", w.Synced(berlin).Round(time.Millisecond))
	after := berlin.Must(http.MethodGet, "/v1/group/fed.web", nil, nil)
	if diff := cmp.Diff(string(before.Body), string(after.Body)); diff != "" {
		t.Errorf("not as before (-before +after):\n%s", diff)
	}

	berlin.Stop()
	berlin.Start()
	again := berlin.Must(http.MethodGet, "/v1/group/fed.web", nil, nil)
	if diff := cmp.Diff(string(before.Body), string(again.Body)); diff != "" {
		t.Errorf("its copy was not mended (-before +after):\n%s", diff)
	}
}
