package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

func mustJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // messages of ours only
	}
	return data
}

// recorder is an enforcer that passes on what it was given.
type recorder struct {
	got   chan agent.Effective
	fails atomic.Bool
}

func (*recorder) Name() string { return "recorder" }

func (r *recorder) Enforce(ctx context.Context, p agent.Effective) (agent.Verdict, error) {
	select {
	case r.got <- p:
	case <-ctx.Done():
	default: // nobody looks any more
	}
	if r.fails.Load() {
		return agent.Verdict{}, errDisk
	}
	return agent.Verdict{}, nil
}

func TestAgent_reportsWhatItHolds(t *testing.T) {
	m := openMaster(t)
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	a := newAgent(t, func(c *agent.Config) { c.Now = func() time.Time { return at } })
	if !a.Answered().IsZero() || a.Newest() != 0 {
		t.Error("answered before it spoke")
	}
	m.follow(t, a)
	written := m.write(t, groups(3)...)
	waittest.Until(t, "it reports the newest", func() bool { r := m.last.Load(); return r != nil && r.Revision == written.Revision })
	r := m.last.Load()
	if r.Digest != m.ledger.State().Digest() || !r.Clock.Equal(at) || r.Version != "1.2.0" || r.Enforcer != "none" || r.Error != "" {
		t.Errorf("report %+v", r)
	}
	waittest.Until(t, "it hears the answer", func() bool { return a.Newest() == written.Revision })
	if !a.Answered().Equal(at) {
		t.Errorf("answered at %v, want %v", a.Answered(), at)
	}
}

func TestAgent_reportsWhenAsked(t *testing.T) {
	m := openMaster(t)
	m.follow(t, newAgent(t))
	waittest.Until(t, "it reports", func() bool { return m.beats.Load() > 0 })
	const asked = 20 // by itself it reports every two seconds
	began := time.Now()
	for range asked {
		before := m.beats.Load()
		if err := m.conn.Publish(events.CtlAccount(m.account, events.SubjectReport), nil); err != nil {
			t.Fatal(err)
		}
		waittest.Until(t, "it reports again", func() bool { return m.beats.Load() > before })
	}
	if took := time.Since(began); took > asked*time.Second {
		t.Errorf("%d reports took %s, as if nobody had asked", asked, took)
	}
}

// TestAgent_believesTheAnswer: what a heartbeat's answer says is what the agent fetches.
func TestAgent_believesTheAnswer(t *testing.T) {
	m := openMaster(t)
	m.write(t, groups(5)...)
	a := newAgent(t)
	m.follow(t, a)
	waittest.Until(t, "in sync", func() bool { return m.same(a) })

	// An event that is in no log makes it diverge; the master sees that by the digest of the same revision.
	last := waittest.Must(m.ledger.Reader().Read(t.Context(), 5, 1))(t)[0]
	m.send(t, next(last, group("fed.forged")))
	waittest.Until(t, "in sync again", func() bool {
		a.Report()
		return m.same(a)
	})
}

func TestAgent_takesADismissal(t *testing.T) {
	m := openMaster(t)
	left := waittest.Must(m.conn.SubscribeSync(events.UpAccount("*", events.SubjectLeave)))(t)
	conn := m.connect(t)
	a := newAgent(t)
	_, wait := start(t, func(ctx context.Context) error { return a.Run(ctx, conn) })
	waittest.Until(t, "it reports", func() bool { return m.beats.Load() > 0 })
	for _, data := range [][]byte{mustJSON(events.Dismissal{Reason: "removed at the master"})} {
		if err := m.conn.Publish(events.CtlAccount(m.account, events.SubjectDismiss), data); err != nil {
			t.Fatal(err)
		}
	}
	heard := waittest.Must(left.NextMsg(waittest.Patience))(t)
	if events.AccountOf(heard.Subject) != m.account {
		t.Errorf("%s confirmed it", heard.Subject)
	}
	if err := heard.Respond(mustJSON(events.LeaveAnswer{})); err != nil {
		t.Fatal(err)
	}
	err := wait()
	if !errors.Is(err, agent.ErrDismissed) || err.Error() != agent.ErrDismissed.Error()+": removed at the master" {
		t.Errorf("it ended with %v", err)
	}
}

func TestAgent_tellsOfAProbe(t *testing.T) {
	m := openMaster(t)
	probed := make(chan string, 1)
	m.follow(t, newAgent(t, func(c *agent.Config) { c.Probed = func(data []byte) { probed <- string(data) } }))
	waittest.Until(t, "it reports", func() bool { return m.beats.Load() > 0 })
	if err := m.conn.PublishMsg(&nats.Msg{Subject: events.SubjectProbe, Data: []byte("17")}); err != nil {
		t.Fatal(err)
	}
	if got := <-probed; got != "17" {
		t.Errorf("probed with %q", got)
	}
}
