// Package kubernetes is the enforcer that makes a policy effective by means of Kubernetes itself: network rules become
// NetworkPolicies, and ClusterNetworkPolicies where the cluster serves them; admission rules become
// ValidatingAdmissionPolicies.
//
// What it promises:
//
//   - What Kubernetes cannot do is said, object by object, and is never done by halves in silence.
//   - A rule counts as enforced when the API shows that it is, not when it was written.
//   - While the API does not answer, nothing is called enforced.
//   - Without a policy nothing of it is left in the cluster.
package kubernetes
