package network

import (
	"regexp"
	"slices"
	"strings"

	"github.com/fedhub/fedhub/events"
)

// The keys of criteria that are not those of labels.
const (
	keyImage     = "image"
	keyNode      = "node"
	keyContainer = "container"
	keyService   = "service"
	keyAddress   = "address"
	keyDomain    = "domain"
	keyNamespace = "namespace"

	// namespaceLabelPrefix begins the keys that stand for labels of namespaces.
	namespaceLabelPrefix = "ns:"
)

// test is what the criteria of one key ask of a value.
type test struct {
	key     string
	entries []entry
}

// entry is one criterion: its value must be met, or must not.
type entry struct {
	negative bool
	every    bool   // every value meets it
	literal  bool   // only value meets it
	value    string // of a literal
	meets    func(string) bool
}

func entryOf(c events.Criterion) entry {
	e := entry{negative: c.Op == "!=" || c.Op == "!regex", value: c.Value}
	switch c.Op {
	case "contains":
		e.meets = func(v string) bool { return strings.Contains(v, c.Value) }
	case "prefix":
		e.meets = func(v string) bool { return strings.HasPrefix(v, c.Value) }
	case "regex", "!regex":
		e.meets = matcher(c.Value)
	default:
		switch {
		case !e.negative && c.Value == "any" || strings.Trim(c.Value, "*") == "" && c.Value != "":
			e.every, e.meets = true, func(string) bool { return true }
		case strings.ContainsAny(c.Value, "?*"):
			e.meets = matcher(wildcard(c.Value))
		default:
			e.literal, e.meets = true, func(v string) bool { return v == c.Value }
		}
	}
	return e
}

// matcher returns whether an expression fits a value. One that does not compile fits none; no policy has such.
func matcher(expression string) func(string) bool {
	re, err := regexp.Compile(expression)
	if err != nil {
		return func(string) bool { return false }
	}
	return re.MatchString
}

// wildcard returns the regular expression for a value with ? and *.
func wildcard(value string) string {
	quoted := regexp.QuoteMeta(value)
	quoted = strings.ReplaceAll(quoted, `\?`, ".")
	return "(?s)^" + strings.ReplaceAll(quoted, `\*`, ".*") + "$"
}

// testsOf returns the tests of criteria, one a key, sorted by key.
func testsOf(criteria []events.Criterion) []test {
	var out []test
	for _, c := range criteria {
		i := slices.IndexFunc(out, func(t test) bool { return t.key == c.Key })
		if i < 0 {
			out, i = append(out, test{key: c.Key}), len(out)
		}
		out[i].entries = append(out[i].entries, entryOf(c))
	}
	slices.SortStableFunc(out, func(a, b test) int { return strings.Compare(a.key, b.key) })
	return out
}

// holds reports whether one of the values passes the test. As in NeuVector, one entry is enough, except that all must
// hold as long as none but negative ones came.
func (t test) holds(values ...string) bool {
	held, positive := false, false
	for i, e := range t.entries {
		met := slices.ContainsFunc(values, e.meets) != e.negative
		switch {
		case i == 0:
			held = met
		case e.negative && !positive:
			held = held && met
		default:
			held = held || met
		}
		positive = positive || !e.negative
	}
	return held
}

// always reports that every value passes the test.
func (t test) always() bool {
	return slices.ContainsFunc(t.entries, func(e entry) bool { return e.every && !e.negative })
}

// requirement returns what a label must be to pass the test, if its only values are the known ones and those that the test
// names.
func (t test) requirement(label string, known func(string) []string) requirement {
	var out requirement
	positive := false
	for i, e := range t.entries {
		r := e.requirement(label, known)
		switch {
		case i == 0:
			out = r
		case e.negative && !positive:
			out = out.and(r)
		default:
			out = out.or(r)
		}
		positive = positive || !e.negative
	}
	return out
}

func (e entry) requirement(label string, known func(string) []string) requirement {
	switch {
	case e.every:
		return needs(label, !e.negative, nil) // there, whatever it is; or never
	case e.literal:
		return needs(label, e.negative, []string{e.value})
	}
	var met []string
	for _, v := range known(label) {
		if e.meets(v) {
			met = append(met, v)
		}
	}
	return needs(label, e.negative, met)
}
