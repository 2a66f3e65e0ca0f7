// Package agent is the edge of a federation: it joins a cluster to a master and keeps it joined, holds the
// federated policy as the master made it, hands it to an enforcer, and reports how the cluster is.
//
// What it promises:
//
//   - A change set is taken whole or not at all, in the order of its revisions.
//   - What it holds stays in force without the master, also over its own restart.
//   - Every heartbeat says what it holds, with a digest that the master can check.
//   - The seed of its key never leaves the cluster, and no credential is sent to a server that did not
//     prove to be the pinned master.
package agent
