package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/policy"
)

// exportFormats are what the query parameter can ask for.
var exportFormats = map[string]policy.Format{"yaml": policy.FormatYAML, "json": policy.FormatJSON}

// ExportPolicy answers GET /v1/fed/policy/export.
func (s *server) ExportPolicy(ctx context.Context, req wire.ExportPolicyRequestObject) (wire.ExportPolicyResponseObject, error) {
	scope, err := writeScope(req.Params.Scope, policy.ScopeFederal)
	if err != nil {
		return nil, err
	}
	word := cmp.Or(deref(req.Params.Format), "yaml")
	format, ok := exportFormats[word]
	if !ok {
		return nil, badRequest("Invalid value '%s' for query parameter 'format'; use yaml or json", word)
	}
	state := s.state(scope)
	if revision := req.Params.Revision; revision != nil {
		if scope != policy.ScopeFederal {
			return nil, badRequest("the local policy is known only as it is now; leave out revision")
		}
		if state, err = s.controller.PolicyAt(ctx, *revision); err != nil {
			return nil, err
		}
	}
	data, err := policy.Export(state, format)
	if err != nil {
		return nil, err
	}
	return exported{
		data: data, contentType: "application/" + word,
		name: fmt.Sprintf("%s-policy-%d.%s", scope, state.Revision(), word),
	}, nil
}

// exported is a file to be saved.
type exported struct {
	data        []byte
	contentType string
	name        string
}

// VisitExportPolicyResponse implements [wire.ExportPolicyResponseObject].
func (e exported) VisitExportPolicyResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", e.contentType)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", e.name))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(e.data)
	return err
}
