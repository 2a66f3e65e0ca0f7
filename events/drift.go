package events

import "time"

// Drift is something in a cluster's Kubernetes API that was not as the policy says.
type Drift struct {
	Objects     []About       `json:"objects,omitempty"` // of the policy that need it, sorted
	Resource    Resource      `json:"resource"`
	Change      Change        `json:"change"`
	Differences []string      `json:"differences,omitempty"` // what differed, as "path: is X, not Y"; at most MaxDifferences
	By          string        `json:"by,omitempty"`          // field manager that wrote it last; empty: the API does not say
	Seen        time.Time     `json:"seen"`                  // when the API told of it
	HealedIn    time.Duration `json:"healed_in,omitempty"`   // from Seen until it was right again, in nanoseconds
	Error       string        `json:"error,omitempty"`       // why it was not put right, for a person; empty: it was
}

// MaxDifferences is how many differences a [Drift] names.
const MaxDifferences = 20

// Resource names an object of a Kubernetes API.
type Resource struct {
	APIVersion string `json:"api_version"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

// Change is what was done to a [Resource].
type Change string

// What can be done to a resource.
const (
	ChangeEdited    Change = "edited"
	ChangeDeleted   Change = "deleted"
	ChangeUnlabeled Change = "unlabeled" // it lost the labels that say whose it is
	ChangeForeign   Change = "foreign"   // somebody else's object has the name of one of ours
)

// DriftFound records, in LOCAL, a drift that the cluster's enforcer met.
type DriftFound struct {
	Drift
}

// ClusterDrifted records, in FLEET, a [DriftFound] that a cluster reported.
type ClusterDrifted struct {
	Cluster  string `json:"cluster"`
	Revision uint64 `json:"revision"` // of the DriftFound in the cluster's own log
	Drift
}
