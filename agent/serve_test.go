package agent_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

// forwarded is a request on its way to an agent, seen from the master.
type forwarded struct {
	t       *testing.T
	replies *nats.Subscription
	body    *bytes.Reader
	head    events.ForwardedHead
	got     bytes.Buffer
	parts   []string
}

// forward sends a request; what comes back is taken by next.
func (m *master) forward(t *testing.T, req events.ForwardedRequest, body []byte) *forwarded {
	t.Helper()
	req.Nonce = nuid.Next()
	f := &forwarded{t: t, body: bytes.NewReader(body)}
	f.replies = waittest.Must(m.conn.SubscribeSync(events.UpAccount(m.account, events.ReplySubject(req.Nonce))))(t)
	t.Cleanup(func() {
		if err := f.replies.Unsubscribe(); err != nil && f.replies.IsValid() {
			t.Error(err)
		}
	})
	if err := m.conn.Publish(events.CtlAccount(m.account, events.SubjectRequest), mustJSON(req)); err != nil {
		t.Fatal(err)
	}
	return f
}

// next takes one part, answers it and returns its name.
func (f *forwarded) next() string {
	f.t.Helper()
	msg := waittest.Must(f.replies.NextMsg(waittest.Patience))(f.t)
	answer := &nats.Msg{Header: nats.Header{}}
	part := msg.Header.Get(events.HeaderPart)
	switch part {
	case events.PartPull:
		piece := make([]byte, events.MaxPart)
		n, err := io.ReadFull(f.body, piece)
		if answer.Data = piece[:n]; err != nil {
			answer.Header.Set(events.HeaderPart, events.PartEnd)
		}
	case events.PartHead:
		if err := json.Unmarshal(msg.Data, &f.head); err != nil {
			f.t.Fatal(err)
		}
	case events.PartBody, events.PartEnd:
		if len(msg.Data) > events.MaxPart {
			f.t.Errorf("a part of %d bytes, at most %d", len(msg.Data), events.MaxPart)
		}
		f.got.Write(msg.Data)
	default:
		f.t.Fatalf("part %q", part)
	}
	f.parts = append(f.parts, part)
	if err := msg.RespondMsg(answer); err != nil {
		f.t.Fatal(err)
	}
	return part
}

func (f *forwarded) finish() {
	f.t.Helper()
	for f.next() != events.PartEnd {
	}
}

// serve runs an agent whose cluster answers with h.
func (m *master) serve(t *testing.T, h http.HandlerFunc) {
	t.Helper()
	a := newAgent(t, func(c *agent.Config) { c.Handler = func() http.Handler { return h } })
	m.follow(t, a)
	waittest.Until(t, "it reports", func() bool { return m.beats.Load() > 0 })
}

func TestAgent_answersForwardedRequests(t *testing.T) {
	m := openMaster(t)
	m.serve(t, func(w http.ResponseWriter, r *http.Request) {
		who, ok := agent.CallerFrom(r.Context())
		if !ok {
			t.Error("a forwarded request without a caller")
		}
		w.Header().Set("X-Seen", r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Accept")+" "+who.User+" "+who.Role)
		w.WriteHeader(http.StatusTeapot)
		w.WriteHeader(http.StatusOK) // too late, as in net/http
	})
	f := m.forward(t, events.ForwardedRequest{
		Method: http.MethodPatch, Target: "/v1/policy/rule?scope=local&x=%20", Header: map[string][]string{"Accept": {"application/json"}},
		User: "alice", Role: "reader",
	}, nil)
	f.finish()
	if f.head.Status != http.StatusTeapot {
		t.Errorf("status %d, want 418", f.head.Status)
	}
	if got, want := http.Header(f.head.Header).Get("X-Seen"), "PATCH /v1/policy/rule?scope=local&x=%20 application/json alice reader"; got != want {
		t.Errorf("the handler saw %q, want %q", got, want)
	}
}

func TestAgent_aHandlerThatSaysNothingAnswersOK(t *testing.T) {
	m := openMaster(t)
	m.serve(t, func(http.ResponseWriter, *http.Request) {})
	f := m.forward(t, events.ForwardedRequest{Method: http.MethodGet, Target: "/"}, nil)
	f.finish()
	if f.head.Status != http.StatusOK || f.got.Len() != 0 {
		t.Errorf("status %d with %d bytes, want 200 with none", f.head.Status, f.got.Len())
	}
}

// TestAgent_carriesBodiesBothWays echoes them.
func TestAgent_carriesBodiesBothWays(t *testing.T) {
	m := openMaster(t)
	m.serve(t, func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.New()
		body, err := io.ReadAll(io.TeeReader(r.Body, sum))
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("X-Length", strconv.FormatInt(r.ContentLength, 10))
		if _, err := w.Write(body); err != nil {
			t.Error(err)
		}
	})
	for name, size := range map[string]int{
		"nothing": 0, "one byte": 1, "a byte less than a part": events.MaxPart - 1, "exactly a part": events.MaxPart,
		"a byte more": events.MaxPart + 1, "two parts": 2 * events.MaxPart, "three megabytes": 3 << 20,
	} {
		for kind, length := range map[string]int64{"": int64(size), ", of unknown length": -1} {
			t.Run(name+kind, func(t *testing.T) {
				body := bytes.Repeat([]byte("0123456789abcde"), size/15+1)[:size]
				f := m.forward(t, events.ForwardedRequest{Method: http.MethodPost, Target: "/echo", Length: length}, body)
				f.finish()
				if f.head.Status != http.StatusOK || !bytes.Equal(f.got.Bytes(), body) {
					t.Errorf("status %d with %d bytes, want 200 with the %d that were sent", f.head.Status, f.got.Len(), size)
				}
				if got := http.Header(f.head.Header).Get("X-Length"); got != strconv.FormatInt(length, 10) {
					t.Errorf("the handler saw length %s, want %d", got, length)
				}
			})
		}
	}
}

func TestAgent_flushSendsWhatThereIs(t *testing.T) {
	m := openMaster(t)
	gate := make(chan struct{})
	m.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, line := range []string{"one", "two"} {
			if _, err := io.WriteString(w, line); err != nil {
				t.Error(err)
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-gate
		}
	})
	f := m.forward(t, events.ForwardedRequest{Method: http.MethodGet, Target: "/stream"}, nil)
	for _, want := range []string{"one", "onetwo"} {
		for f.next() != events.PartBody {
		}
		if got := f.got.String(); got != want {
			t.Errorf("so far %q, want %q", got, want)
		}
		gate <- struct{}{}
	}
	f.finish()
}

// TestAgent_endsAHandlerWhoseCallerIsGone: a feed that nobody reads must not go on for ever.
func TestAgent_endsAHandlerWhoseCallerIsGone(t *testing.T) {
	m := openMaster(t)
	ended := make(chan error, 1)
	m.serve(t, func(w http.ResponseWriter, r *http.Request) {
		flush := http.NewResponseController(w).Flush
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, "more"); err != nil {
				break
			}
			if err := flush(); err != nil {
				break
			}
		}
		<-r.Context().Done()
		_, err := io.WriteString(w, "and more")
		ended <- err
	})
	f := m.forward(t, events.ForwardedRequest{Method: http.MethodGet, Target: "/stream"}, nil)
	for f.next() != events.PartBody {
	}
	if err := f.replies.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err == nil {
			t.Error("a write after the caller left succeeded")
		}
	case <-time.After(waittest.Patience):
		t.Error("the handler goes on")
	}
}

func TestAgent_passesOverRequestsItCannotRead(t *testing.T) {
	m := openMaster(t)
	m.serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for _, data := range []string{"", "{", `{"nonce":"n","method":"B A D","target":"/"}`, `{"nonce":"n","method":"GET","target":":"}`} {
		if err := m.conn.Publish(events.CtlAccount(m.account, events.SubjectRequest), []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	f := m.forward(t, events.ForwardedRequest{Method: http.MethodGet, Target: "/"}, nil)
	f.finish()
	if f.head.Status != http.StatusNoContent {
		t.Errorf("status %d, want 204", f.head.Status)
	}
}
