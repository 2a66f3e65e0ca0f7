package apply_test

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

func TestKeeper_keeps(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	w.keep(w.policy("a", "web"), w.policy("b", "web"))
	if !w.says("a", "web") || !w.says("b", "web") {
		t.Error("what was to be there is not")
	}
	w.keep(w.policy("a", "cron"))
	if !w.says("a", "cron") || w.get("b") != nil {
		t.Error("the new plan is not what is there")
	}
	w.stop()
	w.start(networkPolicy) // knows nothing
	before := w.get("a").GetResourceVersion()
	waittest.Until(t, "it knows what is there", func() bool { return w.Outcome().Pending > 0 })
	w.keep(w.policy("a", "cron"))
	if w.get("a").GetResourceVersion() != before {
		t.Error("after a restart it was written again, for nothing")
	}
	w.keep()
	if w.get("a") != nil {
		t.Error("an object of a plan before the last one stayed")
	}
	if len(w.drifts) > 0 {
		t.Errorf("its own writes are a drift to it: %+v", w.drifts)
	}
}

// TestKeeper_drift: what somebody changes is put right and told.
func TestKeeper_drift(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	tests := map[string]struct {
		tamper func(t *testing.T, name string)
		want   events.Drift
		says   string // part of the differences
	}{
		"edited": {
			tamper: func(t *testing.T, name string) {
				t.Helper()
				o := w.get(name)
				if err := unstructured.SetNestedStringSlice(o.Object, []string{"Egress"}, "spec", "policyTypes"); err != nil {
					t.Fatal(err)
				}
				waittest.Must(w.policies().Update(t.Context(), o, metav1.UpdateOptions{FieldManager: "kubectl-edit"}))(t)
			},
			want: events.Drift{Change: events.ChangeEdited, By: "kubectl-edit"},
			says: `spec.policyTypes.0: is "Egress", not "Ingress"`,
		},
		"more added": {
			tamper: func(t *testing.T, name string) {
				t.Helper()
				patch := `{"spec":{"policyTypes":["Ingress","Egress"],"egress":[{"to":[{"podSelector":{}}]}]}}`
				waittest.Must(w.policies().Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-patch"}))(t)
			},
			want: events.Drift{Change: events.ChangeEdited, By: "kubectl-patch"},
			says: `spec.egress: is`,
		},
		"taken over": {
			tamper: func(t *testing.T, name string) {
				t.Helper()
				force := true
				patch := `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"` + name + `"},"spec":{"podSelector":{"matchLabels":{"app":"none"}}}}`
				waittest.Must(w.policies().Patch(t.Context(), name, types.ApplyPatchType, []byte(patch), metav1.PatchOptions{FieldManager: "argocd", Force: &force}))(t)
			},
			want: events.Drift{Change: events.ChangeEdited, By: "argocd"},
			says: `spec.podSelector.matchLabels.app: is "none", not "db"`,
		},
		"deleted": {
			tamper: func(t *testing.T, name string) {
				t.Helper()
				if err := w.policies().Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
					t.Fatal(err)
				}
			},
			want: events.Drift{Change: events.ChangeDeleted},
		},
		"label removed": { // the API keeps no record of who took a field away
			tamper: func(t *testing.T, name string) {
				t.Helper()
				patch := `{"metadata":{"labels":null}}`
				waittest.Must(w.policies().Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-label"}))(t)
			},
			want: events.Drift{Change: events.ChangeUnlabeled},
		},
		"label changed": {
			tamper: func(t *testing.T, name string) {
				t.Helper()
				patch := `{"metadata":{"labels":{"app.kubernetes.io/managed-by":"helm"}}}`
				waittest.Must(w.policies().Patch(t.Context(), name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-label"}))(t)
			},
			want: events.Drift{Change: events.ChangeUnlabeled, By: "kubectl-label"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			object := strings.ReplaceAll(name, " ", "-")
			w.keep(w.policy(object, "web"))
			test.tamper(t, object)
			waittest.Until(t, "the drift is told", func() bool { return len(w.seen(object)) > 0 })
			got := w.seen(object)
			if len(got) != 1 {
				t.Fatalf("told %d times: %+v", len(got), got)
			}
			d := got[0]
			if d.Change != test.want.Change || d.By != test.want.By || d.Error != "" || d.Resource.Kind != "NetworkPolicy" || len(d.Objects) != 1 {
				t.Errorf("told %+v", d)
			}
			if !strings.Contains(strings.Join(d.Differences, "\n"), test.says) {
				t.Errorf("differences %q do not say %q", d.Differences, test.says)
			}
			if !w.says(object, "web") {
				t.Errorf("it was not put right: %v", w.get(object))
			}
			t.Logf("healed in %s: %q by %q", d.HealedIn, d.Differences, d.By)
		})
	}
}

// TestKeeper_foreign: an object that is not ours is not touched, whatever its name.
func TestKeeper_foreign(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	o := w.policy("theirs", "theirs")
	w.api.Apply(t, []byte(`{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"theirs","namespace":"`+
		w.namespace+`"},"spec":`+string(o.Spec)+`}`))
	before := w.get("theirs")
	out := w.outcome("it is tried", planOf(w.policy("theirs", "web")), func(o apply.Outcome) bool { return o.Pending == 0 })
	if why := out.Failed[events.About{Kind: events.ObjectNetworkRule, Name: "100001"}]; !strings.Contains(why, "theirs") {
		t.Errorf("it is not said: %+v", out)
	}
	waittest.Until(t, "it is told", func() bool { return len(w.seen("theirs")) > 0 })
	if d := w.seen("theirs")[0]; d.Change != events.ChangeForeign || d.Error == "" {
		t.Errorf("told %+v", d)
	}
	w.keep()
	if after := w.get("theirs"); after == nil || after.GetResourceVersion() != before.GetResourceVersion() {
		t.Errorf("it was touched: %v", after)
	}
	_ = waittest.Must(w.Keep(t.Context(), planOf(w.policy("theirs", "web"))))(t)
	if err := w.policies().Delete(t.Context(), "theirs", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	w.outcome("the name is free, and taken", planOf(w.policy("theirs", "web")), isRight)
	if !w.says("theirs", "web") {
		t.Error("it is not there")
	}
}
