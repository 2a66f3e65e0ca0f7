// Package network says what the network rules of a policy become in a Kubernetes cluster: NetworkPolicies, and, where
// the cluster serves them, ClusterNetworkPolicies or AdminNetworkPolicies. It does no I/O.
//
// What it promises:
//
//   - A connection whose first matching rule is reported to be in force is allowed or denied as that rule says.
//   - What Kubernetes cannot say is never left out in silence: the rule is partial or unsupported, and its reason tells a
//     person what is missing and what would help.
//   - The same policy and the same cluster give the same plan, byte for byte. A change of one rule changes the objects
//     of that rule, and those that must move in the order because of it.
package network
