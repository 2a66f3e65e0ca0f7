package agent

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/nats-io/nats.go"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/logkey"
	"github.com/fedhub/fedhub/policy"
)

// enforced is what the enforcer made of the policy up to a revision.
type enforced struct {
	revision uint64
	turn     uint64 // of the holding that it was
	tried    uint64 // revision that the enforcer came to an end with, be it with an error
	triedIn  uint64 // turn of that
	trouble  string // what the enforcer complains of, for a person, or ""
	pending  bool   // it is not known of all objects yet
	report   events.Report
	data     []byte // of the report
	hash     events.Hash
}

// Enforce hands the newest policy to the enforcer until ctx ends. [Agent.Run] does it by itself; a cluster that
// follows no master calls it alone.
func (a *Agent) Enforce(ctx context.Context) error {
	for {
		changed := a.Changed()
		var otherwise <-chan struct{} // the cluster is
		if w, ok := a.cfg.Enforcer.(Watcher); ok {
			otherwise = w.Changed()
		}
		held := a.holding.Load()
		if _, seen := held.state.View(); !seen && a.cfg.Master != "" {
			// Until the master has said what is for this cluster, what is in force stays.
			select {
			case <-ctx.Done():
				return nil
			case <-changed:
			}
			continue
		}
		p := Effective{Federal: held.state.Effective(), Local: policy.NewState(policy.ScopeLocal), Master: a.cfg.Master}
		var localChanged <-chan struct{}
		if a.cfg.Local != nil {
			p.Local, localChanged = a.cfg.Local()
		}
		verdict, err := a.cfg.Enforcer.Enforce(ctx, p)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was interrupted
		}
		a.judged(held, verdict, err)
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-localChanged:
		case <-otherwise:
		}
	}
}

// judged notes what came of enforcing what was held. News is reported.
func (a *Agent) judged(held *holding, v Verdict, err error) {
	was := a.enforced.Load()
	now := &enforced{report: a.reportOf(v, err, was), pending: v.Pending}
	if !v.Pending || err != nil {
		now.tried, now.triedIn = held.state.Revision(), held.turn
	} else if was != nil {
		now.tried, now.triedIn = was.tried, was.triedIn
	}
	switch {
	case err == nil && !v.Pending:
		now.revision, now.turn = held.state.Revision(), held.turn
	case was != nil: // it is not done with the newer one
		now.revision, now.turn = was.revision, was.turn
	}
	if err != nil {
		now.trouble = fmt.Sprintf("enforcer %s: %v", a.cfg.Enforcer.Name(), err)
	}
	if data, err := json.Marshal(now.report); err == nil { // plain data always marshals
		now.data, now.hash = data, sha256.Sum256(data)
	}
	a.enforced.Store(now)
	if was == nil || was.hash != now.hash || was.trouble != now.trouble || was.pending != now.pending {
		a.Report()
		return
	}
	a.reportSoon()
}

// reportOf returns the report of a verdict. What is as it was before keeps its time.
func (a *Agent) reportOf(v Verdict, err error, was *enforced) events.Report {
	now := a.cfg.Now().UTC()
	r := events.Report{State: cmp.Or(v.State, events.Enforced), Reason: v.Reason, Since: now, Objects: slices.Clone(v.Objects)}
	if err != nil {
		r.State, r.Reason = events.Failed, err.Error()
	}
	before := map[events.About]events.ObjectState{}
	if was != nil {
		if was.report.State == r.State && was.report.Reason == r.Reason {
			r.Since = was.report.Since
		}
		for _, o := range was.report.Objects {
			before[o.Object] = o
		}
	}
	for i, o := range r.Objects {
		o.Since = now
		if old, ok := before[o.Object]; ok && old.State == o.State && old.Reason == o.Reason {
			o.Since = old.Since
		}
		r.Objects[i] = o
	}
	slices.SortFunc(r.Objects, func(a, b events.ObjectState) int {
		return cmp.Or(cmp.Compare(a.Object.Kind, b.Object.Kind), cmp.Compare(a.Object.Name, b.Object.Name))
	})
	return r
}

// maxReportPart is how many bytes of a report one message carries: its JSON form is a third longer, and a
// message has room for one MiB.
const maxReportPart = 512 << 10

// sendReport sends the newest report of the enforcer. One that gets lost is asked for again.
func (a *Agent) sendReport(ctx context.Context, conn *nats.Conn) {
	e := a.enforced.Load()
	if e == nil {
		return
	}
	parts := slices.Collect(slices.Chunk(e.data, maxReportPart))
	for i, part := range parts {
		data, err := json.Marshal(events.ReportPart{Hash: e.hash, Index: i, Size: len(parts), Data: part})
		if err == nil {
			err = conn.Publish(events.SubjectEnforced, data)
		}
		if err != nil {
			a.cfg.Logger.LogAttrs(ctx, slog.LevelWarn, "report of the enforcer not sent", slog.Any(logkey.Err, err))
			return
		}
	}
}
