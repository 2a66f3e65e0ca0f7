package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// resourceReader collects what a file asks for.
type resourceReader struct {
	*decoder
	file   string
	scope  Scope
	groups []*wantedGroup
	index  map[string]*wantedGroup
	wanted map[*kind][]wanted
	named  map[events.About]int // where wanted has what goes by a name
	wrong  map[events.About]bool
	left   []ReportItem
}

func newResourceReader(file string, scope Scope) *resourceReader {
	return &resourceReader{
		decoder: newDecoder(),
		file:    file,
		scope:   scope,
		index:   map[string]*wantedGroup{},
		wanted:  map[*kind][]wanted{},
		named:   map[events.About]int{},
		wrong:   map[events.About]bool{},
	}
}

func (r *resourceReader) finish() (*Imported, error) {
	r.finishGroups()
	objects := 0
	for _, list := range r.wanted {
		objects += len(list)
	}
	switch {
	case len(r.left) > MaxImportProblems:
		return nil, fmt.Errorf("%w: %s has more than %d parts that cannot be taken", ErrTooLarge, r.file, MaxImportProblems)
	case objects > MaxImportObjects:
		return nil, fmt.Errorf("%w: %s is about %d objects; at most %d are taken, so split it",
			ErrTooLarge, r.file, objects, MaxImportObjects)
	}
	return &Imported{scope: r.scope, wanted: r.wanted, wrong: r.wrong, left: r.left}, nil
}

// want notes an object that is to be. Of an object that has a name the file may say only one thing.
func (r *resourceReader) want(item ReportItem, c Config, extra *extension) {
	k := c.kind()
	c, needs := r.scope.adopted(c)
	item.Kind = string(k.object)
	w := wanted{item: item, config: c, extra: extra, needs: needs}
	if k.naming != byNumber {
		about := events.About{Kind: k.object, Name: c.about()}
		w.item.Name = about.Name
		if at, twice := r.named[about]; twice {
			first := r.wanted[k][at]
			if reflect.DeepEqual(first.config, c) {
				r.leave(w.item, OutcomeSkipped, fmt.Sprintf("line %d has the same", first.item.Line))
				return
			}
			r.leave(w.item, OutcomeRefused, fmt.Sprintf("line %d says something else of it; say it once", first.item.Line))
			return
		}
		r.named[about] = len(r.wanted[k])
	}
	r.wanted[k] = append(r.wanted[k], w)
}

// refuse reports an object that cannot be read. What speaks of it is refused later.
func (r *resourceReader) refuse(k *kind, item ReportItem, why string) {
	item.Kind = string(k.object)
	if k.naming == byName {
		item.Name = r.scope.importedName(item.Name)
		r.wrong[events.About{Kind: k.object, Name: item.Name}] = true
	}
	r.leave(item, OutcomeRefused, why)
}

// leave reports a part that is not taken.
func (r *resourceReader) leave(item ReportItem, outcome Outcome, reason string) {
	if len(r.left) <= MaxImportProblems { // one more than that is all that finish wants to know
		r.left = append(r.left, item.because(outcome, reason))
	}
}

func (i ReportItem) because(outcome Outcome, reason string) ReportItem {
	i.Kind, i.Name = clip(i.Kind), clip(i.Name)
	i.Outcome, i.Reason = outcome, clip(reason)
	return i
}

// clip returns a text without what is too much of it.
func clip(text string) string {
	if len(text) <= MaxReportText {
		return text
	}
	return strings.ToValidUTF8(text[:MaxReportText], "") + "..."
}

func (r *resourceReader) item(kind, name string, line int) ReportItem {
	return ReportItem{Kind: kind, Name: name, File: r.file, Line: line}
}

// document reads a document, or an item of a list.
func (r *resourceReader) document(v *value) {
	switch {
	case v.kind == kindNull:
	case v.kind == kindList:
		for _, item := range v.items {
			r.document(item)
		}
	case v.kind == kindMapping && v.get("kind").text != "":
		r.resource(v)
	case v.kind != kindMapping || !r.answer(v):
		r.leave(r.item("document", "", v.line), OutcomeRefused,
			"it is not a resource, which has a kind, and nothing that the REST interface answers or takes")
	}
}

// resource reads a custom resource.
func (r *resourceReader) resource(v *value) {
	kind, version := v.get("kind").text, v.get("apiVersion").text
	item := r.item(kind, v.get("metadata").get("name").text, v.line)
	read, known := specReaders[kind]
	switch {
	case kind == kindResourceList || !known && strings.HasPrefix(kind, "Nv") && strings.HasSuffix(kind, kindResourceList):
		r.known(v, "apiVersion", "kind", "metadata", "items")
		r.document(v.get("items"))
	case !strings.HasPrefix(kind, "Nv") || version != "" && !strings.HasPrefix(version, apiGroup):
		r.leave(item, OutcomeRefused, "it is not a resource of NeuVector's")
	case !known:
		r.leave(item, OutcomeSkipped, "resources of this kind are not federated by this version")
	case v.get("spec").kind != kindMapping:
		r.leave(item, OutcomeRefused, "it has no spec")
	default:
		r.known(v, "apiVersion", "kind", "metadata", "spec", "status")
		read(r, v.get("spec"), item)
	}
}

// specReaders read the specs of the kinds of resource.
var specReaders = map[string]func(r *resourceReader, spec *value, resource ReportItem){
	kindNvSecurityRule:        (*resourceReader).spec,
	kindNvClusterSecurityRule: (*resourceReader).spec,
	kindNvGroupDefinition:     (*resourceReader).groupDefinition,
	kindNvAdmission:           (*resourceReader).admissionSpec,
	kindNvResponse:            (*resourceReader).responseSpec,
	kindNvDLP:                 (*resourceReader).dlpSpec,
	kindNvWAF:                 (*resourceReader).wafSpec,
	kindNvConfig:              (*resourceReader).configSpec,
}

// known reports the fields of v that are not among the known ones and say something.
func (r *resourceReader) known(v *value, known ...string) {
	for _, f := range v.fields {
		if !slices.Contains(known, f.key) && !f.value.empty() {
			r.unknownField(f)
		}
	}
}

func (r *resourceReader) unknownField(f field) {
	r.leave(r.item(f.key, f.value.get("name").text, f.line), OutcomeSkipped, "this version does not know the field")
}

// decode is [decoder.decode], and reports the fields that have no place.
func (r *resourceReader) decode(v *value, into any, ignored ...string) string {
	why := r.decoder.decode(v, into, ignored...)
	for _, f := range r.unknown {
		r.unknownField(f)
	}
	return why
}

// items returns the entries of a list, and reports what is none.
func (r *resourceReader) items(v *value, key string) []*value {
	list := v.get(key)
	if list.kind != kindList && !list.empty() {
		r.leave(r.item(key, "", list.line), OutcomeRefused, "it is not a list")
	}
	return list.items
}
