package policy

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2"

	"github.com/fedhub/fedhub/events"
)

// The sizes of the patterns of a sensor's rule, as in NeuVector.
const (
	maxPatterns     = 16
	maxPatternBytes = 1024 // of all patterns together
)

// keyPattern is the only key that a pattern may have.
const keyPattern = "pattern"

// contextPacket is where a pattern is looked for that says nothing of it: in all that is sent.
const contextPacket = "packet"

// patternContexts are the parts of a request that a pattern may be looked for in.
var patternContexts = []string{"url", "header", "body", contextPacket}

// normalPatterns returns the patterns of one rule in normal form, in their order.
func normalPatterns(patterns []events.Pattern, most int) ([]events.Pattern, error) {
	switch {
	case len(patterns) == 0:
		return nil, fmt.Errorf("%w: it has no pattern; give at least one", ErrInvalid)
	case len(patterns) > maxPatterns:
		return nil, fmt.Errorf("%w: it has %d patterns; at most %d are allowed", ErrTooLarge, len(patterns), maxPatterns)
	}
	out, total := make([]events.Pattern, 0, len(patterns)), 0
	for _, p := range patterns {
		if p.Key == "" {
			p.Key = keyPattern
		}
		if p.Context == "" {
			p.Context = contextPacket
		}
		if err := checkPattern(p, most); err != nil {
			return nil, err
		}
		total += len(p.Value)
		out = append(out, p)
	}
	if total > maxPatternBytes {
		return nil, fmt.Errorf("%w: its patterns have %d bytes together; at most %d are allowed",
			ErrTooLarge, total, maxPatternBytes)
	}
	return out, nil
}

func checkPattern(p events.Pattern, most int) error {
	switch {
	case p.Key != keyPattern:
		return fmt.Errorf("%w: key %q; the only one is %q", ErrInvalid, p.Key, keyPattern)
	case p.Op != opRegex && p.Op != opNotRegex:
		return fmt.Errorf("%w: operator %q; use %s or %s", ErrInvalid, p.Op, opRegex, opNotRegex)
	case !slices.Contains(patternContexts, p.Context):
		return fmt.Errorf("%w: context %q; use one of %s", ErrInvalid, p.Context, strings.Join(patternContexts, ", "))
	case len(p.Value) > most:
		return fmt.Errorf("%w: a pattern of %d bytes; at most %d are allowed", ErrTooLarge, len(p.Value), most)
	case !utf8.ValidString(p.Value):
		return fmt.Errorf("%w: a pattern is not valid UTF-8", ErrInvalid)
	case isAllPattern(p.Value):
		return fmt.Errorf("%w: pattern %q fits everything; say what to look for", ErrInvalid, p.Value)
	}
	return checkPCRE(p.Value)
}

func isAllPattern(text string) bool {
	return strings.Trim(text, ".*") == "" && !strings.HasSuffix(text, ".")
}

// checkPCRE judges whether a text is a regular expression of PCRE, in so far as one of two other engines can
// tell: recursion and control verbs, which neither has, are refused. The size of patterns bounds what it costs.
func checkPCRE(text string) error {
	if _, err := syntax.Parse(text, syntax.Perl); err == nil {
		return nil
	}
	if _, err := regexp2.Compile(perlOf(text), regexp2.RE2); err != nil {
		return fmt.Errorf("%w: pattern %q is not a regular expression as PCRE reads it: %w", ErrInvalid, text, err)
	}
	return nil
}

// What PCRE writes in a way of its own, each with the rest of a pattern that must be stepped over to find it:
// quoted text, escapes, classes and the beginnings of groups.
var (
	possessive = regexp.MustCompile(`(?s)(\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]|\(\?)|` +
		`([*+?]|\{\d+(?:,\d*)?\})\+`)
	backReference = regexp.MustCompile(`\(\?P=(\w+)\)|\\k\{(\w+)\}`)
)

// perlOf returns a pattern of PCRE in words that regexp2 knows. It compiles if and only if the pattern does, but
// may fit other texts.
func perlOf(text string) string {
	text = backReference.ReplaceAllString(text, `\k<$1$2>`)
	text = strings.ReplaceAll(text, "(?|", "(?:")
	return possessive.ReplaceAllString(text, "$1$2")
}
