package kubernetes_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/fedhub/fedhub/events"
	"github.com/fedhub/fedhub/internal/fedtest"
	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
	"github.com/fedhub/fedhub/policy"
)

// right is one thing that an account may do.
type right struct{ verb, group, resource string }

// TestRights walks the rights of the controller's account, as the manifests give them, against what the API recorded
// that the controller did: it was refused nothing, and has no right that it did not use.
func TestRights(t *testing.T) {
	manifests := waittest.Must(os.ReadFile("../../../deploy/kustomize/base/fedhub.yaml"))(t)
	granted, used := map[right]bool{}, map[right]bool{}
	for tier, args := range map[string][]string{
		"clusternetworkpolicies": nil,
		"adminnetworkpolicies":   {"--feature-gates=WatchList=false"}, // as an API of before 1.34 is: what is there must be listed
	} {
		t.Run(tier, func(t *testing.T) {
			kube := kubetest.Start(t, kubetest.WithAuditLog(), kubetest.WithArgs(args...))
			kube.Apply(t, waittest.Must(os.ReadFile(filepath.Join("../../../agent/kubernetes/network/testdata", tier+".yaml")))(t))
			kube.Apply(t, []byte(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"fedhub"}}`))
			for _, document := range documents(t, manifests) {
				var head metav1.TypeMeta
				waittest.Must(0, yaml.Unmarshal(document, &head))(t)
				switch head.Kind {
				case "Role", "ClusterRole":
					var role rbacv1.ClusterRole
					waittest.Must(0, yaml.Unmarshal(document, &role))(t)
					maps.Copy(granted, rightsOf(role.Rules))
				case "RoleBinding", "ClusterRoleBinding", "ServiceAccount":
				default:
					continue
				}
				kube.Apply(t, document)
			}
			live(t, kube, tier)
			for _, e := range kube.AuditEvents(t) {
				if e.User.Username != "system:serviceaccount:fedhub:fedhub" || e.ObjectRef.Resource == "" {
					continue
				}
				code := e.ResponseStatus.Code
				if code == http.StatusForbidden && !strings.HasPrefix(e.ObjectRef.Name, "fedhub-probe-") {
					t.Errorf("refused: %s %s", e.Verb, e.RequestURI)
				}
				used[right{e.Verb, e.ObjectRef.APIGroup, e.ObjectRef.Resource}] = true
				if strings.Contains(e.RequestURI, "sendInitialEvents=true") {
					used[right{"list", e.ObjectRef.APIGroup, e.ObjectRef.Resource}] = true // what an API that cannot stream has listed
				}
				if e.Verb == "patch" && code == http.StatusCreated {
					used[right{"create", e.ObjectRef.APIGroup, e.ObjectRef.Resource}] = true // the API asks for that right, too
				}
			}
		})
	}
	for r := range granted {
		if !used[r] {
			t.Errorf("it may %s %s %q, and never does", r.verb, r.resource, r.group)
		}
	}
	for r := range used {
		if !granted[r] {
			t.Errorf("it does %s %s %q, and nothing says that it may", r.verb, r.resource, r.group)
		}
	}
}

// live has a controller with the account of the manifests do all that it ever does in a cluster.
func live(t *testing.T, kube *kubetest.API, tier string) {
	t.Helper()
	f := &federation{World: fedtest.New(t), kube: kube, namespace: kube.Namespace(t)}
	f.master = f.Master("hub")
	f.remote = f.Remote("berlin", fedtest.WithKubernetes(kube.ServiceAccountConfig(t, "fedhub", "fedhub"), "fedhub"))
	for _, name := range []string{"fed.web", "fed.db", "fed.cache"} {
		createGroup(f.master, name, f.namespace)
	}
	deny := allow("fed.web", "fed.cache", 22)
	*deny.Action = policy.ActionDeny
	addRules(f.master, allow("fed.web", "fed.db", 5432), deny)
	f.master.Must(http.MethodPost, "/v1/admission/rule", noPrivileged, nil)
	for _, about := range []events.About{
		{Kind: events.ObjectNetworkRule, Name: "100001"}, {Kind: events.ObjectNetworkRule, Name: "100002"}, {Kind: events.ObjectAdmissionRule, Name: "100001"},
	} {
		f.inForce(t, about.Kind, about.Name)
	}
	meddled := map[schema.GroupVersionResource]string{
		{Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies"}:                              `{"spec":{"policyTypes":["Ingress","Egress"],"egress":[{}]}}`,
		{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingadmissionpolicies"}:       `{"spec":{"auditAnnotations":[{"key":"more","valueExpression":"'x'"}]}}`,
		{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingadmissionpolicybindings"}: `{"spec":{"matchResources":{"namespaceSelector":{"matchLabels":{"a":"b"}}}}}`,
		{Group: "policy.networking.k8s.io", Version: versionOf(tier), Resource: tier}:                         `{"spec":{"egress":[{"name":"more","action":"` + accept(tier) + `","to":[{"namespaces":{}}]}]}}`,
	}
	n := 0
	for resource, patch := range meddled {
		list := waittest.Must(kube.Dynamic().Resource(resource).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=fedhub"}))(t)
		if len(list.Items) == 0 {
			t.Fatalf("there are no %s", resource.Resource)
		}
		o := list.Items[slices.IndexFunc(list.Items, func(o unstructured.Unstructured) bool { return o.GetName() != "fedhub-own" })]
		waittest.Must(kube.Dynamic().Resource(resource).Namespace(o.GetNamespace()).Patch(
			t.Context(), o.GetName(), types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: "kubectl-edit"}))(t)
		n++
		waittest.Until(t, fmt.Sprintf("%d drifts are told", n), func() bool { return len(f.drifts()) == n })
	}
	for _, e := range f.drifts() {
		if strings.Contains(string(e.Data), `"error"`) {
			t.Errorf("not put right: %s", e.Data)
		}
	}
	f.remote.Must(http.MethodPost, "/v1/fed/leave", `{}`, nil)
	waittest.Until(t, "nothing is left", func() bool {
		for resource := range meddled {
			list := waittest.Must(kube.Dynamic().Resource(resource).List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=fedhub"}))(t)
			if len(list.Items) > 0 {
				return false
			}
		}
		return true
	})
	f.remote.Stop()
}

func versionOf(tier string) string {
	if tier == "adminnetworkpolicies" {
		return "v1alpha1"
	}
	return "v1alpha2"
}

func accept(tier string) string {
	if tier == "adminnetworkpolicies" {
		return "Allow"
	}
	return "Accept"
}

// documents returns the parts of a YAML stream.
func documents(t *testing.T, stream []byte) [][]byte {
	t.Helper()
	reader := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(stream)))
	var out [][]byte
	buffer := make([]byte, len(stream))
	for {
		n, err := reader.Read(buffer)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, slices.Clone(buffer[:n]))
	}
}

// rightsOf returns what rules give, each by itself.
func rightsOf(rules []rbacv1.PolicyRule) map[right]bool {
	out := map[right]bool{}
	for _, rule := range rules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					out[right{verb, group, resource}] = true
				}
			}
		}
	}
	return out
}
