package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// label changes labels of a cluster at the master; "" takes one away.
func label(master *fedtest.Cluster, id string, labels map[string]string) fedtest.Answer {
	patch := wire.ClusterPatch{Labels: map[string]*string{}}
	for key, value := range labels {
		patch.Labels[key] = nil
		if value != "" {
			patch.Labels[key] = &value
		}
	}
	return master.Call(http.MethodPatch, "/v1/fed/cluster/"+id, patch)
}

// wantLabels checks which labels the master says that a cluster has.
func wantLabels(t *testing.T, w *fedtest.World, name string, want map[string]string) {
	t.Helper()
	if got := w.Summary(name).Labels; !maps.Equal(map[string]string(got), want) {
		t.Errorf("%s has the labels %v, want %v", name, got, want)
	}
}

// TestTargets_labels has labels come from a token and from the master's administrators, and from nobody else.
func TestTargets_labels(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	bad := master.Call(http.MethodGet, "/v1/fed/join_token?labels=env%3D%2Fprod", nil)
	wantProblem(t, "a token with a label that cannot be", bad, http.StatusBadRequest, 6)
	oslo := join(t, w, "env=prod,region=eu", "oslo")[0]
	awaitFleet(t, master)
	wantLabels(t, w, "oslo", map[string]string{"env": "prod", "region": "eu"})
	var tokens struct{ Tokens []wire.Token }
	master.Must(http.MethodGet, "/v1/fed/tokens", nil, &tokens)
	if len(tokens.Tokens) != 1 || !maps.Equal(map[string]string(tokens.Tokens[0].Labels), map[string]string{"env": "prod", "region": "eu"}) {
		t.Errorf("the tokens: %+v", tokens)
	}

	id := oslo.ID()
	if a := label(master, id, map[string]string{"env": "test", "region": "", "team": "shop"}); a.Status != http.StatusOK {
		t.Fatalf("label oslo: %d %s", a.Status, a.Body)
	}
	want := map[string]string{"env": "test", "team": "shop"}
	wantLabels(t, w, "oslo", want)
	wantProblem(t, "a label that cannot be", label(master, id, map[string]string{"env": "not a word"}), http.StatusBadRequest, 6)
	wantProblem(t, "a stranger", label(master, strings.Repeat("0", 32), map[string]string{"env": "prod"}), http.StatusBadRequest, 7)

	// The remote has no say in it: not by its own REST server, not by way of the master's, not when it joins.
	wantProblem(t, "the remote labels itself", label(oslo.Cluster, id, map[string]string{"env": "prod"}), http.StatusForbidden, 25)
	there := "/v1/fed/cluster/" + id + "/v1/fed/cluster/" + id
	if a := master.Call(http.MethodPatch, there, `{"labels":{"env":"prod"}}`); a.Status == http.StatusOK {
		t.Error("the remote took labels that were forwarded to it")
	}
	wantLabels(t, w, "oslo", want)
	quito := w.Standalone("quito")
	ask := quito.JoinRequest(master, master.Token().JoinToken)
	body := fmt.Sprintf(`{"join_token":%q,"server":%q,"port":%d,"labels":{"env":"prod"}}`, ask.JoinToken, *ask.Server, *ask.Port)
	if a := quito.Call(http.MethodPost, "/v1/fed/join", body); a.Status != http.StatusOK {
		t.Fatalf("quito joins: %d %s", a.Status, a.Body)
	}
	w.Synced(quito)
	wantLabels(t, w, "quito", map[string]string{})

	master.Stop()
	master.Start()
	fedtest.Eventually(t, "the master knows its clusters", func() bool { return w.Summary("oslo").Name != "" })
	wantLabels(t, w, "oslo", want)
}

// aim makes a rule for each environment, one for all, and one for whoever is not in production.
func aim(t *testing.T, master *fedtest.Cluster) {
	t.Helper()
	createGroup(master, "fed.web")
	var edits []wire.Edit
	for i, targets := range []string{"", "env=prod", "env=test", "env!=prod"} {
		edits = append(edits, upsert(t, events.ObjectNetworkRule, number(oldRule+uint32(i)), map[string]any{
			"from": "fed.web", "to": "external", "action": "allow", "comment": targets, "targets": targets,
		}))
	}
	change(master, nil, edits...)
}

// aimed returns which of the rules that [aim] makes a cluster with the environment has.
func aimed(env string) []string {
	out := []string{""}
	for targets, is := range map[string]bool{"env=prod": env == "prod", "env=test": env == "test", "env!=prod": env != "prod"} {
		if is {
			out = append(out, targets)
		}
	}
	slices.Sort(out)
	return out
}

// shows returns the comments of the federated rules that a cluster's REST server shows.
func shows(c *fedtest.Cluster) []string {
	var out []string
	for _, r := range rulesOf(c, "fed") {
		out = append(out, r.Comment)
	}
	slices.Sort(out)
	return out
}

// relabelings is how often the time that changed labels take is measured.
const relabelings = 20

// TestTargets_moveAtOnce changes a cluster's environment to and fro.
func TestTargets_moveAtOnce(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	oslo, quito := join(t, w, "env=prod", "oslo")[0], join(t, w, "env=prod", "quito")[0]
	aim(t, master)
	awaitFleet(t, master)
	oslo.recorder.Forget()
	quito.recorder.Forget()
	id := oslo.ID()
	var took []time.Duration
	for n := range relabelings {
		env := []string{"test", "prod", ""}[n%3]
		if a := label(master, id, map[string]string{"env": env}); a.Status != http.StatusOK {
			t.Fatalf("label oslo: %d %s", a.Status, a.Body)
		}
		took = append(took, fedtest.Eventually(t, "oslo shows its rules", func() bool { return slices.Equal(shows(oslo.Cluster), aimed(env)) }))
	}
	slices.Sort(took)
	t.Logf("%d times other labels: the remote's REST server shows the rules after %s (median), %s (longest)",
		relabelings, took[relabelings/2].Round(100*time.Microsecond), took[relabelings-1].Round(100*time.Microsecond))
	awaitFleet(t, master)
	digests(t, master)
	for _, p := range oslo.recorder.Seen() {
		var got []string
		for r := range policy.All[events.NetworkRule](p) {
			got = append(got, r.Comment)
		}
		slices.Sort(got)
		if !slices.ContainsFunc([]string{"prod", "test", ""}, func(env string) bool { return slices.Equal(aimed(env), got) }) {
			t.Errorf("oslo was to enforce %q, which is for no environment", got)
		}
	}
	if got := shows(quito.Cluster); !slices.Equal(got, aimed("prod")) {
		t.Errorf("quito, whose labels nobody changed, has %q", got)
	}
}

// TestTargets_status looks at what the master says of clusters that hold different parts of the policy.
func TestTargets_status(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	envs := map[string]string{"oslo": "prod", "quito": "test", "perth": ""}
	join(t, w, "env=prod", "oslo")
	join(t, w, "env=test", "quito")
	join(t, w, "", "perth")
	aim(t, master)
	awaitFleet(t, master)
	of := digests(t, master)
	if of["oslo"] == of["quito"] || of["quito"] == of["perth"] || of["hub"] != of["perth"] {
		t.Errorf("the digests of clusters with different parts: %.8s", of)
	}
	for name, digest := range of {
		if want := digestIn(master.Federal(), w.Summary(name).Labels); digest != want {
			t.Errorf("%s has the digest %.8s, want %.8s", name, digest, want)
		}
	}
	got := map[string][]string{}
	var page wire.ObjectStates
	master.Must(http.MethodGet, "/v1/fed/status?kind=network&limit=1000", nil, &page)
	for _, s := range page.States {
		r, _ := policy.Get[events.NetworkRule](master.Federal(), s.Name)
		got[s.ClusterName] = append(got[s.ClusterName], r.Comment)
		if want := map[bool]string{true: "idle", false: "enforced"}[s.ClusterName == "hub"]; s.State != want {
			t.Errorf("rule %s in %s is %s (%s), want %s", s.Name, s.ClusterName, s.State, s.Reason, want)
		}
		if s.AppliedRevision == nil || *s.AppliedRevision != s.DesiredRevision {
			t.Errorf("rule %s in %s: %v of %d", s.Name, s.ClusterName, s.AppliedRevision, s.DesiredRevision)
		}
	}
	envs["hub"] = ""
	for name, env := range envs {
		slices.Sort(got[name])
		if !slices.Equal(got[name], aimed(env)) {
			t.Errorf("the status has for %s the rules %q, want %q", name, got[name], aimed(env))
		}
	}

	// One whose targets change moves, and is gone where it is not meant to be any more.
	report := change(master, nil, upsert(t, events.ObjectNetworkRule, number(oldRule+1), map[string]any{"targets": "env=test"}))
	if want := []string{"oslo", "quito"}; !slices.Equal(slices.Sorted(slices.Values(report.Clusters)), want) {
		t.Errorf("the change is for %q, want %q: where it was, and where it is now", report.Clusters, want)
	}
	awaitFleet(t, master)
	master.Must(http.MethodGet, "/v1/fed/status?kind=network&name="+number(oldRule+1), nil, &page)
	if len(page.States) != 1 || page.States[0].ClusterName != "quito" {
		t.Errorf("where the rule is now: %+v", page.States)
	}
}

// TestTargets_masterAway restarts a remote whose master is away, and looks at what it kept.
func TestTargets_masterAway(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	oslo := join(t, w, "env=prod", "oslo")[0]
	aim(t, master)
	awaitFleet(t, master)
	wantKept(t, oslo, "prod")
	awaitFleet(t, master)
	if a := label(master, oslo.ID(), map[string]string{"env": "test"}); a.Status != http.StatusOK {
		t.Fatalf("label oslo: %d %s", a.Status, a.Body)
	}
	awaitFleet(t, master)
	digest := oslo.Federal().Digest()
	master.Stop()
	wantKept(t, oslo, "test")
	if got := oslo.Federal().Digest(); got != digest {
		t.Errorf("without its master it has the digest %.8s, want %.8s", got, digest)
	}
	if got := shows(oslo.Cluster); !slices.Equal(got, aimed("test")) {
		t.Errorf("without its master it shows %q", got)
	}
	for _, p := range oslo.recorder.Seen() {
		if _, there := p.Rule(oldRule + 1); there {
			t.Errorf("at revision %d it was to enforce what is for others", p.Revision())
		}
	}
	oslo.Crash()
	oslo.Start()
	if got := shows(oslo.Cluster); !slices.Equal(got, aimed("test")) {
		t.Errorf("after a crash without its master it shows %q", got)
	}
	master.Start()
	awaitFleet(t, master)
}

// wantKept stops and starts a cluster and checks that what it kept is for its environment, and nothing else.
func wantKept(t *testing.T, s site, env string) {
	t.Helper()
	s.Stop()
	var got []string
	for _, e := range s.Kept() {
		if d, ok := mustFact(t, e).(events.NetworkRuleDefined); ok {
			got = append(got, d.Rule.Comment)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, aimed(env)) {
		t.Errorf("%s has kept %q, want %q", s.Name, got, aimed(env))
	}
	s.recorder.Forget()
	s.Start()
}
