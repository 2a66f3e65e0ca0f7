package e2e_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/internal/fedtest"
)

// livePatience bounds the wait for a message on a loaded machine.
const livePatience = 60 * time.Second

// openLive opens the live stream of a cluster. Its messages end with it.
func openLive(t *testing.T, c *fedtest.Cluster, client *http.Client) <-chan wire.Live {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.URL()+"/v1/fed/live", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", c.Login())
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	messages, done := make(chan wire.Live), make(chan struct{})
	t.Cleanup(func() {
		_ = res.Body.Close() //nolint:errcheck // nothing was written
		for range messages { // what was on its way
		}
		<-done
	})
	go func() {
		defer close(done)
		defer close(messages)
		lines, name := bufio.NewScanner(res.Body), ""
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			field, value, _ := strings.Cut(lines.Text(), ": ")
			switch field {
			case "event":
				name = value
			case "data":
				var m wire.Live
				if err := json.Unmarshal([]byte(`{"`+name+`":`+value+`}`), &m); err != nil {
					t.Errorf("%s: %v", lines.Text(), err)
					return
				}
				messages <- m
			}
		}
	}()
	return messages
}

// comes waits for a message that ok is content with.
func comes(t *testing.T, messages <-chan wire.Live, what string, ok func(wire.Live) bool) wire.Live {
	t.Helper()
	patience := time.NewTimer(livePatience)
	defer patience.Stop()
	for {
		select {
		case m, more := <-messages:
			if !more {
				t.Fatalf("the stream ended before: %s", what)
			}
			if ok(m) {
				return m
			}
		case <-patience.C:
			t.Fatalf("within %s never: %s", livePatience, what)
		}
	}
}

// tells reports whether a message says that a cluster has a status.
func tells(name, status string) func(wire.Live) bool {
	return func(m wire.Live) bool {
		return m.Fleet != nil && slices.ContainsFunc(m.Fleet.Clusters, func(c wire.ClusterSummary) bool { return c.Name == name && c.Status == status })
	}
}

// recorded reports whether a message is an event of a kind.
func recorded(kind string) func(wire.Live) bool {
	return func(m wire.Live) bool { return m.Event != nil && m.Event.Kind == kind }
}

// TestLive watches a federation as a console does: a cluster joins, gets a rule, is cut off, comes back and leaves.
func TestLive(t *testing.T) {
	t.Parallel()
	w := fedtest.New(t)
	master := w.Master("hub")
	client := w.HTTPClient()
	defer client.CloseIdleConnections()
	live := openLive(t, master, client)
	if first := <-live; first.Hello == nil || first.Hello.Name != "hub" || first.Hello.FedRole != "master" || first.Hello.ID != master.ID() {
		t.Fatalf("the stream begins with %+v", first)
	}
	oslo := w.Remote("oslo")
	comes(t, live, "oslo is in sync", tells("oslo", "synced"))

	createGroup(master, "fed.web")
	comes(t, live, "the event of the group", recorded("group.defined"))
	spread := comes(t, live, "both hold the group", func(m wire.Live) bool { return m.Spread != nil && m.Spread.Done }).Spread
	if spread.Of != 2 || spread.Reached != 2 || spread.TookMs < 0 || spread.Revision != master.Federal().Revision() ||
		!slices.Equal(spread.Objects, []wire.ObjectName{{Kind: "group", Name: "fed.web"}}) {
		t.Errorf("spread = %+v, want the group in two clusters", spread)
	}
	comes(t, live, "a heartbeat of oslo", func(m wire.Live) bool { return m.Fleet != nil && len(m.Fleet.Beats[oslo.ID()]) == 2 })
	comes(t, live, "the clock", func(m wire.Live) bool { return m.Tick != nil })

	w.Cut(oslo)
	comes(t, live, "oslo is disconnected", tells("oslo", "disconnected"))
	createGroup(master, "fed.api")
	comes(t, live, "the master alone holds the second group", func(m wire.Live) bool {
		return m.Spread != nil && m.Spread.Reached == 1 && m.Spread.Of == 2 && !m.Spread.Done
	})
	w.Heal(oslo)
	comes(t, live, "oslo holds the second group", func(m wire.Live) bool { return m.Spread != nil && m.Spread.Reached == 2 && m.Spread.Done })

	var m wire.Matrix
	master.Must(http.MethodGet, "/v1/fed/matrix?kind=group", nil, &m)
	if i := slices.Index(m.Objects, wire.ObjectName{Kind: "group", Name: "fed.api"}); i < 0 || m.Rows[i] != "ii" || m.Clusters[1].Name != "oslo" {
		t.Errorf("matrix = %+v", m)
	}
	var pulse wire.Pulse
	master.Must(http.MethodGet, "/v1/fed/pulse/"+oslo.ID(), nil, &pulse)
	if len(pulse.Beats) == 0 {
		t.Error("oslo has no pulse")
	}
	master.Must(http.MethodDelete, "/v1/fed/cluster/"+oslo.ID(), nil, nil)
	comes(t, live, "oslo is gone", func(m wire.Live) bool { return m.Fleet != nil && slices.Contains(m.Fleet.Gone, oslo.ID()) })
	master.Must(http.MethodPost, "/v1/fed/demote", nil, nil)
	for range live { // a change of role ends it
	}
	if first := <-openLive(t, master, client); first.Hello == nil || first.Hello.FedRole != "" {
		t.Errorf("after the demotion the stream begins with %+v", first)
	}
}
