// Package neuvector makes a policy effective through a NeuVector that runs in the cluster: it writes the policy as
// NeuVector's custom resources and keeps them so.
//
// What it promises:
//
//   - A group is one NvClusterSecurityRule, with the network rules that lead to it and the profiles and sensors that
//     belong to it. A sensor is one NvDlpSecurityRule or NvWafSecurityRule, a response rule one
//     NvResponseRuleSecurityRule. All admission rules are in the one NvAdmissionControlSecurityRule that NeuVector
//     takes, which is called "local".
//   - fed.web is called fedhub.web there: NeuVector refuses names that begin with "fed." in resources. No name of the
//     policy becomes one that another has.
//   - The order of network rules is kept across all resources, by their priority.
//   - What the resources have no place for is reported with its reason, as partial where the rest is in force. Nothing
//     is written that would let in more than the policy does.
package neuvector
