package apply_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// finalizers sets what holds up the removal of the policy "held", as JSON.
func (w *world) finalizers(list string) {
	w.t.Helper()
	patch := `{"metadata":{"finalizers":` + list + `}}`
	waittest.Must(w.policies().Patch(w.t.Context(), "held", types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "holder"}))(w.t)
}

// TestKeeper_finalizer: what something holds up is not called removed before it is gone.
func TestKeeper_finalizer(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	w.keep(w.policy("held", "web"))
	w.finalizers(`["example.com/hold"]`)
	out := w.outcome("it is said that it is still there", planOf(), func(o apply.Outcome) bool { return o.Left != "" })
	if w.get("held") == nil || !strings.Contains(out.Left, "held") || !strings.Contains(out.Left, "being deleted") {
		t.Errorf("it is said so: %q", out.Left)
	}
	w.finalizers(`null`)
	waittest.Until(t, "it is gone, and that is known", func() bool { return isRight(w.Outcome()) && w.get("held") == nil })
}

// TestKeeper_finalizerDrift: an object that somebody deletes and something holds up is a drift. It is said what stands
// in the way, and when it is gone it is made anew.
func TestKeeper_finalizerDrift(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	plan := planOf(w.policy("held", "web"))
	w.keep(plan.Objects...)
	w.finalizers(`["example.com/hold"]`)
	before := w.get("held").GetUID()
	if err := w.policies().Delete(t.Context(), "held", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	w.outcome("it is said", plan, func(o apply.Outcome) bool {
		return strings.Contains(o.Failed[events.About{Kind: events.ObjectNetworkRule, Name: "100001"}], "being deleted")
	})
	waittest.Until(t, "it is told", func() bool { return len(w.seen("held")) > 0 })
	if d := w.seen("held")[0]; d.Change != events.ChangeDeleted || d.Error == "" {
		t.Errorf("told %+v", d)
	}
	w.finalizers(`null`)
	w.outcome("it is right again", plan, isRight)
	if !w.says("held", "web") || w.get("held").GetUID() == before {
		t.Error("it was not made anew")
	}
	waittest.Until(t, "it is told that it was put right", func() bool { return len(w.seen("held")) == 2 })
	if d := w.seen("held")[1]; d.Change != events.ChangeDeleted || d.Error != "" {
		t.Errorf("told %+v", d)
	}
}
