package hub_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"github.com/nats-io/nuid"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
)

const masterID = "0123456789abcdef0123456789abcdef"

var quiet = slog.New(slog.DiscardHandler)

// open runs a hub in dir until the test ends or stop is called.
func open(t *testing.T, dir string, edits ...func(*hub.Config)) (h *hub.Hub, stop func()) {
	t.Helper()
	cfg := hub.Config{
		ID: masterID, Name: "master", Address: events.RestInfo{Server: "127.0.0.1"}, Listen: "127.0.0.1:0", StoreDir: dir + "/hub",
		Keys: waittest.Must(bus.OpenKeyring(dir + "/keys"))(t), Version: "1.2.0", Oldest: "1.0.0", Logger: quiet, Now: time.Now, NewID: uuid.NewString,
	}
	for _, edit := range edits {
		edit(&cfg)
	}
	h = waittest.Must(hub.Open(t.Context(), cfg))(t)
	stop = running(t, h.Run)
	t.Cleanup(stop)
	select {
	case <-h.Ready():
	case <-t.Context().Done():
	}
	return h, stop
}

// running runs f until stop is called.
func running(t *testing.T, f func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := f(ctx); err != nil {
			t.Error(err)
		}
	})
	return sync.OnceFunc(func() { cancel(); wg.Wait() })
}

// mint returns a token for one cluster.
func mint(t *testing.T, h *hub.Hub) hub.Token {
	t.Helper()
	return waittest.Must(h.MintToken(t.Context(), hub.TokenRequest{Actor: "alice", Lifetime: time.Hour, Uses: 1}))(t)
}

// remote is a cluster that speaks to the hub as an agent would.
type remote struct {
	id   string
	name string
	key  nkeys.KeyPair
}

func newRemote(t *testing.T, name string) *remote {
	t.Helper()
	id := uuid.New()
	return &remote{id: hexOf(id), name: name, key: waittest.Must(nkeys.CreateUser())(t)}
}

// join asks to join with the text of a token, at most until it is heard.
func (r *remote) join(t *testing.T, secret string) events.Admission {
	t.Helper()
	token := waittest.Must(bus.ParseToken(secret))(t)
	leaf := waittest.Must(bus.OpenLeaf(t.Context(), bus.LeafConfig{
		Master: token.Master, Pin: token.Pin, Logger: quiet, Credential: func() bus.Credential { return bus.Credential{JWT: secret} },
	}))(t)
	defer leaf.Close()
	var answer events.Admission
	r.ask(t, leaf, events.JoinSubject(token.ID), bus.JoinInbox(token.ID)+r.id, events.JoinAsk{
		Cluster: r.id, Name: r.name, Key: waittest.Must(r.key.PublicKey())(t), Version: "1.2.0", Clock: time.Now(),
	}, &answer)
	return answer
}

// connect opens the connection of a member.
func (r *remote) connect(t *testing.T, a events.Admission) *bus.Leaf {
	t.Helper()
	leaf := waittest.Must(bus.OpenLeaf(t.Context(), bus.LeafConfig{
		Master: a.Master.Address, Pin: a.Master.Pin, Logger: quiet, Credential: func() bus.Credential { return bus.Credential{JWT: a.UserJWT, Key: r.key} },
	}))(t)
	t.Cleanup(leaf.Close)
	return leaf
}

// comeBack asks whether the remote is still a member.
func (r *remote) comeBack(t *testing.T, a events.Admission) events.Admission {
	t.Helper()
	leaf := waittest.Must(bus.OpenLeaf(t.Context(), bus.LeafConfig{
		Master: a.Master.Address, Pin: a.Master.Pin, Logger: quiet, Credential: func() bus.Credential { return bus.Credential{JWT: a.ReturnJWT, Key: r.key} },
	}))(t)
	defer leaf.Close()
	var answer events.Admission
	r.ask(t, leaf, events.ReturnSubject(r.id), bus.JoinInbox(r.id)+nuid.Next(), events.ReturnAsk{Version: "1.2.0"}, &answer)
	return answer
}

// ask repeats a question until it is answered: a connection needs a moment to come about.
func (*remote) ask(t *testing.T, leaf *bus.Leaf, subject, inbox string, question, answer any) {
	t.Helper()
	data := waittest.Must(json.Marshal(question))(t)
	sub := waittest.Must(leaf.Conn().SubscribeSync(inbox))(t)
	waittest.Until(t, "an answer on "+subject, func() bool {
		if err := leaf.Conn().PublishRequest(subject, inbox, data); err != nil {
			t.Error(err)
			return true
		}
		m, err := sub.NextMsg(5 * time.Second)
		if err != nil || len(m.Data) == 0 {
			return false
		}
		if err := json.Unmarshal(m.Data, answer); err != nil {
			t.Error(err)
		}
		return true
	})
}

// beat reports to the hub and returns its answer.
func beat(t *testing.T, conn *nats.Conn, report events.Health) events.HealthAnswer {
	t.Helper()
	data := waittest.Must(json.Marshal(report))(t)
	var m *nats.Msg
	waittest.Until(t, "an answer to a heartbeat", func() bool {
		var err error
		m, err = conn.Request(events.SubjectHealth, data, time.Second)
		return err == nil
	})
	var answer events.HealthAnswer
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}
