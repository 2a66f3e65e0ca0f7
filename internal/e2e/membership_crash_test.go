package e2e_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// crashInJoin has a cluster crash when its wish to join is on disk and the master has not heard it yet.
func crashInJoin(t *testing.T, w *fedtest.World, master, berlin *fedtest.Cluster, token string) {
	t.Helper()
	ask := berlin.JoinRequest(master, token)
	w.Cut(berlin)
	var asking sync.WaitGroup
	defer asking.Wait()
	controller := berlin.Controller
	asking.Go(func() {
		err := controller.Join(t.Context(), cluster.JoinRequest{
			Actor: "admin", Token: token, Server: events.RestInfo{Server: *ask.Server, Port: uint16(*ask.Port)}, //nolint:gosec // G115: a TCP port
		})
		if err == nil {
			t.Error("a crashed controller has joined")
		}
	})
	fedtest.Eventually(t, "the wish to join is recorded", func() bool { return len(eventsOf(berlin, events.KindJoinRequested)) > 0 })
	berlin.Crash()
	berlin.Link(master).Sever() // what is left of the former process gives up
}

func TestMembership_crashInJoinResumes(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Standalone("berlin")
	crashInJoin(t, w, master, berlin, master.Token().JoinToken)
	w.Heal(berlin)
	berlin.Start()
	t.Logf("joined and synced %s after the start", w.Synced(berlin).Round(time.Millisecond))
	wantMembers(t, master, "berlin")
}

func TestMembership_crashInJoinIsTakenBack(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master, berlin := w.Master("hub"), w.Standalone("berlin")
	token := master.Token()
	crashInJoin(t, w, master, berlin, token.JoinToken)
	master.Must(http.MethodDelete, "/v1/fed/token/"+token.ID, nil, nil)
	w.Heal(berlin)
	berlin.Start()
	fedtest.Eventually(t, "the join is taken back", func() bool { return len(eventsOf(berlin, events.KindJoinRefused)) > 0 })
	wantStandalone(t, berlin)
	wantMembers(t, master)
	createGroup(master, "fed.web")
	wantBack(t, w, berlin)
}

// TestMembership_crashInDemotion has a master crash between the beginning and the end of its federation.
func TestMembership_crashInDemotion(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	oslo := w.Remote("oslo")
	w.Cut(berlin) // it cannot hear the end, so the master waits a moment for it
	var asking sync.WaitGroup
	controller := master.Controller
	asking.Go(func() { _ = controller.Demote(t.Context(), "admin") }) //nolint:errcheck // it crashes in the middle
	wantStandalone(t, oslo)                                           // so the end has begun
	master.Crash()
	asking.Wait()
	berlin.Link(master).Sever()
	master.Start()
	wantStandalone(t, master)
	w.Heal(berlin)

	force := map[string]bool{"force": true}
	berlin.Must(http.MethodPost, "/v1/fed/leave", force, nil)
	wantStandalone(t, berlin)
	master.Promote()
	createGroup(master, "fed.web")
	wantBack(t, w, berlin)
}

// TestMembership_credentials lets the time of a credential run, and then run out.
func TestMembership_credentials(t *testing.T) {
	t.Parallel()
	w, master, berlin := federation(t)
	for _, jump := range []struct {
		what string
		by   time.Duration
	}{{"renewed", 9 * time.Hour}, {"expired, and asked for again", 25 * time.Hour}} {
		before := berlin.Keys()["agent.jwt"]
		master.Clock.Move(jump.by)
		berlin.Clock.Move(jump.by)
		took := fedtest.Eventually(t, "the credential is "+jump.what, func() bool {
			now := berlin.Keys()["agent.jwt"]
			return now != "" && now != before
		})
		w.Synced(berlin)
		t.Logf("%s after %s: %s", jump.what, jump.by, took.Round(time.Millisecond))
	}
	createGroup(master, "fed.after")
	w.Synced(berlin)
	berlin.Must(http.MethodGet, "/v1/group/fed.after", nil, nil)
	wantMembers(t, master, "berlin")
}
