package hub_test

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// clock is a time that stands still until a test moves it. It counts how often it is looked at.
type clock struct{ at, looks atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Now().Truncate(time.Second).UnixNano())
	return c
}

func (c *clock) now() time.Time {
	c.looks.Add(1)
	return time.Unix(0, c.at.Load()).UTC()
}

func (c *clock) move(by time.Duration)  { c.at.Add(int64(by)) }
func (c *clock) config(cfg *hub.Config) { cfg.Now = c.now }

// puppet is a member that holds and reports what a test has it hold and report.
type puppet struct {
	*remote
	t         *testing.T
	clock     *clock
	admission events.Admission
	conn      *nats.Conn
	cut       func() // ends its connection
	views     *nats.Subscription
	asks      *nats.Subscription // of resyncs

	health  events.Health // as it is reported next, but for its clock
	view    events.View   // that it goes by
	deaf    bool          // to what the hub says: it holds what it holds
	stuck   bool          // its enforcer is not done with what it holds
	message *events.Report
}

// world is a hub, its clock, and puppets: the master's own cluster is the first.
type world struct {
	*hub.Hub
	t       *testing.T
	clock   *clock
	dir     string
	stop    func()
	puppets []*puppet
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: newClock(), dir: t.TempDir()}
	w.start()
	return w
}

func (w *world) start() {
	w.t.Helper()
	w.Hub, w.stop = open(w.t, w.dir, w.clock.config)
	if len(w.puppets) == 0 {
		w.puppets = []*puppet{{t: w.t, clock: w.clock, remote: &remote{id: masterID, name: "master"}, health: idle}}
	}
	for _, p := range w.puppets {
		p.connect(w.Hub)
	}
	w.follow()
}

// idle is how a cluster without an enforcer reports.
var idle = events.Health{Enforcer: "none", Version: "1.2.0"}

// restart stops the hub, and starts it when between is done. The puppets find it again.
func (w *world) restart(between func()) {
	w.t.Helper()
	for _, p := range w.puppets {
		p.cut()
	}
	w.stop()
	between()
	w.start()
}

// join has a puppet join with the given labels, and report.
func (w *world) join(name string, labels events.Labels) *puppet {
	w.t.Helper()
	token := waittest.Must(w.MintToken(w.t.Context(), hub.TokenRequest{Actor: "alice", Lifetime: time.Hour, Uses: 1, Labels: labels}))(w.t)
	p := &puppet{t: w.t, clock: w.clock, remote: newRemote(w.t, name), health: idle}
	if p.admission = p.join(w.t, token.Secret); p.admission.Refusal != nil {
		w.t.Fatal(p.admission.Refusal)
	}
	w.puppets = append(w.puppets, p)
	p.connect(w.Hub)
	p.follow(w.Hub)
	return p
}

// connect opens the puppet's connection, the one of the master's own cluster in the process.
func (p *puppet) connect(h *hub.Hub) {
	p.t.Helper()
	if p.id == masterID {
		p.conn = waittest.Must(h.ConnectOwn())(p.t)
		p.cut = p.conn.Close
	} else {
		p.admission.Master.Address = h.Address() // port 0: another one after a restart
		leaf := p.remote.connect(p.t, p.admission)
		p.conn, p.cut = leaf.Conn(), leaf.Close
	}
	p.views = waittest.Must(p.conn.SubscribeSync(events.SubjectView))(p.t)
	p.asks = waittest.Must(p.conn.SubscribeSync(events.SubjectReport))(p.t)
	p.beat() // once it is answered, the hub reaches the puppet
}

// beat reports once.
func (p *puppet) beat() events.HealthAnswer {
	p.t.Helper()
	p.health.Clock = p.clock.now()
	return beat(p.t, p.conn, p.health)
}

// follow takes what the hub wants it to hold, and reports until the hub wants nothing more; a deaf one only reports.
func (p *puppet) follow(h *hub.Hub) {
	p.t.Helper()
	for {
		answer := p.beat()
		if p.deaf {
			return
		}
		if answer.View != nil {
			p.view = *answer.View
		}
		if answer.Report {
			p.send()
		}
		reported := p.health
		p.holds(h.Policy())
		p.health.Clock = reported.Clock
		if p.health == reported && !answer.Report && !answer.Diverged {
			return
		}
	}
}

// holds has the puppet hold a policy, in the view that it goes by.
func (p *puppet) holds(s *policy.State) {
	p.health.Revision, p.health.Digest, p.health.View = s.Revision(), s.DigestFor(p.view), p.view.Hash()
	if p.message != nil && !p.stuck {
		p.health.Enforced, p.health.Tried = p.health.Revision, p.health.Revision
	}
}

// enforces gives the puppet an enforcer that says r.
func (p *puppet) enforces(r events.Report) {
	p.t.Helper()
	data := waittest.Must(json.Marshal(r))(p.t)
	p.health.Enforcer, p.health.Report, p.message = "test", sha256.Sum256(data), &r
}

// send sends the report, in two parts.
func (p *puppet) send() {
	p.t.Helper()
	data := waittest.Must(json.Marshal(p.message))(p.t)
	for i, part := range [][]byte{data[:len(data)/2], data[len(data)/2:]} {
		msg := waittest.Must(json.Marshal(events.ReportPart{Hash: p.health.Report, Index: i, Size: 2, Data: part}))(p.t)
		if err := p.conn.Publish(events.SubjectEnforced, msg); err != nil {
			p.t.Fatal(err)
		}
	}
}

// told returns the next view that the hub told it.
func (p *puppet) told() events.View {
	p.t.Helper()
	msg := waittest.Must(p.views.NextMsg(waittest.Patience))(p.t)
	var view events.View
	if err := json.Unmarshal(msg.Data, &view); err != nil {
		p.t.Fatal(err)
	}
	return view
}

func (p *puppet) status(h *hub.Hub) hub.Status {
	p.t.Helper()
	return waittest.Must(h.Summary(p.id))(p.t).Status
}

// beats is less than a hub may miss before it takes a cluster for disconnected.
const beats = 3 * time.Second

// pass lets time pass in which every puppet follows the hub.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for d > 0 {
		step := min(d, beats)
		w.clock.move(step)
		d -= step
		w.follow()
	}
}

// follow has every connected puppet follow the hub.
func (w *world) follow() {
	w.t.Helper()
	for _, p := range w.puppets {
		if !p.conn.IsClosed() {
			p.follow(w.Hub)
		}
	}
}

// until lets time pass until ok.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	waittest.Until(w.t, what, func() bool {
		if ok() {
			return true
		}
		w.pass(time.Second)
		return ok()
	})
}

// change decides and stores a change of the policy.
func (w *world) change(d policy.Decision) bus.Receipt {
	w.t.Helper()
	return waittest.Must(w.Change(w.t.Context(), "alice", d))(w.t)
}

// put defines a group for the clusters that targets choose.
func put(name, value, targets string) policy.Decision {
	return policy.Put(policy.GroupConfig{
		Name: name, Criteria: &[]events.Criterion{{Key: "image", Op: "=", Value: value}}, Claims: policy.Claims{Targets: &targets},
	})
}

// raw stores facts as they are.
func raw(facts ...events.Fact) policy.Decision {
	return func(*policy.State, time.Time) ([]events.Fact, error) { return facts, nil }
}

// groups returns facts about n groups whose names begin with the prefix.
func groups(prefix string, n int) []events.Fact {
	out := make([]events.Fact, 0, n)
	for i := range n {
		out = append(out, events.GroupDefined{Group: events.Group{
			Name: prefix + strings.Repeat("x", i%3) + hexNumber(i), Criteria: []events.Criterion{{Key: "image", Op: "=", Value: "x"}},
		}})
	}
	return out
}

func hexNumber(n int) string {
	digits := []byte{}
	for ; n > 0 || len(digits) == 0; n /= 16 {
		digits = append(digits, "0123456789abcdef"[n%16])
	}
	slices.Reverse(digits)
	return string(digits)
}
