package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fedhub/fedhub/api/wire"
	"github.com/fedhub/fedhub/cluster"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/policy"
)

// fileImport is a request to import a file, or to say what became of one that was imported.
type fileImport struct {
	scope       *string
	missing     policy.Scope // the scope when the query does not say it
	transaction *string
	overwrite   *string
	body        io.Reader
	kinds       []events.ObjectKind // of what the file may have
}

// groupKinds are the kinds of what belongs to groups.
var groupKinds = []events.ObjectKind{
	events.ObjectGroup, events.ObjectNetworkRule, events.ObjectProcessProfile, events.ObjectFileProfile,
	events.ObjectDLPGroup, events.ObjectWAFGroup,
}

// ImportGroups answers POST /v1/file/group/config.
func (s *server) ImportGroups(ctx context.Context, req wire.ImportGroupsRequestObject) (wire.ImportGroupsResponseObject, error) {
	return s.importFile(ctx, fileImport{
		scope: req.Params.Scope, missing: policy.ScopeLocal, transaction: req.Params.XTransactionID,
		overwrite: req.Params.XImportOverwrite, body: req.Body,
		kinds: groupKinds,
	})
}

// ImportAdmission answers POST /v1/file/admission/config.
func (s *server) ImportAdmission(ctx context.Context, req wire.ImportAdmissionRequestObject) (wire.ImportAdmissionResponseObject, error) {
	return s.importFile(ctx, fileImport{
		scope: req.Params.Scope, missing: policy.ScopeLocal, transaction: req.Params.XTransactionID,
		overwrite: req.Params.XImportOverwrite, body: req.Body,
		kinds: []events.ObjectKind{events.ObjectAdmissionRule, events.ObjectAdmissionState},
	})
}

// ImportResponseRules answers POST /v1/file/response/rule/config.
func (s *server) ImportResponseRules(ctx context.Context, req wire.ImportResponseRulesRequestObject) (wire.ImportResponseRulesResponseObject, error) {
	return s.importFile(ctx, fileImport{
		scope: req.Params.Scope, missing: policy.ScopeLocal, transaction: req.Params.XTransactionID,
		overwrite: req.Params.XImportOverwrite, body: req.Body,
		kinds: []events.ObjectKind{events.ObjectResponseRule},
	})
}

// ImportDLPSensors answers POST /v1/file/dlp/config.
func (s *server) ImportDLPSensors(ctx context.Context, req wire.ImportDLPSensorsRequestObject) (wire.ImportDLPSensorsResponseObject, error) {
	return s.importFile(ctx, fileImport{
		scope: req.Params.Scope, missing: policy.ScopeLocal, transaction: req.Params.XTransactionID,
		overwrite: req.Params.XImportOverwrite, body: req.Body,
		kinds: []events.ObjectKind{events.ObjectDLPSensor},
	})
}

// ImportWAFSensors answers POST /v1/file/waf/config.
func (s *server) ImportWAFSensors(ctx context.Context, req wire.ImportWAFSensorsRequestObject) (wire.ImportWAFSensorsResponseObject, error) {
	return s.importFile(ctx, fileImport{
		scope: req.Params.Scope, missing: policy.ScopeLocal, transaction: req.Params.XTransactionID,
		overwrite: req.Params.XImportOverwrite, body: req.Body,
		kinds: []events.ObjectKind{events.ObjectWAFSensor},
	})
}

// ImportFedConfig answers POST /v1/file/fed/config.
func (s *server) ImportFedConfig(ctx context.Context, req wire.ImportFedConfigRequestObject) (wire.ImportFedConfigResponseObject, error) {
	if scope := deref(req.Params.Scope); scope == string(policy.ScopeLocal) {
		return nil, badRequest("these are webhooks of the federation; leave out scope")
	}
	return s.importFile(ctx, fileImport{
		scope: req.Params.Scope, missing: policy.ScopeFederal, transaction: req.Params.XTransactionID,
		overwrite: req.Params.XImportOverwrite, body: req.Body,
		kinds: []events.ObjectKind{events.ObjectWebhook},
	})
}

// importFile imports all of a file or nothing. NeuVector does it while its clients ask again and again what became of
// it; here it is done before the answer. Its command line and its console take no 200 for that: they go by the tid of
// a 206, and ask for it with an empty body.
func (s *server) importFile(ctx context.Context, f fileImport) (importedFile, error) {
	if tid := deref(f.transaction); tid != "" {
		return s.imports.find(tid)
	}
	if deref(f.overwrite) == "1" {
		return importedFile{}, badRequest("an import takes nothing away; leave out X-Import-Overwrite, and delete what is to go")
	}
	scope, err := writeScope(f.scope, f.missing)
	if err != nil {
		return importedFile{}, err
	}
	if role := s.controller.Role(); scope == policy.ScopeFederal && role != cluster.RoleMaster {
		return importedFile{}, fmt.Errorf("%w: this cluster is %s; import federated policy at the master of a federation",
			policy.ErrImport, roleWord(role))
	}
	if err := s.mayWrite(ctx, scope); err != nil {
		return importedFile{}, err
	}
	data, err := readBody(f.body)
	if err != nil {
		return importedFile{}, err
	}
	imported, err := policy.Import("the file", data, scope)
	if err != nil {
		return importedFile{}, err
	}
	receipt, err := s.controller.Change(ctx, cluster.Change{Actor: actorOf(ctx), Scope: scope, Decide: whole(imported, f.kinds)})
	if err != nil {
		return importedFile{}, err
	}
	done := importedFile{status: http.StatusPartialContent, receipt: receipt, task: wire.ImportTask{
		Tid: callOf(ctx).id, CtrlerID: s.controller.Member().ID, LastUpdateTime: s.now(),
		Percentage: 100, TriggeredBy: actorOf(ctx), Status: "done",
	}}
	s.imports.add(done)
	return done, nil
}

// whole decides an import that has something of the given kinds, nothing else, and nothing that is refused. Any other
// it refuses with [policy.ErrImport].
func whole(imported *policy.Imported, kinds []events.ObjectKind) policy.Decision {
	return func(state *policy.State, now time.Time) ([]events.Fact, error) {
		facts, report, err := imported.Plan(state, now)
		if err == nil {
			err = complaint(report, kinds)
		}
		if err != nil {
			return nil, err
		}
		return facts, nil
	}
}

// complaint says why an import is not carried out.
func complaint(report []policy.ReportItem, kinds []events.ObjectKind) error {
	var wrong, skipped []string
	taken := false
	for _, i := range report {
		about := fmt.Sprintf("line %d, %s", i.Line, i.Kind)
		if i.Name != "" {
			about += fmt.Sprintf(" %q", i.Name)
		}
		switch {
		case i.Outcome == policy.OutcomeRefused:
			wrong = append(wrong, about+": "+i.Reason)
		case i.Outcome == policy.OutcomeSkipped:
			skipped = append(skipped, about+": "+i.Reason)
		case !slices.Contains(kinds, events.ObjectKind(i.Kind)):
			wrong = append(wrong, about+": it is imported at another path")
		default:
			taken = true
		}
	}
	switch {
	case len(wrong) > 0:
		return fmt.Errorf("%w, and nothing is changed: %s", policy.ErrImport, firstOf(wrong))
	case len(skipped) > 0 && !taken:
		return fmt.Errorf("%w: nothing of it can be taken: %s", policy.ErrImport, firstOf(skipped))
	case !taken:
		return fmt.Errorf("%w: there is nothing in the file", policy.ErrImport)
	}
	return nil
}

// maxReasons is how many reasons an answer gives; whoever wants them all asks for a dry run of the other import.
const maxReasons = 3

func firstOf(reasons []string) string {
	if more := len(reasons) - maxReasons; more > 0 {
		return fmt.Sprintf("%s; and %d more", strings.Join(reasons[:maxReasons], "; "), more)
	}
	return strings.Join(reasons, "; ")
}

// maxImports is how many imports can be asked for: far more than clients leave unasked.
const maxImports = 100

// imports has the latest imports. The zero value is ready.
type imports struct {
	mu     sync.Mutex
	latest []importedFile
}

func (i *imports) add(f importedFile) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.latest = append(i.latest, f)
	i.latest = slices.Delete(i.latest, 0, max(0, len(i.latest)-maxImports))
}

// find returns the answer to the question what became of an import.
func (i *imports) find(tid string) (importedFile, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, f := range i.latest {
		if f.task.Tid == tid {
			f.status = http.StatusOK
			return f, nil
		}
	}
	return importedFile{}, fmt.Errorf("%w: %q; see what is there, or import again", errNoImport, tid)
}

// importedFile answers an import.
type importedFile struct {
	status  int
	receipt cluster.Receipt
	task    wire.ImportTask
}

func (f importedFile) write(w http.ResponseWriter) error {
	w.Header().Set("X-Fedhub-Revision", strconv.FormatUint(f.receipt.Revision, 10))
	w.Header().Set("X-Fedhub-Command", f.receipt.Command)
	w.WriteHeader(f.status)
	return json.NewEncoder(w).Encode(wire.ImportTaskData{Data: f.task})
}

// VisitImportGroupsResponse implements [wire.ImportGroupsResponseObject].
func (f importedFile) VisitImportGroupsResponse(w http.ResponseWriter) error { return f.write(w) }

// VisitImportAdmissionResponse implements [wire.ImportAdmissionResponseObject].
func (f importedFile) VisitImportAdmissionResponse(w http.ResponseWriter) error { return f.write(w) }

// VisitImportResponseRulesResponse implements [wire.ImportResponseRulesResponseObject].
func (f importedFile) VisitImportResponseRulesResponse(w http.ResponseWriter) error {
	return f.write(w)
}

// VisitImportDLPSensorsResponse implements [wire.ImportDLPSensorsResponseObject].
func (f importedFile) VisitImportDLPSensorsResponse(w http.ResponseWriter) error { return f.write(w) }

// VisitImportWAFSensorsResponse implements [wire.ImportWAFSensorsResponseObject].
func (f importedFile) VisitImportWAFSensorsResponse(w http.ResponseWriter) error { return f.write(w) }

// VisitImportFedConfigResponse implements [wire.ImportFedConfigResponseObject].
func (f importedFile) VisitImportFedConfigResponse(w http.ResponseWriter) error { return f.write(w) }
