package apply

import (
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fedhub/fedhub/events"
)

// Kind is a kind of Kubernetes object, with the name of its REST resource.
type Kind struct {
	schema.GroupVersionKind
	Resource   string // plural, in lower case
	Namespaced bool
}

// GVR returns where the API serves objects of the kind.
func (k Kind) GVR() schema.GroupVersionResource { return k.GroupVersion().WithResource(k.Resource) }

// Object is one Kubernetes object as it is to be.
type Object struct {
	Kind      Kind
	Namespace string // "" for one of the whole cluster
	Name      string
	// Spec is the JSON of the object's spec, with every default of the API spelled out: what the API has there is
	// compared with it.
	Spec  []byte
	For   []events.About // the objects of the policy that need it
	Probe *Probe         // nil: it is in force once the API has it
}

// Probe is a request that shows whether an admission policy is in force: the creation, as a dry run, of a ConfigMap
// with this name in the controller's own namespace. The policy meets it, as a denial or a warning, with Mark.
type Probe struct {
	Name string
	Mark string // stands in the message of this version of the policy and of no other
}

// Plan is what a policy becomes in a cluster.
type Plan struct {
	Objects []Object // that are to be there; all others of ours go
	// Short is what of the policy is not, or not wholly, in force even with all Objects there: each is partial,
	// unsupported or idle, and has a reason. A policy object that is in neither is in force by itself.
	Short []events.ObjectState
}
