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
	if deref(req.Params.DryRun) {
		before := s.state(scope)
		report := importReport(imported.Report(before))
		report.DryRun, report.Revision = true, before.Revision()
		return wire.ImportPolicy200JSONResponse{Body: report}, nil
	}
	var items []policy.ReportItem
	written, err := s.write(ctx, scope, reporting(imported, &items))
	if err != nil {
		return nil, err
	}
	report := importReport(items)
	report.Revision = *written.Headers.XFedhubRevision
	return wire.ImportPolicy200JSONResponse{Body: report, Headers: wire.ImportPolicy200ResponseHeaders(written.Headers)}, nil
}

// reporting decides the import and keeps the report about the very state that was decided on.
func reporting(imported *policy.Imported, items *[]policy.ReportItem) policy.Decision {
	decide := imported.Decision()
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		*items = imported.Report(state)
		return decide(state, now)
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
		case "group":
			out.Groups++
		case "rule":
			out.Rules++
		}
	}
	return out
}
