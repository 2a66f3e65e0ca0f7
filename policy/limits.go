package policy

import "github.com/fedhub/fedhub/events"

// The sizes that a request may have. They keep every fact far below the one MiB that NATS carries by
// default and every decision far below a second.
const (
	// MaxNameLen bounds a group's name in bytes: twice what the longest learned name,
	// "nv.<service>.<namespace>", can need, and its escaped form still fits into a subject.
	MaxNameLen = 512
	// MaxCommentLen bounds a comment in bytes.
	MaxCommentLen = 4096
	// MaxCriteria bounds the criteria of one group.
	MaxCriteria = 256
	// MaxCriterionLen bounds a criterion's key and its value, each, in bytes. It also bounds what a regular
	// expression costs to compile.
	MaxCriterionLen = 1024
	// MaxPortsLen bounds the text of a rule's ports in bytes.
	MaxPortsLen = 4096
	// MaxPriority is the highest priority of a rule, as in NeuVector.
	MaxPriority = 100
	// MaxFacts bounds what one decision may change: a change set is stored in one atomic batch.
	MaxFacts = events.MaxSetSize
	// MaxRankLen bounds a rank in bytes. A key that would be longer makes the decision spread its neighbors
	// anew; about 360 insertions at one and the same place lead there.
	MaxRankLen = 64
)

// The sizes that an imported file may have. A change set holds 1,000 objects, and an object rarely takes
// more than 500 bytes of YAML.
const (
	// MaxImportBytes bounds a file.
	MaxImportBytes = 1 << 20
	// MaxImportLines bounds its lines, because the parser's time grows with the square of a mapping's keys.
	// The worst file of this length takes two seconds.
	MaxImportLines = 30_000
	// MaxImportDepth bounds how deep mappings and lists may nest; a resource needs eight levels.
	MaxImportDepth = 32
	// MaxImportBrackets bounds the opening brackets and braces of a YAML file, and with them how deep the
	// parser goes before its result can be measured.
	MaxImportBrackets = 10_000
	// MaxImportNodes bounds the values in a file, each counted as often as aliases repeat it.
	MaxImportNodes = 200_000
	// MaxImportProblems bounds the entries of a report that stand for parts that are not taken.
	MaxImportProblems = 10_000
)
