package kubetest_test

import (
	"slices"
	"strings"
	"testing"

	authentication "k8s.io/api/authentication/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

const timetable = `
apiVersion: v1
kind: ConfigMap
metadata: {name: timetable}
data: {noon: "12:00"}
`

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: signals.rail.example}
spec:
  group: rail.example
  scope: Namespaced
  names: {kind: Signal, plural: signals}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {color: {type: string}}}}
`

const signal = `
apiVersion: rail.example/v1
kind: Signal
metadata: {name: north}
spec: {color: COLOR}
`

var signals = schema.GroupVersionResource{Group: "rail.example", Version: "v1", Resource: "signals"}

// TestAPI_restart stops a server in order and by force, and finds it again as it was. Somebody watches it
// meanwhile.
func TestAPI_restart(t *testing.T) {
	api := kubetest.Start(t)
	api.Apply(t, []byte(timetable))
	namespace := api.Namespace(t)
	identities := map[string]*rest.Config{
		"admin": api.Config(),
		"system:serviceaccount:" + namespace + ":default": api.ServiceAccountConfig(t, namespace, "default"),
	}
	watched := informers.NewSharedInformerFactory(api.Client(), 0)
	lister := watched.Core().V1().ConfigMaps().Lister()
	watched.Start(t.Context().Done())
	t.Cleanup(watched.Shutdown)
	for name, end := range map[string]func(testing.TB){"stop": api.Stop, "kill": api.Kill} {
		end(t)
		api.Start(t)
		found, err := api.Client().CoreV1().ConfigMaps("default").Get(t.Context(), "timetable", meta.GetOptions{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := found.Data["noon"], "12:00"; got != want {
			t.Errorf("%s: noon: got %q, want %q", name, got, want)
		}
		for want, c := range identities {
			if got := whoAmI(t, c); got != want {
				t.Errorf("%s: the credentials of %s are those of %s", name, want, got)
			}
		}
		api.Apply(t, []byte(strings.ReplaceAll(timetable, "timetable", "after-"+name)))
		waittest.Until(t, "the informer sees what was made after a "+name, func() bool {
			_, err := lister.ConfigMaps("default").Get("after-" + name)
			return err == nil
		})
	}
}

// whoAmI returns whom the API takes the client for that is made with c.
func whoAmI(t *testing.T, c *rest.Config) string {
	t.Helper()
	client := waittest.Must(kubernetes.NewForConfig(c))(t)
	review, err := client.AuthenticationV1().SelfSubjectReviews().
		Create(t.Context(), &authentication.SelfSubjectReview{}, meta.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return review.Status.UserInfo.Username
}

func TestAPI_AuditEvents(t *testing.T) {
	api := kubetest.Start(t, kubetest.WithAuditLog())
	api.Apply(t, []byte(timetable))
	waittest.Until(t, "the API has recorded the apply", func() bool {
		return slices.ContainsFunc(api.AuditEvents(t), func(e kubetest.AuditEvent) bool {
			return e.Verb == "patch" && e.User.Username == "admin" && e.ResponseStatus.Code == 201 &&
				e.ObjectRef == kubetest.AuditObject{APIVersion: "v1", Resource: "configmaps", Namespace: "default", Name: "timetable"}
		})
	})
}

func TestAPI_args(t *testing.T) {
	api := kubetest.Start(t, kubetest.WithArgs("--runtime-config=autoscaling/v1=false"))
	if _, err := api.Client().Discovery().ServerResourcesForGroupVersion("autoscaling/v1"); !apierrors.IsNotFound(err) {
		t.Errorf("a version that is off: got %v, want not found", err)
	}
}

// TestAPI_Apply lets a custom resource follow its definition, and changes it.
func TestAPI_Apply(t *testing.T) {
	api := kubetest.Shared(t)
	for _, color := range []string{"green", "red"} {
		api.Apply(t, []byte(definition+"---\n"+strings.ReplaceAll(signal, "COLOR", color)))
		found, err := api.Dynamic().Resource(signals).Namespace("default").Get(t.Context(), "north", meta.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := unstructured.NestedString(found.Object, "spec", "color"); got != color || err != nil {
			t.Errorf("color: got %q, %v, want %q", got, err, color)
		}
	}
}

func TestAPI_namespaceEnds(t *testing.T) {
	api := kubetest.Shared(t)
	name := api.Namespace(t)
	namespaces := api.Client().CoreV1().Namespaces()
	if err := namespaces.Delete(t.Context(), name, meta.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	waittest.Until(t, "the namespace is gone", func() bool {
		_, err := namespaces.Get(t.Context(), name, meta.GetOptions{})
		return apierrors.IsNotFound(err)
	})
}

// TestAPI_ServiceAccountConfig lets an account read pods, and sees that it may do nothing else.
func TestAPI_ServiceAccountConfig(t *testing.T) {
	api := kubetest.Shared(t)
	namespace := api.Namespace(t)
	api.Apply(t, []byte(`
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader, namespace: `+namespace+`}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: `+namespace+`}
rules: [{apiGroups: [""], resources: [pods], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: `+namespace+`}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: `+namespace+`}]
`))
	client := waittest.Must(kubernetes.NewForConfig(api.ServiceAccountConfig(t, namespace, "reader")))(t)
	waittest.Until(t, "the account may list pods", func() bool {
		_, err := client.CoreV1().Pods(namespace).List(t.Context(), meta.ListOptions{})
		return err == nil
	})
	if _, err := client.CoreV1().Secrets(namespace).List(t.Context(), meta.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("secrets: got %v, want forbidden", err)
	}
	pod := &core.Pod{ObjectMeta: meta.ObjectMeta{Name: "web"}}
	if _, err := client.CoreV1().Pods(namespace).Create(t.Context(), pod, meta.CreateOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("create a pod: got %v, want forbidden", err)
	}
}
