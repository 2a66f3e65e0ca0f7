package policy

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestImport_unreadableFiles(t *testing.T) {
	broken, err := os.ReadFile("testdata/import/broken.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x, x]\n")
	for i := range 25 {
		fmt.Fprintf(&laughs, "a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	for name, tt := range map[string]struct {
		when string
		want error
		says string
	}{
		"broken YAML":         {when: string(broken), want: ErrImport, says: "f:5: "},
		"unclosed":            {when: "kind: [", want: ErrImport, says: "f:1: "},
		"broken JSON":         {when: "{\"kind\":\n\"x\"", want: ErrImport, says: "f:"},
		"key twice":           {when: "kind: a\nspec: b\nkind: c", want: ErrImport, says: `f:3: the key "kind" is in line 1 already`},
		"key twice in JSON":   {when: "{\"a\":1,\n\"a\":2}", want: ErrImport, says: `f:2: the key "a" is in line 1 already`},
		"key twice of many":   {when: manyKeys(100) + "k7: x", want: ErrImport, says: `f:101: the key "k7" is in line 8 already`},
		"not UTF-8":           {when: "kind: \xff", want: ErrImport, says: "not UTF-8"},
		"unknown alias":       {when: "kind: *x", want: ErrImport, says: "f:1: "},
		"alias of itself":     {when: "kind: &x [*x]", want: ErrImport, says: "f:1: the alias *x stands for what it is a part of"},
		"merge key":           {when: "a: &x {b: c}\nd:\n  <<: *x", want: ErrImport, says: "f:3: << is not taken"},
		"null as a key":       {when: "~: a", want: ErrImport, says: "f:1: a key must be a plain text"},
		"billion laughs":      {when: laughs.String(), want: ErrTooLarge, says: "values"},
		"laughs in documents": {when: strings.Repeat("a: &a ["+strings.Repeat("x,", 1000)+"]\nb: ["+strings.Repeat("*a,", 1000)+"]\n---\n", 3), want: ErrTooLarge, says: "values"},
		"a text many times":   {when: "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a,", 100) + "]", want: ErrTooLarge, says: "a lot of text"},
		"too many objects":    {when: `{"rules":[` + strings.Repeat(`{"from":"a"},`, MaxImportObjects) + `{"from":"a"}]}`, want: ErrTooLarge, says: "100001 objects"},
		"too many problems":   {when: `{"rules":[` + strings.Repeat(`{},`, MaxImportProblems) + `{}]}`, want: ErrTooLarge, says: "parts that cannot be taken"},
		"17 megabytes":        {when: strings.Repeat("#", 17<<20), want: ErrTooLarge, says: "bytes"},
		"too many lines":      {when: strings.Repeat("\n", MaxImportMarks+1), want: ErrTooLarge, says: "lines"},
		"too many commas":     {when: "a: [" + strings.Repeat(",", MaxImportMarks+1), want: ErrTooLarge, says: "commas"},
		"too many directives": {when: strings.Repeat("\n%TAG !a! b", MaxImportDirectives+1), want: ErrTooLarge, says: "begin with %"},
		"too much JSON":       {when: "[" + strings.Repeat("1,", MaxImportNodes) + "1]", want: ErrTooLarge, says: "f"},
		"deep flow lists":     {when: strings.Repeat("[", 100_000), want: ErrTooLarge, says: "levels"},
		"deep lists":          {when: strings.Repeat("- ", MaxImportDepth+1) + "a", want: ErrTooLarge, says: "levels"},
		"deep JSON":           {when: strings.Repeat("[", 100) + strings.Repeat("]", 100), want: ErrTooLarge, says: "levels"},
		"deep mappings":       {when: nested(100), want: ErrTooLarge, says: "levels"},
		"list within a list":  {when: "? [a]\n: b", want: ErrImport, says: "f:1: a key must be a plain text"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Import("f", []byte(tt.when), ScopeFederal)
			verdict(t, nil, err, tt.want)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d: x\n", i)
	}
	return b.String()
}

func nested(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestImport_readsJSONLikeYAML(t *testing.T) {
	in, err := Import("f", []byte("{\"kind\": \"NvSecurityRule\", \"metadata\": {\"name\": \"x\"},\n\"spec\": {\"target\": {\"selector\": {\n\t\"name\": \"web\", \"criteria\": [{\"key\": \"label\", \"op\": \"=\", \"value\": \"a\\/b\"}]}},\n\"egress\": [{\"selector\": {\"name\": \"external\"}, \"action\": \"allow\", \"priority\": 7}]}}"), ScopeFederal)
	verdict(t, nil, err, nil)
	s := master(t)
	same(t, lines(in.Report(s)), []string{"3 group fed.web: created", "4 network : created"})
	must(t, s, in.Decision())
	g, _ := s.Group("fed.web")
	r, _ := s.Rule(100001)
	same(t, g.Criteria[0].Value, "a/b")
	same(t, r.Priority, uint32(7))
}

func TestImport_emptyFiles(t *testing.T) {
	for name, when := range map[string]string{
		"nothing": "", "a comment": "# nothing\n", "empty documents": "---\n---\n", "empty list": "kind: List\nitems: []\n", "empty list of rules": "kind: NvSecurityRuleList\nitems: []\n", "[]": "[]", "null": "null",
	} {
		t.Run(name, func(t *testing.T) {
			in, err := Import("f", []byte(when), ScopeFederal)
			verdict(t, nil, err, nil)
			same(t, len(in.Report(master(t))), 0)
		})
	}
}

func TestImport_sharedAnchors(t *testing.T) {
	in, err := Import("f", []byte(`
kind: NvSecurityRule
spec:
  target: {selector: &web {name: web, criteria: [{key: label, op: =, value: web}]}}
  ingress: [{name: self, action: allow, selector: *web}]
`), ScopeFederal)
	verdict(t, nil, err, nil)
	same(t, lines(in.Report(master(t))), []string{"4 group fed.web: created", "5 network self: created"})
}
