package events_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

// objects returns one object of each kind that the samples define.
func objects() map[events.ObjectKind]events.Object {
	out := map[events.ObjectKind]events.Object{}
	for _, s := range samples {
		if d, ok := s.fact.(events.Definition); ok {
			out[d.Object().About().Kind] = d.Object()
		}
	}
	return out
}

func TestObject_everyKindIsSampled(t *testing.T) {
	var kinds []string
	for kind := range maps.Keys(objects()) {
		kinds = append(kinds, string(kind))
	}
	slices.Sort(kinds)
	if diff := cmp.Diff(declared(t, "policy_objects.go", "ObjectKind"), kinds); diff != "" {
		t.Errorf("declared and sampled kinds differ (-declared +sampled):\n%s", diff)
	}
}

// TestObject_itsFactsAgree: the facts about one object name it alike and share its subject in every log.
func TestObject_itsFactsAgree(t *testing.T) {
	for kind, o := range objects() {
		t.Run(string(kind), func(t *testing.T) {
			defined, ok := o.Defined().(events.Definition)
			if !ok {
				t.Fatalf("%T is no Definition", o.Defined())
			}
			if diff := cmp.Diff(o, defined.Object()); diff != "" {
				t.Errorf("its definition is of another object:\n%s", diff)
			}
			removed, ok := o.Removed().(events.Removal)
			if !ok {
				t.Fatalf("%T is no Removal", o.Removed())
			}
			if removed.About() != o.About() {
				t.Errorf("its removal is about %v, want %v", removed.About(), o.About())
			}
			what, isDefined := strings.CutSuffix(string(defined.Kind()), ".defined")
			if string(removed.Kind()) != what+".removed" || !isDefined {
				t.Errorf("it is defined by %s and removed by %s", defined.Kind(), removed.Kind())
			}
			for _, log := range []events.Log{events.Rules, events.Local} {
				if a, b := log.Subject(defined), log.Subject(removed); a != b {
					t.Errorf("%s is on %s, and %s on %s", defined.Kind(), a, removed.Kind(), b)
				}
			}
		})
	}
}

func TestObject_withMeta(t *testing.T) {
	for kind, o := range objects() {
		t.Run(string(kind), func(t *testing.T) {
			if o.Common() != meta {
				t.Errorf("it has %v, want %v", o.Common(), meta)
			}
			other := events.Meta{Targets: "env=test", CreatedAt: noon.Add(time.Hour), ModifiedAt: noon.Add(2 * time.Hour)}
			changed := o.WithMeta(other)
			if changed.Common() != other || o.Common() != meta {
				t.Errorf("changed it has %v, and before %v", changed.Common(), o.Common())
			}
			if reflect.TypeOf(changed) != reflect.TypeOf(o) {
				t.Errorf("changed it is a %T, was a %T", changed, o)
			}
			if diff := cmp.Diff(o, changed.WithMeta(meta)); diff != "" {
				t.Errorf("more than that was changed:\n%s", diff)
			}
		})
	}
}
