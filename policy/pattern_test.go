package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/fedhub/fedhub/events"
)

func TestNormalPatterns(t *testing.T) {
	pattern := func(key, op, value, context string) events.Pattern {
		return events.Pattern{Key: key, Op: op, Value: value, Context: context}
	}
	many := func(n, size int) []events.Pattern {
		out := make([]events.Pattern, n)
		for i := range out {
			out[i] = pattern("", "regex", strings.Repeat("a", size), "")
		}
		return out
	}
	for name, tt := range map[string]struct {
		when  []events.Pattern
		want  error
		words string
	}{
		"url":                    {when: []events.Pattern{pattern("pattern", "regex", "a", "url")}},
		"header":                 {when: []events.Pattern{pattern("pattern", "!regex", "a", "header")}},
		"body":                   {when: []events.Pattern{pattern("pattern", "regex", "a", "body")}},
		"packet":                 {when: []events.Pattern{pattern("pattern", "regex", "a", "packet")}},
		"as many as may be":      {when: many(16, 64)},
		"as long as may be":      {when: many(2, 512)},
		"none":                   {want: ErrInvalid, words: "no pattern"},
		"too many":               {when: many(17, 1), want: ErrTooLarge, words: "17 patterns"},
		"too long":               {when: many(1, 513), want: ErrTooLarge, words: "513"},
		"too long together":      {when: many(3, 400), want: ErrTooLarge, words: "1200 bytes together"},
		"another key":            {when: []events.Pattern{pattern("url", "regex", "a", "")}, want: ErrInvalid, words: `"pattern"`},
		"no operator":            {when: []events.Pattern{pattern("", "", "a", "")}, want: ErrInvalid, words: "regex or !regex"},
		"another operator":       {when: []events.Pattern{pattern("", "contains", "a", "")}, want: ErrInvalid, words: "contains"},
		"another context":        {when: []events.Pattern{pattern("", "regex", "a", "cookie")}, want: ErrInvalid, words: "url, header, body, packet"},
		"empty":                  {when: []events.Pattern{pattern("", "regex", "", "")}, want: ErrInvalid, words: "fits everything"},
		"everything":             {when: []events.Pattern{pattern("", "regex", ".*", "")}, want: ErrInvalid, words: "fits everything"},
		"everything but nothing": {when: []events.Pattern{pattern("", "regex", "..*", "")}, want: ErrInvalid, words: "fits everything"},
		"not UTF-8":              {when: []events.Pattern{pattern("", "regex", "\xff", "")}, want: ErrInvalid, words: "UTF-8"},
		"not an expression":      {when: []events.Pattern{pattern("", "regex", "a(", "")}, want: ErrInvalid, words: "as PCRE reads it"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := normalPatterns(tt.when, 512)
			if tt.want != nil {
				refused(t, err, tt.want, tt.words)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range got {
				if p.Key == "" || p.Context == "" {
					t.Errorf("pattern %+v is not in normal form", p)
				}
			}
		})
	}
	got, err := normalPatterns([]events.Pattern{{Op: "regex", Value: "b"}, {Op: "!regex", Value: "a"}}, 512)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, []events.Pattern{pattern("pattern", "regex", "b", "packet"), pattern("pattern", "!regex", "a", "packet")})
}

func TestCheckPCRE(t *testing.T) {
	for text, good := range map[string]bool{
		`\b\d{3}-\d{2}-\d{4}\b`: true, `(?i)union\s+select`: true, `[[:alpha:]]+`: true, `\p{L}\p{^Lu}`: true, `\x{1F}\e\cA`: true,
		`\Qa.(b\E`: true, `a{,3}`: true, `.`: true, `(?x) a b # c`: true, `(?#what)a`: true, `\A\Z\z\G`: true, `\h\H\N\R\X\K`: true,
		`a(?=b)`: true, `a(?!b)`: true, `(?<=a)b`: true, `(?<!a)b`: true, `(?>a+)b`: true, `(a)(?(1)b|c)`: true,
		`a++`: true, `a*+b?+`: true, `[*+]++`: true, `(a)++`: true, `a{2}+`: true, `a{2,}+`: true, `a{2,3}+`: true, `\*++`: true,
		`[^]*+]++`: true, `[[:digit:]*+]*+`: true, `\Q*+*+\E`: true,
		`(a)\1`: true, `(?<x>a)\k<x>`: true, `(?P<x>a)(?P=x)`: true, `(?<x>a)\k{x}`: true, `(?'x'a)\k'x'`: true, `(?|(a)|(b))`: true,

		`(`: false, `)`: false, `a)`: false, `[`: false, `[z-a]`: false, `\`: false, `*`: false, `+a`: false, `a**`: false,
		`a+++`: false, `a{2}{3}`: false, `(?<x>a`: false, `(?P=x)`: false, `\k{x}`: false, `\k<x>`: false, `a(?=b`: false,
		`(?z)a`: false, `(?R)`: false, `a(?1)`: false, `(*FAIL)`: false,
	} {
		if err := checkPCRE(text); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What a stranger may send must not cost more than a moment.
func TestCheckPCRE_isQuick(t *testing.T) {
	for _, text := range []string{
		strings.Repeat(`(`, 250) + strings.Repeat(`)`, 250), strings.Repeat(`(a{1000}`, 30) + strings.Repeat(`){1000}`, 30),
		`(?i)` + strings.Repeat(`\W(?=a)`, 70), strings.Repeat(`(?:a?b?c?)++`, 40), `(?i)(?=a)` + strings.Repeat(`[\W\P{L}]`, 50),
		strings.Repeat(`a|`, 250) + `(?=b)`, `(?=a)` + strings.Repeat(`(?>a*?`, 60) + strings.Repeat(`)*`, 60),
	} {
		began := time.Now()
		err := checkPCRE(text)
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("%.40s...: %v (%v)", text, took, err)
		}
	}
}
