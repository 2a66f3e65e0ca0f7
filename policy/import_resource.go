package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// The kinds of resource that are taken.
const (
	kindNvSecurityRule        = "NvSecurityRule"
	kindNvClusterSecurityRule = "NvClusterSecurityRule"
	kindResourceList          = "List"
	apiGroup                  = "neuvector.com/"
)

// resourceReader collects what resources ask for.
type resourceReader struct {
	file   string
	scope  Scope
	groups []wantedGroup
	index  map[string]int    // of groups, by name
	bad    map[string]string // why a group of this name is refused
	rules  []wantedRule
	left   []ReportItem
}

func newResourceReader(file string, scope Scope) *resourceReader {
	return &resourceReader{file: file, scope: scope, index: map[string]int{}, bad: map[string]string{}}
}

// finish drops the groups that turned out to be wrong, the rules that need one of them, and rules that the
// file has twice.
func (r *resourceReader) finish() (*Imported, error) {
	out := &Imported{scope: r.scope}
	for _, g := range r.groups {
		if why, bad := r.bad[g.item.Name]; bad {
			r.leave(g.item, OutcomeRefused, why)
			continue
		}
		out.groups = append(out.groups, g)
	}
	first := map[string]int{}
	for _, w := range r.rules {
		line, twice := first[identity(w.rule)]
		name, bad := r.badEnd(w.rule)
		switch {
		case bad:
			r.leave(w.item, OutcomeRefused, fmt.Sprintf("its group %q is refused", name))
		case twice:
			r.leave(w.item, OutcomeSkipped, fmt.Sprintf("line %d has the same rule", line))
		default:
			first[identity(w.rule)] = w.item.Line
			out.rules = append(out.rules, w)
		}
	}
	out.left = r.left
	if len(out.left) > MaxImportProblems {
		return nil, fmt.Errorf("%w: %s has more than %d parts that cannot be taken", ErrTooLarge, r.file, MaxImportProblems)
	}
	return out, nil
}

func (r *resourceReader) badEnd(rule events.NetworkRule) (string, bool) {
	for _, name := range []string{rule.From, rule.To} {
		if _, bad := r.bad[name]; bad {
			return name, true
		}
	}
	return "", false
}

func (r *resourceReader) leave(item ReportItem, outcome Outcome, reason string) {
	item.Outcome, item.Reason = outcome, reason
	r.left = append(r.left, item)
}

func (r *resourceReader) item(kind, name string, line int) ReportItem {
	return ReportItem{Kind: kind, Name: name, File: r.file, Line: line}
}

// resource reads a document, or an item of a list.
func (r *resourceReader) resource(v *value) {
	if v.kind == kindNull {
		return
	}
	if v.kind == kindList {
		for _, item := range v.items {
			r.resource(item)
		}
		return
	}
	kind, name := v.get("kind").text, v.get("metadata").get("name").text
	item := r.item(kind, name, v.line)
	apiVersion := v.get("apiVersion").text
	switch {
	case v.kind != kindMapping || kind == "":
		item.Kind = "document"
		r.leave(item, OutcomeRefused, "it is not a resource: it has no kind")
	case kind == kindResourceList:
		r.unknown(v, "apiVersion", "kind", "metadata", "items")
		r.resource(v.get("items"))
	case !strings.HasPrefix(kind, "Nv") || apiVersion != "" && !strings.HasPrefix(apiVersion, apiGroup):
		r.leave(item, OutcomeRefused, "it is not a resource of NeuVector's")
	case !slices.Contains([]string{kindNvSecurityRule, kindNvClusterSecurityRule}, kind):
		r.leave(item, OutcomeSkipped, "resources of this kind are not federated by this version")
	case v.get("spec").kind != kindMapping:
		r.leave(item, OutcomeRefused, "it has no spec")
	default:
		r.unknown(v, "apiVersion", "kind", "metadata", "spec", "status")
		r.spec(v.get("spec"), item)
	}
}

// unknown reports the fields of v that are not known and say something.
func (r *resourceReader) unknown(v *value, known ...string) {
	for _, f := range v.fields {
		if !slices.Contains(known, f.key) && !f.value.empty() {
			r.leave(r.item(f.key, f.value.get("name").text, f.line), OutcomeSkipped, "this version does not know the field")
		}
	}
}
