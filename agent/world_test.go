package agent_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/events/bus"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

var quiet = slog.New(slog.DiscardHandler)

// master is what an agent meets: the log RULES, the account of one cluster, and answers to heartbeats.
type master struct {
	*bus.Server
	keys       *bus.Keyring
	ledger     *bus.Ledger[*policy.State]
	conn       *nats.Conn // in FED
	signer     nkeys.KeyPair
	account    string // of the cluster
	pin        events.Hash
	hearing    sync.Mutex   // held while a heartbeat is answered
	mute       atomic.Bool  // heartbeats are not answered
	unanswered atomic.Int64 // heartbeats heard while mute
	spread     atomic.Int64
	beats      atomic.Int64
	last       atomic.Pointer[events.Health]
	view       atomic.Pointer[events.View] // that the cluster is to have
	forgetful  atomic.Bool                 // reports of the enforcer are not asked for
	ahead      time.Time                   // since when a revision is reported that was never made; hear's own
	fetches    *nats.Subscription          // questions for stored events, of the agent or the master itself

	mu      sync.Mutex
	parts   []events.ReportPart // of the enforcer's reports, in order
	reports map[events.Hash]events.Report
}

func openMaster(t *testing.T) *master {
	t.Helper()
	m := &master{keys: bus.NewKeyring(), reports: map[events.Hash]events.Report{}}
	m.view.Store(&events.View{})
	ca := waittest.Must(bus.OpenAuthority(m.keys, time.Now()))(t)
	m.pin = ca.Pin()
	m.Server = waittest.Must(bus.OpenServer(bus.ServerConfig{
		Name: "master", StoreDir: t.TempDir(), Keys: m.keys, Logger: quiet,
		Accounts: []string{bus.AccountFed, bus.AccountJoin, bus.AccountLocal},
		Leaf:     &bus.LeafListener{Listener: waittest.Address(t), TLS: waittest.Must(ca.ServerTLS([]string{"127.0.0.1"}, time.Now()))(t)},
	}))(t)
	t.Cleanup(m.Close)
	m.conn = waittest.Must(m.Connect(bus.AccountFed))(t)
	m.signer = waittest.Must(m.keys.Account("agents"))(t)
	m.account = waittest.Must(m.AccountID("oslo"))(t)
	if err := m.AdmitCluster(m.account, "oslo", waittest.Must(m.signer.PublicKey())(t)); err != nil {
		t.Fatal(err)
	}
	m.ledger = waittest.Must(bus.OpenLedger(t.Context(), bus.LedgerConfig[*policy.State]{
		Log: events.Rules, Server: m.Server, Conn: m.conn, Source: "/clusters/master", Logger: quiet, Now: time.Now, NewID: uuid.NewString,
		Empty: func() *policy.State { return policy.NewState(policy.ScopeFederal) },
	}))(t)
	run(t, m.ledger.Run)
	waittest.Must(m.conn.Subscribe(events.UpAccount("*", events.SubjectHealth), m.hear))(t)
	waittest.Must(m.conn.Subscribe(events.UpAccount("*", events.SubjectEnforced), m.hearReport))(t)
	m.fetches = waittest.Must(m.conn.SubscribeSync(directGet))(t)
	if err := m.fetches.SetPendingLimits(-1, -1); err != nil {
		t.Fatal(err)
	}
	if err := m.conn.Flush(); err != nil {
		t.Fatal(err)
	}
	return m
}

// fallSilent stops answering heartbeats; no answer speaks of anything that happens later.
func (m *master) fallSilent() {
	m.hearing.Lock()
	defer m.hearing.Unlock()
	m.mute.Store(true)
}

// fetched returns how many questions for stored events were asked so far.
func (m *master) fetched(t *testing.T) int {
	t.Helper()
	if err := m.conn.Flush(); err != nil { // the server has sent what it took before
		t.Fatal(err)
	}
	n, _, err := m.fetches.Pending()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// directGet is where JetStream answers questions for the events of RULES.
const directGet = "$JS.API.DIRECT.GET.RULES"

// run runs f until the test ends or stop is called.
func run(t *testing.T, f func(context.Context) error) (stop func()) {
	t.Helper()
	stop, wait := start(t, f)
	stop = sync.OnceFunc(func(stop func()) func() {
		return func() {
			stop()
			if err := wait(); err != nil {
				t.Error(err)
			}
		}
	}(stop))
	t.Cleanup(stop)
	return stop
}

// start runs f until stop is called; wait returns what f returned.
func start(t waittest.TB, f func(context.Context) error) (stop func(), wait func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	return cancel, sync.OnceValue(func() error { return <-done })
}

// aheadPatience is less than a hub's: tests wait for what follows.
const aheadPatience = 50 * time.Millisecond

// hear answers a heartbeat as a hub does.
func (m *master) hear(msg *nats.Msg) {
	var report events.Health
	if err := json.Unmarshal(msg.Data, &report); err != nil {
		return
	}
	m.hearing.Lock()
	defer m.hearing.Unlock()
	if m.mute.Load() {
		m.unanswered.Add(1)
		return
	}
	m.last.Store(&report)
	m.beats.Add(1)
	s, view := m.ledger.State(), *m.view.Load()
	sees := report.View == view.Hash()
	wrong := sees && report.Revision == s.Revision() && report.Digest != s.DigestFor(view)
	if report.Revision <= s.Revision() {
		m.ahead = time.Time{}
	} else if m.ahead.IsZero() {
		m.ahead = time.Now()
	}
	ahead := !m.ahead.IsZero() && time.Since(m.ahead) > aheadPatience
	answer := events.HealthAnswer{
		Revision: s.Revision(), Diverged: wrong || ahead, Clock: time.Now(), SpreadMS: m.spread.Load(),
		Report: !m.forgetful.Load() && !report.Report.IsZero() && !m.has(report.Report),
	}
	if !sees {
		answer.View = &view
	}
	data, err := json.Marshal(answer)
	if err == nil {
		err = msg.Respond(data)
	}
	if err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
		panic(err) // no test answers after its end
	}
}

// hearReport takes a part of what the enforcer says, and puts a report together whose parts came in a row.
func (m *master) hearReport(msg *nats.Msg) {
	var part events.ReportPart
	if err := json.Unmarshal(msg.Data, &part); err != nil {
		panic(err) // an agent of ours sent it
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.parts = append(m.parts, part)
	if part.Index != part.Size-1 || len(m.parts) < part.Size {
		return
	}
	var data []byte
	for _, p := range m.parts[len(m.parts)-part.Size:] {
		data = append(data, p.Data...)
	}
	var report events.Report
	if err := json.Unmarshal(data, &report); err == nil && sha256.Sum256(data) == [sha256.Size]byte(part.Hash) {
		m.reports[part.Hash] = report
	}
}

func (m *master) has(report events.Hash) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.reports[report]
	return ok
}

// reported returns the report that the newest heartbeat names, if it came in.
func (m *master) reported() (events.Report, bool) {
	last := m.last.Load()
	if last == nil {
		return events.Report{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.reports[last.Report]
	return r, ok
}

// show says from now on what the cluster is to hold, and with told tells it at once.
func (m *master) show(t waittest.TB, view events.View, told bool) {
	t.Helper()
	m.view.Store(&view)
	if told {
		m.tell(t, events.SubjectView, view)
	}
}

// tell sends the cluster a message.
func (m *master) tell(t waittest.TB, subject string, message any) {
	t.Helper()
	if err := m.conn.Publish(events.CtlAccount(m.account, subject), mustJSON(message)); err != nil {
		t.Fatal(err)
	}
	if err := m.conn.Flush(); err != nil {
		t.Fatal(err)
	}
}

// write stores one change set.
func (m *master) write(t waittest.TB, facts ...events.Fact) bus.Receipt {
	t.Helper()
	return waittest.Must(m.ledger.Do(t.Context(), "alice", func(*policy.State, time.Time) ([]events.Fact, error) { return facts, nil }))(t)
}

// send sends an event to the remotes that is in no log.
func (m *master) send(t waittest.TB, e events.Event) {
	t.Helper()
	live := "fed.live." + e.Subject[len("fed.rules."):]
	if err := m.conn.PublishMsg(&nats.Msg{Subject: live, Header: nats.Header(e.Header()), Data: e.Data}); err != nil {
		t.Fatal(err)
	}
	if err := m.conn.Flush(); err != nil {
		t.Fatal(err)
	}
}

func group(name string) events.GroupDefined {
	return events.GroupDefined{Group: events.Group{Name: name, Criteria: []events.Criterion{{Key: "image", Op: "=", Value: name}}}}
}

func groups(n int) []events.Fact {
	var out []events.Fact
	for i := range n {
		out = append(out, group(fmt.Sprintf("fed.g%d", i)))
	}
	return out
}

// applied notes the revisions that an agent went through.
type applied struct {
	mu        sync.Mutex
	revisions []uint64
}

func (a *applied) note(s *policy.State) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revisions = append(a.revisions, s.Revision())
}

func (a *applied) list() []uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]uint64(nil), a.revisions...)
}

// want wants exactly these revisions; the last one may be on its way.
func (a *applied) want(t *testing.T, revisions ...uint64) {
	t.Helper()
	waittest.Until(t, "as many revisions are applied", func() bool { return len(a.list()) >= len(revisions) })
	if got := a.list(); !slices.Equal(got, revisions) {
		t.Errorf("went through revisions %v, want %v", got, revisions)
	}
}

// newAgent returns an agent, changed by edits, that is not running.
func newAgent(t waittest.TB, edits ...func(*agent.Config)) *agent.Agent {
	t.Helper()
	cfg := agent.Config{Version: "1.2.0", Enforcer: agent.None{}, Logger: quiet, Now: time.Now}
	for _, edit := range edits {
		edit(&cfg)
	}
	return waittest.Must(agent.New(t.Context(), cfg))(t)
}

// connect returns a connection with the rights of a cluster's agent.
func (m *master) connect(t waittest.TB) *nats.Conn {
	t.Helper()
	return waittest.Must(m.ConnectCluster(m.account, m.signer))(t)
}

// follow runs an agent on a connection of its own until the test ends or stop is called.
func (m *master) follow(t *testing.T, a *agent.Agent) (stop func()) {
	t.Helper()
	conn := m.connect(t)
	return run(t, func(ctx context.Context) error { return a.Run(ctx, conn) })
}

// same reports whether the agent holds what the master has for it.
func (m *master) same(a *agent.Agent) bool {
	mine, its, view := m.ledger.State(), a.Policy(), *m.view.Load()
	has, seen := its.View()
	return seen && has.Hash() == view.Hash() && mine.Revision() == its.Revision() && mine.DigestFor(view) == its.Digest()
}

func hasGroup(a *agent.Agent, name string) bool {
	_, ok := policy.Get[events.Group](a.Policy(), name)
	return ok
}
