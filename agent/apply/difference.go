package apply

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wI2L/jsondiff"

	"github.com/fedhub/fedhub/events"
)

// maxDifference is how much of a value a difference shows, in bytes.
const maxDifference = 120

// differences says in what the object, which has a spec and a purpose, differs from what it is to be.
func (l *live) differences(w *wish, spec map[string]any, purpose string) []string {
	var out []string
	if !l.labeled {
		out = append(out, fmt.Sprintf("metadata.labels.%s: is not %s", labelManaged, shown(manager)))
	}
	if l.version == w.version {
		return out
	}
	if purpose != w.purpose() {
		out = append(out, fmt.Sprintf("metadata.annotations.%s: is %s, not %s", annotationFor, shown(purpose), shown(w.purpose())))
	}
	want, err := w.spec()
	if err != nil {
		return append(out, err.Error())
	}
	patch, err := jsondiff.Compare(want, spec)
	if err != nil {
		return append(out, "spec: "+err.Error())
	}
	for _, op := range patch {
		path := "spec" + strings.ReplaceAll(op.Path, "/", ".")
		switch op.Type {
		case jsondiff.OperationAdd:
			out = append(out, fmt.Sprintf("%s: is %s, not absent", path, shown(op.Value)))
		case jsondiff.OperationRemove:
			out = append(out, path+": is absent")
		default:
			out = append(out, fmt.Sprintf("%s: is %s, not %s", path, shown(op.Value), shown(op.OldValue)))
		}
	}
	if len(out) > events.MaxDifferences {
		out = append(out[:events.MaxDifferences-1], fmt.Sprintf("and %d more", len(out)-events.MaxDifferences+1))
	}
	return out
}

// shown returns a value as JSON, cut short.
func shown(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(data) > maxDifference {
		return strings.ToValidUTF8(string(data[:maxDifference]), "") + "…"
	}
	return string(data)
}
