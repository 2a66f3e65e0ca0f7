package e2e_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// attempt is a master, a cluster that wants to join it, and what that cluster asks.
type attempt struct {
	*testing.T
	world  *fedtest.World
	master *fedtest.Cluster
	berlin *fedtest.Cluster
	minted wire.MintedToken
	ask    wire.Join
}

// wrongJoin is one way to go wrong: what makes it so, how it is refused, and what mends it.
type wrongJoin struct {
	berlin []fedtest.Option
	given  func(*attempt)
	status int
	code   int
	says   string // part of the sentence
	mend   func(*attempt)
}

// TestJoin_wrong is the table of wrong joins. Each is refused with a code and a sentence of its own, changes
// nothing on either side, and succeeds once what was wrong is mended.
func TestJoin_wrong(t *testing.T) {
	sentences := make(chan string, len(wrongJoins))
	t.Run("refused", func(t *testing.T) {
		for name, join := range wrongJoins {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				sentences <- join.run(t)
			})
		}
	})
	close(sentences)
	seen := map[string]bool{}
	for s := range sentences {
		if seen[s] {
			t.Errorf("two wrong joins are both answered by: %s", s)
		}
		seen[s] = true
	}
}

// run returns code and sentence of the refusal, without what differs from run to run.
func (j wrongJoin) run(t *testing.T) string {
	t.Helper()
	w := fedtest.New(t)
	a := &attempt{T: t, world: w, master: w.Master("hub"), berlin: w.Standalone("berlin", j.berlin...)}
	a.renew()
	if j.given != nil {
		j.given(a)
	}
	before := a.snapshot()
	answer := a.berlin.Join(a.ask)
	sentence := wantProblem(t, "wrong join", answer, j.status, j.code)
	if !strings.Contains(sentence, j.says) {
		t.Errorf("the sentence %q does not say %q", sentence, j.says)
	}
	if diff := cmp.Diff(before, a.snapshot()); diff != "" {
		t.Errorf("it changed something (-before +after):\n%s", diff)
	}

	j.mend(a)
	if answer := a.berlin.Join(a.ask); answer.Status != http.StatusOK {
		t.Fatalf("mended, and still refused: %d %s", answer.Status, answer.Body)
	}
	fedtest.Eventually(t, "berlin is synced", func() bool { return a.master.StatusOf(a.name()) == "synced" })
	for _, varies := range []string{a.minted.ID, a.master.ID(), a.berlin.ID()} {
		sentence = strings.ReplaceAll(sentence, varies, "…")
	}
	return fmt.Sprintf("%d %s", answer.Problem.Code, sentence)
}

func (a *attempt) name() string {
	if a.ask.Name != nil {
		return *a.ask.Name
	}
	return "berlin"
}

// renew has the cluster ask with a fresh token and nothing else of its own.
func (a *attempt) renew() {
	a.Helper()
	a.minted = a.master.Token()
	a.ask = a.berlin.JoinRequest(a.master, a.minted.JoinToken)
}

// snapshot is everything that a refused join must leave as it is.
type snapshot struct {
	Role, MasterRole string
	Members          []string
	Master           string
	Uses             map[string]int
	Keys             []string
}

func (a *attempt) snapshot() snapshot {
	a.Helper()
	own := a.berlin.Member()
	s := snapshot{Role: own.FedRole, MasterRole: a.master.Member().FedRole, Members: memberNames(a.master), Uses: map[string]int{}}
	if own.MasterCluster != nil {
		s.Master = own.MasterCluster.ID
	}
	var tokens wire.Tokens
	a.master.Must(http.MethodGet, "/v1/fed/tokens", nil, &tokens)
	for _, t := range tokens.Tokens {
		s.Uses[t.ID] = t.Used
	}
	// A key without credentials is no membership: it is there so that a lost answer can be asked for again.
	keys := a.berlin.Keys()
	maps.DeleteFunc(keys, func(name, _ string) bool { return strings.HasPrefix(name, "user-agent") })
	s.Keys = slices.Sorted(maps.Keys(keys))
	return s
}

// alter returns the token with another address of the master in it.
func alter(t *testing.T, token string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || len(parts) != 3 {
		t.Fatalf("the token is no JWT: %v", err)
	}
	evil := strings.Replace(string(claims), "master:127.0.0.1", "master:127.0.0.9", 1)
	if evil == string(claims) {
		t.Fatalf("nothing to alter in %s", claims)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(evil))
	return strings.Join(parts, ".")
}

// moveBoth moves the clocks of both clusters.
func (a *attempt) moveBoth(by time.Duration) {
	a.master.Clock.Move(by)
	a.berlin.Clock.Move(by)
}

// restart starts a cluster again as another version of fedhub.
func restart(c *fedtest.Cluster, version string) {
	c.Stop()
	c.Upgrade(version)
	c.Start()
}
