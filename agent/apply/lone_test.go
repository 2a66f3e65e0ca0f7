package apply

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/workqueue"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/waittest"
)

var loneKind = Kind{
	GroupVersionKind: schema.GroupVersionKind{Group: "networking.k8s.io", Version: "v1", Kind: "NetworkPolicy"},
	Resource:         "networkpolicies", Namespaced: true,
}

// lone is a keeper that nobody runs, of one object that is called lone. It is told by hand what else an API would tell
// it, in an order that an API can seldom be brought to.
type lone struct {
	*Keeper
	t     *testing.T
	at    key
	watch *watch
	now   time.Time
	paces *paces
}

// newLone returns one that knows of no object. Its requests are answered by api; nil: they are not.
func newLone(t *testing.T, api roundTrip) *lone {
	t.Helper()
	if api == nil {
		api = func(*http.Request) (*http.Response, error) { return nil, errors.New("nobody is there") }
	}
	l := &lone{t: t, at: key{loneKind, "x", "lone"}, now: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)}
	l.Keeper = waittest.Must(New(Config{
		API: &rest.Config{Host: "http://kubernetes.test", Transport: api}, Namespace: "fedhub", Kinds: []Kind{loneKind},
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return l.now },
	}))(t)
	l.paces = &paces{TypedRateLimitingInterface: l.queue}
	l.queue, l.watch = l.paces, l.watches[loneKind]
	l.watch.asked, l.watch.listed, l.watch.stop = true, true, func() {}
	t.Cleanup(func() { l.queue.ShutDown(); l.probes.ShutDown() })
	return l
}

// paces is a queue that counts what is done at once, and what after a pause.
type paces struct {
	workqueue.TypedRateLimitingInterface[key]
	atOnce, paused int
}

func (p *paces) Add(at key) {
	p.atOnce++
	p.TypedRateLimitingInterface.Add(at)
}

func (p *paces) AddRateLimited(at key) {
	p.paused++
	p.TypedRateLimitingInterface.AddRateLimited(at)
}

// saying returns the object with a spec that says so.
func saying(text string) Object {
	return Object{
		Kind: loneKind, Namespace: "x", Name: "lone", Spec: []byte(`{"podSelector":{"matchLabels":{"says":"` + text + `"}}}`),
		For: []events.About{{Kind: events.ObjectNetworkRule, Name: "100001"}},
	}
}

// plan makes the objects the plan.
func (l *lone) plan(objects ...Object) {
	l.t.Helper()
	waittest.Must(l.wish(Plan{Objects: objects}))(l.t)
}

// made makes o the plan, and has it right.
func (l *lone) made(o Object) *entry {
	l.t.Helper()
	l.plan(o)
	if d := l.healed("100"); d != nil {
		l.t.Fatalf("what is new is a drift: %+v", d)
	}
	return l.entries[l.at]
}

// healed is told that the object was written as it is to be, and returns the drift that is told then.
func (l *lone) healed(revision string) *events.Drift {
	l.t.Helper()
	e := l.entries[l.at]
	d := l.note(l.at, e.wish, e.live, liveOf(stored(l.t, e.wish.Object, "u1", revision), e.wish), nil)
	if e.standing != right {
		l.t.Fatalf("it was written and does not stand right: %s", e.trouble)
	}
	return d
}

// hears is told by the watch of an object that is there.
func (l *lone) hears(o *unstructured.Unstructured) {
	l.t.Helper()
	if err := l.watch.Update(o); err != nil {
		l.t.Fatal(err)
	}
}

// lists is told by the watch of all objects that are there.
func (l *lone) lists(revision string, objects ...any) {
	l.t.Helper()
	if err := l.watch.Replace(objects, revision); err != nil {
		l.t.Fatal(err)
	}
}

// stored returns an object as the API has it once it was written.
func stored(t *testing.T, o Object, uid, revision string) *unstructured.Unstructured {
	t.Helper()
	w := waittest.Must(newWish(o))(t)
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": o.Kind.GroupVersion().String(), "kind": o.Kind.Kind,
		"metadata": map[string]any{
			"name": o.Name, "namespace": o.Namespace, "uid": uid, "resourceVersion": revision,
			"labels":        map[string]any{labelManaged: manager},
			"annotations":   map[string]any{annotationFor: w.purpose(), annotationVersion: w.version.String()},
			"managedFields": []any{map[string]any{"manager": manager, "operation": "Apply"}},
		},
		"spec": waittest.Must(w.spec())(t),
	}}
}

// untouched returns the object as it was written.
func untouched(t *testing.T, o Object, revision string) *unstructured.Unstructured {
	t.Helper()
	return stored(t, o, "u1", revision)
}

// edited returns the object after somebody made it say something else.
func edited(t *testing.T, o Object, revision string) *unstructured.Unstructured {
	t.Helper()
	it := untouched(t, o, revision)
	it.Object["spec"] = waittest.Must((&wish{Object: saying("something else")}).spec())(t)
	at := metav1.NewTime(time.Date(2026, 7, 1, 11, 0, 0, 0, time.UTC))
	it.SetManagedFields(append(it.GetManagedFields(), metav1.ManagedFieldsEntry{Manager: "kubectl-edit", Operation: "Update", Time: &at}))
	return it
}

// unlabeled returns the object after somebody took its labels off.
func unlabeled(t *testing.T, o Object, revision string) *unstructured.Unstructured {
	t.Helper()
	it := untouched(t, o, revision)
	it.SetLabels(nil)
	return it
}

// answer returns what an API that refuses a request says.
func answer(r *http.Request, message string) *http.Response {
	body := `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422,"message":"` + message + `"}`
	return &http.Response{
		StatusCode: http.StatusUnprocessableEntity, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}
