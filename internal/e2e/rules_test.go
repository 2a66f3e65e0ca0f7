package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// manyRules is as many as one call may bring.
const manyRules = 1000

func TestRules_thousandInOneCall(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Remote("berlin")
	createGroup(master, "fed.web")
	rules := make([]wire.RuleConfig, 0, manyRules)
	for i := range manyRules {
		r := rule("fed.web", "external", fmt.Sprintf("number %d", i))
		ports := fmt.Sprintf("tcp/%d", 1+i)
		r.Ports = &ports
		rules = append(rules, r)
	}
	written := fedtest.Took(func() { setRules(master, "fed", rules...) })
	visible := fedtest.Eventually(t, "the rules are there", func() bool { return policy.Count[events.NetworkRule](berlin.Federal()) == manyRules })
	read := fedtest.Took(func() { rulesOf(berlin, "fed") })
	t.Logf("%d rules: written in %s, at the remote %s later, read there in %s", manyRules,
		written.Round(time.Millisecond), visible.Round(time.Millisecond), read.Round(time.Millisecond))

	got := rulesOf(berlin, "fed")
	for i, r := range got {
		if want := fmt.Sprintf("number %d", i); r.Comment != want || r.Ports != fmt.Sprintf("tcp/%d", 1+i) {
			t.Fatalf("in place %d is %+v", i, r)
		}
	}
	if diff := cmp.Diff(rulesOf(master, "fed"), got); diff != "" {
		t.Errorf("master and remote differ:\n%s", diff)
	}
	w.Synced(berlin)
}

// TestRules_order holds the remote to the master's order through every way to change it.
func TestRules_order(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	setRules(master, "fed", rule("fed.web", "external", "a"), rule("external", "fed.web", "b"))
	createGroup(berlin, "own")
	setRules(berlin, "local", rule("own", "external", "l"), rule("external", "own", "m"))
	byComment := func(c *fedtest.Cluster, scope string) map[string]uint32 {
		ids := map[string]uint32{}
		for _, r := range rulesOf(c, scope) {
			ids[r.Comment] = r.ID
		}
		return ids
	}
	want := func(what string, comments ...string) {
		t.Helper()
		w.Synced(berlin)
		var got []string
		for _, r := range rulesOf(berlin, "") {
			got = append(got, r.Comment)
		}
		if !slices.Equal(got, comments) {
			t.Errorf("%s: %q, want %q", what, got, comments)
		}
	}
	patch := func(p wire.RulesPatch) {
		t.Helper()
		master.Must(http.MethodPatch, "/v1/policy/rule?scope=fed", p, nil)
	}
	want("federated first", "a", "b", "l", "m")
	after := int(byComment(master, "fed")["a"])
	patch(wire.RulesPatch{Insert: insertAfter(after, rule("fed.web", "fed.web", "c"), rule("fed.web", "fed.web", "d"))})
	want("inserted behind a", "a", "c", "d", "b", "l", "m")
	top := 0
	patch(wire.RulesPatch{Move: &wire.RuleMove{ID: byComment(master, "fed")["b"], After: &top}})
	want("moved to the top", "b", "a", "c", "d", "l", "m")
	patch(wire.RulesPatch{Delete: &[]uint32{byComment(master, "fed")["a"], byComment(master, "fed")["d"]}})
	want("deleted", "b", "c", "l", "m")
	setRules(master, "fed", rule("fed.web", "external", "z"))
	want("replaced", "z", "l", "m")
	master.Must(http.MethodDelete, "/v1/policy/rule?scope=fed", nil, nil)
	want("all federated ones deleted", "l", "m")
}

// TestRules_readOnlyAtRemote tries every way to write federated policy at a remote.
func TestRules_readOnlyAtRemote(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	setRules(master, "fed", rule("fed.web", "external", "a"))
	w.Synced(berlin)
	id := rulesOf(berlin, "fed")[0].ID
	before := berlin.Federal().Digest()
	one := fmt.Sprintf("/v1/policy/rule/%d", id)
	for _, try := range []struct{ method, path, body string }{
		{http.MethodPost, "/v1/group", `{"config":{"name":"fed.new","cfg_type":"federal","criteria":[]}}`},
		{http.MethodPatch, "/v1/group/fed.web", `{"config":{"name":"fed.web","comment":"x"}}`},
		{http.MethodDelete, "/v1/group/fed.web", ""},
		{http.MethodPatch, "/v1/policy/rule?scope=fed", `{"rules":[]}`},
		{http.MethodPatch, "/v1/policy/rule?scope=fed", fmt.Sprintf(`{"delete":[%d]}`, id)},
		{http.MethodDelete, "/v1/policy/rule?scope=fed", ""},
		{http.MethodPatch, one, fmt.Sprintf(`{"config":{"id":%d,"comment":"x"}}`, id)},
		{http.MethodDelete, one, ""},
		{http.MethodPost, "/v1/fed/policy/import?scope=fed", "kind: NvSecurityRule"},
	} {
		wantProblem(t, try.method+" "+try.path, berlin.Call(try.method, try.path, try.body), http.StatusBadRequest, 46)
		if try.path != "/v1/fed/policy/import?scope=fed" {
			there := "/v1/fed/cluster/" + berlin.ID() + try.path
			wantProblem(t, "forwarded "+try.method+" "+try.path, master.Call(try.method, there, try.body), http.StatusBadRequest, 46)
		}
	}
	if berlin.Federal().Digest() != before {
		t.Error("something was written")
	}
}

// cascadeSize is how many rules go with their group, and cascadeRounds how often that is watched.
const (
	cascadeSize   = 40
	cascadeRounds = 5
)

// TestRules_cascade deletes a group with its rules: one change set, which no reader at a remote sees half of.
func TestRules_cascade(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	for round := range cascadeRounds {
		name := fmt.Sprintf("fed.doomed-%d", round)
		createGroup(master, name)
		var rules []wire.RuleConfig
		for i := range cascadeSize {
			rules = append(rules, rule(name, "fed.web", strconv.Itoa(i)))
			ports := fmt.Sprintf("tcp/%d", 1+i)
			rules[i].Ports = &ports
		}
		setRules(master, "fed", rules...)
		w.Synced(berlin)

		watching, looks := make(chan struct{}), make(chan int)
		go func() { looks <- watchCascade(t, berlin, name, watching) }()
		<-watching
		answer := master.Must(http.MethodDelete, "/v1/group/"+name, nil, nil)
		t.Logf("round %d: looked %d times while it went", round, <-looks)
		wantOneSet(t, master, answer.Header.Get("X-Fedhub-Command"))
	}
}

// watchCascade looks until the group is gone, and returns how often it looked.
func watchCascade(t *testing.T, c *fedtest.Cluster, name string, watching chan struct{}) (looks int) {
	t.Helper()
	begun := sync.OnceFunc(func() { close(watching) })
	defer begun()
	for deadline := time.After(waittest.Patience); ; looks++ {
		state := c.Federal()
		_, there := state.Group(name)
		switch rules := policy.Count[events.NetworkRule](state); {
		case there && rules == cascadeSize:
		case !there && rules == 0:
			return looks
		default:
			t.Errorf("half of a change set: the group is there: %t, with %d rules", there, rules)
			return looks
		}
		begun()
		select {
		case <-deadline:
			t.Error("the group stays")
			return looks
		default:
		}
	}
}

// wantOneSet checks that the command made one change set with consecutive revisions: the group and its rules.
func wantOneSet(t *testing.T, master *fedtest.Cluster, command string) {
	t.Helper()
	var set []wire.Event
	for _, e := range eventsOf(master, "") {
		if e.Command == command && e.Log == string(events.Rules) {
			set = append(set, e)
		}
	}
	if len(set) != cascadeSize+1 {
		t.Fatalf("command %q made %d events, want %d", command, len(set), cascadeSize+1)
	}
	for i, e := range set {
		if e.SetIndex != i || e.SetSize != len(set) || e.Revision != set[0].Revision+uint64(i) {
			t.Errorf("event %d of the set is number %d of %d, revision %d; the first has revision %d", i, e.SetIndex, e.SetSize, e.Revision, set[0].Revision)
		}
	}
}
