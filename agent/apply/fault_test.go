package apply_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// outcome returns how a plan stands once ok says that it stands so.
func (w *world) outcome(what string, p apply.Plan, ok func(apply.Outcome) bool) apply.Outcome {
	w.t.Helper()
	var out apply.Outcome
	waittest.Until(w.t, what, func() bool {
		out = waittest.Must(w.Keep(w.t.Context(), p))(w.t)
		return ok(out)
	})
	return out
}

func isRight(o apply.Outcome) bool {
	return o.Pending == 0 && len(o.Failed) == 0 && o.Err() == nil
}

// TestKeeper_apiKilled: what was asked for while the API was away is there once it is back.
func TestKeeper_apiKilled(t *testing.T) {
	api := kubetest.Start(t)
	w := newWorld(t, api)
	w.keep(w.policy("a", "web"), w.policy("b", "web"))
	api.Kill(t)
	waittest.Until(t, "it is said that the API is away", func() bool { return w.Away() != "" })
	changed := planOf(w.policy("a", "cron"), w.policy("c", "web"))
	out := waittest.Must(w.Keep(t.Context(), changed))(t)
	if out.Err() == nil {
		t.Errorf("with the API away a plan stands so: %+v", out)
	}
	api.Start(t)
	w.outcome("all is right again", changed, isRight)
	if !w.says("a", "cron") || !w.says("c", "web") || w.get("b") != nil {
		t.Error("what is there is not the plan")
	}
}

// fault answers some requests in the API's place.
type fault struct {
	next   http.RoundTripper
	left   atomic.Int64 // how many more
	status int
	header http.Header
	body   string
	meets  func(*http.Request) bool
}

// RoundTrip implements [http.RoundTripper].
func (f *fault) RoundTrip(r *http.Request) (*http.Response, error) {
	if !f.meets(r) || f.left.Add(-1) < 0 {
		return f.next.RoundTrip(r)
	}
	header := f.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/json")
	return &http.Response{
		StatusCode: f.status, Status: http.StatusText(f.status), Header: header, Request: r,
		Body: io.NopCloser(strings.NewReader(f.body)), ContentLength: int64(len(f.body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

func status(reason metav1.StatusReason, code, message string) string {
	return `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"` + string(reason) + `","code":` + code + `,"message":"` + message + `"}`
}

func writes(r *http.Request) bool {
	return r.Method != http.MethodGet && strings.Contains(r.URL.Path, "networkpolicies")
}

// TestKeeper_refused: whatever the API answers for a while, the plan is right in the end, and what stood in the way was
// said meanwhile.
func TestKeeper_refused(t *testing.T) {
	api := kubetest.Shared(t)
	tests := map[string]struct {
		*fault
		times int64
		says  string // of what failed; "": it is not even seen
	}{
		"throttled": {
			fault: &fault{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"0"}}, body: status(metav1.StatusReasonTooManyRequests, "429", "slow down"), meets: writes},
			times: 3,
		},
		"conflict": {
			fault: &fault{status: http.StatusConflict, body: status(metav1.StatusReasonConflict, "409", "it changed meanwhile"), meets: writes},
			times: 9, says: "it changed meanwhile",
		},
		"webhook timed out": {
			fault: &fault{status: http.StatusInternalServerError, body: status(metav1.StatusReasonInternalError, "500", "failed calling webhook: context deadline exceeded"), meets: writes},
			times: 9, says: "failed calling webhook",
		},
		"forbidden": {
			fault: &fault{status: http.StatusForbidden, body: status(metav1.StatusReasonForbidden, "403", "networkpolicies is forbidden"), meets: writes},
			times: 9, says: "the API forbids it",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, api: api, namespace: api.Namespace(t)}
			f := test.fault
			f.left.Store(test.times)
			w.startWith(func(c *rest.Config) {
				c.Wrap(func(next http.RoundTripper) http.RoundTripper { f.next = next; return f })
			}, networkPolicy)
			t.Cleanup(func() { w.stop() })
			plan := planOf(w.policy("a", "web"))
			if test.says != "" {
				out := w.outcome("it is said", plan, func(o apply.Outcome) bool { return len(o.Failed) > 0 })
				if why := out.Failed[events.About{Kind: events.ObjectNetworkRule, Name: "100001"}]; !strings.Contains(why, test.says) {
					t.Errorf("it is said so: %q", why)
				}
			}
			w.outcome("it is right", plan, isRight)
			if !w.says("a", "web") {
				t.Error("what is there is not the plan")
			}
		})
	}
}

// TestKeeper_rightsComeLater: without the right to look, the keeper says so, and does its work once it has it.
func TestKeeper_rightsComeLater(t *testing.T) {
	api := kubetest.Shared(t)
	w := &world{t: t, api: api, namespace: api.Namespace(t)}
	limited := api.ServiceAccountConfig(t, w.namespace, "default")
	w.startWith(func(c *rest.Config) { *c = *limited }, networkPolicy)
	t.Cleanup(func() { w.stop() })
	plan := planOf(w.policy("a", "web"))
	out := w.outcome("it is said", plan, func(o apply.Outcome) bool { return len(o.Failed) > 0 })
	if why := out.Failed[events.About{Kind: events.ObjectNetworkRule, Name: "100001"}]; !strings.Contains(why, "forbid") {
		t.Errorf("it is said so: %q", why)
	}
	api.Apply(t, []byte(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: `+w.namespace+`}
rules:
- {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [get, list, watch, create, patch, update, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: `+w.namespace+`}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: `+w.namespace+`}
subjects: [{kind: ServiceAccount, name: default, namespace: `+w.namespace+`}]
`))
	w.outcome("it is right", plan, isRight)
}

// TestKeeper_namespaceDeleted: objects whose namespace goes are not there, and that is said; others stay.
func TestKeeper_namespaceDeleted(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t))
	doomed := w.policy("doomed", "web")
	doomed.Namespace = w.api.Namespace(t)
	doomed.For = []events.About{{Kind: events.ObjectNetworkRule, Name: "100002"}}
	w.keep(w.policy("stays", "web"), doomed)
	if err := w.api.Client().CoreV1().Namespaces().Delete(t.Context(), doomed.Namespace, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	out := w.outcome("it is said", planOf(w.policy("stays", "web"), doomed), func(o apply.Outcome) bool { return len(o.Failed) > 0 })
	if _, said := out.Failed[doomed.For[0]]; !said || len(out.Failed) != 1 {
		t.Errorf("it stands so: %+v", out)
	}
	w.keep(w.policy("stays", "web"))
}
