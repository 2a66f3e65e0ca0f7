// Package fedtest is a federation in a test: controllers in this process, each with its REST server, that
// speak real NATS over TLS on loopback.
//
// What it promises:
//
//   - Everything ends with the test, and what the controllers logged is shown when it failed.
//   - A cluster that is stopped and started keeps its data directory and its addresses; one that crashed
//     keeps what was on disk at that moment and nothing else.
//   - Each remote reaches its master through a link of its own, which a test can cut, heal and slow down.
package fedtest
