package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api"
	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// living is a controller that a test changes while streams are open.
type living struct {
	*fake
	mu      sync.Mutex
	looks   int // how often the summary was asked for
	spreads []cluster.Spread
}

func (l *living) with(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

func (l *living) Role() cluster.Role {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.member.Role
}

func (l *living) Summaries() []cluster.Summary {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looks++
	return slices.Clone(l.summaries)
}

func (l *living) Federal() *policy.State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.federal.Clone()
}

func (l *living) Rollouts() ([]events.Rollout, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fake.Rollouts()
}

func (l *living) Rollout(id string) (events.Rollout, []cluster.Progress, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fake.Rollout(id)
}

func (l *living) Spreads(context.Context) ([]cluster.Spread, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.spreads), nil
}

// liveWorld serves a living controller.
type liveWorld struct {
	*world
	living *living
	srv    *httptest.Server
}

func newLiveWorld(t *testing.T, f *fake, check time.Duration) *liveWorld {
	t.Helper()
	w := &liveWorld{world: open(t, f), living: &living{fake: f}}
	w.handler = api.New(api.Config{
		Controller: w.living, Version: "1.2.3", Logger: slog.New(slog.DiscardHandler), Now: w.now, Closing: w.closing, KeepAlive: check,
	})
	w.srv = httptest.NewServer(w.handler)
	t.Cleanup(w.srv.Close)
	return w
}

// live is an open stream.
type live struct {
	t       *testing.T
	lines   *bufio.Scanner
	hang    func()
	last    string // id of the newest event
	skipped map[string]bool
}

// said is one message.
type said struct {
	name string
	wire.Live
}

func (w *liveWorld) open(t *testing.T, token, query string, header ...string) *live {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.srv.URL+"/v1/fed/live"+query, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", token)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := w.srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	hang := func() {
		cancel()
		_ = res.Body.Close() //nolint:errcheck // nothing was written
	}
	t.Cleanup(hang)
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" || res.StatusCode != http.StatusOK {
		t.Fatalf("stream = %d %s", res.StatusCode, ct)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 16<<20)
	return &live{t: t, lines: lines, hang: hang, skipped: map[string]bool{}}
}

// next returns the next message; false at the end of the stream.
func (l *live) next() (said, bool) {
	l.t.Helper()
	var out said
	for l.lines.Scan() {
		field, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch field {
		case "id":
			l.last = value
		case "event":
			out.name = value
		case "data":
			if err := json.Unmarshal([]byte(`{"`+out.name+`":`+value+`}`), &out.Live); err != nil {
				l.t.Fatalf("%s: %v", l.lines.Text(), err)
			}
			return out, true
		}
	}
	return out, false
}

// until returns the next message of a name, and notes which others came before it.
func (l *live) until(name string) wire.Live {
	l.t.Helper()
	for {
		m, more := l.next()
		if !more {
			l.t.Fatalf("the stream ended before a %s: %v", name, l.lines.Err())
		}
		if m.name == name {
			return m.Live
		}
		l.skipped[m.name] = true
	}
}

// ends reads to the end, which has to come.
func (l *live) ends() {
	l.t.Helper()
	for {
		if _, more := l.next(); !more {
			return
		}
	}
}
