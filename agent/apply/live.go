package apply

import (
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/events"
)

// live is what is remembered of an object that the API has.
type live struct {
	uid       types.UID
	revision  uint64 // its resource version
	version   version
	labeled   bool     // it has the ownership label
	ours      bool     // our field manager has written it
	by        string   // the other field manager that wrote it last; "": none has
	leaving   bool     // it is being deleted
	tampered  bool     // somebody else wrote it since we applied it
	different []string // in what it is not as it is to be
	// What one says that was touched and that nobody wishes for yet: a plan may come that does.
	spec    map[string]any
	purpose string
}

// liveOf returns what an object is like. Differences are noted unless it is as w, which may be nil, says.
func liveOf(o *unstructured.Unstructured, w *wish) *live {
	spec, _, _ := unstructured.NestedMap(o.Object, "spec") //nolint:errcheck // an object without a spec has an empty one
	l := &live{
		uid: o.GetUID(), version: versionOf(spec, o.GetAnnotations()[annotationFor]),
		labeled: o.GetLabels()[labelManaged] == manager, leaving: o.GetDeletionTimestamp() != nil,
	}
	l.revision, _ = strconv.ParseUint(o.GetResourceVersion(), 10, 64) //nolint:errcheck // Kubernetes' own are numbers since 1.35; 0 is older than all
	var last time.Time
	for _, m := range o.GetManagedFields() {
		if m.Manager == manager {
			l.ours = true
			continue
		}
		if m.Subresource == "" && m.Time != nil && !m.Time.Time.Before(last) {
			l.by, last = m.Manager, m.Time.Time
		}
	}
	l.tampered = o.GetAnnotations()[annotationVersion] != l.version.String()
	if w == nil && l.ours && l.touched() {
		l.spec, l.purpose = spec, o.GetAnnotations()[annotationFor]
	}
	if w != nil {
		l.different = l.differences(w, spec, o.GetAnnotations()[annotationFor])
	}
	return l
}

// touched reports whether somebody else wrote to the object, which is ours, since it was applied.
func (l *live) touched() bool { return l.tampered || !l.labeled }

// change returns what a drift calls that.
func (l *live) change() events.Change {
	switch {
	case l.leaving:
		return events.ChangeDeleted
	case !l.labeled:
		return events.ChangeUnlabeled
	}
	return events.ChangeEdited
}

// as reports whether the object is as w says.
func (l *live) as(w *wish) bool {
	return l != nil && l.labeled && !l.tampered && !l.leaving && l.version == w.version
}
