package neuvector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/fedhub/fedhub/agent"
	"github.com/fedhub/fedhub/agent/apply"
	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/policytest"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

var _ agent.Watcher = (*Enforcer)(nil)

// world is an enforcer with its API.
type world struct {
	*Enforcer
	t   *testing.T
	api *kubetest.API

	mu     sync.Mutex
	drifts []events.Drift
}

// newWorld runs an enforcer. At the end it leaves nothing behind.
func newWorld(t *testing.T, api *kubetest.API, definitions bool) *world {
	t.Helper()
	if definitions {
		api.Apply(t, waittest.Must(os.ReadFile("testdata/crds.yaml"))(t))
		waittest.Until(t, "the API serves them", func() bool {
			list, err := api.Client().Discovery().ServerResourcesForGroupVersion("neuvector.com/v1")
			return err == nil && len(list.APIResources) == 5
		})
	}
	e := waittest.Must(New(Config{API: api.Config(), Namespace: api.Namespace(t), Logger: slog.New(slog.DiscardHandler), Now: time.Now}))(t)
	w := &world{Enforcer: e, t: t, api: api}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		if err := e.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	running.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case d := <-e.Drifts():
				w.mu.Lock()
				w.drifts = append(w.drifts, d)
				w.mu.Unlock()
			}
		}
	})
	t.Cleanup(func() {
		w.t = t
		w.enforce(context.WithoutCancel(t.Context()), policy.NewState(policy.ScopeFederal), policy.NewState(policy.ScopeLocal))
		cancel()
		running.Wait()
	})
	return w
}

// enforce has the policy enforced, and returns what came of it when nothing is pending any more.
func (w *world) enforce(ctx context.Context, federal, local *policy.State) agent.Verdict {
	w.t.Helper()
	for {
		changed := w.Changed()
		v := waittest.Must(w.Enforce(ctx, agent.Effective{Federal: federal, Local: local, Master: "hq"}))(w.t)
		if !v.Pending {
			return v
		}
		select {
		case <-changed:
		case <-time.After(waittest.Patience):
			w.t.Fatalf("still pending: %+v", v)
		}
	}
}

// there returns all objects that the API has, by kind and name.
func (w *world) there() map[string]*unstructured.Unstructured {
	w.t.Helper()
	out := map[string]*unstructured.Unstructured{}
	for _, kind := range []apply.Kind{kindCluster, kindAdmission, kindDLP, kindWAF, kindResponse} {
		list := waittest.Must(w.api.Dynamic().Resource(kind.GVR()).List(w.t.Context(), metav1.ListOptions{}))(w.t)
		for _, o := range list.Items {
			out[kind.Kind+" "+o.GetName()] = &o
		}
	}
	return out
}

func TestEnforcer_examples(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t), true)
	s, own := examples(t), policytest.Local(t)
	got := w.enforce(t.Context(), s, own)
	plan := planOf(s, own)
	if !reflect.DeepEqual(got.Objects, plan.Short) {
		t.Errorf("the verdict is %+v", got)
	}
	there := w.there()
	if len(there) != len(plan.Objects) {
		t.Errorf("%d objects are there, %d are planned", len(there), len(plan.Objects))
	}
	for _, o := range plan.Objects {
		var want any
		if err := json.Unmarshal(o.Spec, &want); err != nil {
			t.Fatal(err)
		}
		is := there[o.Kind.Kind+" "+o.Name]
		if is == nil || plain(t, is.Object["spec"]) != plain(t, want) {
			t.Errorf("%s: got %+v", o.Name, is)
		}
	}
	back := policy.NewState(policy.ScopeFederal)
	policytest.Take(t, back, policy.Foundation())
	policytest.Take(t, back, waittest.Must(policy.Import("back", renamed(t, there), policy.ScopeFederal))(t).Decision())
	if is, was := essence(t, back), essence(t, s); len(was) < 50 || !slices.Equal(is, was) {
		t.Errorf("read back it is\n%s\nand was\n%s", strings.Join(is, "\n"), strings.Join(was, "\n"))
	}
	w.enforce(t.Context(), policy.NewState(policy.ScopeFederal), own)
	if left := w.there(); len(left) > 0 {
		t.Errorf("%d objects stay", len(left))
	}
}

// TestEnforcer_heals: what somebody changes in NeuVector's resources is put right.
func TestEnforcer_heals(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t), true)
	s, own := policytest.Federal(t, groupOf("fed.web"), rule("deny", "external", "fed.web")), policytest.Local(t)
	w.enforce(t.Context(), s, own)
	resource := w.api.Dynamic().Resource(kindCluster.GVR())
	patch := `{"spec":{"ingress":[]}}`
	o := waittest.Must(resource.Patch(t.Context(), "fedhub.web", types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-edit"}))(t)
	if ingress, _, err := unstructured.NestedSlice(o.Object, "spec", "ingress"); err != nil || len(ingress) > 0 {
		t.Fatalf("it is not changed: %v", o)
	}
	var d events.Drift
	waittest.Until(t, "the drift is told", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.drifts) > 0 {
			d = w.drifts[0]
		}
		return len(w.drifts) > 0
	})
	if d.Change != events.ChangeEdited || d.By != "kubectl-edit" || d.Error != "" || d.Resource.Name != "fedhub.web" {
		t.Errorf("told %+v", d)
	}
	o = waittest.Must(resource.Get(t.Context(), "fedhub.web", metav1.GetOptions{}))(t)
	if want := written(planOf(s, own), kindCluster, "fedhub.web"); !strings.Contains(want, "deny") || !sameJSON(t, want, o.Object["spec"]) {
		t.Errorf("it was not put right: %v", o)
	}
}

// TestEnforcer_foreignAdmission: NeuVector takes admission rules from one resource only. If that is somebody else's, it
// stays, and every admission rule counts as failed.
func TestEnforcer_foreignAdmission(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t), true)
	w.api.Apply(t, []byte(`{"apiVersion":"neuvector.com/v1","kind":"NvAdmissionControlSecurityRule","metadata":{"name":"local"},"spec":{"rules":[]}}`))
	got := w.enforce(t.Context(), policytest.Federal(t, groupOf("fed.web"), admissionOf("deny", "a")), policytest.Local(t))
	if len(got.Objects) != 1 || got.Objects[0].State != events.Failed || got.Objects[0].Object.Kind != events.ObjectAdmissionRule {
		t.Errorf("the verdict is %+v", got)
	}
	resource := w.api.Dynamic().Resource(kindAdmission.GVR())
	if err := resource.Delete(t.Context(), "local", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "the name is taken", func() bool {
		return len(w.enforce(t.Context(), policytest.Federal(t, groupOf("fed.web"), admissionOf("deny", "a")), policytest.Local(t)).Objects) == 0
	})
}

// TestEnforcer_local: the cluster's own policy is written, too, and not reported to the federation.
func TestEnforcer_local(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t), true)
	own := policytest.Local(t, groupOf("web"), rule("deny", "Host:10.0.0.1", "web"), rule("deny", "external", "web"))
	if got := w.enforce(t.Context(), policytest.Federal(t), own); len(got.Objects) > 0 {
		t.Errorf("the verdict is %+v", got)
	}
	if o := w.there()["NvClusterSecurityRule fedhub-local.web"]; o == nil || !strings.Contains(plain(t, o.Object), "local.2") {
		t.Errorf("%v", o)
	}
}

// TestEnforcer_shapes: what the examples do not have is as NeuVector's definitions want it, too.
func TestEnforcer_shapes(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t), true)
	pattern := []events.Pattern{{Key: "pattern", Op: "regex", Value: "x", Context: "url"}}
	sensor := policy.SensorConfig{Name: "fed.My_Sensor", Comment: new(strings.Repeat("c", maxSensorComment)), Rules: &[]events.SensorRule{{Name: "r", Patterns: pattern}}}
	metrics := policy.GroupConfig{
		Name: "fed.A_b:c", Criteria: &[]events.Criterion{{Key: "label", Op: "!regex", Value: "^a$"}}, MonitorMetric: new(true),
		SessionCurrent: new(uint32(1)), SessionRate: new(uint32(1<<32 - 1)), GroupBandWidth: new(uint32(3)),
	}
	used := policy.SensorGroupConfig{Name: "fed.A_b:c", Status: new(false), Sensors: []events.SensorUsed{{Name: "fed.My_Sensor", Action: "allow", Comment: "c"}}}
	paths := policy.AdmissionConfig{RuleType: new("deny"), RuleMode: new("monitor"), Criteria: &[]events.AdmissionCriterion{
		{Name: "item.spec.hostname", Type: "customPath", Path: "item.spec.hostname", TemplateKind: "podTemplate", ValueType: "string", Op: "containsAny", Value: "a"},
		{Name: "cveScoreCount", Op: ">=", Value: "9", SubCriteria: []events.AdmissionCriterion{{Name: "count", Op: ">=", Value: "2"}}},
	}}
	s := policytest.Federal(t, metrics, policy.DLPConfig{SensorConfig: sensor}, policy.WAFConfig{SensorConfig: sensor}, policy.DLPGroupConfig{SensorGroupConfig: used},
		policy.WAFGroupConfig{SensorGroupConfig: used}, rule("allow", "fed.A_b:c", "Workload:ingress"), rule("deny", "nodes", "fed.containers"),
		rule("deny", "fed.nodes", "external"), paths, policy.AdmissionStateConfig{Enable: new(true)})
	if got := w.enforce(t.Context(), s, policytest.Local(t)); len(got.Objects) > 0 {
		t.Errorf("the verdict is %+v", got)
	}
	there := w.there()
	for _, name := range []string{
		"NvDlpSecurityRule " + resourceName("fed.My_Sensor"), "NvWafSecurityRule " + resourceName("fed.My_Sensor"),
		"NvClusterSecurityRule " + resourceName("fed.A_b:c"), "NvClusterSecurityRule fedhub-containers", "NvClusterSecurityRule fedhub-external",
		"NvAdmissionControlSecurityRule local",
	} {
		if there[name] == nil {
			t.Errorf("%s is not there", name)
		}
	}
	if len(there) != 6 {
		t.Errorf("%d objects are there", len(there))
	}
}

// TestEnforcer_large: an object of the size that is allowed for goes in.
func TestEnforcer_large(t *testing.T) {
	w := newWorld(t, kubetest.Shared(t), true)
	var configs []policy.Config
	for i := range 1300 {
		configs = append(configs, admissionOf("deny", fmt.Sprintf("%d%s", i, strings.Repeat("x", 780))))
	}
	s, own := policytest.Federal(t, configs...), policytest.Local(t)
	spec := written(planOf(s, own), kindAdmission, "local")
	if len(spec) < maxObject*9/10 {
		t.Fatalf("%d bytes are not large", len(spec))
	}
	if got := w.enforce(t.Context(), s, own); len(got.Objects) > 0 {
		t.Errorf("%d bytes: %+v", len(spec), got.Objects[0])
	}
}

// TestEnforcer_withoutNeuVector: in a cluster that has no such resources nothing counts as in force, and of one that
// does not answer nothing is known.
func TestEnforcer_withoutNeuVector(t *testing.T) {
	api := kubetest.Start(t)
	w := newWorld(t, api, false)
	s, own := policytest.Federal(t, groupOf("fed.web"), admissionOf("deny", "a")), policytest.Local(t)
	nothing := func(v agent.Verdict) bool {
		return len(v.Objects) == 2 && !slices.ContainsFunc(v.Objects, func(o events.ObjectState) bool {
			return o.State != events.Failed || !strings.Contains(o.Reason, "the cluster does not serve neuvector.com/v1")
		})
	}
	if got := w.enforce(t.Context(), s, own); !nothing(got) {
		t.Errorf("the verdict is %+v", got)
	}
	api.Kill(t)
	waittest.Until(t, "it is told that nothing is known", func() bool {
		_, err := w.Enforce(t.Context(), agent.Effective{Federal: s, Local: own})
		return errors.Is(err, apply.ErrAway)
	})
	api.Start(t)
	waittest.Until(t, "the API is back", func() bool {
		v, err := w.Enforce(t.Context(), agent.Effective{Federal: s, Local: own})
		return err == nil && nothing(v)
	})
}
