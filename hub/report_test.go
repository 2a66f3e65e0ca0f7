package hub_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"testing"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/hub"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestReport_parts: a report counts when all of its parts are there and have its sum, in whichever order they come.
func TestReport_parts(t *testing.T) {
	report := events.Report{State: events.Partial, Reason: "half a node", Objects: []events.ObjectState{{Object: events.About{Kind: events.ObjectGroup, Name: "fed.a"}}}}
	data := waittest.Must(json.Marshal(report))(t)
	hash := events.Hash(sha256.Sum256(data))
	cut := len(data) / 3
	part := func(i int) events.ReportPart {
		return events.ReportPart{Hash: hash, Index: i, Size: 3, Data: [][]byte{data[:cut], data[cut : 2*cut], data[2*cut:]}[i]}
	}
	odd := func(edit func(*events.ReportPart)) events.ReportPart {
		p := part(1)
		edit(&p)
		return p
	}
	tests := map[string]struct {
		parts []events.ReportPart
		whole bool
	}{
		"in order":               {parts: []events.ReportPart{part(0), part(1), part(2)}, whole: true},
		"in another order":       {parts: []events.ReportPart{part(2), part(0), part(1)}, whole: true},
		"some twice":             {parts: []events.ReportPart{part(0), part(0), part(2), part(1), part(1)}, whole: true},
		"one missing":            {parts: []events.ReportPart{part(0), part(2)}},
		"none":                   {},
		"changed on the way":     {parts: []events.ReportPart{part(0), odd(func(p *events.ReportPart) { p.Data = []byte("x") }), part(2)}},
		"changed, then whole":    {parts: []events.ReportPart{part(0), odd(func(p *events.ReportPart) { p.Data = nil }), part(2), part(0), part(1), part(2)}, whole: true},
		"of another size":        {parts: []events.ReportPart{part(0), odd(func(p *events.ReportPart) { p.Size = 2 }), part(2)}},
		"no size":                {parts: []events.ReportPart{odd(func(p *events.ReportPart) { p.Size = 0 })}},
		"too many parts":         {parts: []events.ReportPart{odd(func(p *events.ReportPart) { p.Size = 1 << 30 })}},
		"a part that cannot be":  {parts: []events.ReportPart{odd(func(p *events.ReportPart) { p.Index = 3 }), odd(func(p *events.ReportPart) { p.Index = -1 })}},
		"of another report":      {parts: []events.ReportPart{part(0), odd(func(p *events.ReportPart) { p.Hash[0]++ }), part(2)}},
		"no report, with a hash": {parts: []events.ReportPart{{Hash: sha256.Sum256([]byte("x")), Size: 1, Data: []byte("x")}}},
	}
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			oslo.health.Enforcer, oslo.health.Report = "test", events.Hash{1} // forgets what was sent before
			one := events.ReportPart{Hash: events.Hash{1}, Size: 2}
			for _, p := range append([]events.ReportPart{one}, tt.parts...) {
				if err := oslo.conn.Publish(events.SubjectEnforced, waittest.Must(json.Marshal(p))(t)); err != nil {
					t.Fatal(err)
				}
			}
			oslo.health.Report = hash
			if tt.whole {
				waittest.Until(t, "it is there", func() bool { return !oslo.beat().Report })
			}
			for range 3 {
				if answer := oslo.beat(); answer.Report == tt.whole {
					t.Errorf("the hub asks for the report: %t, want %t", answer.Report, !tt.whole)
				}
			}
			got := waittest.Must(w.Summary(oslo.id))(t).Enforcement
			if (got != nil) != tt.whole || got != nil && (got.State != report.State || len(got.Objects) != 1) {
				t.Errorf("the summary has %+v", got)
			}
		})
	}
}

// TestReport_isAskedForAgain: by a hub that has restarted, and not for ever of a cluster that has none.
func TestReport_isAskedForAgain(t *testing.T) {
	w := newWorld(t)
	oslo := w.join("oslo", nil)
	oslo.enforces(events.Report{State: events.Enforced})
	oslo.follow(w.Hub)
	enforced := func() bool { return waittest.Must(w.Summary(oslo.id))(t).Enforcement != nil }
	if s := waittest.Must(w.Summary(oslo.id))(t); !enforced() || s.RuleState != hub.RulesApplied || s.EnforcedRevision != w.Policy().Revision() {
		t.Errorf("summary %+v", s)
	}
	w.restart(func() { oslo.deaf = true })
	if s := waittest.Must(w.Summary(oslo.id))(t); enforced() || s.Status != hub.StatusSynced || s.RuleState != hub.RulesPending {
		t.Errorf("after a restart %s, rules %s", s.Status, s.RuleState)
	}
	oslo.deaf = false
	oslo.follow(w.Hub)
	if !enforced() {
		t.Error("the report is not there again")
	}
	oslo.health = idle
	if answer := oslo.beat(); answer.Report || enforced() {
		t.Errorf("of a cluster without a report the hub asks for one: %t", answer.Report)
	}
}

// TestResync: it ends when every remote that was asked has done it and is in sync, or is away; or with its caller.
func TestResync(t *testing.T) {
	w := newWorld(t)
	oslo, rome, away := w.join("oslo", nil), w.join("rome", nil), w.join("away", nil)
	away.cut()
	waittest.Until(t, "it is away", func() bool { return away.status(w.Hub) == hub.StatusDisconnected })
	// does has a puppet do what it is asked for, and returns what that was.
	does := func(p *puppet, done bool, then func()) <-chan events.Resync {
		out := make(chan events.Resync, 1)
		go func() {
			defer close(out)
			msg, err := p.asks.NextMsgWithContext(t.Context())
			if err != nil {
				return
			}
			var ask events.Resync
			if err := json.Unmarshal(msg.Data, &ask); err != nil {
				t.Error(err)
			}
			if done {
				p.health.Resynced = ask.ID
				p.beat()
			}
			then()
			out <- ask
		}()
		return out
	}
	tests := map[string]struct {
		ids       []string
		anew      bool
		oslo      bool // is asked, and does it
		rome      bool
		romeDoes  bool
		remotes   int
		unsettled bool
	}{
		"all":                      {oslo: true, rome: true, romeDoes: true, remotes: 3},
		"all, anew":                {anew: true, oslo: true, rome: true, romeDoes: true, remotes: 3},
		"one":                      {ids: []string{oslo.id}, oslo: true, remotes: 1},
		"one, and one that is not": {ids: []string{oslo.id, "x"}, oslo: true, remotes: 1},
		"who is away":              {ids: []string{away.id}, remotes: 1},
		"nobody":                   {ids: []string{"x", masterID}},
		"one does not":             {oslo: true, rome: true, remotes: 3, unsettled: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			asked := map[*puppet]<-chan events.Resync{}
			if tt.oslo {
				asked[oslo] = does(oslo, true, func() {
					if tt.unsettled {
						cancel()
					}
				})
			}
			if tt.rome {
				asked[rome] = does(rome, tt.romeDoes, func() {})
			}
			id, all, err := w.Resync(ctx, tt.ids, tt.anew)
			if err != nil || len(all) != tt.remotes || id == "" {
				t.Fatalf("%d remotes (%v), want %d", len(all), err, tt.remotes)
			}
			for p, ask := range asked {
				if got := <-ask; got != (events.Resync{ID: id, Anew: tt.anew}) {
					t.Errorf("%s was asked %+v", p.name, got)
				}
			}
			for _, s := range all {
				want := s.ID == oslo.id || s.ID == rome.id && tt.romeDoes
				if got := s.Resynced == id && s.Status == hub.StatusSynced; got != want {
					t.Errorf("%s has done it: %t, want %t", s.Name, got, want)
				}
			}
		})
	}
}
