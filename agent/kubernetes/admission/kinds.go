package admission

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/agent/apply"
)

const group, version = "admissionregistration.k8s.io", "v1"

// Policy and Binding are the kinds of the objects.
var (
	Policy = apply.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: group, Version: version, Kind: "ValidatingAdmissionPolicy"},
		Resource:         "validatingadmissionpolicies",
	}
	Binding = apply.Kind{
		GroupVersionKind: schema.GroupVersionKind{Group: group, Version: version, Kind: "ValidatingAdmissionPolicyBinding"},
		Resource:         "validatingadmissionpolicybindings",
	}
)

// The forms of the specs, with every field that the API fills in when it is left out.
type (
	policySpec struct {
		FailurePolicy    string           `json:"failurePolicy"`
		MatchConstraints matchConstraints `json:"matchConstraints"`
		Variables        []variable       `json:"variables,omitempty"`
		Validations      []validation     `json:"validations"`
	}
	matchConstraints struct {
		MatchPolicy       string         `json:"matchPolicy"`
		NamespaceSelector struct{}       `json:"namespaceSelector"`
		ObjectSelector    struct{}       `json:"objectSelector"`
		ResourceRules     []resourceRule `json:"resourceRules"`
	}
	resourceRule struct {
		APIGroups     []string `json:"apiGroups"`
		APIVersions   []string `json:"apiVersions"`
		Operations    []string `json:"operations"`
		Resources     []string `json:"resources"`
		ResourceNames []string `json:"resourceNames,omitempty"`
		Scope         string   `json:"scope"`
	}
	validation struct {
		Expression string `json:"expression"`
		Message    string `json:"message"`
		Reason     string `json:"reason"`
	}
	bindingSpec struct {
		PolicyName        string   `json:"policyName"`
		ValidationActions []string `json:"validationActions"`
	}
)

var (
	written = []string{"CREATE", "UPDATE"}
	// ofWorkloads are the requests that bring workloads.
	ofWorkloads = []resourceRule{
		requests("", written, "pods", "replicationcontrollers"),
		requests("apps", written, "daemonsets", "deployments", "replicasets", "statefulsets"),
		requests("batch", written, "cronjobs", "jobs"),
		requests("", []string{"UPDATE"}, "pods/resize"),
	}
	// ofDebuggers are the requests that put containers into a pod that runs.
	ofDebuggers = requests("", []string{"UPDATE"}, "pods/ephemeralcontainers")
	// ofClaims are the requests that bring claims for storage.
	ofClaims = []resourceRule{
		requests("", written, "persistentvolumeclaims"),
		requests("apps", written, "statefulsets"),
	}
)

// anyVersion is how every rule speaks of versions. With one by name, Kubernetes reads each expression once more for
// every kind that it is about, to warn of fields that the kind has not; that costs 200 ms of processor time a policy,
// and the expressions are made such that there is nothing to find.
const anyVersion = "*"

func requests(group string, operations []string, resources ...string) resourceRule {
	return resourceRule{
		APIGroups: []string{group}, APIVersions: []string{anyVersion}, Operations: operations, Resources: resources, Scope: "*",
	}
}
