package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/policy"
)

// administrators makes a second administrator at the master and returns what starts sessions of the two, by turns.
func administrators(t *testing.T, master *fedtest.Cluster) func() *fedtest.Session {
	t.Helper()
	master.Must(http.MethodPost, "/v1/user", wire.NewUser{User: wire.UserCreate{Username: "second", Password: fedtest.Password, Role: "fedAdmin"}}, nil)
	var turn int
	return func() *fedtest.Session {
		turn++
		return master.As([]string{"admin", "second"}[turn%2], fedtest.Password)
	}
}

// written is what administrators were told of.
type written struct {
	mu      sync.Mutex
	rules   map[string]bool   // comments of rules that are to be there
	gone    map[string]bool   // and of those that are not
	groups  map[string]bool   // names that are to be there
	latest  map[string]uint64 // field of a shared object → revision of its newest change
	value   map[string]string // field → what it was changed to then
	refused []string
	count   int
}

// note notes what an answer acknowledges: what then says, with the revision that it came to.
func (w *written) note(a fedtest.Answer, what string, then func(revision uint64)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	revision, err := strconv.ParseUint(a.Header.Get("X-Fedhub-Revision"), 10, 64)
	if a.Status != http.StatusOK || err != nil {
		w.refused = append(w.refused, fmt.Sprintf("%s: %d %s", what, a.Status, a.Body))
		return
	}
	w.count++
	then(revision)
}

// newest notes the value of a field unless a newer change was noted.
func (w *written) newest(field, value string, revision uint64) {
	if revision > w.latest[field] {
		w.latest[field], w.value[field] = revision, value
	}
}

// The size of the quarrel between administrators.
const (
	quarrelers     = 6
	quarrelRounds  = 8
	importTemplate = `apiVersion: neuvector.com/v1
kind: NvClusterSecurityRule
metadata:
  name: %[1]s
spec:
  target:
    selector:
      name: %[1]s
      criteria:
        - {key: service, op: "=", value: %[1]s}
  ingress:
    - selector:
        name: %[1]s
        criteria:
          - {key: service, op: "=", value: %[1]s}
      name: %[1]s-ingress-0
      action: allow
      ports: any
      applications: [any]
  egress: []
  file: []
  process: []
`
)

// TestConflict_twoAdministrators has two administrators change, insert, delete, import, and change two groups that
// always say the same, all at once and without saying on what they build.
func TestConflict_twoAdministrators(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	sites := join(t, w, "env=prod", "oslo", "quito")
	for _, name := range []string{"fed.web", "fed.left", "fed.right"} {
		createGroup(master, name)
	}
	setRules(master, "fed", rule("fed.web", "external", "shared"))
	shared := rulesOf(master, "fed")[0].ID
	awaitFleet(t, master)
	stopWatching := watchPair(t, sites)

	book := &written{rules: map[string]bool{}, gone: map[string]bool{}, groups: map[string]bool{}, latest: map[string]uint64{}, value: map[string]string{}}
	next := administrators(t, master)
	var group sync.WaitGroup
	for i := range quarrelers {
		s := next()
		group.Go(func() { quarrel(t, book, s, i, shared) })
	}
	group.Wait()
	awaitFleet(t, master)
	stopWatching()
	if len(book.refused) > 0 {
		t.Errorf("%d changes were refused, such as %s", len(book.refused), book.refused[0])
	}
	t.Logf("%d changes acknowledged", book.count)

	for _, c := range []*fedtest.Cluster{master, sites[0].Cluster, sites[1].Cluster} {
		comments := map[string]bool{}
		for _, r := range rulesOf(c, "fed") {
			comments[r.Comment] = true
		}
		for comment := range book.rules {
			if !comments[comment] {
				t.Errorf("%s: rule %q was acknowledged, and is not there", c.Name, comment)
			}
		}
		for comment := range book.gone {
			if comments[comment] {
				t.Errorf("%s: rule %q was deleted, and is there", c.Name, comment)
			}
		}
		names := map[string]bool{}
		for _, g := range groupsOf(c, "fed") {
			names[g.Name] = true
		}
		for name := range book.groups {
			if !names[name] {
				t.Errorf("%s: group %s was acknowledged, and is not there", c.Name, name)
			}
		}
		r, _ := c.Federal().Rule(shared)
		left, _ := c.Federal().Group("fed.left")
		got := map[string]string{"comment": r.Comment, "ports": r.Ports, "pair": left.Comment}
		if !maps.Equal(got, book.value) {
			t.Errorf("%s: what all have written is %v; the newest acknowledged values are %v", c.Name, got, book.value)
		}
	}
}

// quarrel is one administrator at work.
func quarrel(t *testing.T, book *written, s *fedtest.Session, i int, shared uint32) {
	t.Helper()
	for n := range quarrelRounds {
		own := fmt.Sprintf("%d-%d", i, n)
		one := fmt.Sprintf("/v1/policy/rule/%d", shared)
		book.note(s.Call(http.MethodPatch, one, wire.RuleWrite{Config: wire.RuleConfig{Comment: &own}}), "patch the comment",
			func(revision uint64) { book.newest("comment", own, revision) })
		ports := fmt.Sprintf("tcp/%d", 1000+i*100+n)
		book.note(s.Call(http.MethodPatch, one, wire.RuleWrite{Config: wire.RuleConfig{Ports: &ports}}), "patch the ports",
			func(revision uint64) { book.newest("ports", ports, revision) })

		list := []wire.RuleConfig{rule("fed.web", "external", own+" stays"), rule("fed.web", "external", own+" goes")}
		book.note(s.Call(http.MethodPatch, "/v1/policy/rule?scope=fed", wire.RulesPatch{Insert: &wire.RuleInsert{Rules: list}}), "insert",
			func(uint64) { book.rules[own+" stays"] = true })
		var all wire.Rules
		s.Call(http.MethodGet, "/v1/policy/rule?scope=fed", nil).Into(t, &all)
		for _, r := range all.Rules {
			if r.Comment == own+" goes" {
				book.note(s.Call(http.MethodDelete, fmt.Sprintf("/v1/policy/rule/%d", r.ID), nil), "delete",
					func(uint64) { book.gone[own+" goes"] = true })
			}
		}
		name := "imported-" + own
		book.note(s.Call(http.MethodPost, "/v1/fed/policy/import?scope=fed&file="+url.QueryEscape(name+".yaml"), fmt.Sprintf(importTemplate, name)),
			"import", func(uint64) { book.groups["fed."+name] = true })
		edits := describe(t, own, "fed.left", "fed.right")
		book.note(s.Call(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: edits}), "change a pair",
			func(revision uint64) { book.newest("pair", own, revision) })
	}
}

// watchPair looks at every policy that the sites hold and show, until the returned function is called: the groups
// fed.left and fed.right always say the same.
func watchPair(t *testing.T, sites []site) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	var group sync.WaitGroup
	looks := make([]int, len(sites))
	shown := 0
	client := sites[0].As("admin", fedtest.Password)
	client.Login()
	group.Go(func() {
		for ; !t.Failed(); shown++ {
			var all wire.Groups
			client.Call(http.MethodGet, "/v1/group?scope=fed", nil).Into(t, &all)
			comments := map[string]string{}
			for _, g := range all.Groups {
				comments[g.Name] = g.Comment
			}
			if comments["fed.left"] != comments["fed.right"] {
				t.Errorf("%s shows half of a change set: %v", sites[0].Name, comments)
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for i, s := range sites {
		group.Go(func() {
			for {
				changed := s.Changed()
				if !sameComments(s.Federal()) {
					t.Errorf("%s: half of a change set at revision %d", s.Name, s.Federal().Revision())
					return
				}
				looks[i]++
				select {
				case <-changed:
				case <-done:
					return
				}
			}
		})
	}
	return func() {
		close(done)
		group.Wait()
		t.Logf("%s: read %d times", sites[0].Name, shown)
		for i, s := range sites {
			seen := s.recorder.Seen()
			t.Logf("%s: looked %d times, enforced %d times", s.Name, looks[i], len(seen))
			for _, p := range seen {
				if !sameComments(p) {
					t.Errorf("%s was to enforce half of a change set at revision %d", s.Name, p.Revision())
				}
			}
		}
	}
}

func sameComments(s *policy.State) bool {
	left, _ := s.Group("fed.left")
	right, _ := s.Group("fed.right")
	return left.Comment == right.Comment
}

// The size of the race for a revision.
const (
	raceRounds = 10
	counters   = 4
	counts     = 5
)

// TestConflict_ifRevision has two administrators make changes for the same revision: one of them wins, and the
// other is told what to do.
func TestConflict_ifRevision(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	createGroup(master, "fed.web")
	next := administrators(t, master)
	first, second := next(), next()
	for round := range raceRounds {
		revision := revisionAt(master)
		var answers [2]fedtest.Answer
		var both sync.WaitGroup
		for i, s := range []*fedtest.Session{first, second} {
			edits := describe(t, fmt.Sprintf("round %d of %d", round, i), "fed.web")
			both.Go(func() {
				answers[i] = s.Call(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: edits, IfRevision: &revision})
			})
		}
		both.Wait()
		winner := slices.IndexFunc(answers[:], func(a fedtest.Answer) bool { return a.Status == http.StatusOK })
		if winner < 0 {
			t.Fatalf("nobody won: %s and %s", answers[0].Body, answers[1].Body)
		}
		wantStale(t, answers[1-winner])
		if g, _ := master.Federal().Group("fed.web"); g.Comment != fmt.Sprintf("round %d of %d", round, winner) {
			t.Errorf("round %d: %d won, and the group says %q", round, winner, g.Comment)
		}
	}

	// Every way to write that takes a revision.
	stale := revisionAt(master) - 1
	wantStale(t, master.Call(http.MethodPost, fmt.Sprintf("/v1/fed/policy/import?scope=fed&if_revision=%d", stale), fmt.Sprintf(importTemplate, "late")))
	wantStale(t, master.Call(http.MethodPost, "/v1/fed/rollback", wire.RollbackRequest{Revision: stale, IfRevision: &stale}))
	edits := describe(t, "late", "fed.web")
	wantStale(t, master.Call(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: edits, IfRevision: &stale, Rollout: waves()}))
	wantStale(t, master.Call(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: edits, IfRevision: new(uint64)}))
}

// TestConflict_counting has administrators read, add one and write it for the revision that they read, until that is
// taken: no increment is lost.
func TestConflict_counting(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	createGroup(master, "fed.counter")
	next := administrators(t, master)
	var group sync.WaitGroup
	retries := make([]int, counters)
	for i := range counters {
		s := next()
		group.Go(func() {
			for n := 0; n < counts; {
				if a := increment(t, s); a.Status == http.StatusOK {
					n++
					continue
				} else if a.Status != http.StatusConflict {
					t.Errorf("counting: %d %s", a.Status, a.Body)
					return
				}
				retries[i]++
			}
		})
	}
	group.Wait()
	g, _ := master.Federal().Group("fed.counter")
	if want := number(counters * counts); g.Comment != want {
		t.Errorf("counted to %s, want %s", g.Comment, want)
	}
	t.Logf("counted to %s with %d refusals", g.Comment, retries)
}

// wantStale checks a refusal because of a revision.
func wantStale(t *testing.T, a fedtest.Answer) {
	t.Helper()
	sentence := wantProblem(t, "for an old revision", a, http.StatusConflict, 74)
	if !strings.Contains(sentence, "read it again and repeat the change") {
		t.Errorf("the refusal does not say what to do: %s", sentence)
	}
}

// increment adds one to what the counter says, as a client does that read it before.
func increment(t *testing.T, s *fedtest.Session) fedtest.Answer {
	t.Helper()
	var at wire.Revisions
	s.Call(http.MethodGet, "/v1/fed/revision?limit=1", nil).Into(t, &at)
	var out wire.OneGroup
	s.Call(http.MethodGet, "/v1/group/fed.counter", nil).Into(t, &out)
	n := 0
	if out.Group.Comment != "" {
		var err error
		if n, err = strconv.Atoi(out.Group.Comment); err != nil {
			t.Error(err)
		}
	}
	edits := describe(t, strconv.Itoa(n+1), "fed.counter")
	return s.Call(http.MethodPost, "/v1/fed/change", wire.ChangeRequest{Edits: edits, IfRevision: &at.Revisions[0].Revision})
}
