package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

func idsOf(f *wire.LiveFleet) []string {
	var out []string
	for _, c := range f.Clusters {
		out = append(out, c.ID)
	}
	return out
}

func TestLive_fleet(t *testing.T) {
	f := newMaster()
	w := newLiveWorld(t, f, time.Hour)
	s := w.open(t, w.login(t, "reader"), "", "Accept-Encoding", "gzip")
	hello := &wire.LiveHello{ID: f.summaries[0].ID, Name: "primary", FedRole: "master", Version: "1.2.3", Time: noon}
	if diff := cmp.Diff(hello, s.until("hello").Hello); diff != "" || len(s.skipped) > 0 {
		t.Errorf("hello after %v, -want +got:\n%s", s.skipped, diff)
	}
	beat := noon.Add(1500 * time.Millisecond)
	w.living.with(func() {
		all := slices.Clone(f.summaries)
		all[1].LastHeartbeat = beat
		all[2].Status = cluster.StatusOutOfSync
		all = append(all, cluster.Summary{ID: "r3", Name: "rome", Role: cluster.RoleRemote})
		f.summaries = all
	})
	got := s.until("fleet").Fleet
	if ids := idsOf(got); !slices.Equal(ids, []string{"r1", "r2", "r3"}) || len(got.Beats) != 0 || got.Clusters[1].Status != "out_of_sync" {
		t.Errorf("fleet = %+v, want one that is heard from first, one with another status, and a new one", got)
	}
	w.living.with(func() {
		all := slices.Clone(f.summaries)
		all[1].LastHeartbeat, all[1].ClockOffset = beat.Add(time.Second), -time.Millisecond
		f.summaries = slices.Delete(all, 2, 3)
	})
	want := &wire.LiveFleet{
		Time: noon, Clusters: []wire.ClusterSummary{}, Beats: map[string]wire.Beat{"r1": {beat.Add(time.Second).UnixMilli(), -1}}, Gone: []string{"r2"},
	}
	if diff := cmp.Diff(want, s.until("fleet").Fleet); diff != "" {
		t.Errorf("fleet, -want +got:\n%s", diff)
	}
	clear(s.skipped)
	for range 2 {
		if tick := s.until("tick").Tick; !tick.Time.Equal(noon) {
			t.Errorf("tick at %s", tick.Time)
		}
	}
	if s.skipped["fleet"] {
		t.Error("something is told of the fleet though nothing changed")
	}
}

// TestLive_paged: a change of all clusters comes in messages that a browser can draw one by one.
func TestLive_paged(t *testing.T) {
	f := newMaster()
	w := newLiveWorld(t, f, time.Hour)
	s := w.open(t, w.login(t, "reader"), "")
	s.until("hello")
	const many = 2500
	w.living.with(func() {
		all := slices.Clone(f.summaries)
		for i := range many {
			all = append(all, cluster.Summary{ID: fmt.Sprint("x", i), Name: fmt.Sprint("y", i)})
		}
		f.summaries = all
	})
	for _, n := range []int{1000, 1000, 500} {
		if got := s.until("fleet").Fleet; len(got.Clusters) != n {
			t.Errorf("a message about %d clusters, want %d", len(got.Clusters), n)
		}
	}
}

// TestLive_shared: all streams get the same of one look, and nobody looks when there is no stream.
func TestLive_shared(t *testing.T) {
	f := newMaster()
	w := newLiveWorld(t, f, time.Hour)
	token := w.login(t, "reader")
	streams := []*live{w.open(t, token, ""), w.open(t, token, ""), w.open(t, token, "")}
	for _, s := range streams {
		s.until("hello")
	}
	w.living.with(func() {
		w.living.looks = 0
		f.summaries = slices.Clone(f.summaries)
		f.summaries[1].Error = "x"
	})
	var looks int
	for _, s := range streams {
		if got := s.until("fleet").Fleet; len(got.Clusters) != 1 || got.Clusters[0].Error != "x" {
			t.Errorf("fleet = %+v", got)
		}
		s.until("tick")
	}
	w.living.with(func() { looks = w.living.looks })
	if looks > 8 { // one or two for a tick, and time to read three
		t.Errorf("%d looks for three streams", looks)
	}
	for _, s := range streams {
		s.hang()
	}
	w.srv.Close() // returns when every stream has been left
	w.living.with(func() { w.living.looks = 0 })
	<-time.After(time.Second) // two looks
	w.living.with(func() { looks = w.living.looks })
	if looks > 0 {
		t.Errorf("%d looks for nobody", looks)
	}
	w.srv = httptest.NewServer(w.handler)
	t.Cleanup(w.srv.Close)
	s := w.open(t, token, "")
	s.until("hello")
	s.until("tick")
}

func TestLive_role(t *testing.T) {
	f := newMaster()
	w := newLiveWorld(t, f, time.Hour)
	s := w.open(t, w.login(t, "reader"), "")
	s.until("hello")
	w.living.with(func() { f.summaries = slices.Clone(f.summaries); f.summaries[0].Name = "capital" })
	if got := s.until("hello").Hello; got.Name != "capital" || got.FedRole != "master" {
		t.Errorf("after a change of the name: %+v", got)
	}
	s.until("fleet")
	w.living.with(func() { f.member.Role = cluster.RoleStandalone; f.summaries = f.summaries[:1] })
	if got := s.until("hello").Hello; got.FedRole != "" {
		t.Errorf("after a change of the role: %+v", got)
	}
	s.ends()
	if got := w.open(t, w.login(t, "reader"), "").until("hello").Hello; got.FedRole != "" {
		t.Errorf("a new stream begins with %+v", got)
	}
}

// TestLive_events: each reader gets the events that it may see, from its cursor on. One of another role begins anew.
func TestLive_events(t *testing.T) {
	f := newMaster()
	f.feed = someEvents()
	after := make(chan string, 8)
	f.follow = func(ctx context.Context, cursor string) iter.Seq2[cluster.FeedItem, error] {
		return func(yield func(cluster.FeedItem, error) bool) {
			after <- cursor
			for _, i := range append(someEvents(), item("4", events.Rules, events.KindGroupRemoved, `{"name":"fed.x"}`)) {
				if !yield(i, nil) {
					return
				}
			}
			<-ctx.Done()
		}
	}
	w := newLiveWorld(t, f, time.Hour)
	for _, tt := range []struct{ query, last, want string }{
		{"", "", "3"}, {"?after=7", "", "7"}, {"?after=7", "9", "9"}, {"?after=nonsense", "", "3"}, {"", "nonsense", "3"},
	} {
		s := w.open(t, w.login(t, "reader"), tt.query, "Last-Event-ID", tt.last)
		for _, id := range []string{"2", "4"} {
			if got := s.until("event").Event; got.Cursor != id || s.last != id || got.Kind != "group.removed" {
				t.Errorf("event %+v with the id %s, want %s", got, s.last, id)
			}
		}
		if got := <-after; got != tt.want {
			t.Errorf("%s and the last id %q: from %q, want %q", tt.query, tt.last, got, tt.want)
		}
		s.hang()
	}
	admin := w.open(t, w.login(t, "fedAdmin"), "")
	if got := admin.until("event").Event; got.Kind != "user.defined" {
		t.Errorf("an admin's first event = %+v", got)
	}
}

func TestLive_feedOfAnotherRole(t *testing.T) {
	f := newMaster()
	f.follow = func(context.Context, string) iter.Seq2[cluster.FeedItem, error] {
		return func(yield func(cluster.FeedItem, error) bool) {
			yield(cluster.FeedItem{}, fmt.Errorf("cursor: %w", cluster.ErrInvalid))
		}
	}
	w := newLiveWorld(t, f, time.Hour)
	w.open(t, w.login(t, "reader"), "").ends()
}

// spread is a change set about one group, for three clusters.
func spread(revision uint64, reached int, done bool) cluster.Spread {
	data, _ := json.Marshal(events.GroupRemoved{Name: "fed.web"}) //nolint:errcheck // a name
	return cluster.Spread{Reached: reached, Of: 3, Done: done, Took: time.Duration(reached) * time.Second, Revision: cluster.Revision{
		First: revision, Last: revision, Actor: "ann", At: noon, Events: []events.Event{{Kind: events.KindGroupRemoved, Data: data}},
	}}
}

func TestLive_spread(t *testing.T) {
	f := newMaster()
	w := newLiveWorld(t, f, time.Hour)
	w.living.spreads = []cluster.Spread{spread(5, 3, true), spread(6, 1, false)}
	token := w.login(t, "reader")
	s := w.open(t, token, "")
	s.until("hello")
	told := func(s *live, revision uint64, reached int, done bool) {
		t.Helper()
		want := &wire.LiveSpread{
			Revision: revision, First: revision, Objects: []wire.ObjectName{{Kind: "group", Name: "fed.web"}}, Events: 1, Actor: "ann", At: noon,
			Reached: reached, Of: 3, TookMs: int64(reached) * 1000, Done: done,
		}
		if diff := cmp.Diff(want, s.until("spread").Spread); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	say := func(list ...cluster.Spread) { w.living.with(func() { w.living.spreads = list }) }
	told(s, 6, 1, false)
	say(spread(5, 3, true), spread(6, 2, false), spread(7, 0, false))
	told(s, 6, 2, false)
	told(s, 7, 0, false)
	later := w.open(t, token, "")
	later.until("hello")
	first, second := later.until("spread").Spread, later.until("spread").Spread
	if first.Revision+second.Revision != 13 {
		t.Errorf("a later stream is told of %+v and %+v, want what is on its way", first, second)
	}
	say(spread(6, 3, true), spread(7, 1, false))
	told(s, 6, 3, true)
	told(s, 7, 1, false)
	say(spread(8, 3, true)) // pushed 7 out
	told(s, 7, 1, true)
	told(s, 8, 3, true)
}

func TestLive_rollout(t *testing.T) {
	f := newMaster()
	f.progress = []cluster.Progress{{Summary: f.summaries[1], Wave: 0}}
	w := newLiveWorld(t, f, time.Hour)
	s := w.open(t, w.login(t, "reader"), "")
	s.until("hello")
	var id string
	w.living.with(func() {
		receipt, err := f.Change(t.Context(), cluster.Change{
			Actor: "ann", Scope: policy.ScopeFederal, Rollout: &cluster.RolloutPlan{Waves: []policy.WavePlan{{}}},
			Decide: policy.Create(policy.GroupConfig{Name: "fed.web", Criteria: &[]events.Criterion{{Key: "label", Op: "=", Value: "x"}}}),
		})
		if err != nil {
			t.Error(err)
		}
		id = receipt.Rollout
	})
	if got := s.until("rollout").Rollout; got.ID != id || got.Status != "running" || got.Waves[0].Clusters[0].Name != "berlin" {
		t.Errorf("rollout = %+v", got)
	}
	w.living.with(func() {
		if _, err := f.StepRollout(t.Context(), "ann", id, cluster.RolloutPause); err != nil {
			t.Error(err)
		}
	})
	if got := s.until("rollout").Rollout; got.ID != id || got.Status != "paused" {
		t.Errorf("rollout = %+v", got)
	}
}

func TestLive_ends(t *testing.T) {
	for name, end := range map[string]func(w *liveWorld, token string){
		"with the server":  func(w *liveWorld, _ string) { close(w.closing) },
		"with the session": func(w *liveWorld, token string) { w.ask(t, http.MethodDelete, "/v1/auth", "", "X-Auth-Token", token) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newLiveWorld(t, newMaster(), time.Millisecond)
			token := w.login(t, "reader")
			s := w.open(t, token, "")
			s.until("hello")
			end(w, token)
			s.ends()
		})
	}
}

// TestLive_bounded: both kinds of streams share their places.
func TestLive_bounded(t *testing.T) {
	w := newLiveWorld(t, newMaster(), time.Hour)
	token := w.login(t, "reader")
	for range 255 {
		w.open(t, token, "").until("hello")
	}
	lines(stream(t, w.srv, token, ""), 1)
	w.ask(t, http.MethodGet, "/v1/fed/live", "", "X-Auth-Token", token).want(t, 503, 78)
	w.ask(t, http.MethodGet, "/v1/fed/events/stream", "", "X-Auth-Token", token).want(t, 503, 78)
}
