package deploy_test

import (
	"slices"
	"strings"
	"testing"

	authorization "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/fedhub/fedhub/internal/kubetest"
	"github.com/fedhub/fedhub/internal/waittest"
)

// What the controller's account may do, by the enforcer; "to" stands for its own namespace.
var (
	mayRead       = []string{"list pods.", "watch nodes.", "list namespaces.", "list services.", "list deployments.apps", "watch ingresses.networking.k8s.io"}
	mayKubernetes = []string{
		"create networkpolicies.networking.k8s.io", "delete clusternetworkpolicies.policy.networking.k8s.io",
		"patch adminnetworkpolicies.policy.networking.k8s.io", "patch validatingadmissionpolicies.admissionregistration.k8s.io",
		"update validatingadmissionpolicybindings.admissionregistration.k8s.io", "create configmaps. to",
	}
	mayNeuVector = []string{"patch nvclustersecurityrules.neuvector.com", "delete nvwafsecurityrules.neuvector.com"}
	mayNever     = []string{
		"get secrets. to", "get pods. to", "list configmaps. to", "create configmaps. default", "delete configmaps. to",
		"create pods. to", "delete pods. to", "create pods/exec. to", "create serviceaccounts/token. to",
		"patch deployments.apps", "patch namespaces.", "delete ingresses.networking.k8s.io", "patch nodes.",
		"bind clusterroles.rbac.authorization.k8s.io", "patch clusterroles.rbac.authorization.k8s.io", "impersonate users.",
		"patch mutatingwebhookconfigurations.admissionregistration.k8s.io", "deletecollection networkpolicies.networking.k8s.io",
	}
)

// TestRBAC asks the API what the controller's account may do.
func TestRBAC(t *testing.T) {
	api := kubetest.Shared(t)
	to := api.Namespace(t)
	for enforcer, allowed := range map[string][]string{
		"kubernetes": slices.Concat(mayRead, mayKubernetes), "neuvector": slices.Concat(mayRead, mayNeuVector), "none": nil,
	} {
		t.Run(enforcer, func(t *testing.T) {
			release := "rbac-" + enforcer
			api.Apply(t, []byte(helm(t, "template", release, chart, "-n", to, forKubernetes, "--set=enforcer="+enforcer)))
			client := waittest.Must(kubernetes.NewForConfig(api.ServiceAccountConfig(t, to, release+"-fedhub")))(t)
			for _, what := range allowed { // the API sees new roles after a moment
				waittest.Until(t, "it may "+what, func() bool { return may(t, client, what, to) })
			}
			for _, what := range slices.Concat(mayRead, mayKubernetes, mayNeuVector, mayNever) {
				if got, want := may(t, client, what, to), slices.Contains(allowed, what); got != want {
					t.Errorf("%s: got %t, want %t", what, got, want)
				}
			}
		})
	}
}

// may reports whether the client may do what is written as "verb resource.group namespace"; without a namespace
// everywhere.
func may(t *testing.T, client kubernetes.Interface, what, to string) bool {
	t.Helper()
	words := append(strings.Fields(what), "")
	if words[2] == "to" {
		words[2] = to
	}
	resource, group, _ := strings.Cut(words[1], ".")
	resource, sub, _ := strings.Cut(resource, "/")
	review := &authorization.SelfSubjectAccessReview{Spec: authorization.SelfSubjectAccessReviewSpec{
		ResourceAttributes: &authorization.ResourceAttributes{Verb: words[0], Group: group, Resource: resource, Subresource: sub, Namespace: words[2]},
	}}
	answer := waittest.Must(client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), review, meta.CreateOptions{}))(t)
	return answer.Status.Allowed
}

const riskyAccounts = `{
	"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy", "metadata": {"name": "risky-accounts"},
	"spec": {
		"matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE"]}]},
		"validations": [{
			"expression": "!authorizer.serviceAccount(object.metadata.namespace, object.spec.serviceAccountName).group('').resource('secrets').check('list').allowed()"
		}]
	}
}`

// TestRBAC_riskyAccounts has the account write a policy that asks the authorizer: who writes it needs no rights of
// those that it asks for.
func TestRBAC_riskyAccounts(t *testing.T) {
	api := kubetest.Shared(t)
	to := api.Namespace(t)
	api.Apply(t, []byte(helm(t, "template", "risky", chart, "-n", to, forKubernetes)))
	client := waittest.Must(dynamic.NewForConfig(api.ServiceAccountConfig(t, to, "risky-fedhub")))(t)
	policies := client.Resource(schema.GroupVersionResource{
		Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingadmissionpolicies",
	})
	var policy unstructured.Unstructured
	waittest.Must(0, policy.UnmarshalJSON([]byte(riskyAccounts)))(t)
	waittest.Until(t, "the policy is written", func() bool {
		_, err := policies.Apply(t.Context(), policy.GetName(), &policy, meta.ApplyOptions{FieldManager: "fedhub"})
		if err != nil && !apierrors.IsForbidden(err) {
			t.Fatal(err)
		}
		return err == nil
	})
	if err := policies.Delete(t.Context(), policy.GetName(), meta.DeleteOptions{}); err != nil {
		t.Error(err)
	}
}
