// Package bus is what events travel on and lie in: an embedded NATS server with its accounts and keys,
// the JetStream streams that hold the logs, one writer per log, and the leaf connection between clusters.
// It is the only package that knows nats-server.
//
// What it promises:
//
//   - [Ledger.Do] returns without error only when the whole command is on disk; see [ErrInDoubt] for the
//     one case in which nobody can tell.
//   - A change set is stored whole or not at all. So is a command, unless it needs several; see [ErrPartly].
//   - A command is decided on the newest state, and stored only if the log did not move on since.
//   - Stream configurations live in stream.go and are made again as they were when the server lost them.
//   - No seed, token or JWT is ever logged.
package bus
