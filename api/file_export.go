package api

import (
	"context"
	"net/http"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// fileExport is what a request asks to be exported. At most one of names and ids is given; without, it is everything
// of the kind.
type fileExport struct {
	what   string // in the name of the file
	scope  *string
	kind   events.ObjectKind
	names  *[]string
	ids    *[]uint32
	state  bool // the admission state, too
	remote *wire.RemoteExport
}

// ExportGroups answers POST /v1/file/group.
func (s *server) ExportGroups(_ context.Context, req wire.ExportGroupsRequestObject) (wire.ExportGroupsResponseObject, error) {
	return s.exportFile(fileExport{
		what: "Groups", scope: req.Params.Scope, kind: events.ObjectGroup,
		names: req.Body.Groups, remote: req.Body.RemoteExportOptions,
	})
}

// ExportAdmission answers POST /v1/file/admission.
func (s *server) ExportAdmission(_ context.Context, req wire.ExportAdmissionRequestObject) (wire.ExportAdmissionResponseObject, error) {
	return s.exportFile(fileExport{
		what: "AdmissionRules", scope: req.Params.Scope, kind: events.ObjectAdmissionRule,
		ids: req.Body.Ids, state: deref(req.Body.ExportConfig), remote: req.Body.RemoteExportOptions,
	})
}

// ExportResponseRules answers POST /v1/file/response/rule.
func (s *server) ExportResponseRules(_ context.Context, req wire.ExportResponseRulesRequestObject) (wire.ExportResponseRulesResponseObject, error) {
	return s.exportFile(fileExport{
		what: "ResponseRules", scope: req.Params.Scope, kind: events.ObjectResponseRule,
		ids: req.Body.Ids, remote: req.Body.RemoteExportOptions,
	})
}

// ExportDLPSensors answers POST /v1/file/dlp.
func (s *server) ExportDLPSensors(_ context.Context, req wire.ExportDLPSensorsRequestObject) (wire.ExportDLPSensorsResponseObject, error) {
	return s.exportFile(fileExport{
		what: "Dlp", scope: req.Params.Scope, kind: events.ObjectDLPSensor,
		names: req.Body.Names, remote: req.Body.RemoteExportOptions,
	})
}

// ExportWAFSensors answers POST /v1/file/waf.
func (s *server) ExportWAFSensors(_ context.Context, req wire.ExportWAFSensorsRequestObject) (wire.ExportWAFSensorsResponseObject, error) {
	return s.exportFile(fileExport{
		what: "Waf", scope: req.Params.Scope, kind: events.ObjectWAFSensor,
		names: req.Body.Names, remote: req.Body.RemoteExportOptions,
	})
}

// ExportFedConfig answers POST /v1/file/fed_config.
func (s *server) ExportFedConfig(_ context.Context, req wire.ExportFedConfigRequestObject) (wire.ExportFedConfigResponseObject, error) {
	return s.exportFile(fileExport{
		what: "SystemConfig", scope: new(string(policy.ScopeFederal)), kind: events.ObjectWebhook,
		remote: req.Body.RemoteExportOptions,
	})
}

func (s *server) exportFile(e fileExport) (exported, error) {
	scope, err := writeScope(e.scope, policy.ScopeLocal)
	if err != nil {
		return exported{}, err
	}
	if scope == policy.ScopeFederal && s.controller.Role() != cluster.RoleMaster {
		return exported{}, errExport
	}
	if e.remote != nil {
		return exported{}, badRequest("this controller has no remote repository; leave out remote_export_options and store the answer")
	}
	if e.empty() && !e.state {
		return exported{}, badRequest("the list of what is to be exported is empty; leave it out for everything")
	}
	data, err := policy.ExportPart(s.state(scope), policy.Part{Kind: e.kind, Names: e.chosen(scope), AdmissionState: e.state})
	if err != nil {
		return exported{}, err
	}
	name := "cfg" + e.what + "Export.yaml"
	if scope == policy.ScopeFederal {
		name = "cfgFed" + e.what + "Export.yaml"
	}
	return exported{data: data, contentType: "application/yaml", name: name}, nil
}

// empty reports whether the request names nothing although it has a list.
func (e fileExport) empty() bool {
	return e.names != nil && len(*e.names) == 0 || e.ids != nil && len(*e.ids) == 0
}

// chosen returns the names of what the request names; nil when that is everything. As in NeuVector, what belongs to
// the other scope is left out: its console shows both in one table.
func (e fileExport) chosen(scope policy.Scope) []string {
	if e.names == nil && e.ids == nil {
		return nil
	}
	out := []string{}
	for _, name := range deref(e.names) {
		if scopeOfName(name) == scope {
			out = append(out, name)
		}
	}
	for _, id := range deref(e.ids) {
		if scopeOfNumber(id) == scope {
			out = append(out, number(id))
		}
	}
	return out
}

// VisitExportGroupsResponse implements [wire.ExportGroupsResponseObject].
func (e exported) VisitExportGroupsResponse(w http.ResponseWriter) error {
	return e.VisitExportPolicyResponse(w)
}

// VisitExportAdmissionResponse implements [wire.ExportAdmissionResponseObject].
func (e exported) VisitExportAdmissionResponse(w http.ResponseWriter) error {
	return e.VisitExportPolicyResponse(w)
}

// VisitExportResponseRulesResponse implements [wire.ExportResponseRulesResponseObject].
func (e exported) VisitExportResponseRulesResponse(w http.ResponseWriter) error {
	return e.VisitExportPolicyResponse(w)
}

// VisitExportDLPSensorsResponse implements [wire.ExportDLPSensorsResponseObject].
func (e exported) VisitExportDLPSensorsResponse(w http.ResponseWriter) error {
	return e.VisitExportPolicyResponse(w)
}

// VisitExportWAFSensorsResponse implements [wire.ExportWAFSensorsResponseObject].
func (e exported) VisitExportWAFSensorsResponse(w http.ResponseWriter) error {
	return e.VisitExportPolicyResponse(w)
}

// VisitExportFedConfigResponse implements [wire.ExportFedConfigResponseObject].
func (e exported) VisitExportFedConfigResponse(w http.ResponseWriter) error {
	return e.VisitExportPolicyResponse(w)
}
