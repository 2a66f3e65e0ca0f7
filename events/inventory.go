package events

import "time"

// Inventory is what a cluster consists of, as far as its Kubernetes API tells. What is not known is nil or empty,
// never zero; Missing says why.
type Inventory struct {
	At          time.Time `json:"at"` // what it says was so then, by the cluster's clock
	Platform    string    `json:"platform,omitempty"`
	KubeVersion string    `json:"kube_version,omitempty"`
	Nodes       *int      `json:"nodes,omitempty"`
	Namespaces  *int      `json:"namespaces,omitempty"`
	Services    *int      `json:"services,omitempty"`
	Workloads   *int      `json:"workloads,omitempty"` // deployments, daemon sets and stateful sets
	RunningPods *int      `json:"running_pods,omitempty"`
	Controllers *int      `json:"controllers,omitempty"` // of fedhub, this one included
	Score       *Score    `json:"score,omitempty"`
	Missing     []string  `json:"missing,omitempty"` // what cannot be read now, and why, for a person
}

// Score is how much there is to worry about in a cluster, from 0 to 100: small is good. Its parts add up to the
// total, which is nil while a part is.
type Score struct {
	Total          *int `json:"total,omitempty"`
	Exposure       *int `json:"exposure,omitempty"`
	Privileged     *int `json:"privileged,omitempty"`
	RunAsRoot      *int `json:"run_as_root,omitempty"`
	HostNamespaces *int `json:"host_namespaces,omitempty"`
	Admission      *int `json:"admission,omitempty"`
}

// The largest totals that are good and fair; see [Score.Word].
const (
	scoreGood = 20
	scoreFair = 50
)

// Word returns GOOD, FAIR or POOR, the words of NeuVector for the total, and "" when it is not known.
func (s *Score) Word() string {
	switch {
	case s == nil || s.Total == nil:
		return ""
	case *s.Total <= scoreGood:
		return "GOOD"
	case *s.Total <= scoreFair:
		return "FAIR"
	}
	return "POOR"
}
