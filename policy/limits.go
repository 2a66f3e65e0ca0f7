package policy

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
	// MaxApplications bounds the applications of a rule; there are fewer.
	MaxApplications = 64
	// MaxRankLen bounds a rank in bytes. A key that would be longer makes the decision spread its neighbors
	// anew; about 360 insertions at one and the same place lead there.
	MaxRankLen = 64
)

// The sizes that an imported file may have: those of a policy of 10,000 rules, and of a body that the REST
// interface takes.
const (
	// MaxImportBytes bounds a file. An exported rule takes about 500 bytes of YAML.
	MaxImportBytes = 16 << 20
	// MaxImportMarks bounds the lines, commas and opening brackets of a YAML file, all together, and with them the
	// memory that the parser takes before its result can be measured: half a GiB at worst.
	MaxImportMarks = 800_000
	// MaxImportDirectives bounds the lines of a YAML file that begin with %, which the parser compares with each other.
	MaxImportDirectives = 16
	// MaxImportDepth bounds how deep mappings and lists may nest; a resource needs twelve levels.
	MaxImportDepth = 32
	// MaxImportNodes bounds the values in a file, each counted as often as aliases repeat it, and a text once more for
	// every MaxImportText bytes. An exported rule has about 50.
	MaxImportNodes = 2_000_000
	// MaxImportText is how much text counts like a value.
	MaxImportText = 32
	// MaxImportObjects bounds the objects that a file is about. There are numbers for 10,000 rules of each kind.
	MaxImportObjects = 100_000
	// MaxReportText bounds a name and a reason in a report, in bytes; more is cut off.
	MaxReportText = 1000
	// MaxImportProblems bounds the entries of a report that stand for parts that are not taken.
	MaxImportProblems = 50_000
)
