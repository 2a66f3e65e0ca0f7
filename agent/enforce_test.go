package agent_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// enforcer is one that a test speaks for. While its gate is closed it is not done.
type enforcer struct {
	says atomic.Pointer[opinion]
	gate chan chan struct{} // what Enforce waits for
	busy atomic.Int64       // how many times Enforce was called
	done atomic.Int64       // how many times it returned
}

type opinion struct {
	verdict agent.Verdict
	err     error
}

func newEnforcer() *enforcer {
	e := &enforcer{gate: make(chan chan struct{}, 1)}
	e.open()
	e.say(agent.Verdict{}, nil)
	return e
}

func (e *enforcer) say(v agent.Verdict, err error) { e.says.Store(&opinion{v, err}) }

// shut keeps Enforce from returning until open.
func (e *enforcer) shut() {
	<-e.gate
	e.gate <- make(chan struct{})
}

func (e *enforcer) open() {
	select {
	case gate := <-e.gate:
		close(gate)
	default:
	}
	open := make(chan struct{})
	close(open)
	e.gate <- open
}

// Name implements [agent.Enforcer].
func (*enforcer) Name() string { return "test" }

// Enforce implements [agent.Enforcer].
func (e *enforcer) Enforce(ctx context.Context, _ agent.Effective) (agent.Verdict, error) {
	gate := <-e.gate
	e.gate <- gate
	e.busy.Add(1)
	select {
	case <-gate:
	case <-ctx.Done():
	}
	e.done.Add(1)
	o := e.says.Load()
	return o.verdict, o.err
}

// clock is a time that a test sets.
type clock struct{ at atomic.Int64 }

func (c *clock) set(at time.Time) { c.at.Store(at.UnixNano()) }
func (c *clock) now() time.Time   { return time.Unix(0, c.at.Load()).UTC() }

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func objectState(name string, state events.Enforcement, reason string, since time.Time) events.ObjectState {
	return events.ObjectState{Object: events.About{Kind: events.ObjectGroup, Name: name}, State: state, Reason: reason, Since: since}
}

// TestAgent_reportsWhatItsEnforcerSays goes from verdict to verdict, an hour apart: what stays as it was keeps its
// time.
func TestAgent_reportsWhatItsEnforcerSays(t *testing.T) {
	m := openMaster(t)
	e := newEnforcer()
	c := &clock{}
	c.set(noon)
	a := newAgent(t, func(cfg *agent.Config) { cfg.Enforcer, cfg.Now = e, c.now })
	m.follow(t, a)
	hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
	steps := []struct {
		verdict agent.Verdict
		err     error
		want    events.Report
		trouble string
	}{
		1: {want: events.Report{State: events.Enforced, Since: hour(1)}},
		2: {
			verdict: agent.Verdict{Objects: []events.ObjectState{
				objectState("fed.b", events.Failed, "disk", time.Time{}), objectState("fed.a", events.Unsupported, "no", time.Time{}),
				{Object: events.About{Kind: events.ObjectDLPSensor, Name: "fed.z"}, State: events.Partial, Reason: "two of three"},
			}},
			want: events.Report{State: events.Enforced, Since: hour(1), Objects: []events.ObjectState{
				{Object: events.About{Kind: events.ObjectDLPSensor, Name: "fed.z"}, State: events.Partial, Reason: "two of three", Since: hour(2)},
				objectState("fed.a", events.Unsupported, "no", hour(2)), objectState("fed.b", events.Failed, "disk", hour(2)),
			}},
		},
		3: {
			verdict: agent.Verdict{Objects: []events.ObjectState{
				objectState("fed.a", events.Unsupported, "no", time.Time{}), objectState("fed.b", events.Failed, "another disk", time.Time{}),
			}},
			want: events.Report{State: events.Enforced, Since: hour(1), Objects: []events.ObjectState{
				objectState("fed.a", events.Unsupported, "no", hour(2)), objectState("fed.b", events.Failed, "another disk", hour(3)),
			}},
		},
		4: {
			verdict: agent.Verdict{State: events.Partial, Reason: "half a node is new"},
			want:    events.Report{State: events.Partial, Reason: "half a node is new", Since: hour(4)},
		},
		5: {err: errDisk, want: events.Report{State: events.Failed, Reason: "disk", Since: hour(5)}, trouble: "enforcer test: disk"},
		6: {
			verdict: agent.Verdict{Objects: []events.ObjectState{objectState("fed.a", events.Unsupported, "no", time.Time{})}},
			want:    events.Report{State: events.Enforced, Since: hour(6), Objects: []events.ObjectState{objectState("fed.a", events.Unsupported, "no", hour(6))}},
		},
	}
	for n, step := range steps {
		if n == 0 {
			continue
		}
		if n == 1 {
			waittest.Until(t, "it began", func() bool { return e.done.Load() > 0 && m.last.Load() != nil })
			e.say(agent.Verdict{State: events.Idle}, nil) // so that the first step is news
			m.write(t, group("fed.first"))
			waittest.Until(t, "it is idle", func() bool { r, ok := m.reported(); return ok && r.State == events.Idle })
		}
		c.set(hour(n))
		e.say(step.verdict, step.err)
		m.write(t, group(fmt.Sprintf("fed.step%d", n)))
		waittest.Until(t, fmt.Sprintf("the report of step %d", n), func() bool {
			r, ok := m.reported()
			return ok && cmp.Equal(r, step.want)
		})
		if a.Trouble() != step.trouble || m.last.Load().Error != step.trouble {
			t.Errorf("step %d: trouble %q, reported %q, want %q", n, a.Trouble(), m.last.Load().Error, step.trouble)
		}
	}
}

func TestAgent_withoutAnEnforcerReportsNoVerdict(t *testing.T) {
	m := openMaster(t)
	a := newAgent(t)
	m.follow(t, a)
	m.write(t, group("fed.a"))
	waittest.Until(t, "it reports the newest", func() bool { r := m.last.Load(); return r != nil && r.Revision == 1 })
	if r := m.last.Load(); r.Enforced != 0 || !r.Report.IsZero() || r.Enforcer != "none" {
		t.Errorf("report %+v, want no word of an enforcer", r)
	}
}

// TestAgent_saysEnforcedOnlyOfWhatIs looks at every heartbeat while the enforcer is busy: what it is done with is not
// what is held then.
func TestAgent_saysEnforcedOnlyOfWhatIs(t *testing.T) {
	prod := inEnv("prod")
	r := newRollout(t)
	tests := map[string]struct {
		change func(*testing.T, *master)
		want   uint64 // reported as enforced until the enforcer is done
	}{
		"a new revision": {
			change: func(t *testing.T, m *master) {
				t.Helper()
				m.write(t, group("fed.next"))
			},
			want: 4, // the one before
		},
		"other labels": {
			change: func(t *testing.T, m *master) {
				t.Helper()
				m.show(t, inEnv("test"), true)
			},
		},
		"a rollout reaches it": {
			change: func(t *testing.T, m *master) {
				t.Helper()
				m.show(t, events.View{Labels: prod.Labels, Rollouts: []string{"r1"}}, true)
			},
		},
		"everything fetched again": {
			change: func(t *testing.T, m *master) {
				t.Helper()
				m.tell(t, events.SubjectReport, events.Resync{ID: "again", Anew: true})
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := openMaster(t)
			m.show(t, prod, false)
			e := newEnforcer()
			a := newAgent(t, func(c *agent.Config) { c.Enforcer = e })
			m.write(t, group("fed.a"))
			m.write(t, r.start...)
			m.follow(t, a)
			done := func() bool {
				last := m.last.Load()
				view := *m.view.Load()
				return m.same(a) && last != nil && last.View == view.Hash() && last.Revision == m.ledger.Revision() && last.Enforced == last.Revision
			}
			waittest.Until(t, "it is enforced", done)
			e.shut()
			called := e.busy.Load()
			tt.change(t, m)
			waittest.Until(t, "the enforcer is busy", func() bool { return e.busy.Load() > called })
			beats := m.beats.Load()
			waittest.Until(t, "it reports", func() bool { a.Report(); return m.beats.Load() > beats+1 })
			if last := m.last.Load(); !m.same(a) || last.Revision != m.ledger.Revision() || last.Enforced != tt.want {
				t.Errorf("at revision %d, enforced %d, want %d and %d", last.Revision, last.Enforced, m.ledger.Revision(), tt.want)
			}
			e.open()
			waittest.Until(t, "it is enforced again", done)
		})
	}
}

// TestAgent_isNotDoneWithWhatFailed: an error leaves the revision at what was enforced before.
func TestAgent_isNotDoneWithWhatFailed(t *testing.T) {
	m := openMaster(t)
	e := newEnforcer()
	a := newAgent(t, func(c *agent.Config) { c.Enforcer = e })
	m.follow(t, a)
	m.write(t, group("fed.a"))
	waittest.Until(t, "it is enforced", func() bool { r := m.last.Load(); return r != nil && r.Enforced == 1 })
	e.say(agent.Verdict{}, errDisk)
	m.write(t, group("fed.b"))
	waittest.Until(t, "it complains", func() bool { r := m.last.Load(); return r.Revision == 2 && r.Error != "" })
	if r := m.last.Load(); r.Enforced != 1 {
		t.Errorf("done with revision %d, and it failed; want 1", r.Enforced)
	}
	e.say(agent.Verdict{}, nil)
	m.write(t, group("fed.c"))
	waittest.Until(t, "it is enforced again", func() bool { r := m.last.Load(); return r.Enforced == 3 && r.Error == "" })
}

// TestAgent_enforcesItsOwnPolicy: a change of the cluster's own policy is handed over, and is no news of the
// federated one.
func TestAgent_enforcesItsOwnPolicy(t *testing.T) {
	m := openMaster(t)
	got := make(chan agent.Effective, 16)
	own := make(chan struct{})
	local := policy.NewState(policy.ScopeLocal)
	a := newAgent(t, func(c *agent.Config) {
		c.Enforcer = &recorder{got: got}
		c.Local = func() (*policy.State, <-chan struct{}) { return local, own }
	})
	m.follow(t, a)
	m.write(t, group("fed.a"))
	for p := range got {
		if p.Federal.Revision() == 1 {
			break
		}
	}
	close(own)
	if p := <-got; p.Federal.Revision() != 1 || p.Local != local {
		t.Errorf("handed over revision %d", p.Federal.Revision())
	}
}

// manyFailures is a verdict whose report does not fit into a message.
func manyFailures(n int) agent.Verdict {
	v := agent.Verdict{}
	for i := range n {
		v.Objects = append(v.Objects, objectState(fmt.Sprintf("fed.g%05d", i), events.Failed, strings.Repeat("why ", 25), time.Time{}))
	}
	return v
}

func TestAgent_sendsALargeReportInParts(t *testing.T) {
	m := openMaster(t)
	e := newEnforcer()
	e.say(manyFailures(8000), nil)
	m.follow(t, newAgent(t, func(c *agent.Config) { c.Enforcer = e }))
	m.write(t, group("fed.a"))
	waittest.Until(t, "the report is there", func() bool { r, ok := m.reported(); return ok && len(r.Objects) == 8000 })
	m.mu.Lock()
	defer m.mu.Unlock()
	var data []byte
	size := m.parts[0].Size
	for i, p := range m.parts[:size] {
		if p.Index != i || p.Size != size || p.Hash != m.parts[0].Hash {
			t.Errorf("part %d is %d of %d of %s", i, p.Index, p.Size, p.Hash)
		}
		data = append(data, p.Data...)
	}
	if sum := sha256.Sum256(data); size < 3 || !bytes.Equal(sum[:], m.parts[0].Hash[:]) {
		t.Errorf("%d parts with the sum %x, want several with %s", size, sum, m.parts[0].Hash)
	}
}

// TestAgent_sendsItsReportWhenAsked: a master that does not ask has it already, one that restarted has not.
func TestAgent_sendsItsReportWhenAsked(t *testing.T) {
	m := openMaster(t)
	m.forgetful.Store(true)
	e := newEnforcer()
	a := newAgent(t, func(c *agent.Config) { c.Enforcer = e })
	m.follow(t, a)
	m.write(t, group("fed.a"))
	waittest.Until(t, "a report is named", func() bool { r := m.last.Load(); return r != nil && r.Enforced == 1 && !r.Report.IsZero() })
	sent := func() int {
		m.mu.Lock()
		defer m.mu.Unlock()
		return len(m.parts)
	}
	if n := sent(); n != 0 {
		t.Errorf("%d parts were sent, and nobody asked", n)
	}
	m.forgetful.Store(false)
	for range 2 {
		a.Report()
		waittest.Until(t, "it is sent", func() bool { _, ok := m.reported(); return ok })
		had := sent()
		beats := m.beats.Load()
		waittest.Until(t, "it goes on", func() bool { a.Report(); return m.beats.Load() > beats+2 })
		if n := sent(); n > had+1 { // one may have been on its way
			t.Errorf("%d parts more, and it is there", n-had)
		}
		m.mu.Lock()
		clear(m.reports) // as by a restart
		m.mu.Unlock()
	}
}

func TestVerdict_ofNone(t *testing.T) {
	v, err := agent.None{}.Enforce(t.Context(), agent.Effective{})
	if err != nil || v.State != events.Idle || !slices.Equal(v.Objects, nil) {
		t.Errorf("%+v (%v), want idle", v, err)
	}
}
