// Package events is the vocabulary of a federation: the facts that its clusters record, the envelope
// each fact travels in, the subjects it travels on, and the hash chain that shows a removed or edited one.
//
// What holds for every log, whoever wrote it:
//
//   - A [Kind], once released, keeps its meaning and its JSON shape for ever; testdata pins both.
//   - Revisions of one log start at 1 and have no gaps.
//   - [Event.Prev] is the hash of the event before it; see [Chain].
//   - The events of one change set stand side by side, numbered by [Set], and are stored together or not at all.
//   - A command is one change set, or as many in a row as its events need; see [MaxSetSize].
//
// The package imports the standard library only, so that a master, a remote and an offline auditor
// read a log with the same code.
package events
