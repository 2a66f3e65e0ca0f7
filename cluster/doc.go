// Package cluster is one cluster's controller: who it is, which role it has in a federation, and the hub
// or the agent that it runs for that role.
//
// What it promises:
//
//   - A transition of the role (promote, demote, join, leave, being dismissed) is a row of events in the
//     cluster's own log. A crash between two of them resumes or takes back the transition at the next start.
//   - A refused command changes nothing.
//   - Federated policy is written at the master only; at a remote it is there to read.
package cluster
