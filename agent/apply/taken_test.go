package apply_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// before does something once, in the moment before the first write.
type before struct {
	next http.RoundTripper
	do   func()
	once sync.Once
}

// RoundTrip implements [http.RoundTripper].
func (b *before) RoundTrip(r *http.Request) (*http.Response, error) {
	if writes(r) {
		b.once.Do(b.do)
	}
	return b.next.RoundTrip(r)
}

// TestKeeper_nameTakenNow: an object that somebody makes at the same moment, under a name that was free when the keeper
// looked, is not written to.
func TestKeeper_nameTakenNow(t *testing.T) {
	w := &world{t: t, api: kubetest.Shared(t)}
	w.namespace = w.api.Namespace(t)
	var revision string
	theirs := func() {
		made, err := w.policies().Create(t.Context(), &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": map[string]any{"name": "theirs"},
			"spec": map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{"app": "db"}}, "policyTypes": []any{"Ingress"}},
		}}, metav1.CreateOptions{FieldManager: "kubectl-create"})
		if err != nil {
			t.Error(err)
			return
		}
		revision = made.GetResourceVersion()
	}
	w.startWith(func(c *rest.Config) {
		c.Wrap(func(next http.RoundTripper) http.RoundTripper { return &before{next: next, do: theirs} })
	}, networkPolicy)
	t.Cleanup(func() { w.stop() })
	out := w.outcome("it is tried", planOf(w.policy("theirs", "web")), func(o apply.Outcome) bool { return o.Pending == 0 })
	if why := out.Failed[events.About{Kind: events.ObjectNetworkRule, Name: "100001"}]; !strings.Contains(why, "theirs") {
		t.Errorf("it is not said: %+v", out)
	}
	waittest.Until(t, "it is told", func() bool { return len(w.seen("theirs")) > 0 })
	if d := w.seen("theirs")[0]; d.Change != events.ChangeForeign || d.By != "kubectl-create" || d.Error == "" {
		t.Errorf("told %+v", d)
	}
	w.keep()
	if after := w.get("theirs"); after == nil || after.GetResourceVersion() != revision {
		t.Errorf("it was touched: %v", after)
	}
}
