package admission

import (
	"regexp"
	"strconv"
	"strings"
)

// The operators of criteria.
const (
	opContainsAll       = "containsAll"
	opContainsAny       = "containsAny"
	opNotContainsAny    = "notContainsAny"
	opContainsOtherThan = "containsOtherThan"
	opRegex             = "regex"
	opNotRegex          = "!regex"
	opExist             = "exist"
	opNotExist          = "notExist"
	opEqual             = "="
	opNotEqual          = "!="
	opAbove             = ">"
	opAtLeast           = ">="
	opAtMost            = "<="
)

// quote returns a text as CEL writes it, which is as Go does.
func quote(text string) string { return strconv.QuoteToASCII(text) }

// listOf returns texts as a list in CEL.
func listOf(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// anyOf joins expressions of which one must be true.
func anyOf(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	return "(" + strings.Join(texts, " || ") + ")"
}

// allOf joins expressions that must all be true.
func allOf(texts []string) string { return strings.Join(texts, " && ") }

// isGlob reports whether a text has the wildcards of NeuVector: "*" for any text and "?" for one character.
func isGlob(text string) bool { return strings.ContainsAny(text, "?*") }

// glob returns the regular expression for a text in which each wildcard stands for characters of a class.
func glob(text, class string) string {
	parts := strings.Split(text, "*")
	for i, part := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(part), `\?`, class)
	}
	return strings.Join(parts, class+"*")
}

// matches returns the expression for a text that fits one of some regular expressions as a whole.
func matches(x string, patterns []string) string {
	return x + ".matches(" + quote("^(?s:"+strings.Join(patterns, "|")+")$") + ")"
}

// fits returns an expression for a text that is one of the values.
type fits func(x string, values []string) string

// isOneOf is how most texts fit: they are the same, but for wildcards.
func isOneOf(x string, values []string) string {
	var plain, globs, out []string
	for _, value := range values {
		switch {
		case value == "*":
			return "true"
		case isGlob(value):
			globs = append(globs, glob(value, "."))
		default:
			plain = append(plain, value)
		}
	}
	switch len(plain) {
	case 0:
	case 1:
		out = append(out, x+" == "+quote(plain[0]))
	default:
		out = append(out, x+" in "+listOf(plain))
	}
	if len(globs) > 0 {
		out = append(out, matches(x, globs))
	}
	return anyOf(out)
}

// one returns what an operator says of a single text.
func (f fits) one(op, x string, values []string) string {
	switch op {
	case opContainsAny:
		return f(x, values)
	case opContainsAll:
		return allOf(f.each(values, func(fit []string) string { return f(x, fit) }))
	}
	return "!(" + f(x, values) + ")" // notContainsAny, and containsOtherThan, which is the same for one text
}

// many returns what an operator says of a list of things. The expression item is about one of them, which is x.
func (f fits) many(op, list, x, item string, values []string) string {
	exists := func(fit []string) string { return list + ".exists(" + x + ", " + f(item, fit) + ")" }
	switch op {
	case opContainsAny:
		return exists(values)
	case opNotContainsAny:
		return "!" + exists(values)
	case opContainsAll:
		return allOf(f.each(values, exists))
	}
	return list + ".exists(" + x + ", !(" + f(item, values) + "))"
}

// each returns the expressions for every value alone.
func (fits) each(values []string, text func([]string) string) []string {
	out := make([]string, len(values))
	for i := range values {
		out[i] = text(values[i : i+1])
	}
	return out
}

// isPair returns how names with values fit "name" and "name=value", either with wildcards.
func isPair(value func(name string) string) fits {
	return func(name string, pairs []string) string {
		var names, out []string
		for _, pair := range pairs {
			key, want, valued := strings.Cut(pair, "=")
			key, want = strings.TrimSpace(key), strings.TrimSpace(want)
			if !valued {
				names = append(names, key)
				continue
			}
			out = append(out, "("+isOneOf(name, []string{key})+" && "+isOneOf(value(name), []string{want})+")")
		}
		if len(names) > 0 {
			out = append([]string{isOneOf(name, names)}, out...)
		}
		return anyOf(out)
	}
}
