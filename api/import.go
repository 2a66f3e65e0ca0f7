package api

import (
	"context"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// ImportPolicy answers POST /v1/fed/policy/import.
func (s *server) ImportPolicy(ctx context.Context, req wire.ImportPolicyRequestObject) (wire.ImportPolicyResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeFederal)
	if err != nil {
		return nil, err
	}
	if err := s.mayWrite(ctx, scope); err != nil {
		return nil, err
	}
	data, err := readBody(req.Body)
	if err != nil {
		return nil, err
	}
	imported, err := policy.Import(deref(req.Params.File), data, scope)
	if err != nil {
		return nil, err
	}
	var items []policy.ReportItem
	change, headers, err := s.carryOut(ctx, wish{
		scope: scope, decide: reporting(imported, &items), dryRun: deref(req.Params.DryRun), ifRevision: req.Params.IfRevision,
	})
	if err != nil {
		return nil, err
	}
	report := importReport(items)
	report.DryRun, report.Revision, report.Sets = change.DryRun, change.Revision, change.Sets
	report.Deltas, report.Clusters = change.Deltas, change.Clusters
	return wire.ImportPolicy200JSONResponse{Body: report, Headers: wire.ImportPolicy200ResponseHeaders(headers)}, nil
}

// reporting decides the import and keeps the report about the very state that was decided on.
func reporting(imported *policy.Imported, items *[]policy.ReportItem) policy.Decision {
	return func(state *policy.State, now time.Time) (facts []events.Fact, err error) {
		facts, *items, err = imported.Plan(state, now)
		return facts, err
	}
}

func importReport(items []policy.ReportItem) wire.ImportReport {
	out := wire.ImportReport{Objects: make([]wire.ImportedObject, 0, len(items))}
	for _, i := range items {
		out.Objects = append(out.Objects, wire.ImportedObject{
			File: i.File, Line: i.Line, Kind: i.Kind, Name: i.Name, Outcome: string(i.Outcome), Reason: i.Reason,
		})
		if i.Outcome == policy.OutcomeSkipped || i.Outcome == policy.OutcomeRefused {
			continue
		}
		switch i.Kind {
		case string(events.ObjectGroup):
			out.Groups++
		case string(events.ObjectNetworkRule):
			out.Rules++
		}
	}
	return out
}
