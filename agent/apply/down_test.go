package apply_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// TestKeeper_controllerDown: what somebody changes while no controller runs is put right by the next one, and told
// once.
func TestKeeper_controllerDown(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	patches := map[string]string{
		"edited":        `{"spec":{"policyTypes":["Egress"]}}`,
		"label-removed": `{"metadata":{"labels":null}}`,
	}
	changes := map[string]events.Change{"edited": events.ChangeEdited, "label-removed": events.ChangeUnlabeled}
	plan := planOf(w.policy("alone", "web"), w.policy("edited", "web"), w.policy("label-removed", "web"))
	w.keep(plan.Objects...)
	w.stop()
	for name, patch := range patches {
		waittest.Must(w.policies().Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-patch"}))(t)
	}
	w.start(networkPolicy)
	waittest.Until(t, "it knows what is there", func() bool { return w.Outcome().Pending > 0 })
	w.keep(plan.Objects...)
	for name, change := range changes {
		waittest.Until(t, "the drift is told", func() bool { return len(w.seen(name)) > 0 })
		if d := w.seen(name)[0]; d.Change != change || d.Error != "" {
			t.Errorf("%s: told %+v", name, d)
		}
		if !w.says(name, "web") {
			t.Errorf("%s was not put right: %v", name, w.get(name))
		}
	}
	w.stop()
	w.start(networkPolicy)
	w.keep(plan.Objects...)
	w.stop()
	for name, want := range map[string]int{"alone": 0, "edited": 1, "label-removed": 1} {
		if got := len(w.seen(name)); got != want {
			t.Errorf("%s was told of %d times", name, got)
		}
	}
}
