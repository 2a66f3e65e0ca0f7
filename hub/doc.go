// Package hub is the center of a federation: it holds the federated policy, mints join tokens, admits and
// dismisses clusters, and knows how each one does.
//
// What it promises:
//
//   - What it knows is a fold over two logs, RULES and FLEET; what it hears (heartbeats, connections) is
//     held in memory with its time and lost with the process.
//   - A status word is computed from such facts when it is asked for, never stored as truth.
//   - It never connects to a remote: everything travels on the connection that the remote opened.
package hub
