// Package policy is the domain: groups, rules, profiles, sensors and webhooks; how they are folded from events,
// what is allowed to happen to them, in which order rules apply, which clusters they are for, how a change goes
// through the clusters in waves, and how NeuVector's custom resources become policy and the reverse.
//
// kind.go has the table of all kinds of object; each kind is a file of its own. A request about one is a
// [Config], and [Create], [Update], [Put] and [Remove] serve all of them.
//
// What holds throughout:
//
//   - Nothing here does I/O or reads a clock. A [Decision] is a pure function of a [State] and a time.
//   - A decision yields facts that make up one change set, or an error and no fact. A request that changes
//     nothing yields neither.
//   - A [State] is the same whether it was folded live, replayed, or built from only the newest event of
//     each object, in any order. [State.Digest] depends on that set of events and on nothing else.
//   - No decision leaves an object that speaks of one which is not there, or not in all of its clusters.
//   - What a decision accepts, it stores in normal form, so that the same policy has the same bytes.
//   - Every size that a stranger can choose has a named limit, in limits.go or in the kind's row.
package policy
