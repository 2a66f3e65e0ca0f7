package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/fedhub/fedhub/events"
)

// TestProblems_total keeps the table complete: an error that a package exports for callers but the interface
// cannot explain would reach people as a bare 500.
func TestProblems_total(t *testing.T) {
	declared := 0
	for _, file := range []string{
		"errors.go", "../cluster/errors.go", "../policy/errors.go", "../hub/errors.go", "../events/bus/errors.go",
	} {
		for _, v := range valuesIn(t, file) {
			if strings.HasPrefix(strings.ToLower(v.Names[0].Name), "err") {
				declared++
			}
		}
	}
	const fromEcho = 2
	if got := len(problems) - fromEcho; got != declared {
		t.Errorf("problems explains %d errors, the packages declare %d", got, declared)
	}
	seen := map[error]bool{}
	for _, p := range problems {
		if seen[p.err] {
			t.Errorf("%v is in the table twice", p.err)
		}
		seen[p.err] = true
		if codeTexts[p.code] == "" {
			t.Errorf("code %d of %v has no text", p.code, p.err)
		}
	}
}

func TestRefusals_total(t *testing.T) {
	declared := 0
	for _, v := range valuesIn(t, "../events/refusal.go") {
		code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value) //nolint:errcheck // a panic fails the test as well
		if err != nil {
			t.Fatal(err)
		}
		declared++
		if a, ok := refusals[events.RefusalCode(code)]; !ok || codeTexts[a.code] == "" {
			t.Errorf("refusal %q has no answer, or its code no text", code)
		}
	}
	if declared != len(refusals) {
		t.Errorf("refusals explains %d reasons, package events declares %d", len(refusals), declared)
	}
}

// valuesIn returns the constants and variables that a file declares with a value each.
func valuesIn(t *testing.T, file string) []*ast.ValueSpec {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []*ast.ValueSpec
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			out = append(out, v)
		}
		return true
	})
	return out
}
