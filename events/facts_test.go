package events_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedhub/fedhub/events"
)

// TestFact_stored pins the stored form of every fact, field by field.
func TestFact_stored(t *testing.T) {
	for _, s := range samples {
		t.Run(string(s.fact.Kind()), func(t *testing.T) {
			wantFilled(t, reflect.ValueOf(s.fact), string(s.fact.Kind()))
			data, err := json.Marshal(s.fact)
			if err != nil {
				t.Fatal(err)
			}
			pin(t, string(s.fact.Kind())+".json", data)
			got, err := events.Event{Revision: 1, Kind: s.fact.Kind(), Data: data}.Fact()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.fact, got); diff != "" {
				t.Errorf("read back otherwise (-written +read):\n%s", diff)
			}
		})
	}
}

// wantFilled fails unless every field of v has a value: one that has none would not be pinned. Of a list it
// looks at the first element.
func wantFilled(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	if v.Kind() != reflect.Struct || v.Type() == reflect.TypeFor[time.Time]() {
		if v.IsZero() || v.Kind() == reflect.Map && v.Len() == 0 {
			t.Errorf("%s has no value in the sample", path)
		}
		return
	}
	for i := range v.NumField() {
		field, path := v.Field(i), path+"."+v.Type().Field(i).Name
		wantFilled(t, field, path)
		if field.Kind() == reflect.Slice && field.Len() > 0 && field.Type().Elem() != v.Type() { // a list of its own kind has an end
			wantFilled(t, field.Index(0), path+"[0]")
		}
	}
}

// TestFact_everyKindIsPinned reads the source: a kind without a sample and a file cannot be forgotten.
func TestFact_everyKindIsPinned(t *testing.T) {
	sampled := map[string]bool{}
	for _, s := range samples {
		sampled[string(s.fact.Kind())] = true
	}
	declared := declared(t, "facts.go", "Kind")
	if diff := cmp.Diff(declared, slices.Sorted(maps.Keys(sampled))); diff != "" {
		t.Errorf("declared and sampled kinds differ (-declared +sampled):\n%s", diff)
	}
	var files []string
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if kind, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			files = append(files, kind)
		}
	}
	if diff := cmp.Diff(declared, files); diff != "" {
		t.Errorf("declared kinds and files of testdata differ (-declared +files):\n%s", diff)
	}
}

// declared returns the values of the constants that a file declares of a type, sorted.
func declared(t *testing.T, name, typ string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); !ok || id.Name != typ {
			return true
		}
		for _, v := range spec.Values {
			if lit, ok := v.(*ast.BasicLit); ok {
				text, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, text)
			}
		}
		return true
	})
	if len(out) == 0 {
		t.Fatalf("no constants of type %s found in %s", typ, name)
	}
	slices.Sort(out)
	return out
}

func TestFact_refuses(t *testing.T) {
	tests := map[string]events.Event{
		"a kind of a later version": {Kind: "sensor.defined", Data: []byte(`{}`)},
		"no kind":                   {Data: []byte(`{}`)},
		"no data":                   {Kind: events.KindGroupDefined},
		"data that is not JSON":     {Kind: events.KindGroupDefined, Data: []byte(`{`)},
		"data of another shape":     {Kind: events.KindGroupDefined, Data: []byte(`{"group":"fed.web"}`)},
		"a number out of range":     {Kind: events.KindNetworkRuleRemoved, Data: []byte(`{"id":4294967296}`)},
	}
	for name, e := range tests {
		t.Run(name, func(t *testing.T) { wantNoFact(t, e) })
	}
}

func wantNoFact(t *testing.T, e events.Event) {
	t.Helper()
	fact, err := e.Fact()
	if fact != nil {
		t.Errorf("fact %v, want none", fact)
	}
	wantError(t, err, events.ErrEnvelope)
}

// FuzzFact feeds Fact what a damaged or hostile log could hold.
func FuzzFact(f *testing.F) {
	for _, s := range samples {
		data, err := json.Marshal(s.fact)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(s.fact.Kind()), data)
	}
	f.Add("group.defined", []byte(`{`))
	f.Add("", []byte(nil))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		fact, err := events.Event{Revision: 1, Kind: events.Kind(kind), Data: data}.Fact()
		if (fact == nil) == (err == nil) {
			t.Errorf("Fact = %v, %v; want exactly one of them", fact, err)
		}
		if fact != nil && string(fact.Kind()) != kind {
			t.Errorf("kind %q was read as %q", kind, fact.Kind())
		}
	})
}

// TestAudited_beforeItsCommand: a record of before the field is read as one of no command.
func TestAudited_beforeItsCommand(t *testing.T) {
	e := events.Event{Kind: events.KindAudited, Data: []byte(`{"topic":"rest","method":"POST","path":"/v1/group","status":200,"client":"10.0.0.9"}`)}
	got, err := e.Fact()
	if want := (events.Audited{Topic: "rest", Method: "POST", Path: "/v1/group", Status: 200, Client: "10.0.0.9"}); err != nil || got != events.Fact(want) {
		t.Errorf("read as %+v (%v), want %+v", got, err, want)
	}
}
