package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
)

func item(cursor string, log events.Log, kind events.Kind, data string) cluster.FeedItem {
	return cluster.FeedItem{Cursor: cursor, Log: log, Event: events.Event{
		ID: "e-" + cursor, Source: "/clusters/x", Kind: kind, At: noon, Actor: "admin", Command: "c", Revision: 1,
		Set: events.Set{Size: 1}, Data: json.RawMessage(data),
	}}
}

func someEvents() []cluster.FeedItem {
	return []cluster.FeedItem{
		item("1", events.Local, events.KindUserDefined, `{"username":"bob","password":"$argon2id$secret","role":"admin"}`),
		item("2", events.Rules, events.KindGroupRemoved, `{"name":"fed.web"}`),
		item("3", events.Audit, events.KindAudited, `{"topic":"login"}`),
	}
}

func TestEvents(t *testing.T) {
	f := newFake(cluster.RoleMaster)
	f.feed = someEvents()
	w := open(t, f)
	const removed = `{"actor":"admin","command":"c","cursor":"2","data":{"name":"fed.web"},"id":"e-2","kind":"group.removed","log":"RULES",` +
		`"revision":1,"set_index":0,"set_size":1,"source":"/clusters/x","time":"2026-11-22T12:00:00Z"}`
	w.as(t, "fedReader", http.MethodGet, "/v1/fed/events", "").wantBody(t, `{"events":[`+removed+`],"next":"3"}`)
	got := w.as(t, "fedAdmin", http.MethodGet, "/v1/fed/events", "")
	if strings.Contains(got.Body, "argon2id") || !strings.Contains(got.Body, `"data":{"role":"admin","username":"bob"}`) || !strings.Contains(got.Body, `"topic":"login"`) {
		t.Errorf("events = %s, want all three without the password", got.Body)
	}
	f.feed = nil
	w.as(t, "reader", http.MethodGet, "/v1/fed/events?after=3", "").wantBody(t, `{"events":[],"next":"3"}`)
	for _, query := range []string{"limit=0", "limit=1001", "limit=x", "tail=x", "after=nonsense"} {
		w.as(t, "reader", http.MethodGet, "/v1/fed/events?"+query, "").want(t, 400, 6)
	}
}

// streamWorld serves a feed whose stream yields the given items after any cursor, and then nothing more.
func streamWorld(t *testing.T, alive time.Duration, items ...cluster.FeedItem) (*world, *httptest.Server, *[]string) {
	t.Helper()
	f := newFake(cluster.RoleMaster)
	f.feed = someEvents()
	var after []string
	f.follow = func(ctx context.Context, cursor string) iter.Seq2[cluster.FeedItem, error] {
		return func(yield func(cluster.FeedItem, error) bool) {
			f.mu.Lock()
			after = append(after, cursor)
			f.mu.Unlock()
			for _, i := range items {
				if !yield(i, nil) {
					return
				}
			}
			<-ctx.Done()
		}
	}
	w := open(t, f)
	w.handler = api.New(api.Config{
		Controller: f, Logger: slog.New(slog.DiscardHandler), Now: w.now, Closing: w.closing, KeepAlive: alive,
	})
	srv := httptest.NewServer(w.handler)
	t.Cleanup(srv.Close)
	return w, srv, &after
}

func stream(t *testing.T, srv *httptest.Server, token, query string, header ...string) *bufio.Scanner {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/v1/fed/events/stream"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", token)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() }) //nolint:errcheck // nothing was written
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" || res.StatusCode != http.StatusOK {
		t.Fatalf("stream = %d %s", res.StatusCode, ct)
	}
	return bufio.NewScanner(res.Body)
}

// lines returns the next n lines that are not empty.
func lines(s *bufio.Scanner, n int) []string {
	var out []string
	for len(out) < n && s.Scan() {
		if s.Text() != "" {
			out = append(out, s.Text())
		}
	}
	return out
}

func TestStream(t *testing.T) {
	items := append(someEvents(), item("4", events.Rules, events.KindGroupRemoved, "{\n\"name\":\"fed.x\"}"))
	w, srv, after := streamWorld(t, time.Hour, items...)
	got := lines(stream(t, srv, w.login(t, "reader"), "", "Accept-Encoding", "gzip"), 7)
	const rest = `"revision":1,"set_index":0,"set_size":1,"source":"/clusters/x","time":"2026-11-22T12:00:00Z"}`
	want := []string{
		"retry: 1000",
		"id: 2", "event: group.removed",
		`data: {"actor":"admin","command":"c","cursor":"2","data":{"name":"fed.web"},"id":"e-2","kind":"group.removed","log":"RULES",` + rest,
		"id: 4", "event: group.removed",
		`data: {"actor":"admin","command":"c","cursor":"4","data":{"name":"fed.x"},"id":"e-4","kind":"group.removed","log":"RULES",` + rest,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stream, -want +got:\n%s", diff)
	}
	lines(stream(t, srv, w.login(t, "reader"), "?after=7"), 2)
	lines(stream(t, srv, w.login(t, "reader"), "?after=7", "Last-Event-ID", "9"), 2)
	w.mu.Lock()
	defer w.mu.Unlock()
	if diff := cmp.Diff([]string{"3", "7", "9"}, *after); diff != "" {
		t.Errorf("cursors, -want +got:\n%s", diff)
	}
}

func TestStream_ends(t *testing.T) {
	tests := map[string]func(w *world, token string){
		"with the server": func(w *world, _ string) { close(w.closing) },
		"with the session": func(w *world, token string) {
			w.ask(t, http.MethodDelete, "/v1/auth", "", "X-Auth-Token", token)
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			w, srv, _ := streamWorld(t, time.Millisecond)
			token := w.login(t, "reader")
			s := stream(t, srv, token, "")
			if diff := cmp.Diff([]string{"retry: 1000", ": alive", ": alive"}, lines(s, 3)); diff != "" {
				t.Errorf("stream, -want +got:\n%s", diff)
			}
			end(w, token)
			for s.Scan() {
				continue
			}
			if err := s.Err(); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("stream ended with %v", err)
			}
		})
	}
}

func TestStream_bounded(t *testing.T) {
	w, srv, _ := streamWorld(t, time.Hour)
	token := w.login(t, "reader")
	for range 256 {
		lines(stream(t, srv, token, ""), 1)
	}
	w.ask(t, http.MethodGet, "/v1/fed/events/stream", "", "X-Auth-Token", token).want(t, 503, 78)
}
