package hub_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

func hexOf(id uuid.UUID) string { return hex.EncodeToString(id[:]) }

// TestJoin_oneWinnerOfASingleUseToken: sixteen clusters, each with its own connection, ask at the same time.
func TestJoin_oneWinnerOfASingleUseToken(t *testing.T) {
	h, _ := open(t, t.TempDir())
	token := mint(t, h)
	var mu sync.Mutex
	var won int
	codes := map[events.RefusalCode]int{}
	var wg sync.WaitGroup
	for i := range 16 {
		r := newRemote(t, fmt.Sprintf("cluster-%d", i))
		wg.Go(func() {
			a := r.join(t, token.Secret)
			mu.Lock()
			defer mu.Unlock()
			if a.Refusal == nil {
				won++
			} else {
				codes[a.Refusal.Code]++
			}
		})
	}
	wg.Wait()
	if won != 1 || codes[events.RefusedTokenSpent] != 15 {
		t.Errorf("%d joined and %v were refused, want 1 and 15 for %s", won, codes, events.RefusedTokenSpent)
	}
	if n := len(h.Summaries()); n != 2 {
		t.Errorf("%d members, want the master and one", n)
	}
	if used := h.Tokens()[0].Used; used != 1 {
		t.Errorf("the token was used %d times, want 1", used)
	}
}

func TestJoin_andWorkAsAMember(t *testing.T) {
	dir := t.TempDir()
	h, stop := open(t, dir)
	token := mint(t, h)
	r := newRemote(t, "oslo")
	a := r.join(t, token.Secret)
	if a.Refusal != nil {
		t.Fatal(a.Refusal)
	}
	if again := r.join(t, token.Secret); again.Refusal != nil || again.Account != a.Account {
		t.Errorf("the same join again: %v in %s, want the same account %s", again.Refusal, again.Account, a.Account)
	}
	leaf := r.connect(t, a)
	p, all := h.Policy(), events.View{}.Hash()
	answer := beat(t, leaf.Conn(), events.Health{Revision: p.Revision(), Digest: p.Digest(), View: all, Clock: time.Now(), Version: "1.2.1", Enforcer: "none"})
	if answer.Revision != p.Revision() || answer.Diverged {
		t.Errorf("answer %+v, want revision %d", answer, p.Revision())
	}
	s := waittest.Must(h.Summary(r.id))(t)
	if s.Status != hub.StatusSynced || s.Version != "1.2.1" || s.Name != "oslo" || s.Role != hub.RoleRemote {
		t.Errorf("summary %+v, want oslo synced", s)
	}
	if answer := beat(t, leaf.Conn(), events.Health{Revision: p.Revision(), Digest: events.Hash{1}, View: all, Clock: time.Now()}); !answer.Diverged {
		t.Error("a wrong digest was taken for a right one")
	}
	if s := waittest.Must(h.Summary(r.id))(t); s.Status != hub.StatusDiverged {
		t.Errorf("status %s, want %s", s.Status, hub.StatusDiverged)
	}
	leaf.Close()
	waittest.Until(t, "oslo is disconnected", func() bool { return waittest.Must(h.Summary(r.id))(t).Status == hub.StatusDisconnected })
	stop()

	h, _ = open(t, dir)
	a.Master.Address = h.Address() // port 0: another one after a restart
	leaf = r.connect(t, a)
	beat(t, leaf.Conn(), events.Health{Revision: p.Revision(), Digest: p.Digest(), View: all, Clock: time.Now()})
	if s := waittest.Must(h.Summary(r.id))(t); s.Status != hub.StatusSynced {
		t.Errorf("after the master's restart %s, want %s", s.Status, hub.StatusSynced)
	}
	if back := r.comeBack(t, a); back.Refusal != nil || back.UserJWT == "" || back.Account != a.Account {
		t.Errorf("a member that returns got %+v", back.Refusal)
	}
}

// TestHub_revisionThatItNeverMade: an event may be at a remote before the master's writer has heard that it is stored;
// if the master does not have it for long, it is a lie.
func TestHub_revisionThatItNeverMade(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	oslo.health.Revision += 5
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{0, false}, {0, false}, {999 * time.Millisecond, false}, {time.Millisecond, true}, {time.Second, true}} {
		w.clock.move(step.after)
		if answer := oslo.beat(); answer.Diverged != step.want {
			t.Errorf("%s later: diverged %t, want %t", step.after, answer.Diverged, step.want)
		}
	}
	oslo.follow(w.Hub)
	oslo.health.Revision += 5
	if answer := oslo.beat(); answer.Diverged || oslo.status(w.Hub) != hub.StatusOutOfSync {
		t.Errorf("once again: diverged %t, %s", answer.Diverged, oslo.status(w.Hub))
	}
}

func TestKick_cutsOffAndStays(t *testing.T) {
	h, _ := open(t, t.TempDir())
	token := mint(t, h)
	r := newRemote(t, "oslo")
	a := r.join(t, token.Secret)
	leaf := r.connect(t, a)
	dismissals := waittest.Must(leaf.Conn().SubscribeSync(events.SubjectDismiss))(t)
	beat(t, leaf.Conn(), events.Health{})
	if err := h.Kick(t.Context(), "alice", r.id); err != nil {
		t.Fatal(err)
	}
	if _, err := dismissals.NextMsg(waittest.Patience); err != nil {
		t.Errorf("it was not told: %v", err)
	}
	waittest.Until(t, "it is refused", func() bool { return leaf.Refused() != "" })
	if back := r.comeBack(t, a); back.Refusal == nil || back.Refusal.Code != events.RefusedNotMember {
		t.Errorf("asked to return it got %+v, want %s", back, events.RefusedNotMember)
	}
	wantError(t, h.Kick(t.Context(), "alice", r.id), hub.ErrClusterUnknown)
	wantError(t, h.Kick(t.Context(), "alice", masterID), hub.ErrOwnCluster)
	_, err := h.Summary(r.id)
	wantError(t, err, hub.ErrClusterUnknown)
}

func TestMintToken_bounds(t *testing.T) {
	h, _ := open(t, t.TempDir())
	const month = 30 * 24 * time.Hour
	tests := map[string]struct {
		life    time.Duration
		uses    int
		refused bool
	}{
		"an hour, once":      {life: time.Hour, uses: 1},
		"a second":           {life: time.Second, uses: 1},
		"the longest":        {life: month, uses: 1},
		"the most uses":      {life: time.Hour, uses: 10_000},
		"less than a second": {life: time.Second - 1, uses: 1, refused: true},
		"no life":            {uses: 1, refused: true},
		"a negative life":    {life: -time.Hour, uses: 1, refused: true},
		"longer":             {life: month + 1, uses: 1, refused: true},
		"no use":             {life: time.Hour, refused: true},
		"a negative use":     {life: time.Hour, uses: -1, refused: true},
		"too many uses":      {life: time.Hour, uses: 10_001, refused: true},
	}
	minted := 0
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			token, err := h.MintToken(t.Context(), hub.TokenRequest{Actor: "alice", Lifetime: tt.life, Uses: tt.uses})
			if tt.refused {
				wantError(t, err, events.Refusal{Code: events.RefusedRequest})
				return
			}
			if err != nil || token.Secret == "" || token.Uses != tt.uses || token.By != "alice" {
				t.Errorf("token %+v (%v)", token, err)
			}
			minted++
		})
	}
	list := h.Tokens()
	if len(list) != minted {
		t.Errorf("%d tokens, want %d", len(list), minted)
	}
	if slices.ContainsFunc(list, func(token hub.Token) bool { return token.Secret != "" }) {
		t.Error("a list of tokens has their texts")
	}
}

func TestRevokeToken(t *testing.T) {
	h, _ := open(t, t.TempDir())
	token := mint(t, h)
	for range 2 { // again is no error
		if err := h.RevokeToken(t.Context(), "alice", token.ID); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, h.RevokeToken(t.Context(), "alice", "unknown"), hub.ErrTokenUnknown)
	if a := newRemote(t, "oslo").join(t, token.Secret); a.Refusal == nil || a.Refusal.Code != events.RefusedTokenRevoked {
		t.Errorf("joined with a revoked token: %+v", a.Refusal)
	}
}

func TestHub_beginsWithItsOwnClusterAndTheReservedGroups(t *testing.T) {
	dir := t.TempDir()
	var revisions []uint64
	for range 2 { // again after a restart, and nothing twice
		h, stop := open(t, dir)
		all := h.Summaries()
		if len(all) != 1 || all[0].ID != masterID || all[0].Role != hub.RoleMaster || all[0].Status != hub.StatusActive {
			t.Errorf("members %+v, want the master", all)
		}
		_, ok := policy.Get[events.Group](h.Policy(), policy.FederalNodes)
		revisions = append(revisions, h.Policy().Revision())
		if !ok || revisions[0] != revisions[len(revisions)-1] {
			t.Errorf("revisions %d, fed.nodes there: %t; want the reserved groups once", revisions, ok)
		}
		stop()
	}
}

func TestHub_refusesWhatIsNotDecided(t *testing.T) {
	h, _ := open(t, t.TempDir())
	_, err := h.Change(t.Context(), "alice", policy.Remove(events.ObjectGroup, "fed.unknown"))
	if err == nil {
		t.Error("an unknown group was deleted")
	}
	if h.Err() != nil {
		t.Errorf("a refused command blocks the hub: %v", h.Err())
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}
