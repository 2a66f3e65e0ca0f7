package apply_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
)

const lateDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: latecomers.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {plural: latecomers, singular: latecomer, kind: Latecomer, listKind: LatecomerList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {say: {type: string}}}
`

// TestKeeper_servedLater: what is planned of a kind that the cluster does not serve is said, and is there soon after the
// cluster does.
func TestKeeper_servedLater(t *testing.T) {
	w := &world{t: t, api: kubetest.Shared(t)}
	w.namespace = w.api.Namespace(t)
	group := w.namespace + ".example.com"
	latecomer := apply.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: group, Version: "v1", Kind: "Latecomer"}, Resource: "latecomers",
	}
	w.start(latecomer)
	t.Cleanup(func() { w.stop() })
	about := events.About{Kind: events.ObjectResponseRule, Name: "100001"}
	plan := planOf(apply.Object{Kind: latecomer, Name: "one", Spec: []byte(`{"say":"hello"}`), For: []events.About{about}})
	out := w.outcome("it is said", plan, func(o apply.Outcome) bool { return len(o.Failed) > 0 })
	if why := out.Failed[about]; !strings.Contains(why, "does not serve "+group+"/v1 Latecomer") {
		t.Errorf("it is said so: %q", why)
	}
	w.api.Apply(t, []byte(strings.ReplaceAll(lateDefinition, "example.com", group)))
	w.outcome("it is right", plan, isRight)
	w.keep()
}
