package apply_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

const admissionGroup = "admissionregistration.k8s.io"

var (
	admissionPolicy = apply.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: admissionGroup, Version: "v1", Kind: "ValidatingAdmissionPolicy"},
		Resource:         "validatingadmissionpolicies",
	}
	admissionBinding = apply.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: admissionGroup, Version: "v1", Kind: "ValidatingAdmissionPolicyBinding"},
		Resource:         "validatingadmissionpolicybindings",
	}
	admitted = []events.About{{Kind: events.ObjectAdmissionRule, Name: "100001"}}
)

// refusing returns an admission policy that refuses its probe, with a mark.
func refusing(t *testing.T, name, mark string) apply.Object {
	t.Helper()
	spec := map[string]any{
		"failurePolicy": "Fail",
		"matchConstraints": map[string]any{
			"matchPolicy": "Equivalent", "namespaceSelector": map[string]any{}, "objectSelector": map[string]any{},
			"resourceRules": []any{map[string]any{
				"apiGroups": []any{""}, "apiVersions": []any{"v1"}, "operations": []any{"CREATE"}, "resources": []any{"configmaps"},
				"resourceNames": []any{"probe-" + name}, "scope": "*",
			}},
		},
		"validations": []any{map[string]any{"expression": "false", "message": "mark " + mark, "reason": "Invalid"}},
	}
	return apply.Object{
		Kind: admissionPolicy, Name: name, Spec: waittest.Must(json.Marshal(spec))(t), For: admitted,
		Probe: &apply.Probe{Name: "probe-" + name, Mark: "mark " + mark},
	}
}

// binding puts an admission policy in force, with one action.
func binding(t *testing.T, name, action string) apply.Object {
	t.Helper()
	spec := map[string]any{"policyName": name, "validationActions": []any{action}}
	return apply.Object{Kind: admissionBinding, Name: name, Spec: waittest.Must(json.Marshal(spec))(t), For: admitted}
}

// TestKeeper_probe: an admission policy counts as in force when the API acts by this very version of it.
func TestKeeper_probe(t *testing.T) {
	for _, action := range []string{"Deny", "Warn"} {
		t.Run(action, func(t *testing.T) {
			w := &world{t: t, api: kubetest.Shared(t)}
			w.namespace = w.api.Namespace(t)
			w.start(admissionPolicy, admissionBinding)
			t.Cleanup(func() { w.stop() })
			name := w.namespace
			first := planOf(refusing(t, name, "one"), binding(t, name, action))
			if out := waittest.Must(w.Keep(t.Context(), first))(t); out.Pending == 0 {
				t.Error("it counts as in force as soon as it is written")
			}
			w.outcome("it is in force", first, isRight)
			second := planOf(refusing(t, name, "two"), binding(t, name, action))
			if out := waittest.Must(w.Keep(t.Context(), second))(t); out.Pending == 0 {
				t.Error("its next version counts as in force as soon as it is written")
			}
			w.outcome("the next version is in force", second, isRight)
			w.keep()
		})
	}
}

// TestKeeper_probeFails: a policy that the API keeps and does not act by is called that, until it does.
func TestKeeper_probeFails(t *testing.T) {
	w := &world{t: t, api: kubetest.Shared(t)}
	w.namespace = w.api.Namespace(t)
	w.start(admissionPolicy, admissionBinding)
	t.Cleanup(func() { w.stop() })
	unbound := planOf(refusing(t, w.namespace, "one"))
	if out := waittest.Must(w.Keep(t.Context(), unbound))(t); out.Pending == 0 {
		t.Error("it counts as in force as soon as it is written")
	}
	w.ahead.Store(int64(time.Minute))
	out := w.outcome("it is said", unbound, func(o apply.Outcome) bool { return len(o.Failed) > 0 })
	if why := out.Failed[admitted[0]]; !strings.Contains(why, "not in force") {
		t.Errorf("it is said so: %q", why)
	}
	w.outcome("it is in force", planOf(refusing(t, w.namespace, "one"), binding(t, w.namespace, "Deny")), isRight)
	w.keep()
}
